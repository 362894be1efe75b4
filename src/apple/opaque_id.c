/* SPDX-License-Identifier: ISC */
/* Opaque IDs. */
#include <string.h>

#include "apple/opaque_id.h"

int
opaque_id_get(char out[OPAQUE_ID_MAX + 1], const char *text)
{
	static const char	 alphabet[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789+/=-_";
	size_t			 i, len, prefix;

	out[0] = '\0';

	prefix = sizeof(OPAQUE_ID_PREFIX) - 1;
	len = strnlen(text, OPAQUE_ID_MAX + 1);
	if (len <= prefix || len > OPAQUE_ID_MAX ||
	    memcmp(text, OPAQUE_ID_PREFIX, prefix) != 0)
		return (-1);

	memcpy(out, text, len + 1);
	for (i = prefix; i < len; i++) {
		if (out[i] == ' ')
			out[i] = '+';
		if (strchr(alphabet, out[i]) == NULL) {
			out[0] = '\0';
			return (-1);
		}
	}

	return (0);
}
