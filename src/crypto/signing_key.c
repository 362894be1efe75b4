/* SPDX-License-Identifier: ISC */
/*
 * Signing keys. Only the private key is stored; its name, its public half and
 * its JWK are always computed from it, so that they cannot disagree.
 */
#include <string.h>

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "base/base64.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "crypto/ec_key.h"
#include "crypto/jwt.h"
#include "crypto/rsa_key.h"
#include "crypto/signature.h"
#include "crypto/signing_key.h"

#define COORDINATE_LEN	32	/* bytes of x or y on P-256 */
#define POINT_LEN	(1 + 2 * COORDINATE_LEN)

/* What differs between the algorithms. */
struct kind {
	const char	*alg;
	EVP_PKEY	*(*generate)(void);
	int		 (*is_sound)(EVP_PKEY *);
	int		 (*fill_jwk)(struct signing_key *, EVP_PKEY *);
};

static EVP_PKEY	*p256_generate(void);
static int	is_p256(EVP_PKEY *);
static int	fill_p256(struct signing_key *, EVP_PKEY *);
static int	fill_rsa(struct signing_key *, EVP_PKEY *);
static int	key_fill(struct signing_key *, EVP_PKEY *);
static int	key_fill_pem(struct signing_key *, EVP_PKEY *);
static int	kid_fill(struct signing_key *, const struct text *);
static int	bio_get(BIO *, char *, size_t);

static const struct kind	kinds[] = {
	{ SIGNING_ALG_ES256, p256_generate, is_p256, fill_p256 },
	{ SIGNING_ALG_RS256, rsa_key_generate, rsa_key_is_sound, fill_rsa },
};

#define KINDS	(sizeof(kinds) / sizeof(kinds[0]))

int
signing_key_generate(struct signing_key *key, const char *alg)
{
	EVP_PKEY	*pkey;
	size_t		 i;
	int		 result;

	result = -1;
	pkey = NULL;
	memset(key, 0, sizeof(*key));

	for (i = 0; i < KINDS; i++) {
		if (strcmp(kinds[i].alg, alg) == 0)
			pkey = kinds[i].generate();
	}
	if (pkey != NULL)
		result = key_fill(key, pkey);
	EVP_PKEY_free(pkey);

	return (result);
}

ssize_t
signing_key_seal(const struct signing_key *key, const struct seal_key *seal,
    uint8_t *out, size_t cap)
{
	/* Bound to its name: rows swapped in the database do not open. */
	return (seal_put(seal, out, cap, key->private_pem,
	    strlen(key->private_pem), key->kid, strlen(key->kid)));
}

int
signing_key_open(struct signing_key *key, const char *kid,
    const struct seal_key *seal, const uint8_t *in, size_t len)
{
	static char	 no_passphrase[] = "";
	EVP_PKEY	*pkey;
	BIO		*bio;
	char		 pem[SIGNING_KEY_PEM_LEN];
	ssize_t		 pemlen;
	int		 result;

	result = -1;
	pkey = NULL;
	bio = NULL;
	memset(key, 0, sizeof(*key));

	pemlen = seal_get(seal, pem, sizeof(pem), in, len, kid, strlen(kid));
	if (pemlen <= 0)
		goto out;
	if ((bio = BIO_new_mem_buf(pem, (int)pemlen)) == NULL)
		goto out;
	pkey = PEM_read_bio_PrivateKey(bio, NULL, NULL, no_passphrase);
	if (pkey == NULL || key_fill(key, pkey) == -1)
		goto out;
	if (strcmp(key->kid, kid) != 0)
		goto out;
	result = 0;
out:
	if (result == -1)
		signing_key_wipe(key);
	digest_wipe(pem, sizeof(pem));
	EVP_PKEY_free(pkey);
	BIO_free(bio);

	return (result);
}

int
signing_key_copy(struct signing_key *to, const struct signing_key *from)
{
	*to = *from;
	to->signer = to->verifier = NULL;
	if (from->signer != NULL && from->verifier != NULL) {
		to->signer = EVP_PKEY_CTX_dup(from->signer);
		to->verifier = EVP_PKEY_CTX_dup(from->verifier);
	}
	if (to->signer != NULL && to->verifier != NULL)
		return (0);
	signing_key_wipe(to);

	return (-1);
}

void
signing_key_wipe(struct signing_key *key)
{
	signature_release(key);
	digest_wipe(key, sizeof(*key));
}

/* The kind is the key's own, never a row's word for it. */
static int
key_fill(struct signing_key *key, EVP_PKEY *pkey)
{
	size_t	i;

	for (i = 0; i < KINDS; i++) {
		if (kinds[i].is_sound(pkey))
			break;
	}
	if (i == KINDS ||
	    text_copy(key->alg, sizeof(key->alg), kinds[i].alg) == -1 ||
	    key_fill_pem(key, pkey) == -1 ||
	    kinds[i].fill_jwk(key, pkey) == -1 ||
	    jwt_header(key->access_header, sizeof(key->access_header), key,
	    JWT_TYPE_ACCESS) == -1 ||
	    signature_ready(key, pkey, pkey) == -1) {
		signing_key_wipe(key);
		return (-1);
	}

	return (0);
}

