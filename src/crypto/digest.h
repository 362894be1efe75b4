/* SPDX-License-Identifier: ISC */
/* SHA-256, HMAC and HKDF over it, and comparison that tells nothing by time. */
#ifndef CRYPTO_DIGEST_H
#define CRYPTO_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#define DIGEST_LEN	32		/* bytes of a SHA-256 */

void	digest_sha256(uint8_t out[DIGEST_LEN], const void *, size_t len);
void	digest_hmac(uint8_t out[DIGEST_LEN], const void *key, size_t keylen,
	    const void *, size_t len);
/* RFC 5869, extract and expand, no salt; outlen up to 8160 bytes. */
void	digest_hkdf(uint8_t *out, size_t outlen, const void *key, size_t keylen,
	    const char *info);
/* 1 if the len bytes are equal; the time depends on len alone. */
int	digest_is_equal(const void *, const void *, size_t len);
/* Overwrite secrets in a way no compiler removes. */
void	digest_wipe(void *, size_t len);

#endif
