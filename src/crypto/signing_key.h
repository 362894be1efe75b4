/* SPDX-License-Identifier: ISC */
/*
 * Keys that sign tokens: ES256 (RFC 7518 3.4), and RS256 (3.3) for the ID
 * tokens of clients that know nothing newer. A key is named by its RFC 7638
 * thumbprint, lives sealed in the database, and is published as a JWK.
 */
#ifndef CRYPTO_SIGNING_KEY_H
#define CRYPTO_SIGNING_KEY_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "crypto/seal.h"

#define SIGNING_KEY_ID_LEN	44	/* base64url thumbprint, NUL included */
#define SIGNING_KEY_PEM_LEN	3072
#define SIGNING_KEY_JWK_LEN	1024
#define SIGNING_KEY_HEADER_LEN	192
#define SIGNING_KEY_SEALED_LEN	(SIGNING_KEY_PEM_LEN + SEAL_OVERHEAD)

#define SIGNING_ALG_LEN		8
#define SIGNING_ALG_ES256	"ES256"
#define SIGNING_ALG_RS256	"RS256"

struct signing_key {
	char		 kid[SIGNING_KEY_ID_LEN];
	char		 alg[SIGNING_ALG_LEN];		/* SIGNING_ALG_* */
	char		 private_pem[SIGNING_KEY_PEM_LEN];	/* PKCS#8 */
	char		 public_pem[SIGNING_KEY_PEM_LEN];	/* SPKI */
	char		 jwk[SIGNING_KEY_JWK_LEN];	/* RFC 7517, public */
	/* The first part of each access token that it signs (jwt.h). */
	char		 access_header[SIGNING_KEY_HEADER_LEN];
	/* Both halves ready to use, NULL: not (signature.h). */
	struct evp_pkey_ctx_st	*signer;
	struct evp_pkey_ctx_st	*verifier;
};

/* A fresh key; an RS256 one takes the better part of a second. 0, or -1. */
int	signing_key_generate(struct signing_key *, const char *alg);
/* The private half, sealed for the database. Bytes written, or -1. */
ssize_t	signing_key_seal(const struct signing_key *, const struct seal_key *,
	    uint8_t *out, size_t cap);
/* Open what signing_key_seal made, if kid is its thumbprint. 0, or -1. */
int	signing_key_open(struct signing_key *, const char *kid,
	    const struct seal_key *, const uint8_t *in, size_t len);
/* A copy for another thread, to be wiped by itself. 0, or -1. */
int	signing_key_copy(struct signing_key *, const struct signing_key *);
void	signing_key_wipe(struct signing_key *);

#endif
