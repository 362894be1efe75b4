/* SPDX-License-Identifier: ISC */
/* ambauth client add: everything about a client is judged before it is kept. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/client.h"
#include "cli/client_recipe.h"
#include "cli/client_values.h"
#include "cli/session.h"
#include "cli/values.h"
#include "crypto/digest.h"
#include "crypto/signing_key.h"

#define APPLE_REDIRECT_URI	"https://auth.businesschat.apple.com"
#define ID_BYTES		16

static int	add(void *, int, char **);
static int	told(const struct client_args *,
		    const struct client_profile *, const struct client *,
		    const char *, const char *);
static int	client_fill(struct client *, const struct client_args *,
		    const char *);
static int	fill_names(struct client *, const struct client_args *,
		    const char *);
static int	fill_rights(struct client *, const struct client_args *);
static int	fill_redirect_uris(struct client *,
		    const struct client_args *);
static int	fill_response_keys(struct client *,
		    const struct client_args *);
static int	wrong(const char *, const char *, const char *);

#define ARG(name, argument, kind, field, help)				\
	{ (name), (argument), (help), (kind),				\
	    offsetof(struct client_args, field) }

static const struct verb_option options[] = {
	ARG("business", "NAME", VERB_TEXT, business,
	    "whose client it is; \"" BUSINESS_DEFAULT "\" if not given"),
	ARG("id", "CLIENT_ID", VERB_TEXT, id,
	    "A-Z a-z 0-9 - . _ ~; made up if not given"),
	ARG("public", NULL, VERB_FLAG, is_public,
	    "it has no secret"),
	ARG("confidential", NULL, VERB_FLAG, is_confidential,
	    "it has a secret, printed once (this is the default)"),
	ARG("apple-device", NULL, VERB_FLAG, is_apple_device,
	    "the Apple device profile: what devices send is taken"),
	ARG("redirect-uri", "URI", VERB_LIST, redirect_uris,
	    "where codes may go; may be repeated"),
	ARG("scope", "SCOPES", VERB_TEXT, scope,
	    "what it may ask for, in quotes; \"openid\" if not given"),
	ARG("auth", "METHODS", VERB_TEXT, auth,
	    "client_secret_basic,client_secret_post,none"),
	ARG("grant", "GRANTS", VERB_TEXT, grant,
	    "authorization_code,refresh_token; the first if not given"),
	ARG("require-pkce", NULL, VERB_FLAG, is_pkce_required,
	    "it must send a code_challenge"),
	ARG("response-key", "BASE64", VERB_LIST, response_keys,
	    "the only keys to encrypt to; may be repeated"),
	ARG("encrypt-access-token", NULL, VERB_FLAG, is_access_token_encrypted,
	    "put the encrypted access token in its place"),
	ARG("access-token-lifetime", "TIME", VERB_SECONDS,
	    access_token_seconds,
	    "such as 15m or 1h; the service's setting if not given"),
	ARG("id-token-alg", "ALG", VERB_TEXT, id_token_alg,
	    "RS256 for one that knows nothing newer; ES256 if not given"),
	ARG("profile", "PROFILE", VERB_TEXT, profile,
	    "what this messaging provider needs; see below"),
	ARG("region", "REGION", VERB_TEXT, region,
	    "such as us-east-1; for --profile amazon-connect"),
	ARG("json", NULL, VERB_FLAG, is_json, "print JSON"),
	ARG("config", "FILE", VERB_TEXT, config, "the operator's file"),
};

const struct verb client_add_verb = {
	.name = "add", .operands = "NAME", .operands_min = 1,
	.operands_max = 1, VERB_OPTIONS(options), .run = add,
	.help = "Register a client and print its client_id and secret.\n"
	    "The secret is shown this once; the database has its SHA-256 "
	    "only.\n"
	    "With --profile it also prints what to enter at Apple and at the "
	    "provider.",
	.help_more = client_profile_help,
};

static int
add(void *values, int count, char **operand)
{
	const struct client_profile	*profile;
	struct client_args		*args = values;
	struct store_query		 q;
	struct session			 s;
	struct client			 c;
	char				 secret[RANDOM_TOKEN_LEN];
	int				 status;

	(void)count;
	status = CLI_FAILED;
	memset(&q, 0, sizeof(q));
	memset(secret, 0, sizeof(secret));
	if (client_recipe_fill(args, &profile) == -1 ||
	    client_fill(&c, args, operand[0]) == -1)
		return (CLI_USAGE);
	if (session_open(&s, args->config) == -1)
		return (CLI_FAILED);
	if (c.auth_methods & (CLIENT_AUTH_BASIC | CLIENT_AUTH_POST)) {
		client_secret_make(secret, c.secret);
		c.has_secret = 1;
	}
	store_client_add(s.store, &q, &c);
	if (session_wait(&s, &q, "this client_id is taken") == 0 &&
	    told(args, profile, &c, c.has_secret ? secret : NULL,
	    s.settings.issuer) == 0)
		status = CLI_OK;
	digest_wipe(secret, sizeof(secret));
	store_query_drop(&q);
	session_close(&s);
	return (status);
}

static int
told(const struct client_args *args, const struct client_profile *profile,
    const struct client *c, const char *secret, const char *issuer)
{
	if (profile == NULL)
		return (client_secret_print(args, c->client_id, secret));
	return (client_recipe_print(profile, c, secret, issuer,
	    args->is_json));
}

/* 0, or -1 after saying what is wrong. */
static int
client_fill(struct client *c, const struct client_args *args,
    const char *name)
{
	memset(c, 0, sizeof(*c));
	if (fill_names(c, args, name) == -1 || fill_rights(c, args) == -1 ||
	    fill_redirect_uris(c, args) == -1 ||
	    fill_response_keys(c, args) == -1)
		return (-1);
	if (args->profile != NULL && text_copy(c->profile,
	    sizeof(c->profile), args->profile) == -1)
		return (wrong("--profile", "is too long", args->profile));
	c->is_apple_device = args->is_apple_device;
	c->is_pkce_required = args->is_pkce_required;
	c->is_access_token_encrypted = args->is_access_token_encrypted;
	c->access_token_seconds = (unsigned)args->access_token_seconds;
	return (0);
}

