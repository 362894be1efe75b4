/* SPDX-License-Identifier: ISC */
/* OCSP responses; see ocsp.h. */
#include <limits.h>
#include <time.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "crypto/ocsp.h"

#define SKEW	300		/* seconds that clocks may differ by */

static int		 chain_read(STACK_OF(X509) *, const void *, size_t);
static X509		*chain_issuer(STACK_OF(X509) *);
static OCSP_SINGLERESP	*single_find(OCSP_BASICRESP *, X509 *, X509 *);
static int		 is_signed(OCSP_BASICRESP *, STACK_OF(X509) *, X509 *);
static const char	*single_judge(OCSP_SINGLERESP *, int64_t, int64_t *);
static int		 time_get(int64_t *, const ASN1_GENERALIZEDTIME *);

const char *
ocsp_check(const void *der, size_t len, const void *pem, size_t pemlen,
    int64_t now, int64_t *until)
{
	STACK_OF(X509)		*chain;
	OCSP_RESPONSE		*response = NULL;
	OCSP_BASICRESP		*basic = NULL;
	OCSP_SINGLERESP		*single;
	const unsigned char	*p = der;
	X509			*issuer;
	const char		*why;

	*until = 0;
	why = "the certificates cannot be read";
	if ((chain = sk_X509_new_null()) == NULL ||
	    chain_read(chain, pem, pemlen) == -1)
		goto out;
	why = "the certificate's file lacks its issuer";
	if ((issuer = chain_issuer(chain)) == NULL)
		goto out;
	why = "it is no OCSP response in DER";
	if (len > LONG_MAX ||
	    (response = d2i_OCSP_RESPONSE(NULL, &p, (long)len)) == NULL ||
	    p != (const unsigned char *)der + len)
		goto out;
	why = "the responder answered with an error";
	if (OCSP_response_status(response) != OCSP_RESPONSE_STATUS_SUCCESSFUL ||
	    (basic = OCSP_response_get1_basic(response)) == NULL)
		goto out;
	why = "it is about another certificate";
	if ((single = single_find(basic, sk_X509_value(chain, 0), issuer)) ==
	    NULL)
		goto out;
	why = "it is not signed by the certificate's authority";
	if (!is_signed(basic, chain, issuer))
		goto out;
	why = single_judge(single, now, until);
out:
	/* What OpenSSL noted is not the next one's. */
	ERR_clear_error();
	OCSP_BASICRESP_free(basic);
	OCSP_RESPONSE_free(response);
	sk_X509_pop_free(chain, X509_free);
	return (why);
}

static int
chain_read(STACK_OF(X509) *chain, const void *pem, size_t len)
{
	BIO	*bio;
	X509	*x;

	if (len > INT_MAX || (bio = BIO_new_mem_buf(pem, (int)len)) == NULL)
		return (-1);
	while ((x = PEM_read_bio_X509(bio, NULL, NULL, NULL)) != NULL) {
		if (sk_X509_push(chain, x) == 0) {
			X509_free(x);
			break;
		}
	}
	BIO_free(bio);
	return (sk_X509_num(chain) > 0 ? 0 : -1);
}

/* Whoever of the chain has issued its first; not that one itself. */
static X509 *
chain_issuer(STACK_OF(X509) *chain)
{
	int	i;

	for (i = 1; i < sk_X509_num(chain); i++) {
		if (X509_check_issued(sk_X509_value(chain, i),
		    sk_X509_value(chain, 0)) == X509_V_OK)
			return (sk_X509_value(chain, i));
	}
	return (NULL);
}

/* A responder names the certificate with the digest that it likes. */
static OCSP_SINGLERESP *
single_find(OCSP_BASICRESP *basic, X509 *leaf, X509 *issuer)
{
	const EVP_MD	*digests[] = { EVP_sha1(), EVP_sha256() };
	OCSP_CERTID	*id;
	size_t		 i;
	int		 at;

	for (i = 0; i < sizeof(digests) / sizeof(digests[0]); i++) {
		if ((id = OCSP_cert_to_id(digests[i], leaf, issuer)) == NULL)
			continue;
		at = OCSP_resp_find(basic, id, -1);
		OCSP_CERTID_free(id);
		if (at >= 0)
			return (OCSP_resp_get0(basic, at));
	}
	return (NULL);
}

/* By the issuer, or by whom the issuer lets sign (RFC 6960 4.2.2.2). */
static int
is_signed(OCSP_BASICRESP *basic, STACK_OF(X509) *chain, X509 *issuer)
{
	X509_STORE	*store;
	int		 ok;

	if ((store = X509_STORE_new()) == NULL)
		return (0);
	ok = X509_STORE_add_cert(store, issuer) == 1 &&
	    X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN) == 1 &&
	    OCSP_basic_verify(basic, chain, store, 0) == 1;
	X509_STORE_free(store);
	return (ok);
}

static const char *
single_judge(OCSP_SINGLERESP *single, int64_t now, int64_t *until)
{
	ASN1_GENERALIZEDTIME	*this, *next;
	int64_t			 from, to;
	int			 reason;

	if (OCSP_single_get0_status(single, &reason, NULL, &this, &next) !=
	    V_OCSP_CERTSTATUS_GOOD)
		return ("it does not call the certificate good");
	if (time_get(&from, this) == -1 || next == NULL ||
	    time_get(&to, next) == -1)
		return ("it does not say until when it counts");
	if (from > now + SKEW)
		return ("it is of the future");
	if (to <= now)
		return ("it has expired");
	*until = to;
	return (NULL);
}

static int
time_get(int64_t *out, const ASN1_GENERALIZEDTIME *t)
{
	struct tm	tm;

	if (t == NULL || ASN1_TIME_to_tm(t, &tm) != 1)
		return (-1);
	*out = (int64_t)timegm(&tm);
	return (0);
}
