/* SPDX-License-Identifier: ISC */
/*
 * Base64 and base64url. One text has one decoding and one decoding has one
 * text: a token whose last character may vary could be replayed as another.
 */
#include <stdint.h>
#include <string.h>

#include "base/base64.h"

static ssize_t	encode(const char *, int, char *, size_t, const void *, size_t);
static ssize_t	decode(const char *, void *, size_t, const char *, size_t);
static int	value_of(const char *, char);

#define ALNUM	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

static const char	alphabet[] = ALNUM "+/";	/* RFC 4648 4 */
static const char	alphabet_url[] = ALNUM "-_";	/* RFC 4648 5 */

ssize_t
base64_encode(char *out, size_t cap, const void *in, size_t len)
{
	return (encode(alphabet, 1, out, cap, in, len));
}

ssize_t
base64url_encode(char *out, size_t cap, const void *in, size_t len)
{
	return (encode(alphabet_url, 0, out, cap, in, len));
}

ssize_t
base64_decode(void *out, size_t cap, const char *in, size_t len)
{
	size_t	 pad;

	if (len % 4 != 0)
		return (-1);
	for (pad = 0; pad < 2 && pad < len && in[len - 1 - pad] == '='; pad++)
		continue;

	return (decode(alphabet, out, cap, in, len - pad));
}

ssize_t
base64url_decode(void *out, size_t cap, const char *in, size_t len)
{
	return (decode(alphabet_url, out, cap, in, len));
}

static ssize_t
encode(const char *letters, int padded, char *out, size_t cap, const void *in,
    size_t len)
{
	const uint8_t	*p = in;
	size_t		 at, i, n, sextets;
	uint32_t	 word;

	if (len > SIZE_MAX / 4 || cap < (padded ? BASE64_LEN(len) :
	    BASE64URL_LEN(len)))
		return (-1);

	at = 0;
	for (i = 0; len - i >= 3; i += 3) {
		word = (uint32_t)p[i] << 16 | (uint32_t)p[i + 1] << 8 |
		    p[i + 2];
		out[at++] = letters[word >> 18];
		out[at++] = letters[word >> 12 & 63];
		out[at++] = letters[word >> 6 & 63];
		out[at++] = letters[word & 63];
	}
	for (; i < len; i += 3) {
		word = (uint32_t)p[i] << 16;
		if (len - i > 1)
			word |= (uint32_t)p[i + 1] << 8;
		sextets = len - i + 1;
		for (n = 0; n < sextets; n++)
			out[at++] = letters[(word >> (18 - 6 * n)) & 63];
		for (; padded && n < 4; n++)
			out[at++] = '=';
	}
	out[at] = '\0';

	return ((ssize_t)at);
}

/* Without padding, which the caller has counted away. */
static ssize_t
decode(const char *letters, void *out, size_t cap, const char *in, size_t len)
{
	uint8_t		*p = out;
	size_t		 at, bits, i;
	uint32_t	 word;
	int		 value;

	if (len % 4 == 1 || len / 4 * 3 + len % 4 * 3 / 4 > cap)
		return (-1);

	at = 0;
	bits = 0;
	word = 0;
	for (i = 0; i < len; i++) {
		if ((value = value_of(letters, in[i])) == -1)
			return (-1);
		word = (word << 6 | (uint32_t)value) & 0xffff;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			p[at++] = (uint8_t)(word >> bits);
		}
	}

	/* The bits left over carry nothing, so nothing may be in them. */
	if ((word & ((1u << bits) - 1)) != 0)
		return (-1);

	return ((ssize_t)at);
}

/* The alphabets differ in their last two letters (RFC 4648 4, 5). */
static int
value_of(const char *letters, char c)
{
	if (c >= 'A' && c <= 'Z')
		return (c - 'A');
	if (c >= 'a' && c <= 'z')
		return (c - 'a' + 26);
	if (c >= '0' && c <= '9')
		return (c - '0' + 52);
	if (c == letters[62])
		return (62);

	return (c == letters[63] ? 63 : -1);
}
