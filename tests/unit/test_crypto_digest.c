/* SPDX-License-Identifier: ISC */
/* SHA-256 (FIPS 180-4), HMAC (RFC 4231), HKDF (RFC 5869), and random bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/base64.h"
#include "crypto/digest.h"
#include "crypto/random.h"

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

static void
assert_hex(const uint8_t *bytes, size_t len, const char *hex)
{
	char	 text[129];
	size_t	 i;

	assert_true(len * 2 < sizeof(text));
	for (i = 0; i < len; i++)
		(void)snprintf(text + 2 * i, 3, "%02x", bytes[i]);
	assert_string_equal(text, hex);
}

static void
test_sha256(void **state)
{
	/* FIPS 180-4 examples; the last is a million times "a". */
	static const struct {
		const char	*text, *hex;
	} cases[] = {
		{ "", "e3b0c44298fc1c149afbf4c8996fb924"
		      "27ae41e4649b934ca495991b7852b855" },
		{ "abc", "ba7816bf8f01cfea414140de5dae2223"
			 "b00361a396177a9cb410ff61f20015ad" },
		{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		  "248d6a61d20638b8e5c026930c3e6039"
		  "a33ce45964ff2167f6ecedd419db06c1" },
	};
	uint8_t	 out[DIGEST_LEN];
	char	*million;
	size_t	 i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		digest_sha256(out, cases[i].text, strlen(cases[i].text));
		assert_hex(out, sizeof(out), cases[i].hex);
	}
	assert_non_null(million = malloc(1000000));
	memset(million, 'a', 1000000);
	digest_sha256(out, million, 1000000);
	free(million);
	assert_hex(out, sizeof(out), "cdc76e5c9914fb9281a1c7e284d73e67"
	    "f1809a48a497200e046d39ccc7112cd0");
}

static void
test_hmac(void **state)
{
	uint8_t	 key[131], data[50], out[DIGEST_LEN];
	size_t	 i;

	(void)state;
	/* RFC 4231 4.2 */
	memset(key, 0x0b, 20);
	digest_hmac(out, key, 20, "Hi There", 8);
	assert_hex(out, sizeof(out), "b0344c61d8db38535ca8afceaf0bf12b"
	    "881dc200c9833da726e9376c2e32cff7");
	/* 4.3 */
	digest_hmac(out, "Jefe", 4, "what do ya want for nothing?", 28);
	assert_hex(out, sizeof(out), "5bdcc146bf60754e6a042426089575c7"
	    "5a003f089d2739839dec58b964ec3843");
	/* 4.4 */
	memset(key, 0xaa, 20);
	memset(data, 0xdd, sizeof(data));
	digest_hmac(out, key, 20, data, sizeof(data));
	assert_hex(out, sizeof(out), "773ea91e36800e46854db8ebd09181a7"
	    "2959098b3ef8c122d9635514ced565fe");
	/* 4.5 */
	for (i = 0; i < 25; i++)
		key[i] = (uint8_t)(i + 1);
	memset(data, 0xcd, sizeof(data));
	digest_hmac(out, key, 25, data, sizeof(data));
	assert_hex(out, sizeof(out), "82558a389a443c0ea4cc819899f2083a"
	    "85f0faa3e578f8077a2e3ff46729665b");
	/* 4.7: a key longer than a block */
	memset(key, 0xaa, sizeof(key));
	digest_hmac(out, key, sizeof(key),
	    "Test Using Larger Than Block-Size Key - Hash Key First", 54);
	assert_hex(out, sizeof(out), "60e431591ee0b67f0d8a26aacbf5b77f"
	    "8e0bc6213728c5140546040f0ee37f54");
	/* An empty message and an empty key are no reason to stop. */
	digest_hmac(out, "", 0, "", 0);
	assert_hex(out, sizeof(out), "b613679a0814d9ec772f95d778c35fc5"
	    "ff1697c493715653c6c712144292c5ad");
}

static void
test_hkdf(void **state)
{
	uint8_t	 key[32], out[82], other[32], prk[DIGEST_LEN];
	uint8_t	 zeros[DIGEST_LEN];
	size_t	 i;

	(void)state;
	/* RFC 5869 A.3: no salt, no info */
	memset(key, 0x0b, 22);
	digest_hkdf(out, 42, key, 22, "");
	assert_hex(out, 42, "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879e"
	    "c3454e5f3c738d2d9d201395faa4b61a96c8");

	/* With info, against another implementation. */
	for (i = 0; i < sizeof(key); i++)
		key[i] = (uint8_t)i;
	digest_hkdf(out, 32, key, sizeof(key), "flow");
	assert_hex(out, 32, "252af495fac43ba9625da7130a3710f1"
	    "fab583319ad2afda5afa5c9b5a6c5e8b");
	digest_hkdf(other, 32, key, sizeof(key), "flow2");
	assert_false(digest_is_equal(out, other, 32));

	/* RFC 5869 2.2 and 2.3 by hand. */
	memset(zeros, 0, sizeof(zeros));
	digest_hmac(prk, zeros, sizeof(zeros), key, sizeof(key));
	digest_hmac(other, prk, sizeof(prk), "flow\x01", 5);
	assert_memory_equal(out, other, 32);
}

static void
test_is_equal(void **state)
{
	(void)state;
	assert_int_equal(digest_is_equal("abc", "abc", 3), 1);
	assert_int_equal(digest_is_equal("abc", "abd", 3), 0);
	assert_int_equal(digest_is_equal("xbc", "abc", 3), 0);
	assert_int_equal(digest_is_equal("a\0b", "a\0c", 3), 0);
	assert_int_equal(digest_is_equal("a", "b", 0), 1);
}

static void
test_wipe(void **state)
{
	char	 secret[8] = "secret!";

	(void)state;
	digest_wipe(secret + 1, 5);
	assert_memory_equal(secret, "s\0\0\0\0\0!", 8);
}

static int
token_order(const void *a, const void *b)
{
	return (strcmp(a, b));
}

static void
test_random(void **state)
{
	static char	 tokens[1000][RANDOM_TOKEN_LEN];
	uint8_t		 bytes[RANDOM_TOKEN_BYTES];
	size_t		 i;

	(void)state;
	for (i = 0; i < COUNT(tokens); i++) {
		random_token(tokens[i]);
		assert_int_equal(strlen(tokens[i]), RANDOM_TOKEN_LEN - 1);
		assert_int_equal(base64url_decode(bytes, sizeof(bytes),
		    tokens[i], RANDOM_TOKEN_LEN - 1), RANDOM_TOKEN_BYTES);
	}
	qsort(tokens, COUNT(tokens), sizeof(tokens[0]), token_order);
	for (i = 1; i < COUNT(tokens); i++)
		assert_string_not_equal(tokens[i - 1], tokens[i]);

	/* Exactly what was asked for is filled. */
	memset(bytes, 0x5a, sizeof(bytes));
	random_bytes(bytes, 0);
	assert_int_equal(bytes[0], 0x5a);
	random_bytes(bytes + 4, 16);
	for (i = 0; i < sizeof(bytes); i++) {
		if (i < 4 || i >= 20)
			assert_int_equal(bytes[i], 0x5a);
	}
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_sha256),
		cmocka_unit_test(test_hmac),
		cmocka_unit_test(test_hkdf),
		cmocka_unit_test(test_is_equal),
		cmocka_unit_test(test_wipe),
		cmocka_unit_test(test_random),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
