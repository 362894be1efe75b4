/* SPDX-License-Identifier: ISC */
/*
 * Through libjwt. It wants PEM, of the type "JWT" only, and lets the token's
 * header choose the algorithm: so what it chose is compared with the key's.
 */
#include <string.h>

#include <jwt.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

#include "base/base64.h"
#include "base/text.h"
#include "crypto/ec_key.h"
#include "crypto/jwt_relying.h"
#include "crypto/rsa_key.h"

#define TOKEN_MAX	8192
#define PEM_MAX		2048
#define COORDINATE_LEN	32

static const json_t	*key_find(const char *, const json_t *);
static const char	*member(const json_t *, const char *);
static int		 key_pem(char *, size_t, const json_t *);
static EVP_PKEY		*key_ec(const json_t *);
static EVP_PKEY		*key_rsa(const json_t *);
static BIGNUM		*number(const json_t *, const char *);

const char *
jwt_relying_verify(const char *token, const json_t *jwks)
{
	const json_t	*key;
	jwt_t		*jwt;
	const char	*why;
	char		 pem[PEM_MAX];

	if ((key = key_find(token, jwks)) == NULL)
		return ("its kid names none of the keys that are published");
	if (key_pem(pem, sizeof(pem), key) == -1)
		return ("the published key that it names cannot be read");
	jwt = NULL;
	why = NULL;
	if (jwt_decode(&jwt, token, (const unsigned char *)pem,
	    (int)strlen(pem)) != 0)
		why = "its signature is not the published key's";
	else if (jwt_get_alg(jwt) != jwt_str_alg(member(key, "alg")))
		why = "its algorithm is not the published key's";
	jwt_free(jwt);

	return (why);
}

static const json_t *
key_find(const char *token, const json_t *jwks)
{
	const json_t	*keys, *key;
	json_t		*header;
	const char	*kid;
	char		 text[TOKEN_MAX];
	ssize_t		 len;
	size_t		 i;

	len = base64url_decode(text, sizeof(text), token, strcspn(token, "."));
	if (len == -1)
		return (NULL);
	header = json_loadb(text, (size_t)len, JSON_REJECT_DUPLICATES, NULL);
	kid = member(header, "kid");
	keys = json_object_get(jwks, "keys");
	key = NULL;
	for (i = 0; i < json_array_size(keys) && key == NULL; i++) {
		if (*kid != '\0' && strcmp(member(json_array_get(keys, i),
		    "kid"), kid) == 0)
			key = json_array_get(keys, i);
	}
	json_decref(header);

	return (key);
}

/* A string, "" if there is none. */
static const char *
member(const json_t *object, const char *name)
{
	const char	*text;

	text = json_string_value(json_object_get(object, name));

	return (text == NULL ? "" : text);
}

static int
key_pem(char *pem, size_t cap, const json_t *key)
{
	EVP_PKEY	*pkey;
	BIO		*bio;
	char		*p;
	long		 len;
	int		 result;

	result = -1;
	bio = NULL;
	pkey = NULL;
	if (strcmp(member(key, "kty"), "EC") == 0)
		pkey = key_ec(key);
	else if (strcmp(member(key, "kty"), "RSA") == 0)
		pkey = key_rsa(key);
	if (pkey == NULL || (bio = BIO_new(BIO_s_mem())) == NULL ||
	    PEM_write_bio_PUBKEY(bio, pkey) != 1)
		goto out;
	if ((len = BIO_get_mem_data(bio, &p)) > 0)
		result = text_copy_bytes(pem, cap, p, (size_t)len);
out:
	BIO_free(bio);
	EVP_PKEY_free(pkey);

	return (result);
}

/* RFC 7518 6.2.1. */
static EVP_PKEY *
key_ec(const json_t *key)
{
	static const char *const	 names[] = { "x", "y" };
	const char			*text;
	uint8_t				 point[1 + 2 * COORDINATE_LEN];
	size_t				 i;

	if (strcmp(member(key, "crv"), "P-256") != 0)
		return (NULL);
	point[0] = 0x04;
	for (i = 0; i < 2; i++) {
		text = member(key, names[i]);
		if (base64url_decode(point + 1 + i * COORDINATE_LEN,
		    COORDINATE_LEN, text, strlen(text)) != COORDINATE_LEN)
			return (NULL);
	}

	return (ec_key_public("P-256", point, sizeof(point)));
}

/* RFC 7518 6.3.1. */
static EVP_PKEY *
key_rsa(const json_t *key)
{
	OSSL_PARAM_BLD	*build;
	OSSL_PARAM	*params;
	EVP_PKEY_CTX	*ctx;
	EVP_PKEY	*pkey;
	BIGNUM		*n, *e;

	pkey = NULL;
	params = NULL;
	ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	build = OSSL_PARAM_BLD_new();
	n = number(key, "n");
	e = number(key, "e");
	if (ctx == NULL || build == NULL || n == NULL || e == NULL ||
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) != 1 ||
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e) != 1 ||
	    (params = OSSL_PARAM_BLD_to_param(build)) == NULL)
		goto out;
	if (EVP_PKEY_fromdata_init(ctx) != 1 || EVP_PKEY_fromdata(ctx, &pkey,
	    EVP_PKEY_PUBLIC_KEY, params) != 1)
		pkey = NULL;
out:
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(build);
	EVP_PKEY_CTX_free(ctx);
	BN_free(n);
	BN_free(e);

	return (pkey);
}

static BIGNUM *
number(const json_t *key, const char *name)
{
	const char	*text = member(key, name);
	uint8_t		 bytes[RSA_KEY_MODULUS_MAX];
	ssize_t		 len;

	len = base64url_decode(bytes, sizeof(bytes), text, strlen(text));
	if (len <= 0)
		return (NULL);

	return (BN_bin2bn(bytes, (int)len, NULL));
}
