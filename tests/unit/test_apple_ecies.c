/* SPDX-License-Identifier: ISC */
/*
 * ECIES: the one public vector of Apple's scheme, tokens that another
 * implementation made, and what whoever has no key may try.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "apple/ecies.h"
#include "base/base64.h"
#include "crypto/ec_key.h"

struct vector {
	const char	*private, *public, *token, *plain;
	size_t		 pointlen;
};

/*
 * [0] is from Apple's "Sending an Authentication Message". The others were
 * made with Python's cryptography: scalars with leading zeros, both curves.
 */
static const struct vector vectors[] = {
	{ "pX/BvdXXUdpC79mW/jWi10Z6PJb5SBY2+aqkR/qYOjqgakKsqZFKnl0kz10Ve+BP",
	  "BNY+I93aHVkXnNWKVLdrMJLXpQ1BsyHYoiv6UNi4rDUsRx3sNNhW8FNy9yUwxYprAww"
	  "fj1ZkoJ61Fs+SwjIbGPtXi52arvSbPglyBN4uAxtP3VP3LCP4JtSEjdgsgsretA==",
	  "BDiRKNnPiPUb5oala31nkmCaXMB0iyWy3Q93p6fN7vPxEQSUlFVsInkJzPBBqmW1FUI"
	  "Y1KBA3BQb3W3Qv4akZ8kblqbmvupE/EJzPKbROZFBNvxpvVOHHgO2qadmHAjHSmnxUu"
	  "xrpKxopWnOgyhzUx+mBUTao0pcEgqZFw0Y/qZIJPf1KusCMlz5TAhpjsw=",
	  "xXTi32iZwrQ6O8Sy6r1isKwF6Ff1Py", 97 },
	{ "AAAAAAAAAAAAESIzRFVmd4iZqrvM3e7/ABEiM0RVZneImaq7zN3u/wARIjNEVWZ3",
	  "BGLMwDrp8mqLqUs1cmOJvMiwIADL2Qq1o1q+Y0bn3aVkTsaFj6maUDDcXJt5Qtycp"
	  "OxQq1VvXMCmkUCb5HwIayOLo9a8D/UJ/1wsBDVG7ZcrRI2+g0bLJr7NInAiGrIMHA==",
	  "BL/RUkZUWOW58akD6v7wMJXr/VLF+eqXvnTekZQ1X8+0DsCXMVrfav3vuiH0S2JbSBc"
	  "Fjv+aGtF1pGdenHMMsCjsdq7FRPelbVgWTYz8BAK0icTnTJGNw6d/XCGdMbjiRYEydu"
	  "WcSveJsDCQtF4f6iDWxAlxHCV1ByEcxBKcN3WYdlFN2gBs/g==",
	  "an-access-token.of~P384", 97 },
	{ "AADerb7vESIzRFVmd4iZABEiM0RVZneImQCqu8zd7v8=",
	  "BO7yX+QgX47QUZHe2lhSyp3lC3SQS8/M3lA8Kr7XMJxRjkdaOiYJOHUaq46DK48UZdE"
	  "Jo2EM82PL42Z1g1M3kTA=",
	  "BPnr5GQUfMEC2SMk0JnZJ8GlDkLVegihFv/sCimBnYxlcLr30SiIkCpqDB1nrdEDEjy"
	  "Fmrab+OlDHJOEkw1Lfu49Z98rUNlmPVugYw5qEv81GoO7BkS7yACw3zTikjKakOmMEm"
	  "IpZJ0=",
	  "an-access-token.of~P256", 65 },
};

#define VECTORS	(sizeof(vectors) / sizeof(vectors[0]))

static size_t
decode(uint8_t *out, size_t cap, const char *text)
{
	ssize_t	 n;

	n = base64_decode(out, cap, text, strlen(text));
	assert_true(n > 0);

	return ((size_t)n);
}

