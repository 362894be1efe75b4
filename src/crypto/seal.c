/* SPDX-License-Identifier: ISC */
/*
 * Sealing: version || nonce || ciphertext || tag. The nonces are random: 2^32
 * seals under one key keep the chance of a repeat below 2^-32 (NIST SP
 * 800-38D 8.3), and every purpose has a key of its own.
 */
#include <limits.h>
#include <pthread.h>
#include <string.h>

#include <openssl/evp.h>

#include "base/log.h"
#include "crypto/digest.h"
#include "crypto/random.h"
#include "crypto/seal.h"

#define VERSION		1
#define NONCE_LEN	12
#define TAG_LEN		16
#define HEAD_LEN	(1 + NONCE_LEN)

static void	cipher_fetch(void);
static const EVP_CIPHER	*cipher(void);

static EVP_CIPHER	*aes_gcm;
static pthread_once_t	 fetched = PTHREAD_ONCE_INIT;

void
seal_key_derive(struct seal_key *key, const uint8_t *master, size_t len,
    const char *purpose)
{
	digest_hkdf(key->bytes, sizeof(key->bytes), master, len, purpose);
}

void
seal_key_wipe(struct seal_key *key)
{
	digest_wipe(key, sizeof(*key));
}

ssize_t
seal_put(const struct seal_key *key, void *out, size_t cap, const void *in,
    size_t len, const void *aad, size_t aadlen)
{
	EVP_CIPHER_CTX	*ctx;
	uint8_t		*p = out;
	ssize_t		 result;
	int		 n;

	result = -1;
	ctx = NULL;

	if (len > INT_MAX - SEAL_OVERHEAD || aadlen > INT_MAX ||
	    cap < len + SEAL_OVERHEAD)
		goto out;
	if ((ctx = EVP_CIPHER_CTX_new()) == NULL)
		goto out;

	p[0] = VERSION;
	random_bytes(p + 1, NONCE_LEN);
	if (EVP_EncryptInit_ex2(ctx, cipher(), key->bytes, p + 1,
	    NULL) != 1)
		goto out;
	if (aadlen > 0 && EVP_EncryptUpdate(ctx, NULL, &n, aad,
	    (int)aadlen) != 1)
		goto out;
	if (len > 0 && EVP_EncryptUpdate(ctx, p + HEAD_LEN, &n, in,
	    (int)len) != 1)
		goto out;
	if (EVP_EncryptFinal_ex(ctx, p + HEAD_LEN + len, &n) != 1)
		goto out;
	if (EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, TAG_LEN,
	    p + HEAD_LEN + len) != 1)
		goto out;
	result = (ssize_t)(len + SEAL_OVERHEAD);
out:
	EVP_CIPHER_CTX_free(ctx);

	return (result);
}

ssize_t
seal_get(const struct seal_key *key, void *out, size_t cap, const void *in,
    size_t len, const void *aad, size_t aadlen)
{
	EVP_CIPHER_CTX	*ctx;
	const uint8_t	*p = in;
	uint8_t		 tag[TAG_LEN];
	ssize_t		 result;
	size_t		 plain;
	int		 n;

	result = -1;
	ctx = NULL;
	plain = 0;

	if (len < SEAL_OVERHEAD || len > INT_MAX || aadlen > INT_MAX ||
	    p[0] != VERSION || cap < len - SEAL_OVERHEAD)
		goto out;
	if ((ctx = EVP_CIPHER_CTX_new()) == NULL)
		goto out;

	plain = len - SEAL_OVERHEAD;
	memcpy(tag, p + HEAD_LEN + plain, sizeof(tag));
	if (EVP_DecryptInit_ex2(ctx, cipher(), key->bytes, p + 1,
	    NULL) != 1)
		goto out;
	if (aadlen > 0 && EVP_DecryptUpdate(ctx, NULL, &n, aad,
	    (int)aadlen) != 1)
		goto out;
	if (plain > 0 && EVP_DecryptUpdate(ctx, out, &n, p + HEAD_LEN,
	    (int)plain) != 1)
		goto out;
	if (EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, TAG_LEN,
	    tag) != 1 || EVP_DecryptFinal_ex(ctx, tag, &n) != 1)
		goto out;
	result = (ssize_t)plain;
out:
	/* What was decrypted before the tag proved wrong is not for use. */
	if (result == -1 && plain > 0)
		digest_wipe(out, plain);
	EVP_CIPHER_CTX_free(ctx);

	return (result);
}

static const EVP_CIPHER *
cipher(void)
{
	(void)pthread_once(&fetched, cipher_fetch);

	return (aes_gcm);
}

static void
cipher_fetch(void)
{
	aes_gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
	PRECOND(aes_gcm != NULL);
}
