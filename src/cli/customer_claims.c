/* SPDX-License-Identifier: ISC */
/* ambauth customer set-claims, show-claims: what user info may tell of one. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/cli.h"
#include "cli/customer.h"
#include "oauth/userinfo.h"
#include "store/customer.h"

#define WHY_LEN	256

static int	set_claims(void *, int, char **);
static int	show_claims(void *, int, char **);
static char	*claims_read(void);
static int	claims_print(const char *);

static const struct verb_option options[] = {
	CUSTOMER_ARG("id", "ID", VERB_TEXT, id, "the customer's ID"),
	CUSTOMER_ARG_BUSINESS,
	CUSTOMER_ARG_CONFIG,
};

const struct verb customer_set_claims_verb = {
	.name = "set-claims", .operands = "[ID]", .operands_max = 1,
	VERB_OPTIONS(options), .run = set_claims,
	.help = "Say what user info may tell of a customer: a JSON object on "
	    "standard input,\nin place of all that was there. Names are those "
	    "of OpenID Connect Core 5.1\n(name, email, email_verified, "
	    "phone_number, …), each released by its scope;\nall others are "
	    "released by the scope \"" USERINFO_SCOPE_OTHERS "\".",
};

const struct verb customer_show_claims_verb = {
	.name = "show-claims", .operands = "[ID]", .operands_max = 1,
	VERB_OPTIONS(options), .run = show_claims,
	.help = "Print what user info may tell of a customer.",
};

static int
set_claims(void *values, int count, char **operand)
{
	struct customer_args	*args = values;
	struct store_query	 q;
	struct session		 s;
	char			*json;
	int			 status;

	status = CLI_FAILED;
	memset(&q, 0, sizeof(q));
	if (customer_id_get(args, count, operand) == -1)
		return (CLI_USAGE);
	if ((json = claims_read()) == NULL)
		return (CLI_USAGE);
	if (session_open(&s, args->config) == 0) {
		store_customer_set_claims(s.store, &q, args->business,
		    args->id, json);
		status = customer_done(&s, &q, args->id);
		store_query_drop(&q);
		session_close(&s);
	}
	free(json);
	return (status);
}

/* Standard input, judged and without its spaces; NULL and said. */
static char *
claims_read(void)
{
	json_t		*claims;
	const char	*fault;
	char		 text[CUSTOMER_CLAIMS_LEN], why[WHY_LEN], *json;
	ssize_t		 len;

	if ((len = file_read(STDIN_FILENO, text, sizeof(text))) == -1) {
		fprintf(stderr, "ambauth customer set-claims: standard input: "
		    "%s\n", strerror(errno));
		return (NULL);
	}
	fault = userinfo_read(&claims, text, (size_t)len, why, sizeof(why));
	if (fault != NULL) {
		fprintf(stderr, "ambauth customer set-claims: it %s\n", fault);
		return (NULL);
	}
	json = json_dumps(claims, JSON_COMPACT);
	json_decref(claims);
	return (json);
}

static int
show_claims(void *values, int count, char **operand)
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
	store_customer_claims(s.store, &q, args->business, args->id);
	status = customer_done(&s, &q, args->id);
	if (status == CLI_OK &&
	    claims_print(store_customer_claims_get(&q)) == -1)
		status = CLI_FAILED;
	store_query_drop(&q);
	session_close(&s);
	return (status);
}

static int
claims_print(const char *text)
{
	json_t	*claims;
	int	 result;

	claims = json_loads(text, 0, NULL);
	result = claims == NULL ? puts(text) : json_dumpf(claims, stdout,
	    JSON_INDENT(2) | JSON_SORT_KEYS);
	if (claims != NULL && result == 0)
		result = putchar('\n');
	json_decref(claims);
	if (result >= 0 && fflush(stdout) == 0)
		return (0);
	perror("ambauth customer show-claims: standard output");
	return (-1);
}
