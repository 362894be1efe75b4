/* SPDX-License-Identifier: ISC */
/* What a profile makes of `client add`. */
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "base/text.h"
#include "cli/client_recipe.h"

#define REGION_MAX	32
#define URL_LEN		512
#define LABEL_COLUMN	34

/* Each value's text; NULL: this client has none. */
struct values {
	const char	*text[PROFILE_VALUES];
	char		 url[PROFILE_VALUES][URL_LEN];
};

static int	region_fill(struct client_args *,
		    const struct client_profile *);
static int	redirect_fill(struct client_args *,
		    const struct client_profile *);
static int	complain(const char *, const char *);
static void	values_fill(struct values *, const struct client *,
		    const char *, const char *);
static json_t	*fields_pack(const struct profile_field *,
		    const struct values *);
static void	fields_say(const char *, json_t *);

/* At Apple everybody enters the same. */
static const struct profile_field apple_fields[] = {
	{ "OAuth URL", PROFILE_OAUTH_URL },
	{ "Token URL", PROFILE_TOKEN_URL },
	{ "Client Identifier", PROFILE_CLIENT_ID },
	{ NULL, PROFILE_VALUES },
};

/* What follows the issuer, where a value is a URL. */
static const char *const paths[PROFILE_VALUES] = {
	[PROFILE_ISSUER]		= "",
	[PROFILE_OAUTH_URL]		= "/oauth/authorize",
	[PROFILE_TOKEN_URL]		= "/oauth/token",
	[PROFILE_USERINFO_URL]		= "/oauth/userinfo",
	[PROFILE_EXTERNAL_ID_URL]	= "/v1/external-user-id",
	[PROFILE_INTROSPECT_URL]	= "/oauth/introspect",
	[PROFILE_DISCOVERY_URL]		= "/.well-known/openid-configuration",
	[PROFILE_JWKS_URL]		= "/oauth/jwks",
};

int
client_recipe_fill(struct client_args *args,
    const struct client_profile **profile)
{
	const struct client_profile	*p;

	*profile = NULL;
	if (args->profile == NULL)
		return (args->region == NULL ? 0 :
		    complain("--region: only profiles know what to do with it",
		    args->region));
	if ((p = client_profile_find(args->profile)) == NULL)
		return (complain("--profile: there is none of that name",
		    args->profile));
	if (redirect_fill(args, p) == -1)
		return (-1);
	args->is_apple_device |= p->is_apple_device;
	if (!args->is_confidential && args->auth == NULL)
		args->is_public |= p->is_public;
	if (args->scope == NULL)
		args->scope = p->scope;
	if (args->id_token_alg == NULL)
		args->id_token_alg = p->id_token_alg;
	if (args->access_token_seconds == 0)
		args->access_token_seconds = p->access_token_seconds;
	*profile = p;
	return (0);
}

/*
 * The provider's own redirect URI, unless another is given; of who has two,
 * beside it: the device's would be lost without a word.
 */
static int
redirect_fill(struct client_args *args, const struct client_profile *p)
{
	struct verb_list	*uris = &args->redirect_uris;

	if (args->region != NULL && p->redirect_tail == NULL)
		return (complain("--region: this profile knows none",
		    args->profile));
	if (uris->count > 0 && args->region != NULL)
		return (complain("--region: is for where --redirect-uri is "
		    "not given", args->region));
	if (uris->count > 0 && !p->has_two_callbacks)
		return (0);
	if (p->redirect_uri == NULL)
		return (complain("--redirect-uri: this profile needs it",
		    p->callback));
	if (p->redirect_tail == NULL) {
		if (uris->count == VERB_LIST_MAX)
			return (complain("--redirect-uri", "too many"));
		uris->values[uris->count++] = p->redirect_uri;
		return (0);
	}
	return (region_fill(args, p));
}

