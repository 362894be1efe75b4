/* SPDX-License-Identifier: ISC */
/*
 * Base64 (RFC 4648 4) and base64url without padding (RFC 4648 5). Decoding is
 * strict: no white space, no missing or surplus padding, no stray bits.
 */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include <stddef.h>
#include <sys/types.h>

/* Characters for n bytes, NUL included. */
#define BASE64_LEN(n)		((((n) + 2) / 3) * 4 + 1)
#define BASE64URL_LEN(n)	(((n) * 4 + 2) / 3 + 1)

/* Encode; cap must be at least BASE64_LEN(len). Characters written, or -1. */
ssize_t	base64_encode(char *out, size_t cap, const void *in, size_t len);
ssize_t	base64url_encode(char *out, size_t cap, const void *in, size_t len);
/* Decode in[0..len) into out of cap bytes. Bytes written, or -1. */
ssize_t	base64_decode(void *out, size_t cap, const char *in, size_t len);
ssize_t	base64url_decode(void *out, size_t cap, const char *in, size_t len);

#endif
