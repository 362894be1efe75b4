/* SPDX-License-Identifier: ISC */
/* ambauth client: list, show, rotate-secret, disable; the rest is beside it. */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/client.h"
#include "cli/session.h"
#include "crypto/digest.h"

struct cells;

static int	list(void *, int, char **);
static int	show(void *, int, char **);
static int	rotate_secret(void *, int, char **);
static int	disable(void *, int, char **);
static int	listed(struct store_query *, int);
static void	cells_fill(struct cells *, const struct client *);

#define ARG(name, argument, kind, field, help)				\
	{ (name), (argument), (help), (kind),				\
	    offsetof(struct client_args, field) }
#define ARG_JSON	ARG("json", NULL, VERB_FLAG, is_json, "print JSON")
#define ARG_CONFIG	ARG("config", "FILE", VERB_TEXT, config,	\
			    "the operator's file")

static const struct verb_option list_options[] = { ARG_JSON, ARG_CONFIG };
static const struct verb_option rotate_options[] = {
	ARG("overlap", "TIME", VERB_SECONDS, overlap,
	    "how long the old secret stays good, such as 24h; 0 if not given"),
	ARG_JSON,
	ARG_CONFIG,
};
static const struct verb_option disable_options[] = { ARG_CONFIG };

/* One row a client; show has them all, list those up to "created_at". */
enum {
	CELL_ID, CELL_NAME, CELL_BUSINESS, CELL_AUTH, CELL_APPLE, CELL_DISABLED,
	CELL_PROFILE, CELL_CREATED, CELL_GRANTS, CELL_SECRET, CELL_OLD_SECRET,
	CELL_PKCE,
	CELL_ENCRYPTED, CELL_SECONDS, CELL_SCOPES, CELL_URIS, CELL_KEYS,
	CELL_ID_TOKEN_ALG, CELL_COUNT
};
#define CELLS_LISTED	(CELL_CREATED + 1)

struct cells {
	const char	*text[CELL_COUNT];
	char		 auth[CLIENT_NAMES_LEN];
	char		 grants[CLIENT_NAMES_LEN];
	char		 seconds[16];
};

static const struct output_column columns[CELL_COUNT] = {
	[CELL_ID]	 = { "client_id",		OUTPUT_TEXT },
	[CELL_NAME]	 = { "name",			OUTPUT_TEXT },
	[CELL_BUSINESS]	 = { "business",		OUTPUT_TEXT },
	[CELL_AUTH]	 = { "auth_methods",		OUTPUT_LIST },
	[CELL_APPLE]	 = { "apple_device",		OUTPUT_BOOL },
	[CELL_DISABLED]	 = { "disabled",		OUTPUT_BOOL },
	[CELL_PROFILE]	 = { "profile",			OUTPUT_TEXT },
	[CELL_CREATED]	 = { "created_at",		OUTPUT_TEXT },
	[CELL_GRANTS]	 = { "grant_types",		OUTPUT_LIST },
	[CELL_SECRET]	 = { "has_secret",		OUTPUT_BOOL },
	[CELL_OLD_SECRET] = { "has_old_secret",		OUTPUT_BOOL },
	[CELL_PKCE]	 = { "pkce_required",		OUTPUT_BOOL },
	[CELL_ENCRYPTED] = { "access_token_encrypted",	OUTPUT_BOOL },
	[CELL_SECONDS]	 = { "access_token_seconds",	OUTPUT_NUMBER },
	[CELL_SCOPES]	 = { "scopes",			OUTPUT_LIST },
	[CELL_URIS]	 = { "redirect_uris",		OUTPUT_LIST },
	[CELL_KEYS]	 = { "response_keys",		OUTPUT_LIST },
	[CELL_ID_TOKEN_ALG] = { "id_token_signed_response_alg", OUTPUT_TEXT },
};

