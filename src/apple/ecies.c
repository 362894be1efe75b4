/* SPDX-License-Identifier: ISC */
/*
 * ECIES as Apple's Security framework does it: with V the ephemeral point and
 * Z the shared x coordinate, the X9.63 KDF gives SHA-256(Z || counter || V)
 * for key and IV, then AES-GCM without associated data. The IV is a full
 * block, so GCM hashes it; key and IV are fresh for every token.
 */
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include "apple/ecies.h"
#include "base/base64.h"
#include "crypto/digest.h"
#include "crypto/ec_key.h"

#define IV_LEN		16
#define SECRET_MAX	(32 + IV_LEN)	/* key and IV of the longer curve */
#define SEALED_MAX	(ECIES_POINT_MAX + ECIES_PLAIN_MAX + ECIES_TAG_LEN)

struct curve {
	const char	*group;
	size_t		 point;		/* bytes, uncompressed */
	size_t		 scalar;	/* bytes, and of Z */
	size_t		 key;		/* bytes of the AES key */
	const EVP_CIPHER *(*cipher)(void);
};

static const struct curve	*point_curve(const uint8_t *, size_t);
static EVP_PKEY	*sealed_peer(const uint8_t *, size_t, const struct curve **);
static int	secret_derive(const struct curve *, uint8_t *, EVP_PKEY *,
		    EVP_PKEY *, const uint8_t *);
static int	gcm_put(const struct curve *, const uint8_t *, uint8_t *,
		    const void *, size_t);
static int	gcm_get(const struct curve *, const uint8_t *, void *,
		    const uint8_t *, size_t);

/* Apple's scheme takes AES-128 up to 256-bit curves, AES-256 above. */
static const struct curve curves[] = {
	[ECIES_P384] = { "P-384", 97, 48, 32, EVP_aes_256_gcm },
	[ECIES_P256] = { "P-256", 65, 32, 16, EVP_aes_128_gcm },
};

#define CURVE_COUNT	(sizeof(curves) / sizeof(curves[0]))

int
ecies_point_is_valid(const uint8_t *point, size_t len)
{
	const struct curve	*curve;
	EVP_PKEY		*pkey;
	int			 result;

	if ((curve = point_curve(point, len)) == NULL)
		return (0);
	pkey = ec_key_public(curve->group, point, len);
	result = pkey != NULL;
	EVP_PKEY_free(pkey);

	return (result);
}

int
ecies_encrypt(char *out, size_t cap, const uint8_t *point, size_t pointlen,
    const void *plain, size_t len)
{
	const struct curve	*curve;
	EVP_PKEY		*ephemeral, *peer;
	uint8_t			 sealed[SEALED_MAX], secret[SECRET_MAX];
	int			 result;

	result = -1;
	ephemeral = peer = NULL;

	if (len > ECIES_PLAIN_MAX ||
	    (curve = point_curve(point, pointlen)) == NULL)
		goto out;
	if ((peer = ec_key_public(curve->group, point, pointlen)) == NULL ||
	    (ephemeral = EVP_EC_gen(curve->group)) == NULL)
		goto out;
	if (ec_key_point(ephemeral, sealed, curve->point) == -1 ||
	    secret_derive(curve, secret, ephemeral, peer, sealed) == -1)
		goto out;
	if (gcm_put(curve, secret, sealed + curve->point, plain, len) == -1)
		goto out;
	if (base64_encode(out, cap, sealed,
	    curve->point + len + ECIES_TAG_LEN) == -1)
		goto out;
	result = 0;
out:
	digest_wipe(secret, sizeof(secret));
	EVP_PKEY_free(ephemeral);
	EVP_PKEY_free(peer);

	return (result);
}

ssize_t
ecies_decrypt(void *out, size_t cap, const uint8_t *scalar, size_t scalarlen,
    const char *text, size_t textlen)
{
	const struct curve	*curve;
	EVP_PKEY		*own, *peer;
	uint8_t			 sealed[SEALED_MAX], secret[SECRET_MAX];
	ssize_t			 len, result;
	size_t			 plain;

	result = -1;
	own = peer = NULL;

	len = base64_decode(sealed, sizeof(sealed), text, textlen);
	if (len == -1 ||
	    (peer = sealed_peer(sealed, (size_t)len, &curve)) == NULL)
		goto out;
	plain = (size_t)len - curve->point - ECIES_TAG_LEN;
	if (plain > cap)
		goto out;
	own = ec_key_private(curve->group, scalar, scalarlen, curve->scalar);
	if (own == NULL ||
	    secret_derive(curve, secret, own, peer, sealed) == -1)
		goto out;
	if (gcm_get(curve, secret, out, sealed + curve->point, plain) == -1)
		goto out;
	result = (ssize_t)plain;
out:
	digest_wipe(secret, sizeof(secret));
	EVP_PKEY_free(own);
	EVP_PKEY_free(peer);

	return (result);
}

