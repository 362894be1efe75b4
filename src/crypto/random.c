/* SPDX-License-Identifier: ISC */
/*
 * Random. OpenSSL's generator is seeded by the kernel and reseeds itself after
 * fork(2), so that two workers never hand out the same code.
 */
#include <limits.h>
#include <stdint.h>
#include <string.h>

#include <openssl/rand.h>

#include "base/base64.h"
#include "base/log.h"
#include "crypto/digest.h"
#include "crypto/random.h"

#define LABEL_BLOCK	4096	/* bytes: a hundred requests */

/* Keys have a generator of their own, beside that of what others may see. */
void
random_prepare(void)
{
	uint8_t	byte;

	PRECOND(RAND_poll() == 1);
	random_bytes(&byte, sizeof(byte));
	PRECOND(RAND_priv_bytes(&byte, sizeof(byte)) == 1);
}

void
random_bytes(void *out, size_t len)
{
	PRECOND(len <= INT_MAX);
	PRECOND(RAND_bytes(out, (int)len) == 1);
}

void
random_label(void *out, size_t len)
{
	static uint8_t	block[LABEL_BLOCK];
	static size_t	left;

	PRECOND(len <= sizeof(block));
	if (left < len) {
		random_bytes(block, sizeof(block));
		left = sizeof(block);
	}
	left -= len;
	memcpy(out, block + left, len);
}

void
random_token(char out[RANDOM_TOKEN_LEN])
{
	uint8_t	 bytes[RANDOM_TOKEN_BYTES];

	random_bytes(bytes, sizeof(bytes));
	PRECOND(base64url_encode(out, RANDOM_TOKEN_LEN, bytes,
	    sizeof(bytes)) == RANDOM_TOKEN_LEN - 1);
	digest_wipe(bytes, sizeof(bytes));
}
