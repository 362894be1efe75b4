/* SPDX-License-Identifier: ISC */
/*
 * gzip (RFC 1952) for what is the same for everyone. Never for a page: with
 * something secret and something chosen by a stranger in one text, its length
 * tells of the secret (BREACH).
 */
#ifndef HTTP_COMPRESS_H
#define HTTP_COMPRESS_H

#include <stddef.h>

/*
 * Compress into memory that the caller frees. 0, or -1: no memory, or it would
 * not become smaller.
 */
int	compress_gzip(void **out, size_t *outlen, const void *, size_t len);
/* 1 if an Accept-Encoding header (NULL: none) takes gzip (RFC 9110 12.5.3). */
int	compress_is_accepted(const char *header);

#endif
