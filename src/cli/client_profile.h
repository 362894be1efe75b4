/* SPDX-License-Identifier: ISC */
/*
 * What each messaging provider needs of a client, and how it behaves: one
 * table, from which `client add --profile` registers and `simulate --profile`
 * plays. A new provider is a row.
 */
#ifndef CLI_CLIENT_PROFILE_H
#define CLI_CLIENT_PROFILE_H

#include <stddef.h>
#include <stdint.h>

#define PROFILE_APPLE_REDIRECT	"https://auth.businesschat.apple.com"
#define PROFILE_FIELDS_MAX	12

/* The ways in which a code is exchanged; a provider may see several. */
#define PROFILE_OLD	0x01	/* by the device, in a form: iOS 15 and later */
#define PROFILE_OLD_URL	0x02	/* by the device, in the URL: before iOS 15 */
#define PROFILE_NEW	0x04	/* by the provider, or the business's bot */
#define PROFILE_DEVICE	(PROFILE_OLD | PROFILE_OLD_URL)

/* What is entered somewhere; client_recipe.c knows each one's text. */
enum profile_value {
	PROFILE_CLIENT_ID,
	PROFILE_CLIENT_SECRET,		/* left out if there is none */
	PROFILE_SCOPES,
	PROFILE_REDIRECT_URIS,
	PROFILE_RESPONSE_TYPE,
	PROFILE_ID_TOKEN_ALG,
	PROFILE_ISSUER,
	PROFILE_OAUTH_URL,
	PROFILE_TOKEN_URL,
	PROFILE_USERINFO_URL,
	PROFILE_EXTERNAL_ID_URL,
	PROFILE_INTROSPECT_URL,
	PROFILE_DISCOVERY_URL,
	PROFILE_JWKS_URL,
	PROFILE_VALUES
};

struct profile_field {
	const char		*label;	/* the provider's word; NULL ends */
	enum profile_value	 value;
};

struct client_profile {
	const char	*name;		/* --profile, clients.profile */
	const char	*provider;
	const char	*summary;	/* for --help */
	/* The client's row; 0 or NULL: as if there were no profile. */
	int		 is_apple_device;
	int		 is_public;
	const char	*scope;
	const char	*id_token_alg;
	int64_t		 access_token_seconds;
	/* Before and behind the region; NULL: --redirect-uri has to say. */
	const char	*redirect_uri;
	const char	*redirect_tail;	/* NULL: no region in it */
	const char	*callback;	/* what --redirect-uri is to be */
	int		 has_two_callbacks;	/* --redirect-uri is one more */
	/* How the provider behaves. */
	unsigned	 ways;		/* PROFILE_OLD and so on */
	int		 is_basic;	/* the secret in a header */
	int		 omits_redirect_uri;	/* at the token endpoint */
	int		 has_nonce;
	size_t		 state_len;	/* the longest it makes; 0: usual */
	int		 asks_external_id;	/* besides user info */
	/* What is entered at the provider. */
	struct profile_field fields[PROFILE_FIELDS_MAX];
};

/* NULL: there is none of that name. */
const struct client_profile	*client_profile_find(const char *name);
/* All of them and what each does, as --help shows it. */
void				 client_profile_help(void);

#endif