static void
test_vectors(void **state)
{
	uint8_t	 scalar[ECIES_SCALAR_MAX], point[ECIES_POINT_MAX];
	char	 plain[64];
	size_t	 i, len, skip;

	(void)state;
	for (i = 0; i < VECTORS; i++) {
		len = decode(scalar, sizeof(scalar), vectors[i].private);
		/* Apple's sample leaves out leading zero bytes. */
		skip = 0;
		do {
			memset(plain, 0, sizeof(plain));
			assert_int_equal(ecies_decrypt(plain,
			    strlen(vectors[i].plain), scalar + skip,
			    len - skip, vectors[i].token,
			    strlen(vectors[i].token)),
			    strlen(vectors[i].plain));
			assert_string_equal(plain, vectors[i].plain);
		} while (scalar[skip++] == 0);
		assert_int_equal(decode(point, sizeof(point),
		    vectors[i].public), vectors[i].pointlen);
		assert_true(ecies_point_is_valid(point, vectors[i].pointlen));
	}
	/* A scalar with more zeros in front than its curve has bytes. */
	memset(scalar, 0, sizeof(scalar));
	assert_int_equal(decode(scalar + 16, 32, vectors[2].private), 32);
	assert_int_equal(ecies_decrypt(plain, sizeof(plain), scalar, 48,
	    vectors[2].token, strlen(vectors[2].token)), 23);
}

static void
check_round_trip(enum ecies_curve curve, size_t len)
{
	uint8_t	 point[ECIES_POINT_MAX], scalar[ECIES_SCALAR_MAX];
	char	 again[ECIES_TEXT_LEN(ECIES_PLAIN_MAX)];
	char	 in[ECIES_PLAIN_MAX], out[ECIES_PLAIN_MAX];
	char	 text[ECIES_TEXT_LEN(ECIES_PLAIN_MAX)];
	size_t	 i, pointlen, scalarlen;

	for (i = 0; i < sizeof(in); i++)
		in[i] = (char)(i * 31);
	assert_int_equal(ecies_generate(curve, point, &pointlen, scalar,
	    &scalarlen), 0);
	assert_int_equal(pointlen, curve == ECIES_P384 ? 97 : 65);
	assert_int_equal(scalarlen, curve == ECIES_P384 ? 48 : 32);
	assert_true(ecies_point_is_valid(point, pointlen));
	assert_int_equal(ecies_encrypt(text, ECIES_TEXT_LEN(len), point,
	    pointlen, in, len), 0);
	assert_int_equal(strlen(text),
	    BASE64_LEN(pointlen + len + ECIES_TAG_LEN) - 1);
	assert_int_equal(ecies_decrypt(out, len, scalar, scalarlen, text,
	    strlen(text)), len);
	assert_memory_equal(in, out, len);
	/* Every token has a key of its own. */
	assert_int_equal(ecies_encrypt(again, sizeof(again), point, pointlen,
	    in, len), 0);
	assert_memory_not_equal(text + 2, again + 2, 80);
}

static void
test_round_trip(void **state)
{
	static const size_t	 lengths[] = {
		0, 1, 15, 16, 17, 1000, ECIES_PLAIN_MAX,
	};
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		check_round_trip(ECIES_P384, lengths[i]);
		check_round_trip(ECIES_P256, lengths[i]);
	}
}

static void
test_encrypt_refused(void **state)
{
	uint8_t	 point[ECIES_POINT_MAX];
	char	 plain[ECIES_PLAIN_MAX + 1], text[8192];
	size_t	 len;

	(void)state;
	memset(plain, 'x', sizeof(plain));
	len = decode(point, sizeof(point), vectors[0].public);
	assert_int_equal(ecies_encrypt(text, sizeof(text), point, len, plain,
	    ECIES_PLAIN_MAX + 1), -1);
	assert_int_equal(ecies_encrypt(text, BASE64_LEN(97 + 5 + 16) - 1,
	    point, len, plain, 5), -1);
	assert_int_equal(ecies_encrypt(text, BASE64_LEN(97 + 5 + 16), point,
	    len, plain, 5), 0);
	assert_int_equal(ecies_encrypt(text, sizeof(text), point, len - 1,
	    plain, 5), -1);
	point[96] ^= 1;
	assert_int_equal(ecies_encrypt(text, sizeof(text), point, len, plain,
	    5), -1);
}

