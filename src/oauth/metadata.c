/* SPDX-License-Identifier: ISC */
/*
 * What this server says of itself (RFC 8414 2, OpenID Connect Discovery 3).
 * Clients configure themselves from it: it lists what is kept, nothing more.
 */
#include <stddef.h>

#include "oauth/claims.h"
#include "oauth/userinfo.h"

static int	add_endpoints(json_t *, const char *);
static int	add_lists(json_t *);
static int	add_flags(json_t *);

#define LIST_MAX	12

static const struct {
	const char	*name;
	const char	*path;
} endpoints[] = {
	{ "authorization_endpoint", "/oauth/authorize" },
	{ "token_endpoint", "/oauth/token" },
	{ "userinfo_endpoint", "/oauth/userinfo" },
	{ "jwks_uri", "/oauth/jwks" },
	{ "introspection_endpoint", "/oauth/introspect" },
	{ "revocation_endpoint", "/oauth/revoke" },
};

static const struct {
	const char	*name;
	const char	*values[LIST_MAX];
} lists[] = {
	{ "scopes_supported", { "openid" } },
	{ "response_types_supported", { "code" } },
	{ "response_modes_supported", { "query", "fragment", "form_post" } },
	{ "grant_types_supported", { "authorization_code", "refresh_token" } },
	{ "token_endpoint_auth_methods_supported",
	    { "client_secret_basic", "client_secret_post", "none" } },
	{ "introspection_endpoint_auth_methods_supported",
	    { "client_secret_basic", "client_secret_post" } },
	{ "revocation_endpoint_auth_methods_supported",
	    { "client_secret_basic", "client_secret_post", "none" } },
	{ "code_challenge_methods_supported", { "S256" } },
	{ "subject_types_supported", { "public" } },
	{ "id_token_signing_alg_values_supported", { "ES256", "RS256" } },
	{ "acr_values_supported", { CLAIMS_ACR } },
	{ "claim_types_supported", { "normal" } },
	{ "prompt_values_supported", { "none", "login", "consent",
	    "select_account" } },
	{ "claims_supported", { "sub", "iss", "aud", "exp", "iat",
	    "auth_time", "nonce", "at_hash", "acr", "amr" } },
};

static const struct {
	const char	*name;
	int		 value;
} flags[] = {
	{ "authorization_response_iss_parameter_supported", 1 },
	{ "request_parameter_supported", 0 },
	{ "request_uri_parameter_supported", 0 },
	{ "claims_parameter_supported", 0 },
};

json_t *
claims_metadata(const char *issuer)
{
	json_t	*object;

	if ((object = json_object()) == NULL)
		return (NULL);
	if (json_object_set_new(object, "issuer", json_string(issuer)) == -1 ||
	    add_endpoints(object, issuer) == -1 ||
	    add_lists(object) == -1 || add_flags(object) == -1) {
		json_decref(object);
		return (NULL);
	}

	return (object);
}

static int
add_endpoints(json_t *object, const char *issuer)
{
	size_t	i;

	for (i = 0; i < sizeof(endpoints) / sizeof(endpoints[0]); i++) {
		if (json_object_set_new(object, endpoints[i].name,
		    json_sprintf("%s%s", issuer, endpoints[i].path)) == -1)
			return (-1);
	}

	return (0);
}

static int
add_lists(json_t *object)
{
	json_t	*array;
	size_t	 i, j;

	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		array = json_array();
		if (json_object_set_new(object, lists[i].name, array) == -1)
			return (-1);
		for (j = 0; j < LIST_MAX && lists[i].values[j] != NULL; j++) {
			if (json_array_append_new(array,
			    json_string(lists[i].values[j])) == -1)
				return (-1);
		}
	}
	/* What the table of the claims knows is told from there. */
	if (userinfo_add_scopes(json_object_get(object,
	    "scopes_supported")) == -1 ||
	    userinfo_add_claims(json_object_get(object,
	    "claims_supported")) == -1)
		return (-1);

	return (0);
}

static int
add_flags(json_t *object)
{
	size_t	i;

	for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		if (json_object_set_new(object, flags[i].name,
		    json_boolean(flags[i].value)) == -1)
			return (-1);
	}

	return (0);
}
