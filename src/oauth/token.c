/* SPDX-License-Identifier: ISC */
/* The token request, judged. A new grant is a row of the table and a check. */
#include <string.h>

#include "oauth/pkce.h"
#include "oauth/scope.h"
#include "oauth/token.h"

struct grant_row {
	const char	*name;
	unsigned	 bit;		/* OAUTH_GRANT_* */
	enum oauth_error (*check)(struct token_request *,
			    struct oauth_verdict *, const char *const *,
			    const struct token_client *);
};

static const struct grant_row	*grant_find(const char *);
static enum oauth_error	code_check(struct token_request *,
			    struct oauth_verdict *, const char *const *,
			    const struct token_client *);
static enum oauth_error	refresh_check(struct token_request *,
			    struct oauth_verdict *, const char *const *,
			    const struct token_client *);

static const struct grant_row grants[] = {
	[GRANT_CODE] = { "authorization_code", OAUTH_GRANT_CODE, code_check },
	[GRANT_REFRESH] = { "refresh_token", OAUTH_GRANT_REFRESH,
	    refresh_check },
};

#define GRANT_MAX	(sizeof(grants) / sizeof(grants[0]))

/*
 * A secret or code in a query ends up in logs, so the query is for the Apple
 * device alone, which before iOS 15 knows nothing else.
 */
enum oauth_error
token_check(struct token_request *out, struct oauth_verdict *v,
    const struct oauth_params *params, const struct token_client *client,
    int in_query)
{
	const struct grant_row	*grant;
	const char		*type = params->value[P_GRANT_TYPE];

	memset(out, 0, sizeof(*out));
	memset(v, 0, sizeof(*v));

	if (params->duplicate != NULL)
		return (oauth_refuse(v, OAUTH_INVALID_REQUEST,
		    "%s was sent twice", params->duplicate));
	if (in_query && !client->is_apple_device)
		return (oauth_refuse(v, OAUTH_INVALID_REQUEST,
		    "Parameters must be in the body, not in the query"));
	if (type == NULL)
		return (oauth_refuse(v, OAUTH_INVALID_REQUEST,
		    "grant_type is missing"));
	if ((grant = grant_find(type)) == NULL)
		return (oauth_refuse(v, OAUTH_UNSUPPORTED_GRANT_TYPE,
		    "grant_type must be authorization_code or refresh_token"));
	if ((client->grant_types & grant->bit) == 0)
		return (oauth_refuse(v, OAUTH_UNAUTHORIZED_CLIENT,
		    "This client may not use this grant_type"));

	out->grant = (enum token_grant)(grant - grants);

	return (grant->check(out, v, params->value, client));
}

static const struct grant_row *
grant_find(const char *name)
{
	size_t	i;

	for (i = 0; i < GRANT_MAX; i++) {
		if (strcmp(grants[i].name, name) == 0)
			return (&grants[i]);
	}

	return (NULL);
}

/*
 * RFC 6749 4.1.3. ASAPP's request has no redirect_uri, nor does it matter on a
 * device, whose one redirect URI is Apple's constant.
 */
static enum oauth_error
code_check(struct token_request *out, struct oauth_verdict *v,
    const char *const *value, const struct token_client *client)
{
	const char	*verifier = value[P_CODE_VERIFIER];

	if (value[P_CODE] == NULL)
		return (oauth_refuse(v, OAUTH_INVALID_REQUEST,
		    "code is missing"));
	if (value[P_REDIRECT_URI] == NULL && !client->is_apple_device)
		return (oauth_refuse(v, OAUTH_INVALID_REQUEST,
		    "redirect_uri is missing"));
	if (verifier != NULL && !pkce_verifier_is_valid(verifier))
		return (oauth_refuse(v, OAUTH_INVALID_REQUEST,
		    "code_verifier must be 43 to 128 unreserved characters"));

	out->code = value[P_CODE];
	out->redirect_uri = value[P_REDIRECT_URI];
	if (verifier != NULL)
		pkce_challenge_from(out->challenge, verifier);

	return (OAUTH_OK);
}

/* RFC 6749 6; that scope is within the grant's is judged beside the grant. */
static enum oauth_error
refresh_check(struct token_request *out, struct oauth_verdict *v,
    const char *const *value, const struct token_client *client)
{
	(void)client;

	if (value[P_REFRESH_TOKEN] == NULL)
		return (oauth_refuse(v, OAUTH_INVALID_REQUEST,
		    "refresh_token is missing"));
	if (value[P_SCOPE] != NULL && !scope_is_valid(value[P_SCOPE]))
		return (oauth_refuse(v, OAUTH_INVALID_SCOPE,
		    "scope must be words with one space between two"));

	out->refresh_token = value[P_REFRESH_TOKEN];
	out->scope = value[P_SCOPE];

	return (OAUTH_OK);
}
