/* SPDX-License-Identifier: ISC */
/* Sealing: what was sealed opens, and nothing that was touched does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/seal.h"

#define TEXT	"a checked authorization request"
#define TEXTLEN	(sizeof(TEXT) - 1)
#define SEALED	(TEXTLEN + SEAL_OVERHEAD)

static const uint8_t	master[SEAL_KEY_LEN] =
    "0123456789abcdef0123456789abcde";

static void
test_round_trip(void **state)
{
	struct seal_key	 key;
	uint8_t		 sealed[SEALED], again[SEALED];
	char		 out[TEXTLEN];

	(void)state;
	seal_key_derive(&key, master, sizeof(master), "flow");
	assert_int_equal(seal_put(&key, sealed, sizeof(sealed), TEXT, TEXTLEN,
	    "id", 2), SEALED);
	assert_int_equal(sealed[0], 1);
	assert_int_equal(seal_get(&key, out, sizeof(out), sealed,
	    sizeof(sealed), "id", 2), TEXTLEN);
	assert_memory_equal(out, TEXT, TEXTLEN);

	/* The same text never looks the same. */
	assert_int_equal(seal_put(&key, again, sizeof(again), TEXT, TEXTLEN,
	    "id", 2), SEALED);
	assert_memory_not_equal(sealed + 1, again + 1, 12);
	assert_memory_not_equal(sealed + 13, again + 13, SEALED - 13);
}

static void
test_empty(void **state)
{
	struct seal_key	 key;
	uint8_t		 sealed[SEAL_OVERHEAD];

	(void)state;
	seal_key_derive(&key, master, sizeof(master), "flow");
	assert_int_equal(seal_put(&key, sealed, sizeof(sealed), NULL, 0, NULL,
	    0), SEAL_OVERHEAD);
	assert_int_equal(seal_get(&key, NULL, 0, sealed, sizeof(sealed), NULL,
	    0), 0);
	assert_int_equal(seal_get(&key, NULL, 0, sealed, sizeof(sealed), "x",
	    1), -1);
	sealed[SEAL_OVERHEAD - 1] ^= 1;
	assert_int_equal(seal_get(&key, NULL, 0, sealed, sizeof(sealed), NULL,
	    0), -1);
}

static void
test_every_bit_counts(void **state)
{
	struct seal_key	 key;
	uint8_t		 sealed[SEALED];
	char		 out[TEXTLEN];
	size_t		 i;

	(void)state;
	seal_key_derive(&key, master, sizeof(master), "flow");
	assert_int_equal(seal_put(&key, sealed, sizeof(sealed), TEXT, TEXTLEN,
	    "id", 2), SEALED);
	for (i = 0; i < SEALED * 8; i++) {
		sealed[i / 8] ^= (uint8_t)(1 << i % 8);
		memset(out, 0, sizeof(out));
		assert_int_equal(seal_get(&key, out, sizeof(out), sealed,
		    sizeof(sealed), "id", 2), -1);
		/* Nothing of it is left behind. */
		assert_memory_not_equal(out, TEXT, 8);
		sealed[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	assert_int_equal(seal_get(&key, out, sizeof(out), sealed,
	    sizeof(sealed), "id", 2), TEXTLEN);
}

static void
test_bound_to_place_and_purpose(void **state)
{
	struct seal_key	 key, other;
	uint8_t		 sealed[SEALED];
	char		 out[TEXTLEN];

	(void)state;
	seal_key_derive(&key, master, sizeof(master), "flow");
	seal_key_derive(&other, master, sizeof(master), "signing-key");
	assert_memory_not_equal(key.bytes, other.bytes, SEAL_KEY_LEN);
	assert_int_equal(seal_put(&key, sealed, sizeof(sealed), TEXT, TEXTLEN,
	    "id", 2), SEALED);
	assert_int_equal(seal_get(&key, out, sizeof(out), sealed, SEALED, "ie",
	    2), -1);
	assert_int_equal(seal_get(&key, out, sizeof(out), sealed, SEALED, "id",
	    1), -1);
	assert_int_equal(seal_get(&key, out, sizeof(out), sealed, SEALED, NULL,
	    0), -1);
	assert_int_equal(seal_get(&other, out, sizeof(out), sealed, SEALED,
	    "id", 2), -1);

	seal_key_derive(&other, master, sizeof(master) - 1, "flow");
	assert_int_equal(seal_get(&other, out, sizeof(out), sealed, SEALED,
	    "id", 2), -1);
}

static void
test_lengths(void **state)
{
	struct seal_key	 key;
	uint8_t		 sealed[SEALED + 1];
	char		 out[TEXTLEN];
	size_t		 len;

	(void)state;
	seal_key_derive(&key, master, sizeof(master), "flow");
	assert_int_equal(seal_put(&key, sealed, SEALED - 1, TEXT, TEXTLEN,
	    NULL, 0), -1);
	assert_int_equal(seal_put(&key, sealed, SIZE_MAX, TEXT, SIZE_MAX, NULL,
	    0), -1);
	memset(sealed, 0, sizeof(sealed));
	assert_int_equal(seal_put(&key, sealed, SEALED, TEXT, TEXTLEN, NULL,
	    0), SEALED);
	assert_int_equal(seal_get(&key, out, TEXTLEN - 1, sealed, SEALED, NULL,
	    0), -1);
	for (len = 0; len < SEALED; len++) {
		assert_int_equal(seal_get(&key, out, sizeof(out), sealed, len,
		    NULL, 0), -1);
	}
	assert_int_equal(seal_get(&key, out, sizeof(out), sealed, SEALED + 1,
	    NULL, 0), -1);
	assert_int_equal(seal_get(&key, out, sizeof(out), sealed, SEALED, NULL,
	    0), TEXTLEN);
}

static void
test_wipe(void **state)
{
	static const struct seal_key	 none;
	struct seal_key			 key;

	(void)state;
	seal_key_derive(&key, master, sizeof(master), "flow");
	assert_memory_not_equal(&key, &none, sizeof(key));
	seal_key_wipe(&key);
	assert_memory_equal(&key, &none, sizeof(key));
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_every_bit_counts),
		cmocka_unit_test(test_bound_to_place_and_purpose),
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_wipe),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
