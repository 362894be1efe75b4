/* SPDX-License-Identifier: ISC */
/* ES256: the token of RFC 7515 A.3, and signatures that only look like one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/base64.h"
#include "base/text.h"
#include "crypto/es256.h"
#include "crypto/jwt.h"

#define A3_X	"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"
#define A3_Y	"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"
#define A3_D	"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"

static void
number_get(uint8_t out[32], const char *text)
{
	assert_int_equal(base64url_decode(out, 32, text, strlen(text)), 32);
}

static void
a3_key(struct signing_key *key)
{
	memset(key, 0, sizeof(*key));
	assert_int_equal(text_copy(key->alg, sizeof(key->alg), "ES256"), 0);
	key->point[0] = 0x04;
	number_get(key->point + 1, A3_X);
	number_get(key->point + 33, A3_Y);
	number_get(key->scalar, A3_D);
}

static void
test_a3(void **state)
{
	static const char	 a3[] =
	    "eyJhbGciOiJFUzI1NiJ9"
	    ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9l"
	    "eGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
	    ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8IS"
	    "lSApmWQxfKTUJqPP3-Kg6NU1Q";
	struct signing_key	 key;
	uint8_t			 sig[ES256_LEN];
	const char		*dot;
	size_t			 i;

	(void)state;
	a3_key(&key);

	assert_non_null(dot = strrchr(a3, '.'));
	assert_int_equal(base64url_decode(sig, sizeof(sig), dot + 1,
	    strlen(dot + 1)), ES256_LEN);
	assert_true(es256_is_signed(sig, &key, a3, (size_t)(dot - a3)));
	assert_false(es256_is_signed(sig, &key, a3, (size_t)(dot - a3) - 1));
	for (i = 0; i < ES256_LEN; i++) {
		sig[i] ^= 1;
		assert_false(es256_is_signed(sig, &key, a3,
		    (size_t)(dot - a3)));
		sig[i] ^= 1;
	}
	/* r and s of 0 (CVE-2022-21449). */
	memset(sig, 0, sizeof(sig));
	assert_false(es256_is_signed(sig, &key, a3, (size_t)(dot - a3)));

	/* No token of ours: it has neither kid nor typ. */
	assert_null(jwt_text_verify(a3, sizeof(a3) - 1, JWT_TYPE_ID, &key, 1));
	assert_null(jwt_text_verify(a3, sizeof(a3) - 1, "", &key, 1));
}

static void
test_round_trip(void **state)
{
	struct signing_key	 key, other;
	uint8_t			 sig[ES256_LEN], again[ES256_LEN];
	size_t			 i;

	(void)state;
	a3_key(&key);
	assert_int_equal(signing_key_generate(&other, "ES256"), 0);
	/* Often enough to meet an r or s with leading zeros. */
	for (i = 0; i < 600; i++) {
		assert_int_equal(es256_sign(sig, &key, &i, sizeof(i)), 0);
		assert_true(es256_is_signed(sig, &key, &i, sizeof(i)));
	}
	assert_int_equal(es256_sign(sig, &key, &i, sizeof(i)), 0);
	assert_int_equal(es256_sign(again, &key, &i, sizeof(i)), 0);
	assert_true(es256_is_signed(again, &key, &i, sizeof(i)));
	assert_false(es256_is_signed(again, &other, &i, sizeof(i)));
	assert_memory_not_equal(sig, again, sizeof(sig));
	assert_int_equal(es256_sign(sig, &key, "", 0), 0);
	assert_true(es256_is_signed(sig, &key, "", 0));
}

static void
test_broken_keys(void **state)
{
	struct signing_key	 key, broken;
	uint8_t			 sig[ES256_LEN], unused[ES256_LEN];

	(void)state;
	a3_key(&key);
	assert_int_equal(es256_sign(sig, &key, "x", 1), 0);

	broken = key;
	broken.point[64] ^= 1;		/* off the curve */
	assert_false(es256_is_signed(sig, &broken, "x", 1));
	memset(broken.point, 0, sizeof(broken.point));
	assert_false(es256_is_signed(sig, &broken, "x", 1));
	memset(broken.scalar, 0, sizeof(broken.scalar));
	assert_int_equal(es256_sign(unused, &broken, "x", 1), -1);
	memset(broken.scalar, 0xff, sizeof(broken.scalar));	/* > order */
	assert_int_equal(es256_sign(unused, &broken, "x", 1), -1);
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_a3),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_broken_keys),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
