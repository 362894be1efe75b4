/* SPDX-License-Identifier: ISC */
/* Between the files of `ambauth customer`. */
#ifndef CLI_CUSTOMER_H
#define CLI_CUSTOMER_H

#include "cli/session.h"
#include "cli/verb.h"

/* What the command line says. */
struct customer_args {
	const char	*config;
	const char	*business;	/* BUSINESS_DEFAULT if not given */
	const char	*id;
	const char	*login;
	int		 has_no_password;
	int		 is_json;
};

#define CUSTOMER_ARG(name, argument, kind, field, help)			\
	{ (name), (argument), (help), (kind),				\
	    offsetof(struct customer_args, field) }
#define CUSTOMER_ARG_BUSINESS						\
	CUSTOMER_ARG("business", "NAME", VERB_TEXT, business,		\
	    "whose customers; \"default\" if not given")
#define CUSTOMER_ARG_JSON						\
	CUSTOMER_ARG("json", NULL, VERB_FLAG, is_json, "print JSON")
#define CUSTOMER_ARG_CONFIG						\
	CUSTOMER_ARG("config", "FILE", VERB_TEXT, config,		\
	    "the operator's file")

extern const struct verb	customer_import_verb;
extern const struct verb	customer_set_claims_verb;
extern const struct verb	customer_show_claims_verb;

/* From --id or as an operand; and the business is one. 0, or -1 and said. */
int	customer_id_get(struct customer_args *, int count, char **operand);
/* Wait for a change of one customer; the exit status, said if there is none. */
int	customer_done(struct session *, struct store_query *, const char *id);

#endif
