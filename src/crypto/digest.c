/* SPDX-License-Identifier: ISC */
/*
 * Digests. None of these can fail for lack of anything but memory or a broken
 * OpenSSL, and no caller could go on without them: so they do not return then.
 */
#include <pthread.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include "base/log.h"
#include "crypto/digest.h"

#define HKDF_MAX	(255 * DIGEST_LEN)	/* RFC 5869 2.3 */

static void	sha256_fetch(void);

static char		 sha256_name[] = "SHA256";	/* no const there */
static EVP_MD		*sha256;
static pthread_once_t	 fetched = PTHREAD_ONCE_INIT;

void
digest_sha256(uint8_t out[DIGEST_LEN], const void *data, size_t len)
{
	unsigned int	 outlen;

	(void)pthread_once(&fetched, sha256_fetch);
	PRECOND(EVP_Digest(data, len, out, &outlen, sha256, NULL) == 1);
	PRECOND(outlen == DIGEST_LEN);
}

/* Fetched at each use, it would cost more than the digest of a token. */
static void
sha256_fetch(void)
{
	sha256 = EVP_MD_fetch(NULL, sha256_name, NULL);
	PRECOND(sha256 != NULL);
}

void
digest_hmac(uint8_t out[DIGEST_LEN], const void *key, size_t keylen,
    const void *data, size_t len)
{
	size_t	 outlen;

	PRECOND(EVP_Q_mac(NULL, "HMAC", NULL, sha256_name, NULL, key, keylen,
	    data, len, out, DIGEST_LEN, &outlen) != NULL);
	PRECOND(outlen == DIGEST_LEN);
}

void
digest_hkdf(uint8_t *out, size_t outlen, const void *key, size_t keylen,
    const char *info)
{
	OSSL_PARAM	 params[4];
	EVP_KDF		*kdf;
	EVP_KDF_CTX	*ctx;

	PRECOND(outlen > 0 && outlen <= HKDF_MAX && keylen > 0);

	params[0] = OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST,
	    sha256_name, 0);
	params[1] = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY,
	    (void *)(uintptr_t)key, keylen);
	params[2] = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO,
	    (void *)(uintptr_t)info, strlen(info));
	params[3] = OSSL_PARAM_construct_end();

	kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
	PRECOND(kdf != NULL);
	ctx = EVP_KDF_CTX_new(kdf);
	PRECOND(ctx != NULL);
	PRECOND(EVP_KDF_derive(ctx, out, outlen, params) == 1);

	EVP_KDF_CTX_free(ctx);
	EVP_KDF_free(kdf);
}

int
digest_is_equal(const void *a, const void *b, size_t len)
{
	return (CRYPTO_memcmp(a, b, len) == 0);
}

void
digest_wipe(void *p, size_t len)
{
	explicit_bzero(p, len);
}
