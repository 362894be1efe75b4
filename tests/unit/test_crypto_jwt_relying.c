/* SPDX-License-Identifier: ISC */
/* ID tokens of ours, judged by libjwt with the keys that are published. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "crypto_jwt.h"
#include "crypto/jwt_relying.h"

enum { KEY_EC, KEY_RSA, KEYS };

static struct signing_key	 keys[KEYS], stranger;
static json_t			*jwks, *claims;

static int
setup(void **state)
{
	size_t	i;

	(void)state;
	if (signing_key_generate(&keys[KEY_EC], "ES256") == -1 ||
	    signing_key_generate(&keys[KEY_RSA], "RS256") == -1 ||
	    signing_key_generate(&stranger, "ES256") == -1)
		return (-1);
	claims = json_pack("{s:s}", "sub", "x");
	jwks = json_pack("{s:[]}", "keys");
	for (i = 0; i < KEYS; i++)
		json_array_append_new(json_object_get(jwks, "keys"),
		    json_loads(keys[i].jwk, 0, NULL));

	return (0);
}

static int
teardown(void **state)
{
	size_t	i;

	(void)state;
	for (i = 0; i < KEYS; i++)
		signing_key_wipe(&keys[i]);
	signing_key_wipe(&stranger);
	json_decref(jwks);
	json_decref(claims);

	return (0);
}

static void
test_good(void **state)
{
	char	 token[JWT_TEXT_LEN];
	size_t	 i, at;

	(void)state;
	for (i = 0; i < KEYS; i++) {
		assert_int_equal(jwt_tree_sign(token, sizeof(token), &keys[i],
		    JWT_TYPE_ID, claims), 0);
		assert_null(jwt_relying_verify(token, jwks));
		/* Not the last: it has bits that libjwt does not read. */
		for (at = 0; at < strlen(token) - 1; at++) {
			token[at] ^= 1;
			assert_non_null(jwt_relying_verify(token, jwks));
			token[at] ^= 1;
		}
	}
}

static void
test_refused(void **state)
{
	json_t	*other;
	char	 token[JWT_TEXT_LEN];

	(void)state;
	assert_int_equal(jwt_tree_sign(token, sizeof(token), &stranger,
	    JWT_TYPE_ID, claims), 0);
	assert_non_null(jwt_relying_verify(token, jwks));
	assert_non_null(jwt_relying_verify(token, NULL));
	assert_non_null(jwt_relying_verify("", jwks));
	assert_non_null(jwt_relying_verify("a.b.c", jwks));

	/* The right name over another key, another algorithm, no key at all. */
	other = json_pack("{s:[O]}", "keys",
	    json_array_get(json_object_get(jwks, "keys"), KEY_EC));
	json_object_set_new(json_array_get(json_object_get(other, "keys"), 0),
	    "kid", json_string(stranger.kid));
	assert_non_null(jwt_relying_verify(token, other));
	json_decref(other);
	other = json_pack("{s:[o]}", "keys", json_loads(stranger.jwk, 0,
	    NULL));
	assert_null(jwt_relying_verify(token, other));
	json_object_set_new(json_array_get(json_object_get(other, "keys"), 0),
	    "alg", json_string("RS256"));
	assert_non_null(jwt_relying_verify(token, other));
	json_object_set_new(json_array_get(json_object_get(other, "keys"), 0),
	    "x", json_string("AA"));
	assert_non_null(jwt_relying_verify(token, other));
	json_decref(other);
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_refused),
	};

	return (cmocka_run_group_tests(tests, setup, teardown));
}