static int
fill_names(struct client *c, const struct client_args *args, const char *name)
{
	const char	*business, *fault;
	uint8_t		 bytes[ID_BYTES];
	struct text	 id;
	size_t		 i;

	business = args->business == NULL ? BUSINESS_DEFAULT : args->business;
	if (!value_is_business(business) ||
	    text_copy(c->business, sizeof(c->business), business) == -1)
		return (wrong("--business", "may have A-Z a-z 0-9 - . _ only, "
		    "63 at most", business));
	if ((fault = client_value_name(c->name, name)) != NULL)
		return (wrong("the name", fault, name));
	if (args->id != NULL) {
		if (value_is_client_id(args->id) && text_copy(c->client_id,
		    sizeof(c->client_id), args->id) == 0)
			return (0);
		return (wrong("--id", "may have A-Z a-z 0-9 - . _ ~ only, 127 "
		    "at most", args->id));
	}
	random_bytes(bytes, sizeof(bytes));
	text_init(&id, c->client_id, sizeof(c->client_id));
	for (i = 0; i < sizeof(bytes); i++)
		text_addf(&id, "%02x", bytes[i]);
	return (0);
}

static int
fill_rights(struct client *c, const struct client_args *args)
{
	const char	*auth, *grant, *scope, *fault;

	if (args->is_public && args->is_confidential)
		return (wrong("--public", "contradicts", "--confidential"));
	auth = args->auth;
	if (auth == NULL)
		auth = args->is_public ? "none" :
		    "client_secret_basic,client_secret_post";
	if (client_auth_bits(&c->auth_methods, auth) == -1)
		return (wrong("--auth", "does not know", auth));
	if (args->is_public && c->auth_methods != CLIENT_AUTH_NONE)
		return (wrong("--public", "has no secret to use with", auth));
	if (args->is_confidential && c->auth_methods == CLIENT_AUTH_NONE)
		return (wrong("--confidential", "needs a secret, not", auth));
	grant = args->grant == NULL ? "authorization_code" : args->grant;
	if (client_grant_bits(&c->grant_types, grant) == -1)
		return (wrong("--grant", "does not know", grant));
	scope = args->scope == NULL ? "openid" : args->scope;
	if (text_copy(c->id_token_alg, sizeof(c->id_token_alg),
	    args->id_token_alg == NULL ? SIGNING_ALG_ES256 :
	    args->id_token_alg) == -1 ||
	    (strcmp(c->id_token_alg, SIGNING_ALG_ES256) != 0 &&
	    strcmp(c->id_token_alg, SIGNING_ALG_RS256) != 0))
		return (wrong("--id-token-alg", "is ES256 or RS256, not",
		    args->id_token_alg));
	if ((fault = client_value_scope(c->scopes, scope)) != NULL)
		return (wrong("--scope", fault, scope));
	return (0);
}

static int
fill_redirect_uris(struct client *c, const struct client_args *args)
{
	const char	*why, *which;

	if (args->redirect_uris.count == 0 && args->is_apple_device)
		return (text_copy(c->redirect_uris, sizeof(c->redirect_uris),
		    APPLE_REDIRECT_URI));
	if (args->redirect_uris.count == 0)
		return (wrong("--redirect-uri", "one is needed",
		    "none is given"));
	if ((why = client_value_uris(c->redirect_uris, &args->redirect_uris,
	    &which)) != NULL)
		return (wrong("--redirect-uri", why, which));
	return (0);
}

static int
fill_response_keys(struct client *c, const struct client_args *args)
{
	const char	*why, *which;

	if ((why = client_value_keys(c->response_keys, &args->response_keys,
	    &which)) != NULL)
		return (wrong("--response-key", why, which));
	return (0);
}

static int
wrong(const char *what, const char *why, const char *value)
{
	fprintf(stderr, "ambauth client add: %s: %s: %s\n", what, why, value);
	return (-1);
}
