/* SPDX-License-Identifier: ISC */
/* ES256: OpenSSL speaks DER where JOSE wants two numbers side by side. */
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>

#include "crypto/ec_key.h"
#include "crypto/es256.h"

#define GROUP		"P-256"
#define DER_MAX		80		/* of two numbers of 32 bytes: 72 */
#define HALF		(ES256_LEN / 2)

static int	raw_from_der(uint8_t [ES256_LEN], const uint8_t *, size_t);
static int	der_from_raw(uint8_t **, const uint8_t [ES256_LEN]);

int
es256_sign(uint8_t out[ES256_LEN], const struct signing_key *key,
    const void *data, size_t len)
{
	EVP_MD_CTX	*ctx;
	EVP_PKEY	*pkey;
	uint8_t		 der[DER_MAX];
	size_t		 derlen;
	int		 result;

	result = -1;
	ctx = NULL;

	pkey = ec_key_private(GROUP, key->scalar, sizeof(key->scalar),
	    sizeof(key->scalar));
	if (pkey == NULL || (ctx = EVP_MD_CTX_new()) == NULL)
		goto out;
	derlen = sizeof(der);
	if (EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, pkey) != 1 ||
	    EVP_DigestSign(ctx, der, &derlen, data, len) != 1)
		goto out;
	result = raw_from_der(out, der, derlen);
out:
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(pkey);

	return (result);
}

int
es256_is_signed(const uint8_t sig[ES256_LEN], const struct signing_key *key,
    const void *data, size_t len)
{
	EVP_MD_CTX	*ctx;
	EVP_PKEY	*pkey;
	uint8_t		*der;
	int		 derlen, result;

	result = 0;
	ctx = NULL;
	der = NULL;

	pkey = ec_key_public(GROUP, key->point, sizeof(key->point));
	if (pkey == NULL || (ctx = EVP_MD_CTX_new()) == NULL ||
	    (derlen = der_from_raw(&der, sig)) <= 0)
		goto out;
	if (EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, pkey) != 1)
		goto out;
	result = EVP_DigestVerify(ctx, der, (size_t)derlen, data, len) == 1;
out:
	OPENSSL_free(der);
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(pkey);

	return (result);
}

static int
raw_from_der(uint8_t out[ES256_LEN], const uint8_t *der, size_t len)
{
	ECDSA_SIG	*sig;
	int		 result;

	result = -1;
	sig = d2i_ECDSA_SIG(NULL, &der, (long)len);
	if (sig != NULL &&
	    BN_bn2binpad(ECDSA_SIG_get0_r(sig), out, HALF) == HALF &&
	    BN_bn2binpad(ECDSA_SIG_get0_s(sig), out + HALF, HALF) == HALF)
		result = 0;
	ECDSA_SIG_free(sig);

	return (result);
}

/* Bytes of DER, which the caller frees, or -1. */
static int
der_from_raw(uint8_t **der, const uint8_t raw[ES256_LEN])
{
	ECDSA_SIG	*sig;
	BIGNUM		*r, *s;
	int		 len;

	len = -1;
	r = BN_bin2bn(raw, HALF, NULL);
	s = BN_bin2bn(raw + HALF, HALF, NULL);
	if ((sig = ECDSA_SIG_new()) == NULL || r == NULL || s == NULL ||
	    ECDSA_SIG_set0(sig, r, s) != 1) {
		BN_free(r);
		BN_free(s);
		goto out;
	}
	len = i2d_ECDSA_SIG(sig, der);
out:
	ECDSA_SIG_free(sig);

	return (len);
}
