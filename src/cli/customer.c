/* SPDX-License-Identifier: ISC */
/* ambauth customer: add, list, set-password, lock, …; others are beside it. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/customer.h"
#include "cli/output.h"
#include "cli/password_prompt.h"
#include "cli/session.h"
#include "cli/values.h"
#include "crypto/digest.h"
#include "login/password.h"
#include "store/customer.h"

#define PAGE	1000		/* customers asked for at a time */

static int	add(void *, int, char **);
static int	list(void *, int, char **);
static int	set_password(void *, int, char **);
static int	lock(void *, int, char **);
static int	unlock(void *, int, char **);
static int	delete_one(void *, int, char **);
static int	lock_set(struct customer_args *, int, char **, int);
static int	page_put(struct output *, const struct store_query *, char *,
		    size_t);
static int	hash_get(char [PASSWORD_HASH_LEN], const struct session *);

static const struct verb_option add_options[] = {
	CUSTOMER_ARG("id", "ID", VERB_TEXT, id,
	    "what the business calls the customer"),
	CUSTOMER_ARG("login", "LOGIN", VERB_TEXT, login,
	    "what the customer types; case does not matter"),
	CUSTOMER_ARG("no-password", NULL, VERB_FLAG, has_no_password,
	    "none for now; set-password gives one later"),
	CUSTOMER_ARG_BUSINESS,
	CUSTOMER_ARG_CONFIG,
};
static const struct verb_option id_options[] = {
	CUSTOMER_ARG("id", "ID", VERB_TEXT, id, "the customer's ID"),
	CUSTOMER_ARG_BUSINESS,
	CUSTOMER_ARG_CONFIG,
};
static const struct verb_option list_options[] = {
	CUSTOMER_ARG_BUSINESS,
	CUSTOMER_ARG_JSON,
	CUSTOMER_ARG_CONFIG,
};

#define VERB_ON_ID(verb, function, text)				\
	{ .name = (verb), .operands = "[ID]", .operands_max = 1,	\
	    VERB_OPTIONS(id_options), .run = (function), .help = (text) }

static const struct output_column columns[] = {
	{ "customer_id", OUTPUT_TEXT }, { "login", OUTPUT_TEXT },
	{ "has_password", OUTPUT_BOOL }, { "locked", OUTPUT_BOOL },
	{ "created_at", OUTPUT_TEXT },
};
#define COLUMNS	(sizeof(columns) / sizeof(columns[0]))

int
cli_customer(int argc, char **argv)
{
	struct customer_args	args;
	const struct verb	verbs[] = {
		{ .name = "add", VERB_OPTIONS(add_options), .run = add,
		    .help = "Add a customer. The password is asked for, or "
		    "read from standard input." },
		customer_import_verb,
		customer_set_claims_verb,
		customer_show_claims_verb,
		{ .name = "list", VERB_OPTIONS(list_options), .run = list,
		    .help = "List customers in the order of their IDs." },
		VERB_ON_ID("set-password", set_password, "Set another "
		    "password, and sign the customer out everywhere.\nIt is "
		    "asked for, or read from standard input."),
		VERB_ON_ID("lock", lock,
		    "Let the customer in no more, and revoke all tokens."),
		VERB_ON_ID("unlock", unlock,
		    "Let the customer in again; old tokens stay revoked."),
		VERB_ON_ID("delete", delete_one,
		    "Delete the customer with all links and tokens."),
	};

	memset(&args, 0, sizeof(args));
	args.business = BUSINESS_DEFAULT;
	return (verb_dispatch(verbs, sizeof(verbs) / sizeof(verbs[0]), &args,
	    argc, argv));
}

static int
add(void *values, int count, char **operand)
{
	struct customer_args	*args = values;
	struct store_query	 q;
	struct session		 s;
	struct customer		 c;
	const char		*fault;
	int			 status;

	status = CLI_FAILED;
	memset(&q, 0, sizeof(q));
	memset(&c, 0, sizeof(c));
	if (customer_id_get(args, count, operand) == -1)
		return (CLI_USAGE);
	if (args->login == NULL)
		fault = "is missing";
	else
		fault = value_fault(args->login, sizeof(c.login) - 1);
	if (fault != NULL) {
		fprintf(stderr, "ambauth customer: --login %s\n", fault);
		return (CLI_USAGE);
	}
	(void)text_copy(c.customer_id, sizeof(c.customer_id), args->id);
	(void)text_copy(c.login, sizeof(c.login), args->login);
	if (session_open(&s, args->config) == -1)
		return (CLI_FAILED);
	if (!args->has_no_password && hash_get(c.password_hash, &s) == -1)
		goto out;
	store_customer_add(s.store, &q, args->business, &c);
	if (session_wait(&s, &q, "this customer ID or login is taken") == 0)
		status = CLI_OK;
out:
	store_query_drop(&q);
	session_close(&s);
	return (status);
}

