/* SPDX-License-Identifier: ISC */
/*
 * Forged tokens: a stranger's header chooses nothing. Most forgeries here
 * carry a signature that is right for what they claim to be, so that only the
 * check under test can refuse them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jwt.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "base/base64.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "crypto/jwt.h"

#define KEYS	3

/* The form that is taken; fill() puts typ for @ and kid for #. */
#define HEADER	"{\"alg\":\"ES256\",\"typ\":\"@\",\"kid\":\"#\"}"

/* Each by its own way through libjwt or not: all must judge alike. */
static const char *const types[] = { JWT_TYPE_ACCESS, JWT_TYPE_ID };

#define TYPES	(sizeof(types) / sizeof(types[0]))

static struct signing_key	keys[KEYS], stranger;

static int
setup(void **state)
{
	size_t	 i;

	(void)state;
	for (i = 0; i < KEYS; i++) {
		if (signing_key_generate(&keys[i], "ES256") == -1)
			return (-1);
	}

	return (signing_key_generate(&stranger, "ES256"));
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
fill(char *out, size_t cap, const char *template, const char *typ,
    const char *kid)
{
	struct text	 t;

	text_init(&t, out, cap);
	for (; *template != '\0'; template++) {
		if (*template == '@')
			text_add(&t, typ);
		else if (*template == '#')
			text_add(&t, kid);
		else
			text_add_bytes(&t, template, 1);
	}
	assert_true(text_is_ok(&t));
}

/* Two segments of JSON, base64url, with the dot between them. */
static void
segments(struct text *t, const char *header, const char *payload)
{
	char	 segment[4096];

	assert_true(base64url_encode(segment, sizeof(segment), header,
	    strlen(header)) >= 0);
	text_addf(t, "%s.", segment);
	assert_true(base64url_encode(segment, sizeof(segment), payload,
	    strlen(payload)) >= 0);
	text_add(t, segment);
	assert_true(text_is_ok(t));
}

/* r || s of an ECDSA signature with SHA-256 (RFC 7518 3.4). */
static void
es256(uint8_t out[64], const struct signing_key *key, const void *data,
    size_t len)
{
	const uint8_t	*p;
	EVP_MD_CTX	*ctx;
	EVP_PKEY	*pkey;
	ECDSA_SIG	*sig;
	BIO		*bio;
	uint8_t		 der[128];
	size_t		 derlen;

	bio = BIO_new_mem_buf(key->private_pem, -1);
	pkey = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
	ctx = EVP_MD_CTX_new();
	assert_int_equal(EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL,
	    pkey), 1);
	derlen = sizeof(der);
	assert_int_equal(EVP_DigestSign(ctx, der, &derlen, data, len), 1);
	p = der;
	sig = d2i_ECDSA_SIG(NULL, &p, (long)derlen);
	assert_non_null(sig);
	assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_r(sig), out, 32), 32);
	assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_s(sig), out + 32, 32), 32);
	ECDSA_SIG_free(sig);
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(pkey);
	BIO_free(bio);
}

/* A token with this header and payload, rightly signed by key. */
static size_t
forge(char *out, size_t cap, const struct signing_key *key,
    const char *header, const char *payload)
{
	struct text	 t;
	uint8_t		 sig[64];
	char		 segment[BASE64URL_LEN(sizeof(sig))];

	text_init(&t, out, cap);
	segments(&t, header, payload);
	es256(sig, key, t.p, t.len);
	assert_true(base64url_encode(segment, sizeof(segment), sig,
	    sizeof(sig)) > 0);
	text_addf(&t, ".%s", segment);
	assert_true(text_is_ok(&t));

	return (t.len);
}

/* The forger forges well: these are taken. */
static void
test_forge_is_sound(void **state)
{
	/* A jku or jwk is a stranger's offer, and not looked at. */
	static const char *const	 headers[] = {
		HEADER,
		"{\"alg\":\"ES256\",\"typ\":\"@\",\"kid\":\"#\","
		    "\"jku\":\"https://evil.example\"}",
	};
	char	 header[512], token[JWT_TEXT_LEN];
	size_t	 i, len, type;

	(void)state;
	for (type = 0; type < TYPES; type++) {
		for (i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
			fill(header, sizeof(header), headers[i], types[type],
			    keys[1].kid);
			len = forge(token, sizeof(token), &keys[1], header,
			    "{\"sub\":\"x\"}");
			assert_true(is_taken(token, len, types[type]));
		}
	}
}

