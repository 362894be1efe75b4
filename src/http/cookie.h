/* SPDX-License-Identifier: ISC */
/*
 * Cookies, read and written by ourselves: Kore's cannot say SameSite
 * (RFC 6265bis).
 */
#ifndef HTTP_COOKIE_H
#define HTTP_COOKIE_H

#include <stddef.h>

/*
 * Find name in a Cookie header (NULL: none). 0 with the value in out, or -1,
 * also when the name comes twice.
 */
int	cookie_find(const char *header, const char *name, char *out,
	    size_t cap);
/*
 * A Set-Cookie value: Path=/, HttpOnly, SameSite=Lax, Secure (not when TLS is
 * off; then the "__Host-" prefix must not be in name). seconds 0 deletes it.
 */
int	cookie_format(char *out, size_t cap, const char *name,
	    const char *value, unsigned seconds, int secure);

#endif
