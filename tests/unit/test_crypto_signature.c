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
#include "crypto/ec_key.h"
#include "crypto/jwt.h"
#include "crypto/signature.h"

#define A3_X	"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"
#define A3_Y	"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"
#define A3_D	"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"

static void
number_get(uint8_t out[32], const char *text)
{
	assert_int_equal(base64url_decode(out, 32, text, strlen(text)), 32);
}

static int
is_good(const uint8_t *sig, const struct signing_key *key, const void *data,
    size_t len)
{
	return (signature_is_good(sig, SIGNATURE_ES256_LEN, key, data, len));
}

static int
make(uint8_t *sig, const struct signing_key *key, const void *data,
    size_t len)
{
	return (signature_make(sig, key, data, len) == SIGNATURE_ES256_LEN ?
	    0 : -1);
}

static void
a3_numbers(uint8_t point[65], uint8_t scalar[32])
{
	point[0] = 0x04;
	number_get(point + 1, A3_X);
	number_get(point + 33, A3_Y);
	number_get(scalar, A3_D);
}

static void
a3_key(struct signing_key *key)
{
	EVP_PKEY	*private, *public;
	uint8_t		 point[65], scalar[32];

	memset(key, 0, sizeof(*key));
	assert_int_equal(text_copy(key->alg, sizeof(key->alg), "ES256"), 0);
	a3_numbers(point, scalar);
	private = ec_key_private("P-256", scalar, sizeof(scalar),
	    sizeof(scalar));
	public = ec_key_public("P-256", point, sizeof(point));
	assert_int_equal(signature_ready(key, private, public), 0);
	EVP_PKEY_free(private);
	EVP_PKEY_free(public);
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
	uint8_t			 sig[SIGNATURE_MAX];
	const char		*dot;
	size_t			 i;

	(void)state;
	a3_key(&key);

	assert_non_null(dot = strrchr(a3, '.'));
	assert_int_equal(base64url_decode(sig, sizeof(sig), dot + 1,
	    strlen(dot + 1)), SIGNATURE_ES256_LEN);
	assert_true(is_good(sig, &key, a3, (size_t)(dot - a3)));
	assert_false(is_good(sig, &key, a3, (size_t)(dot - a3) - 1));
	for (i = 0; i < SIGNATURE_ES256_LEN; i++) {
		sig[i] ^= 1;
		assert_false(is_good(sig, &key, a3, (size_t)(dot - a3)));
		sig[i] ^= 1;
	}
	/* r and s of 0 (CVE-2022-21449). */
	memset(sig, 0, sizeof(sig));
	assert_false(is_good(sig, &key, a3, (size_t)(dot - a3)));

	/* No token of ours: it has neither kid nor typ. */
	assert_null(jwt_text_verify(a3, sizeof(a3) - 1, JWT_TYPE_ID, &key, 1));
	assert_null(jwt_text_verify(a3, sizeof(a3) - 1, "", &key, 1));
	signature_release(&key);
}

static void
test_round_trip(void **state)
{
	struct signing_key	 key, other;
	uint8_t			 sig[SIGNATURE_MAX], again[SIGNATURE_MAX];
	size_t			 i;

	(void)state;
	a3_key(&key);
	assert_int_equal(signing_key_generate(&other, "ES256"), 0);
	/* Often enough to meet an r or s with leading zeros. */
	for (i = 0; i < 600; i++) {
		assert_int_equal(make(sig, &key, &i, sizeof(i)), 0);
		assert_true(is_good(sig, &key, &i, sizeof(i)));
	}
	assert_int_equal(make(sig, &key, &i, sizeof(i)), 0);
	assert_int_equal(make(again, &key, &i, sizeof(i)), 0);
	assert_true(is_good(again, &key, &i, sizeof(i)));
	assert_false(is_good(again, &other, &i, sizeof(i)));
	assert_memory_not_equal(sig, again, sizeof(sig));
	assert_int_equal(make(sig, &key, "", 0), 0);
	assert_true(is_good(sig, &key, "", 0));
	signature_release(&key);
	signing_key_wipe(&other);
}

static void
test_broken_keys(void **state)
{
	struct signing_key	 key, half;
	uint8_t			 sig[SIGNATURE_MAX], unused[SIGNATURE_MAX];
	uint8_t			 point[65], scalar[32];
	EVP_PKEY		*public;

	(void)state;
	a3_key(&key);
	assert_int_equal(signature_make(sig, &key, "x", 1),
	    SIGNATURE_ES256_LEN);

	a3_numbers(point, scalar);
	point[64] ^= 1;			/* off the curve */
	assert_null(ec_key_public("P-256", point, sizeof(point)));
	memset(scalar, 0xff, sizeof(scalar));	/* > order */
	assert_null(ec_key_private("P-256", scalar, sizeof(scalar),
	    sizeof(scalar)));

	/* One half does one thing; a key that was let go does nothing. */
	point[64] ^= 1;
	half = key;
	public = ec_key_public("P-256", point, sizeof(point));
	assert_int_equal(signature_ready(&half, NULL, public), 0);
	EVP_PKEY_free(public);
	assert_int_equal(signature_make(unused, &half, "x", 1), -1);
	assert_true(is_good(sig, &half, "x", 1));
	signature_release(&half);
	assert_false(is_good(sig, &half, "x", 1));

	assert_false(signature_is_good(sig, SIGNATURE_ES256_LEN - 1, &key,
	    "x", 1));
	assert_false(signature_is_good(sig, SIGNATURE_ES256_LEN + 1, &key,
	    "x", 1));
	signature_release(&key);
	assert_int_equal(signature_make(unused, &key, "x", 1), -1);
}

/* Of an RSA key too: what a thread signs with is a copy of its own. */
static void
test_copies(void **state)
{
	static const char *const	 algs[] = { "ES256", "RS256" };
	struct signing_key		 key, copy;
	uint8_t				 sig[SIGNATURE_MAX];
	ssize_t				 len;
	size_t				 i;

	(void)state;
	for (i = 0; i < 2; i++) {
		assert_int_equal(signing_key_generate(&key, algs[i]), 0);
		assert_int_equal(signing_key_copy(&copy, &key), 0);
		len = signature_make(sig, &copy, "x", 1);
		assert_true(len > 0);
		signing_key_wipe(&copy);
		assert_true(signature_is_good(sig, (size_t)len, &key, "x", 1));
		assert_false(signature_is_good(sig, (size_t)len, &key, "y", 1));
		signing_key_wipe(&key);
		assert_int_equal(signing_key_copy(&copy, &key), -1);
	}
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_a3),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_broken_keys),
		cmocka_unit_test(test_copies),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