/* A region goes into a host name, so it must not bring a dot or a slash. */
static int
region_fill(struct client_args *args, const struct client_profile *p)
{
	const char	*region = args->region;
	struct text	 t;
	size_t		 n;

	if (region == NULL)
		return (complain("--region: this profile needs it, or "
		    "--redirect-uri", "such as us-east-1"));
	n = strspn(region, "abcdefghijklmnopqrstuvwxyz0123456789-");
	if (n == 0 || n > REGION_MAX || region[n] != '\0' ||
	    region[0] == '-' || region[n - 1] == '-')
		return (complain("--region: is made of a-z 0-9 -, such as "
		    "us-east-1, not", region));
	text_init(&t, args->profile_uri, sizeof(args->profile_uri));
	text_addf(&t, "%s%s%s", p->redirect_uri, region, p->redirect_tail);
	if (!text_is_ok(&t))
		return (complain("--region: is too long", region));
	args->redirect_uris.values[0] = args->profile_uri;
	args->redirect_uris.count = 1;
	return (0);
}

static int
complain(const char *what, const char *value)
{
	fprintf(stderr, "ambauth client add: %s: %s\n", what, value);
	return (-1);
}

int
client_recipe_print(const struct client_profile *p, const struct client *c,
    const char *secret, const char *issuer, int is_json)
{
	struct values	 v;
	json_t		*all, *apple, *provider;
	int		 rv = -1;

	values_fill(&v, c, secret, issuer);
	apple = fields_pack(apple_fields, &v);
	provider = fields_pack(p->fields, &v);
	all = json_pack("{s:s, s:s?, s:s, s:O, s:O}", "client_id",
	    c->client_id, "client_secret", secret, "profile", p->name,
	    "at_apple", apple, "at_provider", provider);
	if (all == NULL)
		goto out;
	if (is_json) {
		rv = json_dumpf(all, stdout, JSON_COMPACT);
		putchar('\n');
	} else {
		fields_say("At Apple", apple);
		putchar('\n');
		fields_say(p->provider, provider);
		if (secret != NULL)
			puts("\nThe secret is shown this once.");
		rv = 0;
	}
	if (rv == -1 || fflush(stdout) == EOF || ferror(stdout)) {
		perror("ambauth client add: standard output");
		rv = -1;
	}
out:
	json_decref(all);
	json_decref(apple);
	json_decref(provider);
	return (rv);
}

static void
values_fill(struct values *v, const struct client *c, const char *secret,
    const char *issuer)
{
	struct text	 t;
	size_t		 i;

	memset(v, 0, sizeof(*v));
	for (i = 0; i < PROFILE_VALUES; i++) {
		if (paths[i] == NULL)
			continue;
		text_init(&t, v->url[i], URL_LEN);
		text_addf(&t, "%s%s", issuer, paths[i]);
		v->text[i] = v->url[i];
	}
	v->text[PROFILE_CLIENT_ID] = c->client_id;
	v->text[PROFILE_CLIENT_SECRET] = secret;
	v->text[PROFILE_SCOPES] = c->scopes;
	v->text[PROFILE_REDIRECT_URIS] = c->redirect_uris;
	v->text[PROFILE_RESPONSE_TYPE] = "code";
	v->text[PROFILE_ID_TOKEN_ALG] = c->id_token_alg;
}

/* In the table's order, which jansson keeps. */
static json_t *
fields_pack(const struct profile_field *fields, const struct values *v)
{
	const struct profile_field	*f;
	json_t				*all = json_object();

	for (f = fields; f->label != NULL; f++)
		if (v->text[f->value] != NULL)
			(void)json_object_set_new(all, f->label,
			    json_string(v->text[f->value]));
	return (all);
}

static void
fields_say(const char *where, json_t *fields)
{
	const char	*label;
	json_t		*value;

	printf("%s\n", where);
	json_object_foreach(fields, label, value)
		printf("  %-*s %s\n", LABEL_COLUMN, label,
		    json_string_value(value));
}
