/* SPDX-License-Identifier: ISC */
/* Elliptic curve keys from bytes, and the reverse. */
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/params.h>

#include "crypto/digest.h"
#include "crypto/ec_key.h"

#define POINT_UNCOMPRESSED	0x04	/* SEC 1 2.3.3 */

static EVP_PKEY	*key_build(const char *, OSSL_PARAM, int,
		    int (*)(EVP_PKEY_CTX *));

EVP_PKEY *
ec_key_public(const char *group, const uint8_t *point, size_t len)
{
	OSSL_PARAM	 param;

	if (len == 0 || point[0] != POINT_UNCOMPRESSED)
		return (NULL);
	param = OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY,
	    (void *)(uintptr_t)point, len);

	/*
	 * A point off the curve would give away the scalar it is multiplied
	 * with. The cofactor is 1, so one on it that is not infinity will do
	 * (SP 800-56A 5.6.2.3.4) and the multiplication by the order is saved.
	 */
	return (key_build(group, param, EVP_PKEY_PUBLIC_KEY,
	    EVP_PKEY_public_check_quick));
}

EVP_PKEY *
ec_key_private(const char *group, const uint8_t *scalar, size_t len,
    size_t width)
{
	EVP_PKEY	*pkey;
	BIGNUM		*bn;
	uint8_t		 native[EC_KEY_SCALAR_MAX];

	pkey = NULL;
	bn = NULL;

	if (len > EC_KEY_SCALAR_MAX || width > sizeof(native))
		goto out;
	if ((bn = BN_secure_new()) == NULL ||
	    BN_bin2bn(scalar, (int)len, bn) == NULL)
		goto out;
	if (BN_bn2nativepad(bn, native, (int)width) != (int)width)
		goto out;
	pkey = key_build(group,
	    OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY, native, width),
	    EVP_PKEY_KEYPAIR, EVP_PKEY_private_check);
out:
	digest_wipe(native, sizeof(native));
	BN_clear_free(bn);

	return (pkey);
}

int
ec_key_point(EVP_PKEY *pkey, uint8_t *out, size_t len)
{
	size_t	 written;

	if (EVP_PKEY_get_octet_string_param(pkey, OSSL_PKEY_PARAM_PUB_KEY, out,
	    len, &written) != 1)
		return (-1);

	return (written == len && out[0] == POINT_UNCOMPRESSED ? 0 : -1);
}

int
ec_key_scalar(EVP_PKEY *pkey, uint8_t *out, size_t len)
{
	BIGNUM	*bn;
	int	 result;

	result = -1;
	bn = NULL;
	if (EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_PRIV_KEY, &bn) == 1 &&
	    BN_bn2binpad(bn, out, (int)len) == (int)len)
		result = 0;
	BN_clear_free(bn);

	return (result);
}

int
ec_key_derive(EVP_PKEY *own, EVP_PKEY *peer, uint8_t *out, size_t len)
{
	EVP_PKEY_CTX	*ctx;
	size_t		 written;
	int		 result;

	result = -1;
	written = len;
	if ((ctx = EVP_PKEY_CTX_new_from_pkey(NULL, own, NULL)) == NULL)
		goto out;
	/* 0: the peer was checked when it was made. */
	if (EVP_PKEY_derive_init(ctx) != 1 ||
	    EVP_PKEY_derive_set_peer_ex(ctx, peer, 0) != 1 ||
	    EVP_PKEY_derive(ctx, out, &written) != 1)
		goto out;
	result = written == len ? 0 : -1;
out:
	EVP_PKEY_CTX_free(ctx);

	return (result);
}

static EVP_PKEY *
key_build(const char *group, OSSL_PARAM param, int selection,
    int (*check)(EVP_PKEY_CTX *))
{
	OSSL_PARAM	 params[3];
	EVP_PKEY_CTX	*build, *checking;
	EVP_PKEY	*pkey;

	checking = NULL;
	pkey = NULL;

	params[0] = OSSL_PARAM_construct_utf8_string(
	    OSSL_PKEY_PARAM_GROUP_NAME, (char *)(uintptr_t)group, 0);
	params[1] = param;
	params[2] = OSSL_PARAM_construct_end();

	if ((build = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL)) == NULL ||
	    EVP_PKEY_fromdata_init(build) != 1 ||
	    EVP_PKEY_fromdata(build, &pkey, selection, params) != 1)
		goto out;
	if ((checking = EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL)) == NULL ||
	    check(checking) != 1) {
		EVP_PKEY_free(pkey);
		pkey = NULL;
	}
out:
	EVP_PKEY_CTX_free(build);
	EVP_PKEY_CTX_free(checking);

	return (pkey);
}
