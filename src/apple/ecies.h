/* SPDX-License-Identifier: ISC */
/*
 * Apple's eciesEncryptionCofactorVariableIVX963SHA256AESGCM: ephemeral ECDH,
 * X9.63 KDF with SHA-256, AES-GCM with a 16-byte IV. P-384 with AES-256, P-256
 * with AES-128. A token is base64(V || ciphertext || tag).
 */
#ifndef APPLE_ECIES_H
#define APPLE_ECIES_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define ECIES_POINT_MAX		97	/* uncompressed P-384 */
#define ECIES_SCALAR_MAX	48
#define ECIES_TAG_LEN		16
#define ECIES_PLAIN_MAX		4096
/* base64 text for n bytes of plain text, NUL included */
#define ECIES_TEXT_LEN(n)						\
	((((n) + ECIES_POINT_MAX + ECIES_TAG_LEN + 2) / 3) * 4 + 1)

enum ecies_curve { ECIES_P384, ECIES_P256 };

/* 1 if len bytes are an uncompressed point on P-384 or P-256, not infinity. */
int	ecies_point_is_valid(const uint8_t *point, size_t len);
/* Encrypt to the point. 0 with base64 text in out, or -1. */
int	ecies_encrypt(char *out, size_t cap, const uint8_t *point,
	    size_t pointlen, const void *plain, size_t len);
/*
 * Decrypt with the scalar (big-endian, leading zero bytes may be missing).
 * The curve is read off the token. Bytes of plain text, or -1.
 */
ssize_t	ecies_decrypt(void *out, size_t cap, const uint8_t *scalar,
	    size_t scalarlen, const char *text, size_t textlen);
/* A new pair. Lengths of the point and scalar go out. 0, or -1. */
int	ecies_generate(enum ecies_curve, uint8_t point[ECIES_POINT_MAX],
	    size_t *pointlen, uint8_t scalar[ECIES_SCALAR_MAX],
	    size_t *scalarlen);

#endif
