/* SPDX-License-Identifier: ISC */
/* Tokens: what we sign we read, and it has one text alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/base64.h"
#include "base/text.h"
#include "crypto_jwt.h"
#include "crypto/signature.h"

#define KEYS	3

static const char *const types[] = { JWT_TYPE_ACCESS, JWT_TYPE_ID };

#define TYPES	(sizeof(types) / sizeof(types[0]))

static struct signing_key	keys[KEYS];

static int
setup(void **state)
{
	size_t	 i;

	(void)state;
	for (i = 0; i < KEYS; i++) {
		if (signing_key_generate(&keys[i], "ES256") == -1)
			return (-1);
	}

	return (0);
}

static int
is_taken(const char *text, size_t len, const char *typ)
{
	json_t	*claims;

	claims = jwt_text_verify(text, len, typ, keys, KEYS);
	json_decref(claims);

	return (claims != NULL);
}

static void
test_round_trip(void **state)
{
	json_t	*claims, *read;
	char	 token[JWT_TEXT_LEN];
	size_t	 i;

	(void)state;
	claims = json_pack("{s:s, s:i, s:[s,s], s:{s:s}, s:s}", "sub",
	    "customer-1", "exp", 1300819380, "aud", "a", "b", "nested", "k",
	    "v", "name", "Zo\xc3\xab \"q\" \\");
	for (i = 0; i < KEYS * TYPES; i++) {
		assert_int_equal(jwt_tree_sign(token, sizeof(token),
		    &keys[i % KEYS], types[i / KEYS], claims), 0);
		read = jwt_text_verify(token, strlen(token), types[i / KEYS],
		    keys, KEYS);
		assert_int_equal(json_equal(claims, read), 1);
		json_decref(read);
		/* An ID token is no access token, nor the other way round. */
		assert_null(jwt_text_verify(token, strlen(token),
		    types[1 - i / KEYS], keys, KEYS));
	}
	json_decref(claims);
}

/* As it is sent: header, lengths, and the signature by the other way. */
static void
test_what_is_sent(void **state)
{
	json_t	*claims, *header;
	char	 token[JWT_TEXT_LEN], *dot;
	uint8_t	 bytes[512], sig[SIGNATURE_ES256_LEN];
	size_t	 i;
	ssize_t	 n;

	(void)state;
	claims = json_pack("{s:s}", "sub", "x");
	for (i = 0; i < TYPES; i++) {
		assert_int_equal(jwt_tree_sign(token, sizeof(token), &keys[0],
		    types[i], claims), 0);
		dot = strchr(token, '.');
		n = base64url_decode(bytes, sizeof(bytes), token,
		    (size_t)(dot - token));
		assert_true(n > 0);
		header = json_loadb((char *)bytes, (size_t)n,
		    JSON_REJECT_DUPLICATES, NULL);
		assert_int_equal(json_object_size(header), 3);
		assert_string_equal(json_string_value(json_object_get(header,
		    "alg")), "ES256");
		assert_string_equal(json_string_value(json_object_get(header,
		    "typ")), types[i]);
		assert_string_equal(json_string_value(json_object_get(header,
		    "kid")), keys[0].kid);
		json_decref(header);

		assert_non_null(dot = strchr(dot + 1, '.'));
		assert_int_equal(strlen(dot + 1), 86);
		assert_int_equal(base64url_decode(sig, sizeof(sig), dot + 1,
		    86), SIGNATURE_ES256_LEN);
		assert_true(signature_is_good(sig, sizeof(sig), &keys[0],
		    token, (size_t)(dot - token)));
		assert_false(signature_is_good(sig, sizeof(sig), &keys[1],
		    token, (size_t)(dot - token)));
	}
	json_decref(claims);
}

static void
test_sign_refused(void **state)
{
	struct signing_key	 other;
	json_t			*claims;
	char			 token[JWT_TEXT_LEN * 2], big[JWT_TEXT_LEN];
	size_t			 cap, i;

	(void)state;
	claims = json_array();
	assert_int_equal(jwt_tree_sign(token, sizeof(token), &keys[0], "JWT",
	    claims), -1);
	json_decref(claims);
	assert_int_equal(jwt_tree_sign(token, sizeof(token), &keys[0], "JWT",
	    NULL), -1);

	claims = json_pack("{s:s}", "sub", "x");
	for (i = 0; i < TYPES; i++) {
		for (cap = 1; cap < 200; cap++) {
			assert_int_equal(jwt_tree_sign(token, cap, &keys[0],
			    types[i], claims), -1);
			assert_string_equal(token, "");
		}
	}
	other = keys[0];
	assert_int_equal(text_copy(other.alg, sizeof(other.alg), "ES384"), 0);
	assert_int_equal(jwt_tree_sign(token, sizeof(token), &other, "JWT",
	    claims), -1);
	/* A key that was wiped. */
	memset(&other, 0, sizeof(other));
	assert_int_equal(text_copy(other.alg, sizeof(other.alg), "ES256"), 0);
	for (i = 0; i < TYPES; i++) {
		assert_int_equal(jwt_tree_sign(token, sizeof(token), &other,
		    types[i], claims), -1);
		assert_string_equal(token, "");
	}
	json_decref(claims);

	/* No token is made that would not be read. */
	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	claims = json_pack("{s:s}", "sub", big);
	for (i = 0; i < TYPES; i++) {
		assert_int_equal(jwt_tree_sign(token, sizeof(token), &keys[0],
		    types[i], claims), -1);
	}
	json_decref(claims);
}

