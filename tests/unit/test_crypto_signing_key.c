/* SPDX-License-Identifier: ISC */
/* Signing keys: the key of RFC 7515 A.3, and what a database may do to one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "base/base64.h"
#include "crypto/digest.h"
#include "crypto/signing_key.h"

/* RFC 7515 A.3.1 as PKCS#8; its RFC 7638 thumbprint was computed elsewhere. */
#define A3_X	"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"
#define A3_Y	"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"
#define A3_KID	"oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U"
#define A3_PEM								\
	"-----BEGIN PRIVATE KEY-----\n"					\
	"MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgjpsQnnGQmL+YBIff\n" \
	"H1136cspYG6+0iY7X1fCE9+E9LKhRANCAAR/zc4ncPbEXUGDy+5v20t7WAczNXvp\n" \
	"7xO6z248e9FURcfxRM0bvZt+hyzf7bnuufSzaV1uqQskrYpGIyiFiOWt\n"	\
	"-----END PRIVATE KEY-----\n"

/*
 * A sound key, made for this test, whose numbers are as long as ours but on
 * another curve (secp256k1), with the name that it would get if nobody looked.
 */
#define K1_KID	"msTupCqtQMt-PL2YfU3guYr6u2lCBxUnp_fbR1pO8N0"
#define K1_PEM								\
	"-----BEGIN PRIVATE KEY-----\n" \
	"MIGEAgEAMBAGByqGSM49AgEGBSuBBAAKBG0wawIBAQQg/WIRwjdcfzA6UMbhbXmC\n" \
	"W+kk2K1nPOZ/20bxgHTV/LqhRANCAATO2E7xGdHJOmoUN0XHqjiRk/IzLDg7R0Lg\n" \
	"WP7lbZOMkyewjwei9V4lJQd+Rydn0J62Pqnzcz9mOZh1GztJPlx/\n" \
	"-----END PRIVATE KEY-----\n"

static struct seal_key	seal;

static int
setup(void **state)
{
	(void)state;
	seal_key_derive(&seal, (const uint8_t *)"master", 6, "signing-key");

	return (0);
}

/* What signing_key_open says to this text, sealed under this name. */
static int
open_text(struct signing_key *key, const char *text, size_t len,
    const char *kid)
{
	uint8_t	 sealed[4096];
	ssize_t	 n;

	n = seal_put(&seal, sealed, sizeof(sealed), text, len, kid,
	    strlen(kid));
	assert_true(n > 0);

	return (signing_key_open(key, kid, &seal, sealed, (size_t)n));
}

static void
test_vector(void **state)
{
	struct signing_key	 key;
	json_t			*jwk;

	(void)state;
	assert_int_equal(open_text(&key, A3_PEM, strlen(A3_PEM), A3_KID), 0);
	assert_string_equal(key.kid, A3_KID);
	assert_string_equal(key.alg, "ES256");
	assert_string_equal(key.private_pem, A3_PEM);
	assert_string_equal(key.jwk, "{\"kty\":\"EC\",\"crv\":\"P-256\","
	    "\"x\":\"" A3_X "\",\"y\":\"" A3_Y "\",\"use\":\"sig\","
	    "\"alg\":\"ES256\",\"kid\":\"" A3_KID "\"}");
	jwk = json_loads(key.jwk, JSON_REJECT_DUPLICATES, NULL);
	assert_int_equal(json_object_size(jwk), 7);
	json_decref(jwk);
	assert_memory_equal(key.public_pem, "-----BEGIN PUBLIC KEY-----\n", 27);
	assert_null(strstr(key.public_pem, "PRIVATE"));
	signing_key_wipe(&key);
}

static void
test_generate(void **state)
{
	struct signing_key	 a, b, opened;
	uint8_t			 sealed[SIGNING_KEY_SEALED_LEN];
	ssize_t			 n;

	(void)state;
	assert_int_equal(signing_key_generate(&a, "ES256"), 0);
	assert_int_equal(signing_key_generate(&b, "ES256"), 0);
	assert_string_not_equal(a.kid, b.kid);
	assert_int_equal(strlen(a.kid), SIGNING_KEY_ID_LEN - 1);

	n = signing_key_seal(&a, &seal, sealed, sizeof(sealed));
	assert_int_equal(n, strlen(a.private_pem) + SEAL_OVERHEAD);
	assert_null(memmem(sealed, (size_t)n, "PRIVATE", 7));
	assert_int_equal(signing_key_open(&opened, a.kid, &seal, sealed,
	    (size_t)n), 0);
	assert_memory_equal(&opened, &a,
	    offsetof(struct signing_key, signer));

	signing_key_wipe(&opened);
	/* Another row's name, a changed byte, a short buffer. */
	assert_int_equal(signing_key_open(&opened, b.kid, &seal, sealed,
	    (size_t)n), -1);
	sealed[n / 2] ^= 1;
	assert_int_equal(signing_key_open(&opened, a.kid, &seal, sealed,
	    (size_t)n), -1);
	assert_int_equal(signing_key_seal(&a, &seal, sealed, (size_t)n - 1),
	    -1);
	signing_key_wipe(&a);
	signing_key_wipe(&b);
}

