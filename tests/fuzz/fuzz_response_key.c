/* SPDX-License-Identifier: ISC */
/* response_encryption_key: a point comes out, by one spelling only. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "apple/response_key.h"
#include "base/base64.h"
#include "base/log.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	uint8_t	 key[RESPONSE_KEY_MAX];
	char	 again[BASE64_LEN(RESPONSE_KEY_MAX)];
	char	*text;
	size_t	 i, key_len;

	if ((text = malloc(len + 1)) == NULL)
		return (0);
	memcpy(text, data, len);
	text[len] = '\0';

	if (response_key_get(key, &key_len, text) == 0) {
		PRECOND(key_len == 65 || key_len == 97);
		PRECOND(key[0] == 0x04);
		PRECOND(base64_encode(again, sizeof(again), key, key_len) ==
		    (ssize_t)strlen(text));
		for (i = 0; again[i] != '\0'; i++)
			PRECOND(again[i] == text[i] ||
			    (again[i] == '+' && text[i] == ' '));
	} else {
		PRECOND(key_len == 0);
	}
	free(text);

	return (0);
}