/* Another text of the same token would slip by whoever compares texts. */
static void
check_one_text(const char *typ)
{
	static const char	 url[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	static const char *const	 tails[] = {
		"=", "==", ".", ".x", " ", "\n", "A", "%",
	};
	json_t			*claims;
	char			 token[JWT_TEXT_LEN], other[JWT_TEXT_LEN + 8];
	size_t			 i, len, taken;

	claims = json_pack("{s:s}", "sub", "x");
	assert_int_equal(jwt_tree_sign(token, sizeof(token), &keys[0],
	    typ, claims), 0);
	json_decref(claims);
	len = strlen(token);
	assert_true(is_taken(token, len, typ));

	/* The last character of a signature carries two bits. */
	memcpy(other, token, len + 1);
	taken = 0;
	for (i = 0; i < sizeof(url) - 1; i++) {
		other[len - 1] = url[i];
		if (is_taken(other, len, typ)) {
			assert_string_equal(other, token);
			taken++;
		}
	}
	assert_int_equal(taken, 1);

	for (i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		(void)snprintf(other, sizeof(other), "%s%s", token, tails[i]);
		assert_false(is_taken(other, strlen(other), typ));
	}
	(void)snprintf(other, sizeof(other), " %s", token);
	assert_false(is_taken(other, strlen(other), typ));
	(void)snprintf(other, sizeof(other), "%s", token);
	*strchr(other, '.') = '=';
	assert_false(is_taken(other, strlen(other), typ));
	/* A NUL inside, and one right behind. */
	memcpy(other, token, len + 1);
	other[len / 2] = '\0';
	assert_false(is_taken(other, len, typ));
	memcpy(other, token, len + 1);
	assert_false(is_taken(other, len + 1, typ));
}

static void
test_one_text(void **state)
{
	size_t	 type;

	(void)state;
	for (type = 0; type < TYPES; type++)
		check_one_text(types[type]);
}

static void
check_every_byte(const char *typ)
{
	json_t	*claims;
	char	 token[JWT_TEXT_LEN];
	size_t	 i, len;

	claims = json_pack("{s:s}", "sub", "x");
	assert_int_equal(jwt_tree_sign(token, sizeof(token), &keys[0],
	    typ, claims), 0);
	json_decref(claims);
	len = strlen(token);
	for (i = 0; i < len; i++) {
		token[i] = (char)(token[i] ^ 1);
		assert_false(is_taken(token, len, typ));
		token[i] = (char)(token[i] ^ 1);
		assert_false(is_taken(token, i, typ));
	}
	assert_true(is_taken(token, len, typ));
}

static void
test_every_byte_counts(void **state)
{
	size_t	 type;

	(void)state;
	for (type = 0; type < TYPES; type++)
		check_every_byte(types[type]);
}

/* Remembered is the signature of one text, under a key that is still there. */
static void
test_seen(void **state)
{
	static struct jwt_seen	 seen;
	static struct jwt_memory m = { .seen = &seen };
	struct signing_key	 none;
	json_t			*claims, *read, *again;
	char			 token[JWT_TEXT_LEN];
	size_t			 i, len;

	(void)state;
	claims = json_pack("{s:s}", "sub", "x");
	assert_int_equal(jwt_tree_sign(token, sizeof(token), &keys[0],
	    JWT_TYPE_ACCESS, claims), 0);
	len = strlen(token);
	jwt_seen_put(&seen, token, len);
	/* A key that cannot verify shows that it need not. */
	none = keys[0];
	none.verifier = NULL;
	assert_null(jwt_text_verify(token, len, JWT_TYPE_ACCESS, &none, 1));
	read = jwt_text_verify_seen(&m, token, len, JWT_TYPE_ACCESS, &none,
	    1);
	assert_true(json_equal(read, claims));
	/* Nor is it read again. */
	again = jwt_text_verify_seen(&m, token, len, JWT_TYPE_ACCESS, &none,
	    1);
	assert_ptr_equal(again, read);
	json_decref(again);
	json_decref(read);
	assert_null(jwt_text_verify_seen(&m, token, len, JWT_TYPE_ID,
	    &none, 1));
	assert_null(jwt_text_verify_seen(&m, token, len, JWT_TYPE_ACCESS,
	    &keys[1], 1));
	assert_null(jwt_text_verify_seen(&m, token, len, JWT_TYPE_ACCESS,
	    keys, 0));
	for (i = 0; i < len; i++) {
		token[i] = (char)(token[i] ^ 1);
		assert_null(jwt_text_verify_seen(&m, token, len,
		    JWT_TYPE_ACCESS, keys, KEYS));
		token[i] = (char)(token[i] ^ 1);
	}
	assert_null(jwt_text_verify_seen(&m, token, len - 1,
	    JWT_TYPE_ACCESS, keys, KEYS));

	/* What was verified is remembered, what was refused is not. */
	memset(&seen, 0, sizeof(seen));
	assert_null(jwt_text_verify_seen(&m, token, len, JWT_TYPE_ACCESS,
	    &none, 1));
	assert_null(jwt_text_verify_seen(&m, token, len, JWT_TYPE_ACCESS,
	    &none, 1));
	json_decref(jwt_text_verify_seen(&m, token, len, JWT_TYPE_ACCESS,
	    keys, KEYS));
	read = jwt_text_verify_seen(&m, token, len, JWT_TYPE_ACCESS, &none,
	    1);
	assert_non_null(read);
	json_decref(read);
	for (i = 0; i < JWT_KNOWN_MAX; i++)
		json_decref(m.known[i].claims);
	json_decref(claims);
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_what_is_sent),
		cmocka_unit_test(test_sign_refused),
		cmocka_unit_test(test_one_text),
		cmocka_unit_test(test_every_byte_counts),
		cmocka_unit_test(test_seen),
	};

	return (cmocka_run_group_tests(tests, setup, NULL));
}
