/* SPDX-License-Identifier: ISC */
/* ambauth link: list and delete. */
#include <stdio.h>
#include <string.h>

#include "apple/opaque_id.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/output.h"
#include "cli/password_prompt.h"
#include "cli/session.h"
#include "cli/values.h"
#include "cli/verb.h"
#include "store/link.h"

#define PAGE	1000		/* links asked for at a time */

/* What the command line says. */
struct link_args {
	const char	*config;
	const char	*business;
	const char	*customer;
	int		 is_json;
};

static int	list(void *, int, char **);
static int	delete_one(void *, int, char **);
static int	business_check(const struct link_args *);
static int	opaque_id_read(char [OPAQUE_ID_MAX + 1], const char *);
static int	page_put(struct output *, const struct store_query *, char *,
		    size_t);

#define ARG(name, argument, kind, field, help)				\
	{ (name), (argument), (help), (kind),				\
	    offsetof(struct link_args, field) }
#define ARG_BUSINESS	ARG("business", "NAME", VERB_TEXT, business,	\
			    "whose links; \"default\" if not given")
#define ARG_CONFIG	ARG("config", "FILE", VERB_TEXT, config,	\
			    "the operator's file")

static const struct verb_option list_options[] = {
	ARG("customer", "ID", VERB_TEXT, customer, "only this customer's"),
	ARG_BUSINESS,
	ARG("json", NULL, VERB_FLAG, is_json, "print JSON"),
	ARG_CONFIG,
};
static const struct verb_option delete_options[] = {
	ARG_BUSINESS, ARG_CONFIG,
};

static const struct verb verbs[] = {
	{ .name = "list", VERB_OPTIONS(list_options), .run = list,
	    .help = "List which opaque ID belongs to which customer." },
	{ .name = "delete", VERB_OPTIONS(delete_options), .run = delete_one,
	    .operands = "OPAQUE_ID", .operands_min = 1, .operands_max = 1,
	    .help = "Delete a link. With - as its opaque ID it is read from "
	    "standard input,\nwhere no other user of this machine sees it." },
};

static const struct output_column columns[] = {
	{ "opaque_id", OUTPUT_TEXT }, { "customer_id", OUTPUT_TEXT },
	{ "linked_at", OUTPUT_TEXT }, { "last_sign_in_at", OUTPUT_TEXT },
};
#define COLUMNS	(sizeof(columns) / sizeof(columns[0]))

int
cli_link(int argc, char **argv)
{
	struct link_args	args;

	memset(&args, 0, sizeof(args));
	args.business = BUSINESS_DEFAULT;
	return (verb_dispatch(verbs, sizeof(verbs) / sizeof(verbs[0]), &args,
	    argc, argv));
}

static int
list(void *values, int count, char **operand)
{
	const struct link_args	*args = values;
	struct store_query	 q;
	struct session		 s;
	struct output		 out;
	char			 after[OPAQUE_ID_LEN];
	int			 n, status;

	(void)count;
	(void)operand;
	status = CLI_FAILED;
	memset(&q, 0, sizeof(q));
	after[0] = '\0';
	if (business_check(args) == -1)
		return (CLI_USAGE);
	if (session_open(&s, args->config) == -1)
		return (CLI_FAILED);
	output_begin(&out, stdout, columns, COLUMNS, args->is_json);
	do {
		if (args->customer != NULL)
			store_link_find_customer(s.store, &q, args->business,
			    args->customer);
		else
			store_link_list(s.store, &q, args->business, after,
			    PAGE);
		if (session_wait(&s, &q, NULL) == -1)
			goto out;
		n = store_link_count(&q);
		if (page_put(&out, &q, after, sizeof(after)) == -1)
			goto out;
	} while (n == PAGE && args->customer == NULL);
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
	struct link_row	 l;
	int		 row;

	for (row = 0; row < store_link_count(q); row++) {
		if (store_link_get(q, row, &l) == -1) {
			fprintf(stderr, "ambauth link list: a row does not "
			    "read\n");
			return (-1);
		}
		cells[0] = l.opaque_id;
		cells[1] = l.customer_id;
		cells[2] = l.linked_at;
		cells[3] = l.last_sign_in_at;
		output_row(out, cells);
		if (text_copy(after, cap, l.opaque_id) == -1)
			return (-1);
	}
	output_flush(out);
	return (0);
}

static int
delete_one(void *values, int count, char **operand)
{
	const struct link_args	*args = values;
	struct store_query	 q;
	struct session		 s;
	char			 opaque_id[OPAQUE_ID_MAX + 1];
	int			 result, status;

	(void)count;
	status = CLI_FAILED;
	memset(&q, 0, sizeof(q));
	if (business_check(args) == -1 ||
	    opaque_id_read(opaque_id, operand[0]) == -1)
		return (CLI_USAGE);
	if (session_open(&s, args->config) == -1)
		return (CLI_FAILED);
	store_link_delete(s.store, &q, args->business, opaque_id, "cli");
	if ((result = session_wait(&s, &q, NULL)) == 0)
		status = CLI_OK;
	else if (result == 1)
		fprintf(stderr, "ambauth: no such link\n");
	store_query_drop(&q);
	session_close(&s);
	return (status);
}

static int
business_check(const struct link_args *args)
{
	if (value_is_business(args->business))
		return (0);
	fprintf(stderr, "ambauth link: --business may have A-Z a-z 0-9 - . _ "
	    "only\n");
	return (-1);
}

static int
opaque_id_read(char out[OPAQUE_ID_MAX + 1], const char *operand)
{
	char	line[OPAQUE_ID_LEN];

	if (strcmp(operand, "-") == 0) {
		if (line_prompt(line, sizeof(line), "opaque ID") == -1)
			return (-1);
		operand = line;
	}
	if (opaque_id_get(out, operand) == 0)
		return (0);
	fprintf(stderr, "ambauth link: not an opaque ID: it begins with "
	    OPAQUE_ID_PREFIX " and goes on in base64\n");
	return (-1);
}
