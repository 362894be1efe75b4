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
 * And it takes whatever the key manager answers for what it asked last. It asks
 * no more than a second, so that after a pause of the key manager, or in a
 * worker that took a dead one's place, an answer may be to a question of
 * before: each handshake would get the signature of the one before it. So until
 * they are known to be in step a signature is held against what was to be
 * signed, and asked for again.
 *
 * The private key itself never leaves the key manager's process.
 */
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>

#include <kore/kore.h>

#include <string.h>
#include <time.h>

#include "app/openssl_shim.h"

#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

#define TRIES		32	/* answers that are too late, and then ours */
#define RSA_BYTES	(OPENSSL_RSA_MAX_MODULUS_BITS / 8)

typedef int (*ec_sign)(int, const unsigned char *, int, unsigned char *,
    unsigned int *, const BIGNUM *, const BIGNUM *, EC_KEY *);
typedef int (*ec_setup)(EC_KEY *, BN_CTX *, BIGNUM **, BIGNUM **);
typedef ECDSA_SIG *(*ec_sign_sig)(const unsigned char *, int, const BIGNUM *,
    const BIGNUM *, EC_KEY *);
typedef int (*ec_verify)(int, const unsigned char *, int, const unsigned char *,
    int, EC_KEY *);
typedef int (*ec_verify_sig)(const unsigned char *, int, const ECDSA_SIG *,
    EC_KEY *);
typedef int (*rsa_sign)(int, const unsigned char *, unsigned char *, RSA *,
    int);

void	*__real_EVP_PKEY_get0(const EVP_PKEY *);
int	 __real_SSL_CTX_use_PrivateKey(SSL_CTX *, EVP_PKEY *);
void	 __real_EC_KEY_METHOD_set_sign(EC_KEY_METHOD *, ec_sign, ec_setup,
	    ec_sign_sig);
int	 __real_RSA_meth_set_priv_enc(RSA_METHOD *, rsa_sign);
void	*__wrap_EVP_PKEY_get0(const EVP_PKEY *);
int	 __wrap_SSL_CTX_use_PrivateKey(SSL_CTX *, EVP_PKEY *);
void	 __wrap_EC_KEY_METHOD_set_sign(EC_KEY_METHOD *, ec_sign, ec_setup,
	    ec_sign_sig);
int	 __wrap_RSA_meth_set_priv_enc(RSA_METHOD *, rsa_sign);

static void		 not_after_look(struct kore_domain *);
static ECDSA_SIG	*ec_ask(const unsigned char *, int, const BIGNUM *,
			    const BIGNUM *, EC_KEY *);
static int		 ec_is_of(const ECDSA_SIG *, const unsigned char *, int,
			    EC_KEY *);
static int		 rsa_ask(int, const unsigned char *, unsigned char *,
			    RSA *, int);
static int		 rsa_is_of(const unsigned char *, int,
			    const unsigned char *, int, RSA *, int);

static int64_t		 not_after;
/* Kore's, and whether its last answer was to its last question. */
static ec_sign_sig	 kore_ec_sign;
static rsa_sign		 kore_rsa_sign;
static int		 is_in_step;

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

/* Keep OpenSSL's own where Kore passes NULL. Its method cannot verify. */
void
__wrap_EC_KEY_METHOD_set_sign(EC_KEY_METHOD *method, ec_sign sign,
    ec_setup setup, ec_sign_sig sign_sig)
{
	ec_sign		 own_sign;
	ec_setup	 own_setup;
	ec_sign_sig	 own_sign_sig;
	ec_verify	 own_verify;
	ec_verify_sig	 own_verify_sig;

	EC_KEY_METHOD_get_sign(EC_KEY_OpenSSL(), &own_sign, &own_setup,
	    &own_sign_sig);
	EC_KEY_METHOD_get_verify(EC_KEY_OpenSSL(), &own_verify,
	    &own_verify_sig);
	EC_KEY_METHOD_set_verify(method, own_verify, own_verify_sig);
	kore_ec_sign = sign_sig == NULL ? own_sign_sig : sign_sig;
	__real_EC_KEY_METHOD_set_sign(method, sign == NULL ? own_sign : sign,
	    setup == NULL ? own_setup : setup, ec_ask);
}

int
__wrap_RSA_meth_set_priv_enc(RSA_METHOD *method, rsa_sign sign)
{
	kore_rsa_sign = sign;
	return (__real_RSA_meth_set_priv_enc(method, rsa_ask));
}

/*
 * Answers come in the order of the questions, so one that fits at once says
 * that none is left of before.
 */
static ECDSA_SIG *
ec_ask(const unsigned char *digest, int len, const BIGNUM *kinv,
    const BIGNUM *r, EC_KEY *key)
{
	ECDSA_SIG	*sig;
	int		 i;

	for (i = 0; i < TRIES; i++) {
		sig = kore_ec_sign(digest, len, kinv, r, key);
		if (sig == NULL)
			break;
		if (is_in_step || ec_is_of(sig, digest, len, key)) {
			is_in_step |= i == 0;
			return (sig);
		}
		ECDSA_SIG_free(sig);
	}
	is_in_step = 0;
	return (NULL);
}

static int
ec_is_of(const ECDSA_SIG *sig, const unsigned char *digest, int len,
    EC_KEY *key)
{
	int	ok;

	(void)ERR_set_mark();
	ok = ECDSA_do_verify(digest, len, sig, key) == 1;
	(void)ERR_pop_to_mark();
	return (ok);
}

/* As ec_ask. */
static int
rsa_ask(int len, const unsigned char *from, unsigned char *to, RSA *key,
    int padding)
{
	int	i, n;

	for (i = 0; i < TRIES; i++) {
		n = kore_rsa_sign(len, from, to, key, padding);
		if (n <= 0)
			break;
		if (is_in_step || rsa_is_of(to, n, from, len, key, padding)) {
			is_in_step |= i == 0;
			return (n);
		}
	}
	is_in_step = 0;
	return (-1);
}

static int
rsa_is_of(const unsigned char *sig, int siglen, const unsigned char *from,
    int len, RSA *key, int padding)
{
	unsigned char	plain[RSA_BYTES];
	int		n;

	if (RSA_size(key) > RSA_BYTES)
		return (0);
	(void)ERR_set_mark();
	n = RSA_public_decrypt(siglen, sig, plain, key, padding);
	(void)ERR_pop_to_mark();
	return (n == len && memcmp(plain, from, (size_t)len) == 0);
}
