/* SPDX-License-Identifier: ISC */
/* ambauth webhook: set, list, retry and remove. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/output.h"
#include "cli/session.h"
#include "cli/verb.h"
#include "crypto/digest.h"
#include "crypto/random.h"
#include "crypto/seal.h"
#include "oauth/redirect.h"
#include "store/webhook.h"

/* What the command line says. */
struct webhook_args {
	const char	*config;
	const char	*url;
	int		 is_json;
};

static int	set(void *, int, char **);
static int	list(void *, int, char **);
static int	retry(void *, int, char **);
static int	remove_webhook(void *, int, char **);
static int	url_check(const struct webhook_args *);
static int	secret_seal(const struct session *, const char *,
		    const char *, uint8_t *, size_t *);
static int	secret_print(const struct webhook_args *, const char *,
		    const char *);
static int	rows_put(struct output *, const struct store_query *);

#define ARG(name, argument, kind, field, help)				\
	{ (name), (argument), (help), (kind),				\
	    offsetof(struct webhook_args, field) }
#define ARG_JSON	ARG("json", NULL, VERB_FLAG, is_json, "print JSON")
#define ARG_CONFIG	ARG("config", "FILE", VERB_TEXT, config,	\
			    "the operator's file")

static const struct verb_option set_options[] = {
	ARG("url", "URL", VERB_TEXT, url, "where to POST events; https"),
	ARG_JSON,
	ARG_CONFIG,
};
static const struct verb_option other_options[] = { ARG_JSON, ARG_CONFIG };
static const struct verb_option remove_options[] = { ARG_CONFIG };

static const struct verb verbs[] = {
	{ .name = "set", VERB_OPTIONS(set_options), .run = set,
	    .operands = "CLIENT", .operands_min = 1, .operands_max = 1,
	    .help = "Tell a client of its sign-ins and its business's links, "
	    "as JSON signed with a\nsecret that is shown this once. In place "
	    "of the webhook that it had before." },
	{ .name = "list", VERB_OPTIONS(other_options), .run = list,
	    .help = "List webhooks, with how many events of the last days "
	    "wait, have been\ndelivered, and could not be delivered for a "
	    "day." },
	{ .name = "retry", VERB_OPTIONS(other_options), .run = retry,
	    .operands = "CLIENT", .operands_min = 1, .operands_max = 1,
	    .help = "Send what waits or could not be delivered again, now." },
	{ .name = "remove", VERB_OPTIONS(remove_options),
	    .run = remove_webhook,
	    .operands = "CLIENT", .operands_min = 1, .operands_max = 1,
	    .help = "Tell the client no more. What waits is dropped." },
};

enum {
	CELL_CLIENT, CELL_URL, CELL_PENDING, CELL_FAILED, CELL_DELIVERED,
	CELL_OLDEST, CELL_ERROR, CELL_CREATED, CELL_BUSINESS, CELL_COUNT
};

static const struct output_column columns[CELL_COUNT] = {
	[CELL_CLIENT]	 = { "client_id",	OUTPUT_TEXT },
	[CELL_URL]	 = { "url",		OUTPUT_TEXT },
	[CELL_PENDING]	 = { "pending",		OUTPUT_NUMBER },
	[CELL_FAILED]	 = { "failed",		OUTPUT_NUMBER },
	[CELL_DELIVERED] = { "delivered",	OUTPUT_NUMBER },
	[CELL_OLDEST]	 = { "oldest_pending",	OUTPUT_TEXT },
	[CELL_ERROR]	 = { "last_error",	OUTPUT_TEXT },
	[CELL_CREATED]	 = { "created_at",	OUTPUT_TEXT },
	[CELL_BUSINESS]	 = { "business",	OUTPUT_TEXT },
};

int
cli_webhook(int argc, char **argv)
{
	struct webhook_args	args;

	memset(&args, 0, sizeof(args));
	return (verb_dispatch(verbs, sizeof(verbs) / sizeof(verbs[0]), &args,
	    argc, argv));
}

static int
set(void *values, int count, char **operand)
{
	const struct webhook_args	*args = values;
	struct store_query		 q;
	struct session			 s;
	char				 secret[RANDOM_TOKEN_LEN];
	uint8_t				 sealed[WEBHOOK_SEALED_LEN];
	size_t				 len;
	int				 result, status;

	(void)count;
	status = CLI_FAILED;
	memset(&q, 0, sizeof(q));
	if (url_check(args) == -1)
		return (CLI_USAGE);
	if (session_open(&s, args->config) == -1)
		return (CLI_FAILED);
	random_token(secret);
	if (secret_seal(&s, operand[0], secret, sealed, &len) == -1)
		goto out;
	store_webhook_set(s.store, &q, operand[0], args->url, sealed, len);
	result = session_wait(&s, &q, NULL);
	if (result == 1)
		fprintf(stderr, "ambauth: no such client\n");
	if (result == 0 && secret_print(args, operand[0], secret) == 0)
		status = CLI_OK;
out:
	digest_wipe(secret, sizeof(secret));
	store_query_drop(&q);
	session_close(&s);
	return (status);
}

