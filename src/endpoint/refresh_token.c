/* SPDX-License-Identifier: ISC */
/* Refresh tokens; see refresh_token.h. */
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "endpoint/refresh_token.h"

int
refresh_token_make(char out[REFRESH_TOKEN_LEN],
    const uint8_t secret[RANDOM_TOKEN_BYTES], const struct grant_id *grant)
{
	uint8_t	bytes[2 + RANDOM_TOKEN_BYTES];
	long	day;
	int	rc;

	if (!grant_id_is_valid(grant->text))
		return (-1);
	day = strtol(grant->text, NULL, 10);	/* ends at the '-' */
	if (day < 0 || day > UINT16_MAX)
		return (-1);
	bytes[0] = (uint8_t)(day >> 8);
	bytes[1] = (uint8_t)day;
	memcpy(bytes + 2, secret, RANDOM_TOKEN_BYTES);
	rc = base64url_encode(out, REFRESH_TOKEN_LEN, bytes,
	    sizeof(bytes)) == -1 ? -1 : 0;
	digest_wipe(bytes, sizeof(bytes));
	return (rc);
}

int
refresh_token_read(uint16_t *day, uint8_t digest[DIGEST_LEN], const char *text)
{
	uint8_t	bytes[2 + RANDOM_TOKEN_BYTES];

	if (base64url_decode(bytes, sizeof(bytes), text, strlen(text)) !=
	    (ssize_t)sizeof(bytes))
		return (-1);
	*day = (uint16_t)((bytes[0] << 8) | bytes[1]);
	digest_sha256(digest, bytes + 2, RANDOM_TOKEN_BYTES);
	digest_wipe(bytes, sizeof(bytes));
	return (0);
}
