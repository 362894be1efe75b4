/* SPDX-License-Identifier: ISC */
/* Minting: from a grant in the database to the token reply (RFC 6749 5.1). */
#ifndef ENDPOINT_MINT_H
#define ENDPOINT_MINT_H

#include <stdint.h>

#include <jansson.h>

#include "crypto/jwt.h"
#include "endpoint/refresh_token.h"
#include "store/code.h"
#include "store/grant.h"

struct mint {
	char		 customer_id[CUSTOMER_ID_LEN];
	char		 scope[CODE_SCOPE_LEN];
	char		 nonce[CODE_NONCE_LEN];
	struct grant_id	 grant;
	int64_t		 auth_time;
	int64_t		 now;
	unsigned	 lifetime;
	char		 access_token[JWT_TEXT_LEN];
	char		 id_token[JWT_TEXT_LEN];	/* "": none */
	char		 refresh_token[REFRESH_TOKEN_LEN];	/* "": none */
};

/* Seconds an access token of this client lives. */
unsigned mint_lifetime(const struct client *);
void	mint_from_code(struct mint *, const struct code *);
/* scope NULL: all that was granted. -1: wider than granted (RFC 6749 6). */
int	mint_from_grant(struct mint *, const struct grant *, const char *scope);
/*
 * Sign the access token and, with scope openid, the ID token. 0, or -1. One
 * that takes a thread (RS256) is left: then later has its claims, else nothing.
 */
int	mint_sign(struct mint *, const struct client *, struct text *later);
/*
 * The reply. encrypted: the access token's ciphertext, or NULL; with
 * is_replaced it stands in access_token's place.
 */
void	mint_reply(struct text *, const struct mint *, const char *encrypted,
	    int is_replaced);

#endif
