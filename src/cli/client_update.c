/* SPDX-License-Identifier: ISC */
/*
 * ambauth client update: identifiers stay at Apple for years, what belongs to
 * them does not. All that is asked for is changed at once, or nothing is.
 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/client.h"
#include "cli/client_values.h"
#include "cli/session.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static int	update(void *, int, char **);
static int	is_change(const struct client_args *);
static int	change_fill(struct client_change *,
		    const struct client_args *);
static int	fill_names(struct client_change *, const struct client_args *);
static int	fill_lists(struct client_change *, const struct client_args *);
static int	fill_removed_uris(struct client_change *,
		    const struct verb_list *);
static int	fill_switch(int *, const char *, const char *);
static int	fill_lifetime(int64_t *, const char *);
static const char *refusal_text(const char *);
static int	wrong(const char *, const char *, const char *);

#define ARG(name, argument, kind, field, help)				\
	{ (name), (argument), (help), (kind),				\
	    offsetof(struct client_args, field) }

static const struct verb_option options[] = {
	ARG("name", "NAME", VERB_TEXT, name, "what people call it"),
	ARG("add-redirect-uri", "URI", VERB_LIST, redirect_uris,
	    "where codes may go too; may be repeated"),
	ARG("remove-redirect-uri", "URI", VERB_LIST, removed_uris,
	    "where they may go no more; may be repeated"),
	ARG("scope", "SCOPES", VERB_TEXT, scope,
	    "all that it may ask for, in quotes"),
	ARG("auth", "METHODS", VERB_TEXT, auth,
	    "client_secret_basic,client_secret_post"),
	ARG("grant", "GRANTS", VERB_TEXT, grant,
	    "authorization_code,refresh_token"),
	ARG("require-pkce", "on|off", VERB_TEXT, pkce,
	    "whether it must send a code_challenge"),
	ARG("add-response-key", "BASE64", VERB_LIST, response_keys,
	    "one more key to encrypt to; may be repeated"),
	ARG("remove-response-key", "BASE64", VERB_LIST, removed_keys,
	    "one key less; with none left any is taken"),
	ARG("encrypt-access-token", "on|off", VERB_TEXT, encrypt,
	    "whether the encrypted access token takes its place"),
	ARG("access-token-lifetime", "TIME", VERB_TEXT, lifetime,
	    "such as 15m or 1h; \"default\": the service's setting"),
	ARG("enable", NULL, VERB_FLAG, is_enable,
	    "let it in again; its old tokens stay revoked"),
	ARG("json", NULL, VERB_FLAG, is_json, "print JSON"),
	ARG("config", "FILE", VERB_TEXT, config, "the operator's file"),
};

const struct verb client_update_verb = {
	.name = "update", .operands = "CLIENT_ID", .operands_min = 1,
	.operands_max = 1, VERB_OPTIONS(options), .run = update,
	.help = "Change a client and print how it is then.\n"
	    "What is not given stays. All of it is changed at once or, with "
	    "the reason, nothing;\nit counts from the next request on.",
};

static const struct {
	const char	*refusal;
	const char	*text;
} refusals[] = {
	{ "changed_meanwhile",
	    "somebody else was changing it: look at it and try again" },
	{ "redirect_uri_unknown",
	    "--remove-redirect-uri: it has no such redirect URI" },
	{ "redirect_uri_last",
	    "--remove-redirect-uri: its last one stays; `disable' turns a "
	    "client off" },
	{ "redirect_uris_long",
	    "--add-redirect-uri: all of them together are too long" },
	{ "response_key_unknown",
	    "--remove-response-key: it has no such key" },
	{ "response_keys_long",
	    "--add-response-key: all of them together are too long" },
	{ "secret_unused",
	    "--auth: it has a secret and would be let in without; for another "
	    "secret use rotate-secret" },
	{ "secret_missing",
	    "--auth: it has no secret, and rotate-secret gives one only to a "
	    "client that has one: add another client" },
};

static int
update(void *values, int count, char **operand)
{
	const struct client_args	*args = values;
	static struct client_change	 change;
	struct store_query		 q;
	struct session			 s;
	const char			*refusal;
	int				 status = CLI_FAILED;

	(void)count;
	memset(&q, 0, sizeof(q));
	if (change_fill(&change, args) == -1)
		return (CLI_USAGE);
	if (session_open(&s, args->config) == -1)
		return (CLI_FAILED);
	store_client_update(s.store, &q, operand[0], &change);
	if (client_found(&s, &q, "such client", operand[0]) == -1)
		goto out;
	refusal = store_client_update_refusal(&q);
	if (*refusal != '\0')
		fprintf(stderr, "ambauth client update: %s\n",
		    refusal_text(refusal));
	else if (client_print(&s, operand[0], args->is_json) == 0)
		status = CLI_OK;
out:
	store_query_drop(&q);
	session_close(&s);
	return (status);
}

/* 0, or -1 after saying what is wrong. */
static int
change_fill(struct client_change *c, const struct client_args *args)
{
	memset(c, 0, sizeof(*c));
	if (!is_change(args))
		return (wrong("nothing to change is given",
		    "`ambauth client update --help' says more", NULL));
	c->is_enabled = args->is_enable;
	if (fill_names(c, args) == -1 || fill_lists(c, args) == -1 ||
	    fill_switch(&c->is_pkce_required, "--require-pkce",
	    args->pkce) == -1 ||
	    fill_switch(&c->is_access_token_encrypted,
	    "--encrypt-access-token", args->encrypt) == -1)
		return (-1);
	return (fill_lifetime(&c->access_token_seconds, args->lifetime));
}