static int
url_check(const struct webhook_args *args)
{
	const char	*why;

	if (args->url == NULL)
		why = "is needed";
	else if (strncmp(args->url, "https://", 8) != 0)
		why = "must begin with https://";
	else if (redirect_is_registrable(args->url, &why))
		return (0);
	fprintf(stderr, "ambauth webhook set: --url: %s\n", why);
	return (-1);
}

/* Bound to its client: it opens in no other row. */
static int
secret_seal(const struct session *s, const char *client_id,
    const char *secret, uint8_t *out, size_t *len)
{
	struct seal_key	 key;
	ssize_t		 n;

	if (!s->settings.has_master_key) {
		fprintf(stderr, "ambauth webhook set: [keys] master_key is "
		    "needed, to seal the secret\n");
		return (-1);
	}
	seal_key_derive(&key, s->settings.master_key,
	    sizeof(s->settings.master_key), "webhook");
	n = seal_put(&key, out, WEBHOOK_SEALED_LEN, secret, strlen(secret),
	    client_id, strlen(client_id));
	seal_key_wipe(&key);
	if (n == -1)
		return (-1);
	*len = (size_t)n;
	return (0);
}

static int
secret_print(const struct webhook_args *args, const char *client_id,
    const char *secret)
{
	static const struct output_column	shown[] = {
		{ "client_id", OUTPUT_TEXT }, { "url", OUTPUT_TEXT },
		{ "secret", OUTPUT_TEXT },
	};
	const char	*cells[3];

	cells[0] = client_id;
	cells[1] = args->url;
	cells[2] = secret;
	return (output_object(stdout, shown, 3, cells, args->is_json));
}

static int
list(void *values, int count, char **operand)
{
	const struct webhook_args	*args = values;
	struct store_query		 q;
	struct session			 s;
	struct output			 out;
	int				 status;

	(void)count;
	(void)operand;
	status = CLI_FAILED;
	memset(&q, 0, sizeof(q));
	if (session_open(&s, args->config) == -1)
		return (CLI_FAILED);
	output_begin(&out, stdout, columns, CELL_COUNT, args->is_json);
	store_webhook_list(s.store, &q);
	if (session_wait(&s, &q, NULL) != -1 && rows_put(&out, &q) == 0)
		status = CLI_OK;
	if (output_end(&out) == -1)
		status = CLI_FAILED;
	store_query_drop(&q);
	session_close(&s);
	return (status);
}

static int
rows_put(struct output *out, const struct store_query *q)
{
	struct webhook_row	 w;
	const char		*cells[CELL_COUNT];
	int			 row;

	for (row = 0; row < store_webhook_count(q); row++) {
		if (store_webhook_get(q, row, &w) == -1) {
			fprintf(stderr, "ambauth webhook list: a row does not "
			    "read\n");
			return (-1);
		}
		cells[CELL_CLIENT] = w.client_id;
		cells[CELL_URL] = w.url;
		cells[CELL_PENDING] = w.pending;
		cells[CELL_FAILED] = w.failed;
		cells[CELL_DELIVERED] = w.delivered;
		cells[CELL_OLDEST] = w.oldest_pending[0] == '\0' ? NULL :
		    w.oldest_pending;
		cells[CELL_ERROR] = w.last_error[0] == '\0' ? NULL :
		    w.last_error;
		cells[CELL_CREATED] = w.created_at;
		cells[CELL_BUSINESS] = w.business;
		output_row(out, cells);
	}
	return (0);
}

static int
retry(void *values, int count, char **operand)
{
	static const struct output_column	shown[] = {
		{ "client_id", OUTPUT_TEXT }, { "events", OUTPUT_NUMBER },
	};
	const struct webhook_args	*args = values;
	struct store_query		 q;
	struct session			 s;
	const char			*cells[2];
	char				 events[24];
	int				 result, status;

	(void)count;
	status = CLI_FAILED;
	memset(&q, 0, sizeof(q));
	if (session_open(&s, args->config) == -1)
		return (CLI_FAILED);
	store_webhook_retry(s.store, &q, operand[0]);
	if ((result = session_wait(&s, &q, NULL)) == 1)
		fprintf(stderr, "ambauth: no such webhook\n");
	(void)snprintf(events, sizeof(events), "%" PRId64,
	    store_webhook_retried(&q));
	cells[0] = operand[0];
	cells[1] = events;
	if (result == 0 && output_object(stdout, shown, 2, cells,
	    args->is_json) == 0)
		status = CLI_OK;
	store_query_drop(&q);
	session_close(&s);
	return (status);
}

static int
remove_webhook(void *values, int count, char **operand)
{
	const struct webhook_args	*args = values;
	struct store_query		 q;
	struct session			 s;
	int				 result, status;

	(void)count;
	status = CLI_FAILED;
	memset(&q, 0, sizeof(q));
	if (session_open(&s, args->config) == -1)
		return (CLI_FAILED);
	store_webhook_remove(s.store, &q, operand[0]);
	if ((result = session_wait(&s, &q, NULL)) == 0)
		status = CLI_OK;
	else if (result == 1)
		fprintf(stderr, "ambauth: no such webhook\n");
	store_query_drop(&q);
	session_close(&s);
	return (status);
}