static void
test_headers_refused(void **state)
{
	static const char *const	 headers[] = {
		"{\"alg\":\"ES256\",\"typ\":\"@\"}",
		"{\"alg\":\"ES256\",\"kid\":\"#\"}",
		"{\"typ\":\"@\",\"kid\":\"#\"}",
		"{\"alg\":\"ES256\",\"typ\":\"application/@\",\"kid\":\"#\"}",
		"{\"alg\":\"ES256\",\"typ\":\"@ \",\"kid\":\"#\"}",
		"{\"alg\":\"es256\",\"typ\":\"@\",\"kid\":\"#\"}",
		"{\"alg\":\"ES384\",\"typ\":\"@\",\"kid\":\"#\"}",
		"{\"alg\":\"none\",\"typ\":\"@\",\"kid\":\"#\"}",
		"{\"alg\":[\"ES256\"],\"typ\":\"@\",\"kid\":\"#\"}",
		"{\"alg\":\"ES256\",\"typ\":1,\"kid\":\"#\"}",
		"{\"alg\":\"ES256\",\"typ\":\"@\",\"kid\":[\"#\"]}",
		"{\"alg\":\"ES256\",\"typ\":\"@\",\"kid\":\"# \"}",
		"{\"alg\":\"ES256\",\"typ\":\"@\",\"kid\":\"../#\"}",
		"{\"alg\":\"ES256\",\"typ\":\"@\",\"kid\":\"\"}",
		"{\"alg\":\"ES256\",\"typ\":\"@\",\"kid\":null}",
		"{\"alg\":\"ES256\",\"typ\":\"@\",\"kid\":\"#\","
		    "\"crit\":[\"exp\"]}",
		"{\"alg\":\"ES256\",\"typ\":\"@\",\"kid\":\"#\","
		    "\"crit\":null}",
		"{\"alg\":\"none\",\"alg\":\"ES256\",\"typ\":\"@\","
		    "\"kid\":\"#\"}",
		"{\"alg\":\"ES256\\u0000\",\"typ\":\"@\",\"kid\":\"#\"}",
		"[\"ES256\",\"@\",\"#\"]",
		"\"#\"",
		"{\"alg\":\"ES256\",\"typ\":\"@\",\"kid\":\"#\"",
		"{\"alg\":\"ES256\",\"typ\":\"@\",\"kid\":\"#\"} x",
	};
	char	 header[512], token[JWT_TEXT_LEN];
	size_t	 i, len, type;

	(void)state;
	for (type = 0; type < TYPES; type++) {
		for (i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
			fill(header, sizeof(header), headers[i], types[type],
			    keys[0].kid);
			len = forge(token, sizeof(token), &keys[0], header,
			    "{}");
			assert_false(is_taken(token, len, types[type]));
		}
	}
}

static void
test_payloads_refused(void **state)
{
	static const char *const	 payloads[] = {
		"", "[]", "\"x\"", "1", "null", "{", "{} {}",
		"{\"sub\":\"a\",\"sub\":\"b\"}", "{\"sub\":\"a\\u0000b\"}",
		"{\"sub\":\"\xff\"}",
	};
	char	 header[256], token[JWT_TEXT_LEN];
	size_t	 i, len, type;

	(void)state;
	for (type = 0; type < TYPES; type++) {
		fill(header, sizeof(header), HEADER, types[type], keys[0].kid);
		for (i = 0; i < sizeof(payloads) / sizeof(payloads[0]); i++) {
			len = forge(token, sizeof(token), &keys[0], header,
			    payloads[i]);
			assert_false(is_taken(token, len, types[type]));
		}
	}
}

/* A kid of ours over a signature that is not that key's. */
static void
test_key_confusion(void **state)
{
	char	 header[256], token[JWT_TEXT_LEN];
	size_t	 len, type;

	(void)state;
	for (type = 0; type < TYPES; type++) {
		fill(header, sizeof(header), HEADER, types[type], keys[0].kid);
		len = forge(token, sizeof(token), &stranger, header, "{}");
		assert_false(is_taken(token, len, types[type]));
		len = forge(token, sizeof(token), &keys[1], header, "{}");
		assert_false(is_taken(token, len, types[type]));
		fill(header, sizeof(header), HEADER, types[type], stranger.kid);
		len = forge(token, sizeof(token), &stranger, header, "{}");
		assert_false(is_taken(token, len, types[type]));
		assert_null(jwt_text_verify(token, len, types[type], keys, 0));
		assert_null(jwt_text_verify(token, len, types[type], NULL, 0));
	}
}

