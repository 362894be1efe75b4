/* SPDX-License-Identifier: ISC */
/*
 * What OpenSSL alone does for one encrypted token: read the peer's point, make
 * an ephemeral P-384 pair, agree, derive by X9.63 with SHA-256, and AES-256-GCM
 * over as many bytes as a token has. Written without the service's own code.
 *
 *   ecies_baseline SECONDS [THREADS]
 */
#include <err.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <stdint.h>
#include <stdlib.h>

#include "baseline.h"

#define POINT	97
#define SHARED	48
#define KEY	32
#define IV	16
#define TAG	16
#define PLAIN	600		/* bytes; an access token has about as many */

struct state {
	uint8_t	plain[PLAIN];
	uint8_t	sealed[POINT + PLAIN + TAG];
	uint8_t	secret[KEY + IV];
};

static void	*make(void);
static int	 op(void *);
static EVP_PKEY	*peer_read(void);
static int	 agree(struct state *, EVP_PKEY *, EVP_PKEY *);
static int	 seal(struct state *);

static uint8_t	peer_point[POINT];

int
main(int argc, char **argv)
{
	EVP_PKEY	*pair;
	double		 seconds;
	size_t		 len;
	unsigned	 threads;

	if (baseline_args(argc, argv, &seconds, &threads) == -1)
		return (2);
	if ((pair = EVP_EC_gen("P-384")) == NULL ||
	    EVP_PKEY_get_octet_string_param(pair, OSSL_PKEY_PARAM_PUB_KEY,
	    peer_point, sizeof(peer_point), &len) != 1 || len != POINT)
		errx(1, "OpenSSL makes no key");
	EVP_PKEY_free(pair);

	return (baseline_run(seconds, threads, make, op));
}

static void *
make(void)
{
	return (calloc(1, sizeof(struct state)));
}

static int
op(void *arg)
{
	struct state	*s = arg;
	EVP_PKEY	*own, *peer;
	size_t		 len;
	int		 result;

	result = -1;
	own = NULL;
	if ((peer = peer_read()) == NULL ||
	    (own = EVP_EC_gen("P-384")) == NULL)
		goto out;
	if (EVP_PKEY_get_octet_string_param(own, OSSL_PKEY_PARAM_PUB_KEY,
	    s->sealed, POINT, &len) != 1)
		goto out;
	if (agree(s, own, peer) == -1 || seal(s) == -1)
		goto out;
	result = 0;
out:
	EVP_PKEY_free(own);
	EVP_PKEY_free(peer);

	return (result);
}

/* Each token may be for another key: reading it is part of the work. */
static EVP_PKEY *
peer_read(void)
{
	static char	 group[] = "P-384";
	OSSL_PARAM	 params[3];
	EVP_PKEY_CTX	*ctx;
	EVP_PKEY	*pkey = NULL;

	params[0] = OSSL_PARAM_construct_utf8_string(
	    OSSL_PKEY_PARAM_GROUP_NAME, group, 0);
	params[1] = OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY,
	    peer_point, sizeof(peer_point));
	params[2] = OSSL_PARAM_construct_end();
	if ((ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL)) == NULL)
		return (NULL);
	if (EVP_PKEY_fromdata_init(ctx) != 1 || EVP_PKEY_fromdata(ctx, &pkey,
	    EVP_PKEY_PUBLIC_KEY, params) != 1)
		pkey = NULL;
	EVP_PKEY_CTX_free(ctx);

	return (pkey);
}

/* Z of the two keys, and key and IV of Z and the ephemeral point. */
static int
agree(struct state *s, EVP_PKEY *own, EVP_PKEY *peer)
{
	static char	 digest[] = "SHA256";
	OSSL_PARAM	 params[4];
	EVP_PKEY_CTX	*ctx;
	EVP_KDF		*kdf = NULL;
	EVP_KDF_CTX	*kctx = NULL;
	uint8_t		 z[SHARED];
	size_t		 len = sizeof(z);
	int		 result;

	result = -1;
	if ((ctx = EVP_PKEY_CTX_new(own, NULL)) == NULL ||
	    EVP_PKEY_derive_init(ctx) != 1 ||
	    EVP_PKEY_derive_set_peer(ctx, peer) != 1 ||
	    EVP_PKEY_derive(ctx, z, &len) != 1)
		goto out;
	if ((kdf = EVP_KDF_fetch(NULL, "X963KDF", NULL)) == NULL ||
	    (kctx = EVP_KDF_CTX_new(kdf)) == NULL)
		goto out;
	params[0] = OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST,
	    digest, 0);
	params[1] = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, z,
	    len);
	params[2] = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO,
	    s->sealed, POINT);
	params[3] = OSSL_PARAM_construct_end();
	if (EVP_KDF_derive(kctx, s->secret, sizeof(s->secret), params) != 1)
		goto out;
	result = 0;
out:
	EVP_KDF_CTX_free(kctx);
	EVP_KDF_free(kdf);
	EVP_PKEY_CTX_free(ctx);

	return (result);
}

static int
seal(struct state *s)
{
	EVP_CIPHER_CTX	*ctx;
	uint8_t		*out = s->sealed + POINT;
	int		 n, result;

	result = -1;
	if ((ctx = EVP_CIPHER_CTX_new()) == NULL ||
	    EVP_EncryptInit_ex2(ctx, EVP_aes_256_gcm(), NULL, NULL,
	    NULL) != 1 || EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_IVLEN,
	    IV, NULL) != 1 || EVP_EncryptInit_ex2(ctx, NULL, s->secret,
	    s->secret + KEY, NULL) != 1)
		goto out;
	if (EVP_EncryptUpdate(ctx, out, &n, s->plain, PLAIN) != 1 ||
	    EVP_EncryptFinal_ex(ctx, out + PLAIN, &n) != 1 ||
	    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, TAG,
	    out + PLAIN) != 1)
		goto out;
	result = 0;
out:
	EVP_CIPHER_CTX_free(ctx);

	return (result);
}
