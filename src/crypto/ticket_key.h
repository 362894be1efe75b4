/* SPDX-License-Identifier: ISC */
/*
 * The keys of TLS tickets (RFC 5077 4): a name, one to encrypt, one for the
 * MAC, all from one secret and the epoch that they count in. Who has the same
 * secret and the same time has the same keys.
 */
#ifndef CRYPTO_TICKET_KEY_H
#define CRYPTO_TICKET_KEY_H

#include <stddef.h>
#include <stdint.h>

#define TICKET_EPOCH_SECONDS	(12 * 60 * 60)
#define TICKET_SECRET_LEN	32
#define TICKET_NAME_LEN		16
#define TICKET_CIPHER_LEN	32
#define TICKET_MAC_LEN		32

struct ticket_key {
	uint8_t		 name[TICKET_NAME_LEN];
	uint8_t		 cipher[TICKET_CIPHER_LEN];
	uint8_t		 mac[TICKET_MAC_LEN];
	int		 is_set;
};

/* epoch: Unix seconds / TICKET_EPOCH_SECONDS. */
void	ticket_key_derive(struct ticket_key *, const uint8_t *secret,
	    size_t len, int64_t epoch);

#endif
