/* SPDX-License-Identifier: ISC */
/*
 * response_encryption_key. A point that is not on its curve would let whoever
 * sent it learn about our ephemeral key, so nothing unchecked leaves here.
 */
#include <string.h>

#include "apple/ecies.h"
#include "apple/response_key.h"
#include "base/base64.h"

int
response_key_get(uint8_t out[RESPONSE_KEY_MAX], size_t *len, const char *text)
{
	char	 copy[BASE64_LEN(RESPONSE_KEY_MAX)];
	size_t	 i, textlen;
	ssize_t	 n;

	*len = 0;

	textlen = strnlen(text, sizeof(copy));
	if (textlen == sizeof(copy))
		return (-1);
	for (i = 0; i < textlen; i++)
		copy[i] = text[i] == ' ' ? '+' : text[i];

	n = base64_decode(out, RESPONSE_KEY_MAX, copy, textlen);
	if (n == -1 || !ecies_point_is_valid(out, (size_t)n))
		return (-1);
	*len = (size_t)n;

	return (0);
}
