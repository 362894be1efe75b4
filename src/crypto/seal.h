/* SPDX-License-Identifier: ISC */
/*
 * Sealing: text that only this service's nodes can read or make. AES-256-GCM
 * with a random 96-bit nonce, under a key derived from the master key for one
 * purpose (HKDF, RFC 5869), with associated data that binds it to its place.
 */
#ifndef CRYPTO_SEAL_H
#define CRYPTO_SEAL_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define SEAL_KEY_LEN	32
#define SEAL_OVERHEAD	29	/* version 1, nonce 12, tag 16 bytes */

struct seal_key {
	uint8_t		 bytes[SEAL_KEY_LEN];
};

/* The key of one purpose ("flow", "signing-key") under the master key. */
void	seal_key_derive(struct seal_key *, const uint8_t *master, size_t len,
	    const char *purpose);
void	seal_key_wipe(struct seal_key *);
/* Bytes written (len + SEAL_OVERHEAD), or -1 if cap is too small. */
ssize_t	seal_put(const struct seal_key *, void *out, size_t cap,
	    const void *in, size_t len, const void *aad, size_t aadlen);
/* Bytes written (len - SEAL_OVERHEAD), or -1 if it was not made by seal_put. */
ssize_t	seal_get(const struct seal_key *, void *out, size_t cap,
	    const void *in, size_t len, const void *aad, size_t aadlen);

#endif