static int
is_change(const struct client_args *args)
{
	return (args->name != NULL || args->scope != NULL ||
	    args->auth != NULL || args->grant != NULL || args->pkce != NULL ||
	    args->encrypt != NULL || args->lifetime != NULL ||
	    args->is_enable || args->redirect_uris.count > 0 ||
	    args->removed_uris.count > 0 || args->response_keys.count > 0 ||
	    args->removed_keys.count > 0);
}

static int
fill_names(struct client_change *c, const struct client_args *args)
{
	char		 name[CLIENT_NAME_LEN];
	const char	*fault;

	c->name = args->name;
	if (args->name != NULL &&
	    (fault = client_value_name(name, args->name)) != NULL)
		return (wrong("--name", fault, args->name));
	if (args->scope != NULL &&
	    (fault = client_value_scope(c->scopes, args->scope)) != NULL)
		return (wrong("--scope", fault, args->scope));
	if (args->auth != NULL &&
	    client_auth_bits(&c->auth_methods, args->auth) == -1)
		return (wrong("--auth", "does not know", args->auth));
	if (args->grant != NULL &&
	    client_grant_bits(&c->grant_types, args->grant) == -1)
		return (wrong("--grant", "does not know", args->grant));
	return (0);
}

static int
fill_lists(struct client_change *c, const struct client_args *args)
{
	const char	*fault, *which;

	if ((fault = client_value_uris(c->added_uris, &args->redirect_uris,
	    &which)) != NULL)
		return (wrong("--add-redirect-uri", fault, which));
	if ((fault = client_value_keys(c->added_keys, &args->response_keys,
	    &which)) != NULL)
		return (wrong("--add-response-key", fault, which));
	if ((fault = client_value_keys(c->removed_keys, &args->removed_keys,
	    &which)) != NULL)
		return (wrong("--remove-response-key", fault, which));
	return (fill_removed_uris(c, &args->removed_uris));
}

/* Also one that could not be added, so that whatever is there can go. */
static int
fill_removed_uris(struct client_change *c, const struct verb_list *list)
{
	struct text	t;
	size_t		i;

	text_init(&t, c->removed_uris, sizeof(c->removed_uris));
	for (i = 0; i < list->count; i++) {
		if (list->values[i][0] == '\0' ||
		    strchr(list->values[i], ' ') != NULL)
			return (wrong("--remove-redirect-uri",
			    "is empty or has a blank", list->values[i]));
		text_addf(&t, "%s%s", i > 0 ? " " : "", list->values[i]);
	}
	if (!text_is_ok(&t))
		return (wrong("--remove-redirect-uri",
		    "all of them together", "too long"));
	return (0);
}

/* -1 if it is not given. */
static int
fill_switch(int *out, const char *option, const char *value)
{
	*out = -1;
	if (value == NULL)
		return (0);
	if (strcmp(value, "on") != 0 && strcmp(value, "off") != 0)
		return (wrong(option, "is on or off, not", value));
	*out = strcmp(value, "on") == 0;
	return (0);
}

/* -1 if it is not given, 0 for the service's setting. */
static int
fill_lifetime(int64_t *out, const char *value)
{
	*out = -1;
	if (value == NULL)
		return (0);
	if (strcmp(value, "default") == 0)
		*out = 0;
	else if (verb_seconds(value, out) == -1 || *out == 0)
		return (wrong("--access-token-lifetime",
		    "is a time such as 15m or \"default\", not", value));
	return (0);
}

static const char *
refusal_text(const char *refusal)
{
	size_t	i;

	for (i = 0; i < COUNT(refusals); i++)
		if (strcmp(refusals[i].refusal, refusal) == 0)
			return (refusals[i].text);
	return (refusal);
}

static int
wrong(const char *what, const char *why, const char *value)
{
	fprintf(stderr, "ambauth client update: %s: %s%s%s\n", what, why,
	    value == NULL ? "" : ": ", value == NULL ? "" : value);
	return (-1);
}
