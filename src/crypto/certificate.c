/* SPDX-License-Identifier: ISC */
/* Certificates as they are read by those who look at them; certificate.h. */
#include <string.h>
#include <time.h>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "base/text.h"
#include "crypto/certificate.h"

static int	name_get(char *, size_t, const X509_NAME *);
static int	time_get(int64_t *, const ASN1_TIME *);
static int	key_get(struct certificate *, const X509 *);
static void	digest_get(struct certificate *, const X509 *);
static void	hosts_get(struct certificate *, const X509 *);
static void	policy_get(struct certificate *, const X509 *);
static int	policy_is_ev(const char *);

/*
 * The CA/Browser Forum's identifier, which new certificates have, and those
 * that the authorities gave themselves before.
 */
static const char *const ev_policies[] = {
	"2.23.140.1.1",				/* CA/Browser Forum */
	"1.2.616.1.113527.2.5.1.1",		/* Certum */
	"1.3.159.1.17.1",			/* Actalis */
	"1.3.6.1.4.1.34697.2.1",		/* AffirmTrust */
	"1.3.6.1.4.1.4146.1.1",			/* GlobalSign */
	"1.3.6.1.4.1.4788.2.202.1",		/* D-TRUST */
	"1.3.6.1.4.1.6449.1.2.1.5.1",		/* Sectigo */
	"1.3.6.1.4.1.782.1.2.1.8.1",		/* Network Solutions */
	"1.3.6.1.4.1.7879.13.24.1",		/* T-Systems */
	"1.3.6.1.4.1.8024.0.2.100.1.2",		/* QuoVadis */
	"2.16.578.1.26.1.3.3",			/* Buypass */
	"2.16.756.1.89.1.2.1.1",		/* SwissSign */
	"2.16.840.1.113733.1.7.23.6",		/* VeriSign */
	"2.16.840.1.113733.1.7.48.1",		/* Thawte */
	"2.16.840.1.114028.10.1.2",		/* Entrust */
	"2.16.840.1.114404.1.1.2.4.1",		/* Trustwave */
	"2.16.840.1.114412.2.1",		/* DigiCert */
	"2.16.840.1.114413.1.7.23.3",		/* GoDaddy */
	"2.16.840.1.114414.1.7.23.3",		/* Starfield */
};

int
certificate_read(struct certificate *c, const char *pem)
{
	BIO	*bio;
	X509	*x = NULL;
	int	 rv = -1;

	memset(c, 0, sizeof(*c));
	if ((bio = BIO_new_mem_buf(pem, -1)) == NULL ||
	    (x = PEM_read_bio_X509(bio, NULL, NULL, NULL)) == NULL)
		goto out;
	if (name_get(c->subject, sizeof(c->subject),
	    X509_get_subject_name(x)) != 0 ||
	    name_get(c->issuer, sizeof(c->issuer),
	    X509_get_issuer_name(x)) != 0 ||
	    time_get(&c->not_before, X509_get0_notBefore(x)) != 0 ||
	    time_get(&c->not_after, X509_get0_notAfter(x)) != 0 ||
	    key_get(c, x) != 0)
		goto out;
	digest_get(c, x);
	hosts_get(c, x);
	policy_get(c, x);
	rv = 0;
out:
	X509_free(x);
	BIO_free(bio);
	return (rv);
}

static int
name_get(char *out, size_t cap, const X509_NAME *name)
{
	BIO	*bio;
	char	*p;
	long	 n;
	int	 rv = -1;

	if ((bio = BIO_new(BIO_s_mem())) == NULL)
		return (-1);
	if (X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253) >= 0 &&
	    (n = BIO_get_mem_data(bio, &p)) >= 0)
		rv = text_copy_bytes(out, cap, p, (size_t)n);
	BIO_free(bio);
	return (rv);
}

static int
time_get(int64_t *out, const ASN1_TIME *t)
{
	struct tm	 tm;

	if (ASN1_TIME_to_tm(t, &tm) != 1)
		return (-1);
	*out = (int64_t)timegm(&tm);
	return (0);
}

static int
key_get(struct certificate *c, const X509 *x)
{
	EVP_PKEY	*key;
	const char	*curve, *name;
	char		 group[CERTIFICATE_WORD_LEN];

	if ((key = X509_get0_pubkey(x)) == NULL)
		return (-1);
	c->key_bits = EVP_PKEY_get_bits(key);
	c->is_key_rsa = EVP_PKEY_is_a(key, "RSA") ||
	    EVP_PKEY_is_a(key, "RSA-PSS");
	name = c->is_key_rsa ? "RSA" : EVP_PKEY_get0_type_name(key);
	if (EVP_PKEY_is_a(key, "EC") && EVP_PKEY_get_group_name(key, group,
	    sizeof(group), NULL) == 1) {
		curve = EC_curve_nid2nist(OBJ_txt2nid(group));
		name = curve == NULL ? group : curve;
	}
	return (text_copy(c->key, sizeof(c->key), name == NULL ? "" : name));
}

/* Signatures that bring their own digest, as Ed25519's, are called by name. */
static void
digest_get(struct certificate *c, const X509 *x)
{
	const char	*name;
	int		 digest = NID_undef, signature;

	signature = X509_get_signature_nid(x);
	if (X509_get_signature_info((X509 *)(uintptr_t)x, &digest, NULL, NULL,
	    NULL) != 1 || digest == NID_undef)
		digest = signature;
	name = OBJ_nid2sn(digest);
	(void)text_copy(c->digest, sizeof(c->digest),
	    name == NULL ? "" : name);
}

static void
hosts_get(struct certificate *c, const X509 *x)
{
	GENERAL_NAMES		*names;
	const GENERAL_NAME	*name;
	struct text		 t;
	int			 i;

	text_init(&t, c->hosts, sizeof(c->hosts));
	names = X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);
	for (i = 0; i < sk_GENERAL_NAME_num(names); i++) {
		name = sk_GENERAL_NAME_value(names, i);
		if (name->type != GEN_DNS)
			continue;
		text_add(&t, t.len == 0 ? "" : ", ");
		text_add_bytes(&t, ASN1_STRING_get0_data(name->d.dNSName),
		    (size_t)ASN1_STRING_length(name->d.dNSName));
	}
	GENERAL_NAMES_free(names);
}

static void
policy_get(struct certificate *c, const X509 *x)
{
	CERTIFICATEPOLICIES	*policies;
	char			 oid[CERTIFICATE_WORD_LEN];
	int			 i;

	policies = X509_get_ext_d2i(x, NID_certificate_policies, NULL, NULL);
	for (i = 0; i < sk_POLICYINFO_num(policies); i++) {
		if (OBJ_obj2txt(oid, sizeof(oid), sk_POLICYINFO_value(policies,
		    i)->policyid, 1) > 0 && policy_is_ev(oid))
			(void)text_copy(c->ev_policy, sizeof(c->ev_policy),
			    oid);
	}
	CERTIFICATEPOLICIES_free(policies);
}

static int
policy_is_ev(const char *oid)
{
	size_t	 i;

	for (i = 0; i < sizeof(ev_policies) / sizeof(ev_policies[0]); i++)
		if (strcmp(oid, ev_policies[i]) == 0)
			return (1);
	return (0);
}
