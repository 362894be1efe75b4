/* SPDX-License-Identifier: ISC */
/*
 * Refresh tokens: base64url of the grant's day (two bytes, big-endian, days
 * since 1970) and 256 random bits. The day names the partition to look in; only
 * the SHA-256 of the random part is stored.
 */
#ifndef ENDPOINT_REFRESH_TOKEN_H
#define ENDPOINT_REFRESH_TOKEN_H

#include <stdint.h>

#include "crypto/digest.h"
#include "crypto/random.h"
#include "store/grant.h"

#define REFRESH_TOKEN_LEN	47	/* NUL included */

/* The text for a secret whose grant is known now. 0, or -1. */
int	refresh_token_make(char out[REFRESH_TOKEN_LEN],
	    const uint8_t secret[RANDOM_TOKEN_BYTES], const struct grant_id *);
/* Where to look and for what. 0, or -1: not a refresh token. */
int	refresh_token_read(uint16_t *day, uint8_t digest[DIGEST_LEN],
	    const char *text);

#endif
