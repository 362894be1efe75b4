/* SPDX-License-Identifier: ISC */
/*
 * The providers. None is known to send a code_challenge or to use a refresh
 * token, so no profile demands the one or grants the other; and a secret is
 * taken in a header and in the body, because a device puts it into the body
 * where the provider's back end may not.
 */
#include <stdio.h>
#include <string.h>

#include "cli/client_profile.h"
#include "crypto/signing_key.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const struct client_profile profiles[] = {
	{
	    .name = "asapp",
	    .provider = "ASAPP",
	    .summary = "old flow; redirect_uri left out; "
		       "external user ID",
	    .is_apple_device = 1,
	    .scope = "openid",
	    .redirect_uri = PROFILE_APPLE_REDIRECT,
	    .ways = PROFILE_DEVICE,
	    .omits_redirect_uri = 1,
	    .asks_external_id = 1,
	    .fields = {
		{ "Client ID", PROFILE_CLIENT_ID },
		{ "Client secret", PROFILE_CLIENT_SECRET },
		{ "Scope", PROFILE_SCOPES },
		{ "Response type", PROFILE_RESPONSE_TYPE },
		{ "Token endpoint", PROFILE_TOKEN_URL },
		{ "External user identifier API",
		    PROFILE_EXTERNAL_ID_URL },
	    },
	},
	{
	    .name = "liveperson",
	    .provider = "LivePerson",
	    .summary = "old flow; the brand decrypts and validates the "
		       "token",
	    .is_apple_device = 1,
	    .scope = "openid",
	    .redirect_uri = PROFILE_APPLE_REDIRECT,
	    .ways = PROFILE_DEVICE,
	    .fields = {
		{ "Client identifier", PROFILE_CLIENT_ID },
		{ "Client secret", PROFILE_CLIENT_SECRET },
		{ "Scope", PROFILE_SCOPES },
		{ "Response type", PROFILE_RESPONSE_TYPE },
		{ "Callback", PROFILE_REDIRECT_URIS },
		{ "Brand's validation, user info", PROFILE_USERINFO_URL },
		{ "Brand's validation, introspection", PROFILE_INTROSPECT_URL },
	    },
	},
	{
	    .name = "ringcentral",
	    .provider = "RingCentral",
	    .summary = "both flows; in the new one your bot exchanges "
		       "the code",
	    .is_apple_device = 1,
	    .scope = "openid",
	    .redirect_uri = PROFILE_APPLE_REDIRECT,
	    .callback = "the bot's callback",
	    .has_two_callbacks = 1,
	    .ways = PROFILE_DEVICE | PROFILE_NEW,
	    .is_basic = 1,
	    .fields = {
		{ "Client identifier", PROFILE_CLIENT_ID },
		{ "Client secret", PROFILE_CLIENT_SECRET },
		{ "Scopes", PROFILE_SCOPES },
		{ "Redirect URI", PROFILE_REDIRECT_URIS },
		{ "Bot's token URL", PROFILE_TOKEN_URL },
		{ "Bot's user info URL", PROFILE_USERINFO_URL },
	    },
	},
	{
	    .name = "amazon-connect",
	    .provider = "Amazon Connect",
	    .summary = "new flow; no secret; needs --region; id_token RS256",
	    .is_public = 1,
	    .scope = "openid profile email phone",
	    .id_token_alg = SIGNING_ALG_RS256,
	    .redirect_uri = "https://participant.connect.",
	    .redirect_tail = ".amazonaws.com/participant/authentication/update",
	    .ways = PROFILE_NEW,
	    .has_nonce = 1,
	    .state_len = 1000,
	    .fields = {
		{ "Client ID", PROFILE_CLIENT_ID },
		{ "Client secret", PROFILE_CLIENT_SECRET },
		{ "Redirect URI", PROFILE_REDIRECT_URIS },
		{ "Authorized scopes", PROFILE_SCOPES },
		{ "Issuer URL", PROFILE_ISSUER },
		{ "Authorize URL", PROFILE_OAUTH_URL },
		{ "Token URL", PROFILE_TOKEN_URL },
		{ "User info URL", PROFILE_USERINFO_URL },
		{ "jwks_uri", PROFILE_JWKS_URL },
		{ "ID token algorithm", PROFILE_ID_TOKEN_ALG },
	    },
	},
	{
	    .name = "dynamics365",
	    .provider = "Microsoft Dynamics 365",
	    .summary = "new flow; exact scope openid; id_token RS256; "
		       "tokens of 1 h",
	    .scope = "openid",
	    .id_token_alg = SIGNING_ALG_RS256,
	    .access_token_seconds = 3600,
	    .callback = "the redirect URI that Dynamics shows",
	    .ways = PROFILE_NEW,
	    .has_nonce = 1,
	    .fields = {
		{ "Client ID", PROFILE_CLIENT_ID },
		{ "Client secret", PROFILE_CLIENT_SECRET },
		{ "Scope", PROFILE_SCOPES },
		{ "Access Token URL", PROFILE_TOKEN_URL },
		{ "Decrypted token URL", PROFILE_USERINFO_URL },
		{ "Redirect URI", PROFILE_REDIRECT_URIS },
		{ "OpenID Connect configuration", PROFILE_DISCOVERY_URL },
	    },
	},
	{
	    .name = "salesforce",
	    .provider = "Salesforce",
	    .summary = "new flow; two callouts: Token URL and user info",
	    .scope = "openid profile email",
	    .callback = "the redirect URI that Salesforce shows",
	    .ways = PROFILE_NEW,
	    .fields = {
		{ "Client ID", PROFILE_CLIENT_ID },
		{ "Client secret", PROFILE_CLIENT_SECRET },
		{ "OAuth URL", PROFILE_OAUTH_URL },
		{ "Token URL", PROFILE_TOKEN_URL },
		{ "User info URL", PROFILE_USERINFO_URL },
		{ "Scopes", PROFILE_SCOPES },
		{ "Redirect URI", PROFILE_REDIRECT_URIS },
	    },
	},
	{
	    .name = "servicenow",
	    .provider = "ServiceNow",
	    .summary = "new flow; user info with the customer's claims "
		       "for its parser",
	    .scope = "openid profile email phone",
	    .callback = "the redirect URI of your instance",
	    .ways = PROFILE_NEW,
	    .is_basic = 1,
	    .fields = {
		{ "Client ID", PROFILE_CLIENT_ID },
		{ "Client secret", PROFILE_CLIENT_SECRET },
		{ "Authorization URL", PROFILE_OAUTH_URL },
		{ "Token URL", PROFILE_TOKEN_URL },
		{ "Scopes", PROFILE_SCOPES },
		{ "User info API", PROFILE_USERINFO_URL },
		{ "Redirect URI", PROFILE_REDIRECT_URIS },
	    },
	},
	{
	    .name = "webex-connect",
	    .provider = "Webex Connect",
	    .summary = "old flow; --redirect-uri adds one for the new",
	    .is_apple_device = 1,
	    .scope = "openid",
	    .redirect_uri = PROFILE_APPLE_REDIRECT,
	    .has_two_callbacks = 1,
	    .ways = PROFILE_DEVICE | PROFILE_NEW,
	    .fields = {
		{ "OAuth URL", PROFILE_OAUTH_URL },
		{ "Token URL", PROFILE_TOKEN_URL },
		{ "Client identifier", PROFILE_CLIENT_ID },
		{ "Client secret", PROFILE_CLIENT_SECRET },
		{ "Scope", PROFILE_SCOPES },
		{ "Response type", PROFILE_RESPONSE_TYPE },
	    },
	},
	{
	    .name = "bird",
	    .provider = "Bird",
	    .summary = "old flow; --redirect-uri adds one for the new",
	    .is_apple_device = 1,
	    .scope = "openid",
	    .redirect_uri = PROFILE_APPLE_REDIRECT,
	    .has_two_callbacks = 1,
	    .ways = PROFILE_DEVICE | PROFILE_NEW,
	    .fields = {
		{ "OAuth URL", PROFILE_OAUTH_URL },
		{ "Token URL", PROFILE_TOKEN_URL },
		{ "Client identifier", PROFILE_CLIENT_ID },
		{ "Client secret", PROFILE_CLIENT_SECRET },
		{ "Scope", PROFILE_SCOPES },
		{ "Response type", PROFILE_RESPONSE_TYPE },
	    },
	},
	{
	    .name = "corezoid",
	    .provider = "Corezoid",
	    .summary = "new flow; your page takes the code and forwards "
		       "it by POST",
	    .scope = "openid",
	    .callback = "your page, which forwards code and state",
	    .ways = PROFILE_NEW,
	    .fields = {
		{ "Client ID", PROFILE_CLIENT_ID },
		{ "Client secret", PROFILE_CLIENT_SECRET },
		{ "Scope", PROFILE_SCOPES },
		{ "Response type", PROFILE_RESPONSE_TYPE },
		{ "redirectURI", PROFILE_REDIRECT_URIS },
		{ "Token URL", PROFILE_TOKEN_URL },
		{ "User info URL", PROFILE_USERINFO_URL },
	    },
	},
	{
	    .name = "zendesk",
	    .provider = "Zendesk Sunshine",
	    .summary = "old flow; the brand decrypts; --response-key "
		       "fixes its keys",
	    .is_apple_device = 1,
	    .scope = "openid",
	    .redirect_uri = PROFILE_APPLE_REDIRECT,
	    .ways = PROFILE_DEVICE,
	    .fields = {
		{ "clientSecret of the message", PROFILE_CLIENT_SECRET },
		{ "scope of the message", PROFILE_SCOPES },
		{ "responseType of the message", PROFILE_RESPONSE_TYPE },
		{ "Brand's user info", PROFILE_USERINFO_URL },
		{ "Brand's introspection", PROFILE_INTROSPECT_URL },
	    },
	},
};

const struct client_profile *
client_profile_find(const char *name)
{
	size_t	i;

	for (i = 0; i < COUNT(profiles); i++)
		if (strcmp(profiles[i].name, name) == 0)
			return (&profiles[i]);
	return (NULL);
}

void
client_profile_help(void)
{
	const struct client_profile	*p;
	size_t				 i;

	printf("\nThe profiles, each for one messaging provider. Options that "
	    "are given win over\nthe profile's.\n\n");
	for (i = 0; i < COUNT(profiles); i++) {
		p = &profiles[i];
		printf("  %-15s %s\n", p->name, p->summary);
		if (p->redirect_uri == NULL)
			printf("  %-15s --redirect-uri is %s\n", "",
			    p->callback);
	}
}
