/* SPDX-License-Identifier: ISC */
/*
 * Signatures of tokens: ES256 (RFC 7518 3.4), ECDSA on P-256 with SHA-256, as
 * r || s of 32 bytes each; RS256 (3.3), RSASSA-PKCS1-v1_5 with SHA-256.
 */
#ifndef CRYPTO_SIGNATURE_H
#define CRYPTO_SIGNATURE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <openssl/evp.h>

#include "crypto/signing_key.h"

#define SIGNATURE_ES256_LEN	64
#define SIGNATURE_MAX		512	/* bytes, of the longest RSA key */

/*
 * Make a key of key->alg ready to sign with one half and verify with the
 * other, once and for many signatures, until signature_release; a half that
 * is NULL cannot be used. 0, or -1. A ready key is one thread's at a time.
 */
int	signature_ready(struct signing_key *, EVP_PKEY *private,
	    EVP_PKEY *public);
void	signature_release(struct signing_key *);
/* Sign data. Bytes written, or -1. */
ssize_t	signature_make(uint8_t out[SIGNATURE_MAX], const struct signing_key *,
	    const void *data, size_t len);
/* 1 if sig is one of the key over data, in the one form there is. */
int	signature_is_good(const uint8_t *sig, size_t siglen,
	    const struct signing_key *, const void *data, size_t len);

#endif
