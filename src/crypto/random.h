/* SPDX-License-Identifier: ISC */
/* Random bytes, and the one form of secret that this service hands out. */
#ifndef CRYPTO_RANDOM_H
#define CRYPTO_RANDOM_H

#include <stddef.h>

#define RANDOM_TOKEN_BYTES	32
#define RANDOM_TOKEN_LEN	44	/* base64url, NUL included */

/*
 * Seed this process's generators now: they do it when they are first used,
 * which takes milliseconds. This thread, which will often ask for a few bytes,
 * from now on draws them ahead. Does not return if it cannot.
 */
void	random_prepare(void);
/* Fill from OpenSSL's generator; does not return if it cannot. */
void	random_bytes(void *, size_t len);
/* A secret of 256 random bits in base64url (A-Z a-z 0-9 - _). */
void	random_token(char out[RANDOM_TOKEN_LEN]);

#endif
