/* SPDX-License-Identifier: ISC */
/*
 * Lets Kore 4.1 finish a TLS handshake on OpenSSL 3, by standing between the
 * two at link time (-Wl,--wrap). Kore is written for the keys of OpenSSL 1.1:
 *
 * - its key manager reads private keys with EVP_PKEY_get0, which knows nothing
 *   of keys that live in a provider;
 * - its workers hang their "ask the key manager" method on the RSA or EC_KEY
 *   that EVP_PKEY_get1_… returns, which is a copy that nobody uses;
 * - its EC method loses OpenSSL's own signing functions by setting two of
 *   them to NULL.
 *
 * The private key itself never leaves the key manager's process.
 */
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>

#include <kore/kore.h>

#include <string.h>
#include <time.h>

#include "app/openssl_shim.h"

#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

typedef int (*ec_sign)(int, const unsigned char *, int, unsigned char *,
    unsigned int *, const BIGNUM *, const BIGNUM *, EC_KEY *);
typedef int (*ec_setup)(EC_KEY *, BN_CTX *, BIGNUM **, BIGNUM **);
typedef ECDSA_SIG *(*ec_sign_sig)(const unsigned char *, int, const BIGNUM *,
    const BIGNUM *, EC_KEY *);

void	*__real_EVP_PKEY_get0(const EVP_PKEY *);
int	 __real_SSL_CTX_use_PrivateKey(SSL_CTX *, EVP_PKEY *);
void	 __real_EC_KEY_METHOD_set_sign(EC_KEY_METHOD *, ec_sign, ec_setup,
	    ec_sign_sig);
void	*__wrap_EVP_PKEY_get0(const EVP_PKEY *);
int	 __wrap_SSL_CTX_use_PrivateKey(SSL_CTX *, EVP_PKEY *);
void	 __wrap_EC_KEY_METHOD_set_sign(EC_KEY_METHOD *, ec_sign, ec_setup,
	    ec_sign_sig);

static void	not_after_look(struct kore_domain *);

static int64_t	not_after;

/* Kore wants DH parameters even though no cipher suite of ours uses them. */
struct dh_st *
openssl_shim_dh(void)
{
	return (DH_new_by_nid(NID_ffdhe2048));
}

const char *
openssl_shim_version(void)
{
	return (OpenSSL_version(OPENSSL_VERSION_STRING));
}

int
openssl_shim_is_resumed(const struct connection *c)
{
	return (SSL_session_reused(c->ssl));
}

/* The first domain with one has the only one there is. */
static void
not_after_look(struct kore_domain *dom)
{
	const X509	*cert;
	struct tm	 tm;

	if (dom->ssl_ctx == NULL || not_after != 0 ||
	    (cert = SSL_CTX_get0_certificate(dom->ssl_ctx)) == NULL)
		return;
	memset(&tm, 0, sizeof(tm));
	if (ASN1_TIME_to_tm(X509_get0_notAfter(cert), &tm) == 1)
		not_after = timegm(&tm);
}

/* Kore puts a renewed certificate in the place of the old one. */
int64_t
openssl_shim_not_after(void)
{
	not_after = 0;
	kore_domain_callback(not_after_look);
	return (not_after);
}

/* The legacy key behind a provider's: what the key manager signs with. */
void *
__wrap_EVP_PKEY_get0(const EVP_PKEY *pkey)
{
	/* Both are macros or functions of const; neither changes the key. */
	switch (EVP_PKEY_get_base_id(pkey)) {
	case EVP_PKEY_RSA:
		return ((void *)(uintptr_t)EVP_PKEY_get0_RSA(pkey));
	case EVP_PKEY_EC:
		return ((void *)(uintptr_t)EVP_PKEY_get0_EC_KEY(pkey));
	default:
		return (__real_EVP_PKEY_get0(pkey));
	}
}

/*
 * pkey holds a cached legacy copy that carries Kore's method; a fresh EVP_PKEY
 * made of that copy is a legacy key, so that OpenSSL asks the method.
 */
int
__wrap_SSL_CTX_use_PrivateKey(SSL_CTX *ctx, EVP_PKEY *pkey)
{
	EVP_PKEY	*legacy;
	RSA		*rsa;
	EC_KEY		*ec;
	int		 ok;

	ok = 0;
	if ((legacy = EVP_PKEY_new()) == NULL)
		return (0);
	if (EVP_PKEY_get_base_id(pkey) == EVP_PKEY_RSA) {
		rsa = EVP_PKEY_get1_RSA(pkey);
		if (rsa != NULL && (ok = EVP_PKEY_assign_RSA(legacy, rsa)) == 0)
			RSA_free(rsa);
	} else {
		ec = EVP_PKEY_get1_EC_KEY(pkey);
		if (ec != NULL &&
		    (ok = EVP_PKEY_assign_EC_KEY(legacy, ec)) == 0)
			EC_KEY_free(ec);
	}
	if (ok)
		ok = __real_SSL_CTX_use_PrivateKey(ctx, legacy);
	EVP_PKEY_free(legacy);
	return (ok);
}

/* Keep OpenSSL's own where Kore passes NULL. */
void
__wrap_EC_KEY_METHOD_set_sign(EC_KEY_METHOD *method, ec_sign sign,
    ec_setup setup, ec_sign_sig sign_sig)
{
	ec_sign		 own_sign;
	ec_setup	 own_setup;
	ec_sign_sig	 own_sign_sig;

	EC_KEY_METHOD_get_sign(EC_KEY_OpenSSL(), &own_sign, &own_setup,
	    &own_sign_sig);
	__real_EC_KEY_METHOD_set_sign(method, sign == NULL ? own_sign : sign,
	    setup == NULL ? own_setup : setup,
	    sign_sig == NULL ? own_sign_sig : sign_sig);
}