/* RFC 7518 6.3.1, and the thumbprint of RFC 7638 3.2. */
static void
test_rsa(void **state)
{
	struct signing_key	 key, opened;
	uint8_t			 sealed[SIGNING_KEY_SEALED_LEN];
	uint8_t			 digest[DIGEST_LEN];
	char			 kid[SIGNING_KEY_ID_LEN], text[1024];
	const char		*n;
	json_t			*jwk;
	ssize_t			 len;

	(void)state;
	assert_int_equal(signing_key_generate(&key, "RS256"), 0);
	assert_string_equal(key.alg, "RS256");
	jwk = json_loads(key.jwk, JSON_REJECT_DUPLICATES, NULL);
	assert_int_equal(json_object_size(jwk), 6);
	assert_string_equal(json_string_value(json_object_get(jwk, "kty")),
	    "RSA");
	assert_string_equal(json_string_value(json_object_get(jwk, "e")),
	    "AQAB");
	assert_string_equal(json_string_value(json_object_get(jwk, "kid")),
	    key.kid);
	n = json_string_value(json_object_get(jwk, "n"));
	assert_int_equal(strlen(n), 512);
	(void)snprintf(text, sizeof(text),
	    "{\"e\":\"AQAB\",\"kty\":\"RSA\",\"n\":\"%s\"}", n);
	digest_sha256(digest, text, strlen(text));
	assert_true(base64url_encode(kid, sizeof(kid), digest,
	    sizeof(digest)) > 0);
	assert_string_equal(key.kid, kid);
	json_decref(jwk);

	len = signing_key_seal(&key, &seal, sealed, sizeof(sealed));
	assert_true(len > 0);
	assert_int_equal(signing_key_open(&opened, key.kid, &seal, sealed,
	    (size_t)len), 0);
	assert_memory_equal(&opened, &key,
	    offsetof(struct signing_key, signer));
	signing_key_wipe(&key);
	signing_key_wipe(&opened);
	assert_int_equal(signing_key_generate(&key, "RS512"), -1);
	assert_int_equal(signing_key_generate(&key, ""), -1);
}

/* Too short to be safe, or too long for where keys are kept. */
static void
test_rsa_lengths(void **state)
{
	static const unsigned	 bits[] = { 1024, 1536, 4096 };
	struct signing_key	 key;
	EVP_PKEY		*pkey;
	BIO			*bio;
	char			*pem;
	size_t			 i;
	long			 len;

	(void)state;
	for (i = 0; i < sizeof(bits) / sizeof(bits[0]); i++) {
		assert_non_null(pkey = EVP_RSA_gen(bits[i]));
		assert_non_null(bio = BIO_new(BIO_s_mem()));
		assert_int_equal(PEM_write_bio_PKCS8PrivateKey(bio, pkey, NULL,
		    NULL, 0, NULL, NULL), 1);
		len = BIO_get_mem_data(bio, &pem);
		assert_true(len > 0);
		assert_int_equal(open_text(&key, pem, (size_t)len, "x"), -1);
		BIO_free(bio);
		EVP_PKEY_free(pkey);
	}
}

static void
test_refused(void **state)
{
	static const struct signing_key	 none;
	struct signing_key		 key;
	char				 huge[SIGNING_KEY_PEM_LEN + 1];

	(void)state;
	memset(&key, 0xff, sizeof(key));
	/* Sealed by us, but the name is not the key's thumbprint. */
	assert_int_equal(open_text(&key, A3_PEM, strlen(A3_PEM), "other"), -1);
	assert_memory_equal(&key, &none, sizeof(key));
	assert_int_equal(open_text(&key, "", 0, A3_KID), -1);
	assert_int_equal(open_text(&key, "no PEM", 6, A3_KID), -1);
	assert_int_equal(open_text(&key, A3_PEM, strlen(A3_PEM) - 30, A3_KID),
	    -1);
	assert_int_equal(open_text(&key, K1_PEM, strlen(K1_PEM), K1_KID), -1);
	memset(huge, 'x', sizeof(huge));
	assert_int_equal(open_text(&key, huge, sizeof(huge), A3_KID), -1);
	assert_int_equal(signing_key_open(&key, A3_KID, &seal, NULL, 0), -1);
}

static void
test_wipe(void **state)
{
	static const struct signing_key	 none;
	struct signing_key		 key;

	(void)state;
	assert_int_equal(signing_key_generate(&key, "ES256"), 0);
	assert_memory_not_equal(&key, &none, sizeof(key));
	signing_key_wipe(&key);
	assert_memory_equal(&key, &none, sizeof(key));
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_vector),
		cmocka_unit_test(test_generate),
		cmocka_unit_test(test_rsa),
		cmocka_unit_test(test_rsa_lengths),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_wipe),
	};

	return (cmocka_run_group_tests(tests, setup, NULL));
}