int
ecies_generate(enum ecies_curve which, uint8_t point[ECIES_POINT_MAX],
    size_t *pointlen, uint8_t scalar[ECIES_SCALAR_MAX], size_t *scalarlen)
{
	const struct curve	*curve = &curves[which];
	EVP_PKEY		*pkey;
	int			 result;

	result = -1;
	*pointlen = *scalarlen = 0;

	if ((pkey = EVP_EC_gen(curve->group)) == NULL ||
	    ec_key_point(pkey, point, curve->point) == -1 ||
	    ec_key_scalar(pkey, scalar, curve->scalar) == -1)
		goto out;
	*pointlen = curve->point;
	*scalarlen = curve->scalar;
	result = 0;
out:
	EVP_PKEY_free(pkey);

	return (result);
}

static const struct curve *
point_curve(const uint8_t *point, size_t len)
{
	size_t	 i;

	for (i = 0; i < CURVE_COUNT; i++) {
		if (curves[i].point == len && point != NULL)
			return (&curves[i]);
	}

	return (NULL);
}

/*
 * A token does not name its curve, but it begins with a point of it. That one
 * of P-256 and the ciphertext behind it make a point of P-384 by chance, one
 * time in 2^384, nobody will live to see.
 */
static EVP_PKEY *
sealed_peer(const uint8_t *sealed, size_t len, const struct curve **curve)
{
	EVP_PKEY	*pkey;
	size_t		 i;

	for (i = 0; i < CURVE_COUNT; i++) {
		if (len < curves[i].point + ECIES_TAG_LEN)
			continue;
		pkey = ec_key_public(curves[i].group, sealed,
		    curves[i].point);
		if (pkey != NULL) {
			*curve = &curves[i];
			return (pkey);
		}
	}

	return (NULL);
}

/* AES key and IV, one behind the other, from the agreed Z and V. */
static int
secret_derive(const struct curve *curve, uint8_t *secret, EVP_PKEY *own,
    EVP_PKEY *peer, const uint8_t *v)
{
	static char	 digest[] = "SHA256";
	OSSL_PARAM	 params[4];
	EVP_KDF		*kdf;
	EVP_KDF_CTX	*ctx;
	uint8_t		 z[ECIES_SCALAR_MAX];
	int		 result;

	result = -1;
	kdf = NULL;
	ctx = NULL;

	if (ec_key_derive(own, peer, z, curve->scalar) == -1)
		goto out;
	if ((kdf = EVP_KDF_fetch(NULL, "X963KDF", NULL)) == NULL ||
	    (ctx = EVP_KDF_CTX_new(kdf)) == NULL)
		goto out;
	params[0] = OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST,
	    digest, 0);
	params[1] = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, z,
	    curve->scalar);
	params[2] = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO,
	    (void *)(uintptr_t)v, curve->point);
	params[3] = OSSL_PARAM_construct_end();
	if (EVP_KDF_derive(ctx, secret, curve->key + IV_LEN, params) != 1)
		goto out;
	result = 0;
out:
	digest_wipe(z, sizeof(z));
	EVP_KDF_CTX_free(ctx);
	EVP_KDF_free(kdf);

	return (result);
}

/* Ciphertext and tag into out. */
static int
gcm_put(const struct curve *curve, const uint8_t *secret, uint8_t *out,
    const void *plain, size_t len)
{
	EVP_CIPHER_CTX	*ctx;
	int		 n, result;

	result = -1;
	if ((ctx = EVP_CIPHER_CTX_new()) == NULL)
		goto out;

	if (EVP_EncryptInit_ex2(ctx, curve->cipher(), NULL, NULL, NULL) != 1 ||
	    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_IVLEN, IV_LEN,
	    NULL) != 1 ||
	    EVP_EncryptInit_ex2(ctx, NULL, secret, secret + curve->key,
	    NULL) != 1)
		goto out;
	if (len > 0 && EVP_EncryptUpdate(ctx, out, &n, plain, (int)len) != 1)
		goto out;
	if (EVP_EncryptFinal_ex(ctx, out + len, &n) != 1 ||
	    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, ECIES_TAG_LEN,
	    out + len) != 1)
		goto out;
	result = 0;
out:
	EVP_CIPHER_CTX_free(ctx);

	return (result);
}

/* len bytes of ciphertext and the tag behind them, opened into out. */
static int
gcm_get(const struct curve *curve, const uint8_t *secret, void *out,
    const uint8_t *in, size_t len)
{
	EVP_CIPHER_CTX	*ctx;
	uint8_t		 tag[ECIES_TAG_LEN];
	int		 n, result;

	result = -1;
	memcpy(tag, in + len, sizeof(tag));
	if ((ctx = EVP_CIPHER_CTX_new()) == NULL)
		goto out;

	if (EVP_DecryptInit_ex2(ctx, curve->cipher(), NULL, NULL, NULL) != 1 ||
	    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_IVLEN, IV_LEN,
	    NULL) != 1 ||
	    EVP_DecryptInit_ex2(ctx, NULL, secret, secret + curve->key,
	    NULL) != 1)
		goto out;
	if (len > 0 && EVP_DecryptUpdate(ctx, out, &n, in, (int)len) != 1)
		goto out;
	if (EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, ECIES_TAG_LEN,
	    tag) != 1 || EVP_DecryptFinal_ex(ctx, tag, &n) != 1)
		goto out;
	result = 0;
out:
	/* What was decrypted before the tag proved wrong is not for use. */
	if (result == -1)
		digest_wipe(out, len);
	EVP_CIPHER_CTX_free(ctx);

	return (result);
}