/* Each bit of V, of the ciphertext and of the tag. */
static void
test_every_bit_counts(void **state)
{
	uint8_t	 scalar[ECIES_SCALAR_MAX], sealed[256];
	char	 plain[64], text[BASE64_LEN(256)];
	size_t	 bit, i, len, scalarlen;

	(void)state;
	for (i = 0; i < VECTORS; i++) {
		scalarlen = decode(scalar, sizeof(scalar), vectors[i].private);
		len = decode(sealed, sizeof(sealed), vectors[i].token);
		for (bit = 0; bit < len * 8; bit++) {
			sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
			memset(plain, 0, sizeof(plain));
			assert_true(base64_encode(text, sizeof(text), sealed,
			    len) > 0);
			assert_int_equal(ecies_decrypt(plain, sizeof(plain),
			    scalar, scalarlen, text, strlen(text)), -1);
			assert_null(memmem(plain, sizeof(plain),
			    vectors[i].plain, 8));
			sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
	}
}

static void
test_tokens_refused(void **state)
{
	uint8_t	 scalar[ECIES_SCALAR_MAX], sealed[256];
	char	 huge[9000], plain[64], text[BASE64_LEN(256) + 4];
	size_t	 len, n, scalarlen;

	(void)state;
	scalarlen = decode(scalar, sizeof(scalar), vectors[0].private);
	n = decode(sealed, sizeof(sealed), vectors[0].token);
	for (len = 0; len < n; len++) {
		assert_true(base64_encode(text, sizeof(text), sealed,
		    len) >= 0);
		assert_int_equal(ecies_decrypt(plain, sizeof(plain), scalar,
		    scalarlen, text, strlen(text)), -1);
	}
	/* Too small a buffer, a line break, text behind, a NUL inside. */
	len = strlen(vectors[0].token);
	assert_int_equal(ecies_decrypt(plain, strlen(vectors[0].plain) - 1,
	    scalar, scalarlen, vectors[0].token, len), -1);
	(void)snprintf(text, sizeof(text), "%s\n", vectors[0].token);
	assert_int_equal(ecies_decrypt(plain, sizeof(plain), scalar, scalarlen,
	    text, len + 1), -1);
	(void)snprintf(text, sizeof(text), "%sAAAA", vectors[0].token);
	assert_int_equal(ecies_decrypt(plain, sizeof(plain), scalar, scalarlen,
	    text, len + 4), -1);
	(void)snprintf(text, sizeof(text), "%s", vectors[0].token);
	text[100] = '\0';
	assert_int_equal(ecies_decrypt(plain, sizeof(plain), scalar, scalarlen,
	    text, len), -1);
	memset(huge, 'A', sizeof(huge));
	assert_int_equal(ecies_decrypt(plain, sizeof(plain), scalar, scalarlen,
	    huge, sizeof(huge)), -1);
}

static void
test_scalars_refused(void **state)
{
	/* The order of P-384 (SP 800-186 3.2.1.4). */
	static const uint8_t	 order[ECIES_SCALAR_MAX] = {
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xc7, 0x63, 0x4d, 0x81, 0xf4, 0x37, 0x2d, 0xdf,
		0x58, 0x1a, 0x0d, 0xb2, 0x48, 0xb0, 0xa7, 0x7a,
		0xec, 0xec, 0x19, 0x6a, 0xcc, 0xc5, 0x29, 0x73,
	};
	uint8_t			 scalar[ECIES_SCALAR_MAX + 1];
	EVP_PKEY		*pkey;
	char			 plain[64];
	size_t			 i, len;

	(void)state;
	len = strlen(vectors[0].token);
	assert_int_equal(decode(scalar, sizeof(scalar), vectors[0].private),
	    48);
	/* Another key, no key, none at all, one byte too many. */
	scalar[47] ^= 1;
	assert_int_equal(ecies_decrypt(plain, sizeof(plain), scalar, 48,
	    vectors[0].token, len), -1);
	scalar[47] ^= 1;
	assert_int_equal(ecies_decrypt(plain, sizeof(plain), scalar, 0,
	    vectors[0].token, len), -1);
	assert_int_equal(ecies_decrypt(plain, sizeof(plain), scalar, 47,
	    vectors[0].token, len), -1);
	memmove(scalar + 1, scalar, 48);
	scalar[0] = 0;
	assert_int_equal(ecies_decrypt(plain, sizeof(plain), scalar, 49,
	    vectors[0].token, len), -1);
	/* A scalar of P-384 with a token of P-256. */
	assert_int_equal(ecies_decrypt(plain, sizeof(plain), scalar + 1, 48,
	    vectors[2].token, strlen(vectors[2].token)), -1);

	/* 0 and the order are no scalars; the order less 1 is the last. */
	memset(scalar, 0, sizeof(scalar));
	assert_null(ec_key_private("P-384", scalar, 48, 48));
	assert_null(ec_key_private("P-384", order, 48, 48));
	memcpy(scalar, order, 48);
	scalar[47]++;
	assert_null(ec_key_private("P-384", scalar, 48, 48));
	scalar[47] -= 2;
	assert_non_null(pkey = ec_key_private("P-384", scalar, 48, 48));
	EVP_PKEY_free(pkey);
	memset(scalar, 0xff, sizeof(scalar));
	for (i = 0; i <= 48; i++) {
		pkey = ec_key_private("P-384", scalar, i, 48);
		assert_int_equal(pkey != NULL, i > 0 && i < 48);
		EVP_PKEY_free(pkey);
	}
}

static void
test_points_refused(void **state)
{
	uint8_t	 point[ECIES_POINT_MAX + 1], other[ECIES_POINT_MAX + 1];
	size_t	 i, len;

	(void)state;
	memset(point, 0, sizeof(point));
	assert_false(ecies_point_is_valid(point, 0));
	assert_false(ecies_point_is_valid(NULL, 0));
	assert_false(ecies_point_is_valid(NULL, 97));
	/* Infinity as SEC 1 writes it, and padded to a length that fits. */
	assert_false(ecies_point_is_valid(point, 1));
	assert_false(ecies_point_is_valid(point, 97));
	point[0] = 0x04;
	assert_false(ecies_point_is_valid(point, 97));
	assert_false(ecies_point_is_valid(point, 65));
	/* Coordinates beyond the field. */
	memset(point + 1, 0xff, 96);
	assert_false(ecies_point_is_valid(point, 97));
	assert_false(ecies_point_is_valid(point, 65));

	len = decode(point, sizeof(point), vectors[0].public);
	assert_true(ecies_point_is_valid(point, len));
	for (i = 0; i <= len + 1; i++) {
		assert_int_equal(ecies_point_is_valid(point, i), i == len);
	}
	for (i = 0; i < 256; i++) {
		/* 2, 3: compressed; 6, 7: hybrid. Neither is spoken. */
		point[0] = (uint8_t)i;
		assert_int_equal(ecies_point_is_valid(point, len), i == 4);
	}
	point[0] = 0x04;
	for (i = 8; i < len * 8; i++) {
		memcpy(other, point, sizeof(other));
		other[i / 8] ^= (uint8_t)(1 << i % 8);
		assert_false(ecies_point_is_valid(other, len));
	}
	/* A point of P-256 is none of P-384, nor the reverse. */
	len = decode(other, sizeof(other), vectors[2].public);
	assert_true(ecies_point_is_valid(other, len));
	memset(other + len, 0, sizeof(other) - len);
	assert_false(ecies_point_is_valid(other, 97));
	assert_false(ecies_point_is_valid(point, 65));
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_encrypt_refused),
		cmocka_unit_test(test_every_bit_counts),
		cmocka_unit_test(test_tokens_refused),
		cmocka_unit_test(test_scalars_refused),
		cmocka_unit_test(test_points_refused),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
