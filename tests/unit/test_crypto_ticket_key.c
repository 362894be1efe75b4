/* SPDX-License-Identifier: ISC */
/* The keys of TLS tickets: what they come from, and that nothing else does. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/ticket_key.h"

static uint8_t	secret[TICKET_SECRET_LEN];

/* Computed with another HKDF: info "tls-ticket-41000". */
static void
test_known(void **state)
{
	static const char	 name[] =
	    "\xaa\x68\x20\x90\x97\x93\x8a\xbd"
	    "\x0d\x4b\x69\x9a\xf6\xd5\x43\xa3";
	static const char	 cipher[] =
	    "\x76\xc8\xb3\xfc\x42\x66\x8b\x81"
	    "\x93\x9d\xea\x64\xf8\x79\x26\x97"
	    "\xca\x84\x61\x20\xbb\xe0\x03\x35"
	    "\x61\x06\x00\x87\xf1\xa6\xd2\x7a";
	static const char	 mac[] =
	    "\x67\x7b\x94\xff\xae\x84\x99\x8f"
	    "\xf4\xf8\xad\xf6\xa9\xa6\xd4\xac"
	    "\x31\x47\x64\xa2\x9d\x12\x1e\x5f"
	    "\xa1\x2c\x8e\x9d\xbf\xa4\x5e\x24";
	struct ticket_key	 key;

	(void)state;
	ticket_key_derive(&key, secret, sizeof(secret), 41000);
	assert_memory_equal(key.name, name, TICKET_NAME_LEN);
	assert_memory_equal(key.cipher, cipher, TICKET_CIPHER_LEN);
	assert_memory_equal(key.mac, mac, TICKET_MAC_LEN);
	assert_true(key.is_set);
}

static void
test_epochs_and_secrets_differ(void **state)
{
	struct ticket_key	 key, next, other;

	(void)state;
	ticket_key_derive(&key, secret, sizeof(secret), 41000);
	ticket_key_derive(&next, secret, sizeof(secret), 41001);
	secret[0] ^= 0x01;
	ticket_key_derive(&other, secret, sizeof(secret), 41000);
	secret[0] ^= 0x01;
	assert_memory_not_equal(key.name, next.name, TICKET_NAME_LEN);
	assert_memory_not_equal(key.cipher, next.cipher, TICKET_CIPHER_LEN);
	assert_memory_not_equal(key.mac, next.mac, TICKET_MAC_LEN);
	assert_memory_not_equal(key.name, other.name, TICKET_NAME_LEN);
	assert_memory_not_equal(key.cipher, other.cipher, TICKET_CIPHER_LEN);
	assert_memory_not_equal(key.mac, other.mac, TICKET_MAC_LEN);
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_epochs_and_secrets_differ),
	};
	size_t			 i;

	for (i = 0; i < sizeof(secret); i++)
		secret[i] = (uint8_t)i;
	return (cmocka_run_group_tests(tests, NULL, NULL));
}
