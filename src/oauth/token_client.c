/* SPDX-License-Identifier: ISC */
/* The client at the token endpoint: who it says it is, and whether it is. */
#include <string.h>

#include "crypto/digest.h"
#include "oauth/token.h"

static unsigned	method_of(const struct client_credentials *);
static int	is_secret(const char *, const struct token_client *);

/* RFC 6749 2.3: one way of authenticating in one request. */
enum oauth_error
token_credentials(struct client_credentials *out, struct oauth_verdict *v,
    const char *basic_id, const char *basic_secret,
    const struct oauth_params *params)
{
	const char	*id = params->value[P_CLIENT_ID];
	const char	*secret = params->value[P_CLIENT_SECRET];

	memset(out, 0, sizeof(*out));
	memset(v, 0, sizeof(*v));

	if (params->duplicate != NULL)
		return (oauth_refuse(v, OAUTH_INVALID_REQUEST,
		    "%s was sent twice", params->duplicate));
	if (basic_id == NULL && id == NULL)
		return (oauth_refuse(v, OAUTH_INVALID_CLIENT,
		    "No client credentials were sent"));
	if (basic_id != NULL && secret != NULL)
		return (oauth_refuse(v, OAUTH_INVALID_REQUEST,
		    "client_secret came beside an Authorization header"));
	if (basic_id != NULL && id != NULL && strcmp(basic_id, id) != 0)
		return (oauth_refuse(v, OAUTH_INVALID_REQUEST,
		    "client_id is not that of the Authorization header"));

	out->is_basic = (basic_id != NULL);
	out->client_id = out->is_basic ? basic_id : id;
	out->secret = out->is_basic ? basic_secret : secret;
	if (out->secret != NULL && out->secret[0] == '\0')
		out->secret = NULL;

	return (OAUTH_OK);
}

/*
 * Every path hashes and compares the same, and says the same, so that neither
 * time nor text tells which client_ids exist.
 */
enum oauth_error
token_client_check(struct oauth_verdict *v,
    const struct client_credentials *credentials,
    const struct token_client *client)
{
	static const struct token_client	nobody = { .is_disabled = 1 };
	unsigned				method;
	int					is_good, must_have;

	memset(v, 0, sizeof(*v));
	if (client == NULL)
		client = &nobody;

	method = method_of(credentials);
	must_have = (client->secret != NULL || client->old_secret != NULL);
	is_good = is_secret(credentials->secret, client);
	if (method == OAUTH_AUTH_NONE)
		is_good = !must_have;

	if (!is_good || client->is_disabled ||
	    (client->auth_methods & method) == 0)
		return (oauth_refuse(v, OAUTH_INVALID_CLIENT,
		    "Client authentication failed"));

	return (OAUTH_OK);
}

static unsigned
method_of(const struct client_credentials *credentials)
{
	if (credentials->secret == NULL)
		return (OAUTH_AUTH_NONE);

	return (credentials->is_basic ? OAUTH_AUTH_BASIC : OAUTH_AUTH_POST);
}

/* A digest that is missing is compared too, as zeros, and never matches. */
static int
is_secret(const char *secret, const struct token_client *client)
{
	static const uint8_t	dummy[DIGEST_LEN];
	const uint8_t		*now = client->secret;
	const uint8_t		*old = client->old_secret;
	uint8_t			digest[DIGEST_LEN];
	int			is_now, is_old;

	if (secret == NULL)
		secret = "";
	digest_sha256(digest, secret, strlen(secret));
	is_now = digest_is_equal(digest, now != NULL ? now : dummy,
	    DIGEST_LEN);
	is_old = digest_is_equal(digest, old != NULL ? old : dummy,
	    DIGEST_LEN);
	digest_wipe(digest, sizeof(digest));

	return ((is_now & (now != NULL)) | (is_old & (old != NULL)));
}