static int
list(void *values, int count, char **operand)
{
	struct customer_args	*args = values;
	struct store_query	 q;
	struct session		 s;
	struct output		 out;
	char			 after[CUSTOMER_ID_LEN];
	int			 n, status;

	(void)count;
	(void)operand;
	status = CLI_FAILED;
	memset(&q, 0, sizeof(q));
	after[0] = '\0';
	if (session_open(&s, args->config) == -1)
		return (CLI_FAILED);
	output_begin(&out, stdout, columns, COLUMNS, args->is_json);
	do {
		store_customer_list(s.store, &q, args->business, after, PAGE);
		if (session_wait(&s, &q, NULL) == -1)
			goto out;
		n = store_customer_count(&q);
		if (page_put(&out, &q, after, sizeof(after)) == -1)
			goto out;
	} while (n == PAGE);
	status = CLI_OK;
out:
	if (output_end(&out) == -1)
		status = CLI_FAILED;
	store_query_drop(&q);
	session_close(&s);
	return (status);
}

static int
page_put(struct output *out, const struct store_query *q, char *after,
    size_t cap)
{
	const char	*cells[COLUMNS];
	struct customer	 c;
	int		 row;

	for (row = 0; row < store_customer_count(q); row++) {
		if (store_customer_get(q, row, &c) == -1) {
			fprintf(stderr, "ambauth customer list: the one after "
			    "%s does not read\n", after);
			return (-1);
		}
		cells[0] = c.customer_id;
		cells[1] = c.login;
		cells[2] = OUTPUT_YES(c.password_hash[0] != '\0');
		cells[3] = OUTPUT_YES(c.is_locked);
		cells[4] = c.created_at;
		output_row(out, cells);
		if (text_copy(after, cap, c.customer_id) == -1)
			return (-1);
	}
	output_flush(out);
	return (0);
}

static int
set_password(void *values, int count, char **operand)
{
	struct customer_args	*args = values;
	struct store_query	 q;
	struct session		 s;
	char			 hash[PASSWORD_HASH_LEN];
	int			 status;

	status = CLI_FAILED;
	memset(&q, 0, sizeof(q));
	if (customer_id_get(args, count, operand) == -1)
		return (CLI_USAGE);
	if (session_open(&s, args->config) == -1)
		return (CLI_FAILED);
	if (hash_get(hash, &s) == 0) {
		store_customer_set_password(s.store, &q, args->business,
		    args->id, hash);
		status = customer_done(&s, &q, args->id);
	}
	store_query_drop(&q);
	session_close(&s);
	return (status);
}

static int
lock(void *values, int count, char **operand)
{
	return (lock_set(values, count, operand, 1));
}

static int
unlock(void *values, int count, char **operand)
{
	return (lock_set(values, count, operand, 0));
}

static int
lock_set(struct customer_args *args, int count, char **operand, int is_locked)
{
	struct store_query	q;
	struct session		s;
	int			status;

	memset(&q, 0, sizeof(q));
	if (customer_id_get(args, count, operand) == -1)
		return (CLI_USAGE);
	if (session_open(&s, args->config) == -1)
		return (CLI_FAILED);
	store_customer_lock(s.store, &q, args->business, args->id, is_locked);
	status = customer_done(&s, &q, args->id);
	store_query_drop(&q);
	session_close(&s);
	return (status);
}

static int
delete_one(void *values, int count, char **operand)
{
	struct customer_args	*args = values;
	struct store_query	 q;
	struct session		 s;
	int			 status;

	memset(&q, 0, sizeof(q));
	if (customer_id_get(args, count, operand) == -1)
		return (CLI_USAGE);
	if (session_open(&s, args->config) == -1)
		return (CLI_FAILED);
	store_customer_delete(s.store, &q, args->business, args->id);
	status = customer_done(&s, &q, args->id);
	store_query_drop(&q);
	session_close(&s);
	return (status);
}

int
customer_id_get(struct customer_args *args, int count, char **operand)
{
	const char	*fault;

	if (args->id == NULL && count == 1)
		args->id = operand[0];
	fault = args->id == NULL ? "is missing" :
	    value_fault(args->id, CUSTOMER_ID_LEN - 1);
	if (fault != NULL) {
		fprintf(stderr, "ambauth customer: --id %s\n", fault);
		return (-1);
	}
	if (!value_is_business(args->business)) {
		fprintf(stderr, "ambauth customer: --business may have A-Z "
		    "a-z 0-9 - . _ only\n");
		return (-1);
	}
	return (0);
}

/* Ask for a password and hash it as the settings say. 0, or -1 and said. */
static int
hash_get(char hash[PASSWORD_HASH_LEN], const struct session *s)
{
	struct password_cost	cost;
	char			password[PASSWORD_PROMPT_LEN];
	ssize_t			len;
	int			result;

	result = -1;
	cost.memory_kib = s->settings.hash_memory_kib;
	cost.passes = s->settings.hash_passes;
	if ((len = password_prompt(password)) == -1)
		return (-1);
	if (password_init() == -1 ||
	    password_hash(hash, password, (size_t)len, &cost) == -1)
		fprintf(stderr, "ambauth customer: the password cannot be "
		    "hashed\n");
	else
		result = 0;
	digest_wipe(password, sizeof(password));
	return (result);
}

int
customer_done(struct session *s, struct store_query *q, const char *id)
{
	int	result;

	if ((result = session_wait(s, q, NULL)) == 1)
		fprintf(stderr, "ambauth: no such customer: %s\n", id);
	return (result == 0 ? CLI_OK : CLI_FAILED);
}
