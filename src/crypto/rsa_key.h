/* SPDX-License-Identifier: ISC */
/*
 * RSA keys that sign as RS256 (RFC 7518 3.3). OpenSSL's keys on one side, the
 * numbers that a JWK shows on the other.
 */
#ifndef CRYPTO_RSA_KEY_H
#define CRYPTO_RSA_KEY_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <openssl/evp.h>

#define RSA_KEY_BITS		3072	/* of those made here */
#define RSA_KEY_BITS_MIN	2048	/* RFC 7518 3.3 */
#define RSA_KEY_MODULUS_MAX	(RSA_KEY_BITS / 8)
#define RSA_KEY_EXPONENT_MAX	8

/* A fresh key: takes the better part of a second. NULL without memory. */
EVP_PKEY	*rsa_key_generate(void);
/* 1 if it is RSA of a length that is safe and fits where keys are kept. */
int		 rsa_key_is_sound(EVP_PKEY *);
/* Big-endian, without leading zero bytes. Bytes written, or -1. */
ssize_t		 rsa_key_modulus(EVP_PKEY *, uint8_t *out, size_t cap);
ssize_t		 rsa_key_exponent(EVP_PKEY *, uint8_t *out, size_t cap);

#endif
