/* SPDX-License-Identifier: ISC */
/* RSA keys made, judged, and shown. */
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/rsa.h>

#include "crypto/rsa_key.h"

static ssize_t	number_get(EVP_PKEY *, const char *, uint8_t *, size_t);

EVP_PKEY *
rsa_key_generate(void)
{
	return (EVP_RSA_gen(RSA_KEY_BITS));
}

int
rsa_key_is_sound(EVP_PKEY *pkey)
{
	int	bits;

	if (EVP_PKEY_is_a(pkey, "RSA") != 1)
		return (0);
	bits = EVP_PKEY_get_bits(pkey);

	return (bits >= RSA_KEY_BITS_MIN && bits <= RSA_KEY_BITS);
}

ssize_t
rsa_key_modulus(EVP_PKEY *pkey, uint8_t *out, size_t cap)
{
	return (number_get(pkey, OSSL_PKEY_PARAM_RSA_N, out, cap));
}

ssize_t
rsa_key_exponent(EVP_PKEY *pkey, uint8_t *out, size_t cap)
{
	return (number_get(pkey, OSSL_PKEY_PARAM_RSA_E, out, cap));
}

static ssize_t
number_get(EVP_PKEY *pkey, const char *name, uint8_t *out, size_t cap)
{
	BIGNUM	*bn;
	ssize_t	 len;

	len = -1;
	bn = NULL;
	if (EVP_PKEY_get_bn_param(pkey, name, &bn) == 1 &&
	    BN_num_bytes(bn) > 0 && (size_t)BN_num_bytes(bn) <= cap)
		len = BN_bn2bin(bn, out);
	BN_free(bn);

	return (len);
}
