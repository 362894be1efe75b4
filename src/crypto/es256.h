/* SPDX-License-Identifier: ISC */
/*
 * ES256 (RFC 7518 3.4): ECDSA on P-256 with SHA-256, the signature as r || s
 * of 32 bytes each.
 */
#ifndef CRYPTO_ES256_H
#define CRYPTO_ES256_H

#include <stddef.h>
#include <stdint.h>

#include "crypto/signing_key.h"

#define ES256_LEN	64

/* Sign data with the private half. 0, or -1. */
int	es256_sign(uint8_t out[ES256_LEN], const struct signing_key *,
	    const void *data, size_t len);
/* 1 if the signature over data is one of the public half. */
int	es256_is_signed(const uint8_t sig[ES256_LEN],
	    const struct signing_key *, const void *data, size_t len);

#endif