/*
 * HMAC keyed with the public key that everyone can fetch. libjwt by itself
 * takes such a token: the header says HS256, so the key becomes the secret.
 */
static void
test_hmac_with_public_key(void **state)
{
	struct text	 t;
	jwt_t		*jwt;
	uint8_t		 mac[DIGEST_LEN];
	char		 header[256], segment[64], token[JWT_TEXT_LEN];

	(void)state;
	fill(header, sizeof(header),
	    "{\"alg\":\"HS256\",\"typ\":\"@\",\"kid\":\"#\"}", JWT_TYPE_ID,
	    keys[0].kid);
	text_init(&t, token, sizeof(token));
	segments(&t, header, "{\"sub\":\"x\"}");
	digest_hmac(mac, keys[0].public_pem, strlen(keys[0].public_pem), t.p,
	    t.len);
	assert_true(base64url_encode(segment, sizeof(segment), mac,
	    sizeof(mac)) > 0);
	text_addf(&t, ".%s", segment);

	jwt = NULL;
	assert_int_equal(jwt_decode(&jwt, token,
	    (const unsigned char *)keys[0].public_pem,
	    (int)strlen(keys[0].public_pem)), 0);
	assert_int_equal(jwt_get_alg(jwt), JWT_ALG_HS256);
	jwt_free(jwt);
	assert_false(is_taken(token, t.len, JWT_TYPE_ID));
	assert_false(is_taken(token, t.len, JWT_TYPE_ACCESS));
}

static void
test_none(void **state)
{
	static const char *const	 headers[] = {
		"{\"alg\":\"none\",\"typ\":\"@\",\"kid\":\"#\"}",
		"{\"alg\":\"None\",\"typ\":\"@\",\"kid\":\"#\"}",
		"{\"alg\":\"\",\"typ\":\"@\",\"kid\":\"#\"}",
		"{\"typ\":\"@\",\"kid\":\"#\"}",
		HEADER,
	};
	struct text			 t;
	char				 header[256], token[JWT_TEXT_LEN];
	size_t				 i, type;

	(void)state;
	for (i = 0; i < sizeof(headers) / sizeof(headers[0]) * TYPES; i++) {
		type = i % TYPES;
		fill(header, sizeof(header), headers[i / TYPES], types[type],
		    keys[0].kid);
		text_init(&t, token, sizeof(token));
		segments(&t, header, "{\"sub\":\"x\"}");
		assert_false(is_taken(token, t.len, types[type]));
		text_add(&t, ".");
		assert_false(is_taken(token, t.len, types[type]));
		text_add(&t, "AA");
		assert_false(is_taken(token, t.len, types[type]));
	}
}

static void
test_lengths(void **state)
{
	char	 token[JWT_TEXT_LEN * 2], header[256], payload[4096];
	size_t	 len, pad;

	(void)state;
	assert_false(is_taken("", 0, JWT_TYPE_ACCESS));
	assert_false(is_taken(".", 1, JWT_TYPE_ACCESS));
	assert_false(is_taken("..", 2, JWT_TYPE_ACCESS));
	assert_false(is_taken("...", 3, JWT_TYPE_ACCESS));
	assert_false(is_taken("a.b.c", 5, JWT_TYPE_ACCESS));
	memset(token, '.', sizeof(token));
	assert_false(is_taken(token, sizeof(token), JWT_TYPE_ACCESS));

	/* Around JWT_TEXT_LEN: the longest is one byte shorter. */
	fill(header, sizeof(header), HEADER, JWT_TYPE_ACCESS, keys[0].kid);
	for (pad = 2830; pad < 2980; pad++) {
		(void)snprintf(payload, sizeof(payload), "{\"p\":\"%0*d\"}",
		    (int)pad, 1);
		len = forge(token, sizeof(token), &keys[0], header, payload);
		assert_int_equal(is_taken(token, len, JWT_TYPE_ACCESS),
		    len < JWT_TEXT_LEN);
	}
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_forge_is_sound),
		cmocka_unit_test(test_headers_refused),
		cmocka_unit_test(test_payloads_refused),
		cmocka_unit_test(test_key_confusion),
		cmocka_unit_test(test_hmac_with_public_key),
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_lengths),
	};

	return (cmocka_run_group_tests(tests, setup, NULL));
}
