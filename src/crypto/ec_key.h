/* SPDX-License-Identifier: ISC */
/*
 * Elliptic curve keys: points and scalars as bytes on one side, OpenSSL's keys
 * on the other. Nothing comes in unchecked. group is "P-256" or "P-384".
 */
#ifndef CRYPTO_EC_KEY_H
#define CRYPTO_EC_KEY_H

#include <stddef.h>
#include <stdint.h>

#include <openssl/evp.h>

#define EC_KEY_SCALAR_MAX	48	/* bytes, on P-384 */

/* The key of an uncompressed point (0x04 || x || y), or NULL if it is none. */
EVP_PKEY	*ec_key_public(const char *group, const uint8_t *point,
		    size_t len);
/*
 * The key of a big-endian scalar, width bytes at most once its leading zero
 * bytes are gone; or NULL unless 1 <= scalar < order of the group.
 */
EVP_PKEY	*ec_key_private(const char *group, const uint8_t *scalar,
		    size_t len, size_t width);
/* The uncompressed point, exactly len bytes. 0, or -1. */
int	ec_key_point(EVP_PKEY *, uint8_t *out, size_t len);
/* The scalar, left-padded to exactly len bytes. 0, or -1. */
int	ec_key_scalar(EVP_PKEY *, uint8_t *out, size_t len);
/* The x coordinate that own and peer share, exactly len bytes. 0, or -1. */
int	ec_key_derive(EVP_PKEY *own, EVP_PKEY *peer, uint8_t *out,
	    size_t len);

#endif