static const struct output_column secret_columns[] = {
	{ "client_id", OUTPUT_TEXT }, { "client_secret", OUTPUT_TEXT },
};

int
cli_client(int argc, char **argv)
{
	struct client_args	args;
	const struct verb	verbs[] = {
		client_add_verb,
		client_update_verb,
		{ .name = "list", VERB_OPTIONS(list_options), .run = list,
		    .help = "List all clients." },
		{ .name = "show", VERB_OPTIONS(list_options), .run = show,
		    .operands = "CLIENT_ID", .operands_min = 1,
		    .operands_max = 1, .help = "Show all about a client." },
		{ .name = "rotate-secret", VERB_OPTIONS(rotate_options),
		    .run = rotate_secret, .operands = "CLIENT_ID",
		    .operands_min = 1, .operands_max = 1,
		    .help = "Give a client a new secret and print it.\n"
		    "With --overlap both are good for a while, so that nobody "
		    "is locked out\nbefore the client knows the new one." },
		{ .name = "disable", VERB_OPTIONS(disable_options),
		    .run = disable, .operands = "CLIENT_ID",
		    .operands_min = 1, .operands_max = 1,
		    .help = "Disable a client and revoke all its tokens." },
		client_brand_verb,
		client_preview_verb,
	};

	memset(&args, 0, sizeof(args));
	return (verb_dispatch(verbs, sizeof(verbs) / sizeof(verbs[0]), &args,
	    argc, argv));
}

void
client_secret_make(char secret[RANDOM_TOKEN_LEN],
    uint8_t digest[CLIENT_SECRET_DIGEST])
{
	random_token(secret);
	digest_sha256(digest, secret, strlen(secret));
}

int
client_secret_print(const struct client_args *args, const char *client_id,
    const char *secret)
{
	const char	*cells[2];

	cells[0] = client_id;
	cells[1] = secret;
	if (output_object(stdout, secret_columns, secret == NULL &&
	    !args->is_json ? 1 : 2, cells, args->is_json) == 0)
		return (0);
	perror("ambauth client: standard output");
	return (-1);
}

int
client_found(struct session *s, struct store_query *q, const char *what,
    const char *client_id)
{
	int	result;

	if ((result = session_wait(s, q, NULL)) == 1)
		fprintf(stderr, "ambauth: no %s: %s\n", what, client_id);
	return (result == 0 ? 0 : -1);
}

int
client_print(struct session *s, const char *client_id, int is_json)
{
	struct cells		cells;
	struct store_query	q;
	struct client		c;
	int			result = -1;

	memset(&q, 0, sizeof(q));
	store_client_find(s->store, &q, client_id);
	if (client_found(s, &q, "such client", client_id) == -1)
		goto out;
	if (store_client_get(&q, 0, &c) == -1) {
		fprintf(stderr, "ambauth client: it does not read\n");
		goto out;
	}
	cells_fill(&cells, &c);
	result = output_object(stdout, columns, CELL_COUNT, cells.text,
	    is_json);
	if (result == -1)
		perror("ambauth client: standard output");
out:
	store_query_drop(&q);
	return (result);
}

static int
list(void *values, int count, char **operand)
{
	const struct client_args	*args = values;
	struct store_query		 q;
	struct session			 s;
	int				 status;

	(void)count;
	(void)operand;
	status = CLI_FAILED;
	memset(&q, 0, sizeof(q));
	if (session_open(&s, args->config) == -1)
		return (CLI_FAILED);
	store_client_list(s.store, &q);
	if (session_wait(&s, &q, NULL) != -1 && listed(&q, args->is_json) == 0)
		status = CLI_OK;
	store_query_drop(&q);
	session_close(&s);
	return (status);
}

