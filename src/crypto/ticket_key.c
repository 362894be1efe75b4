/* SPDX-License-Identifier: ISC */
/* Keys of TLS tickets; see ticket_key.h. */
#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "crypto/digest.h"
#include "crypto/ticket_key.h"

void
ticket_key_derive(struct ticket_key *key, const uint8_t *secret, size_t len,
    int64_t epoch)
{
	uint8_t		 bytes[TICKET_NAME_LEN + TICKET_CIPHER_LEN +
			    TICKET_MAC_LEN];
	struct text	 t;
	char		 info[64];

	text_init(&t, info, sizeof(info));
	text_addf(&t, "tls-ticket-%" PRId64, epoch);
	digest_hkdf(bytes, sizeof(bytes), secret, len, info);
	memcpy(key->name, bytes, TICKET_NAME_LEN);
	memcpy(key->cipher, bytes + TICKET_NAME_LEN, TICKET_CIPHER_LEN);
	memcpy(key->mac, bytes + TICKET_NAME_LEN + TICKET_CIPHER_LEN,
	    TICKET_MAC_LEN);
	key->is_set = 1;
	digest_wipe(bytes, sizeof(bytes));
}
