/* SPDX-License-Identifier: ISC */
/* The signature of a webhook's event. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "crypto/digest.h"
#include "crypto/webhook_signature.h"

int
webhook_signature(char out[WEBHOOK_SIGNATURE_LEN], const char *secret,
    int64_t now, const char *body, size_t len)
{
	struct text	 t;
	uint8_t		 mac[DIGEST_LEN];
	char		 prefix[32], *signed_text;
	size_t		 i, n;

	out[0] = '\0';
	(void)snprintf(prefix, sizeof(prefix), "%" PRId64 ".", now);
	n = strlen(prefix);
	if ((signed_text = malloc(n + len)) == NULL)
		return (-1);
	memcpy(signed_text, prefix, n);
	memcpy(signed_text + n, body, len);
	digest_hmac(mac, secret, strlen(secret), signed_text, n + len);
	free(signed_text);
	text_init(&t, out, WEBHOOK_SIGNATURE_LEN);
	text_addf(&t, "t=%" PRId64 ",v1=", now);
	for (i = 0; i < sizeof(mac); i++)
		text_addf(&t, "%02x", mac[i]);
	return (text_is_ok(&t) ? 0 : -1);
}
