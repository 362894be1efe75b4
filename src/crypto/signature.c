/* SPDX-License-Identifier: ISC */
/*
 * Reading a key and looking up what it is used with costs more than an ES256
 * signature: so both are done once for a key, in a context of OpenSSL's.
 */
#include <string.h>

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/rsa.h>

#include "crypto/digest.h"
#include "crypto/signature.h"

#define DER_MAX		80		/* of two numbers of 32 bytes: 72 */
#define HALF		(SIGNATURE_ES256_LEN / 2)

static EVP_PKEY_CTX	*context_new(EVP_PKEY *, int (*)(EVP_PKEY_CTX *));
static int	is_es256(const struct signing_key *);
static int	raw_from_der(uint8_t *, const uint8_t *, size_t);
static int	der_from_raw(uint8_t **, const uint8_t *);

int
signature_ready(struct signing_key *key, EVP_PKEY *private, EVP_PKEY *public)
{
	key->signer = key->verifier = NULL;
	if (private != NULL)
		key->signer = context_new(private, EVP_PKEY_sign_init);
	if (public != NULL)
		key->verifier = context_new(public, EVP_PKEY_verify_init);
	if ((key->signer == NULL) == (private == NULL) &&
	    (key->verifier == NULL) == (public == NULL))
		return (0);
	signature_release(key);

	return (-1);
}

void
signature_release(struct signing_key *key)
{
	EVP_PKEY_CTX_free(key->signer);
	EVP_PKEY_CTX_free(key->verifier);
	key->signer = key->verifier = NULL;
}

ssize_t
signature_make(uint8_t out[SIGNATURE_MAX], const struct signing_key *key,
    const void *data, size_t len)
{
	uint8_t	 digest[DIGEST_LEN], der[DER_MAX];
	size_t	 n;

	if (key->signer == NULL)
		return (-1);
	digest_sha256(digest, data, len);
	if (!is_es256(key)) {
		n = SIGNATURE_MAX;
		return (EVP_PKEY_sign(key->signer, out, &n, digest,
		    sizeof(digest)) == 1 ? (ssize_t)n : -1);
	}
	/* OpenSSL speaks DER where JOSE wants two numbers side by side. */
	n = sizeof(der);
	if (EVP_PKEY_sign(key->signer, der, &n, digest,
	    sizeof(digest)) != 1 || raw_from_der(out, der, n) == -1)
		return (-1);

	return (SIGNATURE_ES256_LEN);
}

int
signature_is_good(const uint8_t *sig, size_t siglen,
    const struct signing_key *key, const void *data, size_t len)
{
	uint8_t	*der, digest[DIGEST_LEN];
	int	 derlen, result;

	if (key->verifier == NULL)
		return (0);
	digest_sha256(digest, data, len);
	if (!is_es256(key))
		return (EVP_PKEY_verify(key->verifier, sig, siglen, digest,
		    sizeof(digest)) == 1);
	der = NULL;
	if (siglen != SIGNATURE_ES256_LEN ||
	    (derlen = der_from_raw(&der, sig)) <= 0)
		return (0);
	result = EVP_PKEY_verify(key->verifier, der, (size_t)derlen, digest,
	    sizeof(digest)) == 1;
	OPENSSL_free(der);

	return (result);
}

static EVP_PKEY_CTX *
context_new(EVP_PKEY *pkey, int (*init)(EVP_PKEY_CTX *))
{
	EVP_PKEY_CTX	*ctx;

	if ((ctx = EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL)) == NULL)
		return (NULL);
	if (init(ctx) != 1 || (EVP_PKEY_is_a(pkey, "RSA") == 1 &&
	    EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) != 1) ||
	    EVP_PKEY_CTX_set_signature_md(ctx, EVP_sha256()) != 1) {
		EVP_PKEY_CTX_free(ctx);
		return (NULL);
	}

	return (ctx);
}

static int
is_es256(const struct signing_key *key)
{
	return (strcmp(key->alg, SIGNING_ALG_ES256) == 0);
}

static int
raw_from_der(uint8_t *out, const uint8_t *der, size_t len)
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
der_from_raw(uint8_t **der, const uint8_t *raw)
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
