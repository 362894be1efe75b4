/* SPDX-License-Identifier: ISC */
/* RS256: for ID tokens alone, by its own keys alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "base/base64.h"
#include "base/text.h"
#include "crypto_jwt.h"
#include "crypto/rsa_key.h"

enum { KEY_EC, KEY_RSA, KEYS };

static struct signing_key	keys[KEYS], stranger;
static json_t			*claims;

static int
setup(void **state)
{
	(void)state;
	claims = json_pack("{s:s}", "sub", "x");
	if (signing_key_generate(&keys[KEY_EC], "ES256") == -1 ||
	    signing_key_generate(&keys[KEY_RSA], "RS256") == -1)
		return (-1);

	return (signing_key_generate(&stranger, "RS256"));
}

static int
teardown(void **state)
{
	(void)state;
	json_decref(claims);

	return (0);
}

static int
is_taken(const char *text, const char *typ)
{
	json_t	*read;

	read = jwt_text_verify(text, strlen(text), typ, keys, KEYS);
	json_decref(read);

	return (read != NULL);
}

/* A token with this alg and kid, signed with SHA-256 by the key given. */
static void
forge(char *out, const struct signing_key *key, const char *alg,
    const char *kid, const char *typ)
{
	struct text	 t;
	EVP_MD_CTX	*ctx;
	EVP_PKEY	*pkey;
	BIO		*bio;
	uint8_t		 sig[RSA_KEY_MODULUS_MAX];
	char		 header[256], part[BASE64URL_LEN(sizeof(sig))];
	size_t		 len;

	(void)snprintf(header, sizeof(header),
	    "{\"alg\":\"%s\",\"typ\":\"%s\",\"kid\":\"%s\"}", alg, typ, kid);
	text_init(&t, out, JWT_TEXT_LEN);
	assert_true(base64url_encode(part, sizeof(part), header,
	    strlen(header)) > 0);
	text_addf(&t, "%s.", part);
	assert_true(base64url_encode(part, sizeof(part), "{\"sub\":\"x\"}",
	    11) > 0);
	text_add(&t, part);

	bio = BIO_new_mem_buf(key->private_pem, -1);
	pkey = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
	ctx = EVP_MD_CTX_new();
	len = sizeof(sig);
	assert_int_equal(EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL,
	    pkey), 1);
	assert_int_equal(EVP_DigestSign(ctx, sig, &len, (uint8_t *)t.p,
	    t.len), 1);
	assert_true(base64url_encode(part, sizeof(part), sig, len) > 0);
	text_addf(&t, ".%s", part);
	assert_true(text_is_ok(&t));
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(pkey);
	BIO_free(bio);
}

static void
test_round_trip(void **state)
{
	char	 token[JWT_TEXT_LEN], header[256], *dot;
	json_t	*read;
	ssize_t	 n;

	(void)state;
	assert_int_equal(jwt_tree_sign(token, sizeof(token), &keys[KEY_RSA],
	    JWT_TYPE_ID, claims), 0);
	read = jwt_text_verify(token, strlen(token), JWT_TYPE_ID, keys, KEYS);
	assert_true(json_equal(read, claims));
	json_decref(read);

	assert_non_null(dot = strchr(token, '.'));
	n = base64url_decode(header, sizeof(header) - 1, token,
	    (size_t)(dot - token));
	assert_true(n > 0);
	header[n] = '\0';
	assert_non_null(strstr(header, "\"alg\":\"RS256\""));
	assert_non_null(strstr(header, keys[KEY_RSA].kid));
	assert_int_equal(strlen(strrchr(token, '.') + 1),
	    BASE64URL_LEN(RSA_KEY_MODULUS_MAX) - 1);
}

/* Resources read access tokens: of those there is one algorithm alone. */
static void
test_no_access_token(void **state)
{
	char	 token[JWT_TEXT_LEN];

	(void)state;
	assert_int_equal(jwt_tree_sign(token, sizeof(token), &keys[KEY_RSA],
	    JWT_TYPE_ACCESS, claims), -1);
	assert_string_equal(token, "");
	forge(token, &keys[KEY_RSA], "RS256", keys[KEY_RSA].kid,
	    JWT_TYPE_ACCESS);
	assert_false(is_taken(token, JWT_TYPE_ACCESS));
	assert_false(is_taken(token, JWT_TYPE_ID));
}

/* RFC 8725 3.1: the key says which algorithm it is for. */
static void
test_alg_is_the_keys(void **state)
{
	static const char *const	algs[] = {
		"none", "HS256", "RS384", "RS512", "PS256", "ES256", "rs256",
		"RS256 ", "",
	};
	char	 token[JWT_TEXT_LEN];
	size_t	 i;

	(void)state;
	forge(token, &keys[KEY_RSA], "RS256", keys[KEY_RSA].kid, JWT_TYPE_ID);
	assert_true(is_taken(token, JWT_TYPE_ID));
	for (i = 0; i < sizeof(algs) / sizeof(algs[0]); i++) {
		forge(token, &keys[KEY_RSA], algs[i], keys[KEY_RSA].kid,
		    JWT_TYPE_ID);
		assert_false(is_taken(token, JWT_TYPE_ID));
	}
	/* The other key's name, either way round. */
	forge(token, &keys[KEY_RSA], "RS256", keys[KEY_EC].kid, JWT_TYPE_ID);
	assert_false(is_taken(token, JWT_TYPE_ID));
	forge(token, &keys[KEY_EC], "ES256", keys[KEY_RSA].kid, JWT_TYPE_ID);
	assert_false(is_taken(token, JWT_TYPE_ID));
	forge(token, &stranger, "RS256", keys[KEY_RSA].kid, JWT_TYPE_ID);
	assert_false(is_taken(token, JWT_TYPE_ID));
	forge(token, &stranger, "RS256", stranger.kid, JWT_TYPE_ID);
	assert_false(is_taken(token, JWT_TYPE_ID));
}

static void
test_one_text(void **state)
{
	char	 token[JWT_TEXT_LEN], other[JWT_TEXT_LEN + 8];
	size_t	 i, len;

	(void)state;
	assert_int_equal(jwt_tree_sign(token, sizeof(token), &keys[KEY_RSA],
	    JWT_TYPE_ID, claims), 0);
	len = strlen(token);
	for (i = 0; i < len; i++) {
		token[i] = (char)(token[i] ^ 1);
		assert_false(is_taken(token, JWT_TYPE_ID));
		token[i] = (char)(token[i] ^ 1);
	}
	(void)snprintf(other, sizeof(other), "%sA", token);
	assert_false(is_taken(other, JWT_TYPE_ID));
	(void)snprintf(other, sizeof(other), "%s=", token);
	assert_false(is_taken(other, JWT_TYPE_ID));
	(void)snprintf(other, sizeof(other), "%.*s", (int)len - 4, token);
	assert_false(is_taken(other, JWT_TYPE_ID));
	*strrchr(other, '.') = '\0';
	assert_false(is_taken(other, JWT_TYPE_ID));
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_no_access_token),
		cmocka_unit_test(test_alg_is_the_keys),
		cmocka_unit_test(test_one_text),
	};

	return (cmocka_run_group_tests(tests, setup, teardown));
}
