/* SPDX-License-Identifier: ISC */
/* Authorization codes: put at sign-in, taken at most once (RFC 6749 4.1.2). */
#ifndef STORE_CODE_H
#define STORE_CODE_H

#include <stddef.h>
#include <stdint.h>

#include "store/client.h"
#include "store/customer.h"
#include "store/grant.h"
#include "store/store.h"

#define CODE_DIGEST		32
#define CODE_REDIRECT_LEN	2048
#define CODE_SCOPE_LEN		1024
#define CODE_NONCE_LEN		512
#define CODE_CHALLENGE_LEN	44	/* base64url of a SHA-256, and NUL */
#define CODE_KEY_LEN		97	/* an uncompressed P-384 point */

struct code {
	/* what it is bound to: put only, for taking it needs just these */
	uint8_t		 digest[CODE_DIGEST];	/* SHA-256 of the code */
	char		 client_id[CLIENT_ID_LEN];
	char		 business[BUSINESS_LEN];
	char		 redirect_uri[CODE_REDIRECT_LEN];
	char		 challenge[CODE_CHALLENGE_LEN];	/* "": none */
	/* SHA-256 of the state, for the callback hosted here */
	uint8_t		 state[CODE_DIGEST];
	int		 has_state;
	/* microseconds since 1970 when the hash was read; 0: now */
	int64_t		 read_at;
	/* what it is good for: put, and given back by take */
	char		 customer_id[CUSTOMER_ID_LEN];
	char		 scope[CODE_SCOPE_LEN];
	char		 nonce[CODE_NONCE_LEN];		/* "": none */
	uint8_t		 response_key[CODE_KEY_LEN];
	size_t		 response_key_len;	/* 0: none */
	/* from take only */
	int64_t		 auth_time;		/* seconds since 1970 */
	struct grant_id	 grant;
	int64_t		 now;			/* of the database */
};

/* Keep a new code for lifetime seconds; the sign-in is as old as read_at. */
void	store_code_put(struct store *, struct store_query *,
	    const struct code *, unsigned lifetime);

struct code_take {
	const uint8_t	*digest;
	const char	*client_id;
	const char	*redirect_uri;	/* NULL: the client may leave it out */
	const char	*challenge;	/* S256 of the verifier; NULL: none */
	unsigned	 grant_lifetime;	/* seconds the grant lives */
	/* a refresh token to store with the grant; NULL: none */
	const uint8_t	*refresh_digest;
	unsigned	 refresh_lifetime;
	/* take: clients must still be so (store_client_epoch); NULL: any */
	const char	*epoch;
};

/*
 * Take the code and make its grant, in one statement, if it is unexpired, not
 * taken, and bound to just these values. STORE_NONE: refused; then ask why.
 */
void	store_code_take(struct store *, struct store_query *,
	    const struct code_take *);
int	store_code_get(const struct store_query *, struct code *);

/* Why a code was refused. A second use revokes the grant of the first. */
enum code_refusal {
	CODE_UNKNOWN, CODE_EXPIRED, CODE_REUSED, CODE_FOREIGN_CLIENT,
	CODE_WRONG_REDIRECT, CODE_WRONG_VERIFIER, CODE_VERIFIER_MISSING,
	CODE_VERIFIER_UNASKED
};
void	store_code_refuse(struct store *, struct store_query *,
	    const struct code_take *);
enum code_refusal store_code_refusal(const struct store_query *);

#endif