static int
listed(struct store_query *q, int is_json)
{
	struct cells	cells;
	struct client	c;
	struct output	out;
	int		row;

	output_begin(&out, stdout, columns, CELLS_LISTED, is_json);
	for (row = 0; row < store_client_count(q); row++) {
		if (store_client_get(q, row, &c) == -1) {
			fprintf(stderr, "ambauth client list: row %d does not "
			    "read\n", row + 1);
			(void)output_end(&out);
			return (-1);
		}
		cells_fill(&cells, &c);
		output_row(&out, cells.text);
	}
	return (output_end(&out));
}

static int
show(void *values, int count, char **operand)
{
	const struct client_args	*args = values;
	struct session			 s;
	int				 status;

	(void)count;
	if (session_open(&s, args->config) == -1)
		return (CLI_FAILED);
	status = client_print(&s, operand[0], args->is_json) == 0 ? CLI_OK :
	    CLI_FAILED;
	session_close(&s);
	return (status);
}

static int
rotate_secret(void *values, int count, char **operand)
{
	const struct client_args	*args = values;
	struct store_query		 q;
	struct session			 s;
	uint8_t				 digest[CLIENT_SECRET_DIGEST];
	char				 secret[RANDOM_TOKEN_LEN];
	int				 status;

	(void)count;
	status = CLI_FAILED;
	memset(&q, 0, sizeof(q));
	if (session_open(&s, args->config) == -1)
		return (CLI_FAILED);
	client_secret_make(secret, digest);
	store_client_rotate_secret(s.store, &q, operand[0], digest,
	    args->overlap);
	if (client_found(&s, &q, "client with a secret", operand[0]) == 0 &&
	    client_secret_print(args, operand[0], secret) == 0)
		status = CLI_OK;
	digest_wipe(secret, sizeof(secret));
	store_query_drop(&q);
	session_close(&s);
	return (status);
}

static int
disable(void *values, int count, char **operand)
{
	const struct client_args	*args = values;
	struct store_query		 q;
	struct session			 s;
	int				 status;

	(void)count;
	status = CLI_FAILED;
	memset(&q, 0, sizeof(q));
	if (session_open(&s, args->config) == -1)
		return (CLI_FAILED);
	store_client_disable(s.store, &q, operand[0]);
	if (client_found(&s, &q, "such client", operand[0]) == 0)
		status = CLI_OK;
	store_query_drop(&q);
	session_close(&s);
	return (status);
}

static void
cells_fill(struct cells *cells, const struct client *c)
{
	client_auth_names(cells->auth, c->auth_methods);
	client_grant_names(cells->grants, c->grant_types);
	snprintf(cells->seconds, sizeof(cells->seconds), "%u",
	    c->access_token_seconds);
	cells->text[CELL_ID] = c->client_id;
	cells->text[CELL_NAME] = c->name;
	cells->text[CELL_BUSINESS] = c->business;
	cells->text[CELL_AUTH] = cells->auth;
	cells->text[CELL_APPLE] = OUTPUT_YES(c->is_apple_device);
	cells->text[CELL_DISABLED] = OUTPUT_YES(c->is_disabled);
	cells->text[CELL_PROFILE] = c->profile[0] == '\0' ? NULL : c->profile;
	cells->text[CELL_CREATED] = c->created_at;
	cells->text[CELL_GRANTS] = cells->grants;
	cells->text[CELL_SECRET] = OUTPUT_YES(c->has_secret);
	cells->text[CELL_OLD_SECRET] = OUTPUT_YES(c->has_old_secret);
	cells->text[CELL_PKCE] = OUTPUT_YES(c->is_pkce_required);
	cells->text[CELL_ENCRYPTED] =
	    OUTPUT_YES(c->is_access_token_encrypted);
	cells->text[CELL_SECONDS] = c->access_token_seconds == 0 ? NULL :
	    cells->seconds;
	cells->text[CELL_SCOPES] = c->scopes;
	cells->text[CELL_URIS] = c->redirect_uris;
	cells->text[CELL_KEYS] = c->response_keys;
	cells->text[CELL_ID_TOKEN_ALG] = c->id_token_alg;
}