static int
key_fill_pem(struct signing_key *key, EVP_PKEY *pkey)
{
	BIO	*private, *public;
	int	 result;

	result = -1;
	private = BIO_new(BIO_s_mem());
	public = BIO_new(BIO_s_mem());
	if (private == NULL || public == NULL)
		goto out;

	if (PEM_write_bio_PKCS8PrivateKey(private, pkey, NULL, NULL, 0, NULL,
	    NULL) != 1 || PEM_write_bio_PUBKEY(public, pkey) != 1)
		goto out;
	if (bio_get(private, key->private_pem,
	    sizeof(key->private_pem)) == -1 ||
	    bio_get(public, key->public_pem, sizeof(key->public_pem)) == -1)
		goto out;
	result = 0;
out:
	BIO_free(private);	/* OpenSSL clears the memory of a memory BIO */
	BIO_free(public);

	return (result);
}

/*
 * The thumbprint's JSON is RFC 7638 3.2: these members, this order, no space;
 * the coordinates are full length, leading zeros kept (RFC 7518 6.2.1.2).
 */
static int
fill_p256(struct signing_key *key, EVP_PKEY *pkey)
{
	struct text	 t;
	uint8_t		 point[POINT_LEN];
	char		 x[BASE64URL_LEN(COORDINATE_LEN)];
	char		 y[BASE64URL_LEN(COORDINATE_LEN)];

	if (ec_key_point(pkey, point, sizeof(point)) == -1)
		return (-1);
	if (base64url_encode(x, sizeof(x), point + 1, COORDINATE_LEN) == -1 ||
	    base64url_encode(y, sizeof(y), point + 1 + COORDINATE_LEN,
	    COORDINATE_LEN) == -1)
		return (-1);

	text_init(&t, key->jwk, sizeof(key->jwk));
	text_addf(&t, "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"%s\","
	    "\"y\":\"%s\"}", x, y);
	if (kid_fill(key, &t) == -1)
		return (-1);

	text_init(&t, key->jwk, sizeof(key->jwk));
	text_addf(&t, "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"%s\","
	    "\"y\":\"%s\",\"use\":\"sig\",\"alg\":\"%s\",\"kid\":\"%s\"}",
	    x, y, key->alg, key->kid);

	return (text_is_ok(&t) ? 0 : -1);
}

/* Both numbers without leading zeros (RFC 7518 6.3.1). */
static int
fill_rsa(struct signing_key *key, EVP_PKEY *pkey)
{
	struct text	 t;
	uint8_t		 modulus[RSA_KEY_MODULUS_MAX];
	uint8_t		 exponent[RSA_KEY_EXPONENT_MAX];
	char		 n[BASE64URL_LEN(RSA_KEY_MODULUS_MAX)];
	char		 e[BASE64URL_LEN(RSA_KEY_EXPONENT_MAX)];
	ssize_t		 nlen, elen;

	nlen = rsa_key_modulus(pkey, modulus, sizeof(modulus));
	elen = rsa_key_exponent(pkey, exponent, sizeof(exponent));
	if (nlen == -1 || elen == -1 ||
	    base64url_encode(n, sizeof(n), modulus, (size_t)nlen) == -1 ||
	    base64url_encode(e, sizeof(e), exponent, (size_t)elen) == -1)
		return (-1);

	text_init(&t, key->jwk, sizeof(key->jwk));
	text_addf(&t, "{\"e\":\"%s\",\"kty\":\"RSA\",\"n\":\"%s\"}", e, n);
	if (kid_fill(key, &t) == -1)
		return (-1);

	text_init(&t, key->jwk, sizeof(key->jwk));
	text_addf(&t, "{\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"%s\","
	    "\"use\":\"sig\",\"alg\":\"%s\",\"kid\":\"%s\"}", n, e,
	    key->alg, key->kid);

	return (text_is_ok(&t) ? 0 : -1);
}

static int
kid_fill(struct signing_key *key, const struct text *members)
{
	uint8_t	 digest[DIGEST_LEN];

	if (!text_is_ok(members))
		return (-1);
	digest_sha256(digest, members->p, members->len);

	return (base64url_encode(key->kid, sizeof(key->kid), digest,
	    sizeof(digest)) == -1 ? -1 : 0);
}

static int
bio_get(BIO *bio, char *out, size_t cap)
{
	char	*p;
	long	 len;

	len = BIO_get_mem_data(bio, &p);
	if (len <= 0)
		return (-1);

	return (text_copy_bytes(out, cap, p, (size_t)len));
}

static EVP_PKEY *
p256_generate(void)
{
	return (EVP_EC_gen("P-256"));
}

static int
is_p256(EVP_PKEY *pkey)
{
	char	 group[32];

	return (EVP_PKEY_is_a(pkey, "EC") == 1 &&
	    EVP_PKEY_get_group_name(pkey, group, sizeof(group), NULL) == 1 &&
	    strcmp(group, "prime256v1") == 0);
}
