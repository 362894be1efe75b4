/* SPDX-License-Identifier: ISC */
/* What the certificates that the server sends say of themselves. */
#include <string.h>
#include <strings.h>
#include <time.h>

#include "cli/doctor.h"

#define DAY		86400
#define DAYS_FAIL	7
#define DAYS_WARN	30
#define RSA_BITS_FAIL	2048
#define EC_BITS_FAIL	224
/* Apple's systems refuse what was issued for longer. */
#define DAYS_MAX	398

static int	is_self_signed(const struct certificate *);

/* Signatures that can be forged (RFC 9155, CA/Browser Forum 7.1.3). */
static const char *const weak_digests[] = { "SHA1", "MD5", "MD4", "MD2" };

enum doctor_verdict
doctor_chain(struct doctor *d)
{
	const struct certificate	*c = d->chain;
	size_t				 i, n = d->chain_len;

	if (n == 1 && is_self_signed(&c[0]))
		return (doctor_fail(d, "get a certificate of an authority",
		    "the certificate is signed by itself"));
	for (i = 0; i + 1 < n; i++)
		if (strcmp(c[i].issuer, c[i + 1].subject) != 0)
			return (doctor_fail(d, "order the certificate file: "
			    "the server's own first, each one followed by "
			    "that of its issuer", "certificate %zu is not by "
			    "%.200s, which follows", i + 1,
			    c[i + 1].subject));
	if (n > 1 && is_self_signed(&c[n - 1]))
		return (doctor_warn(d, "leave the root certificate out of the "
		    "certificate file: whoever trusts it has it",
		    "%zu certificates, the last of which is a root", n));
	return (doctor_ok(d, "%zu certificate%s; the last is by %.200s", n,
	    n == 1 ? "" : "s", c[n - 1].issuer));
}

enum doctor_verdict
doctor_life(struct doctor *d)
{
	static const char		 renew[] = "renew the certificate, and "
					    "let a timer do it from now on";
	const struct certificate	*c = &d->chain[0];
	int64_t				 now = time(NULL);
	long				 days, life;

	days = (long)((c->not_after - now) / DAY);
	life = (long)((c->not_after - c->not_before) / DAY);
	if (now < c->not_before)
		return (doctor_fail(d, "set the clocks of server and authority",
		    "the certificate is not valid yet"));
	if (now > c->not_after)
		return (doctor_fail(d, renew, "the certificate has expired"));
	if (days < DAYS_FAIL)
		return (doctor_fail(d, renew, "%ld days left", days));
	if (days < DAYS_WARN)
		return (doctor_warn(d, renew, "%ld days left", days));
	if (life > DAYS_MAX)
		return (doctor_warn(d, "get one for 398 days or less: Apple's "
		    "systems refuse longer ones of public authorities",
		    "issued for %ld days; %ld left", life, days));
	return (doctor_ok(d, "%ld days left", days));
}

enum doctor_verdict
doctor_key(struct doctor *d)
{
	const struct certificate	*c = &d->chain[0];
	int				 least;

	least = c->is_key_rsa ? RSA_BITS_FAIL : EC_BITS_FAIL;
	if (c->key_bits < least)
		return (doctor_fail(d, "make a new key, P-256 or RSA of 2048 "
		    "bits, and a certificate for it", "%s, %d bits", c->key,
		    c->key_bits));
	return (doctor_ok(d, "%s, %d bits", c->key, c->key_bits));
}

/* A root's own signature protects nothing: it is trusted as it is. */
enum doctor_verdict
doctor_signature(struct doctor *d)
{
	const struct certificate	*c;
	size_t				 i, k;

	for (i = 0; i < d->chain_len; i++) {
		c = &d->chain[i];
		if (i > 0 && is_self_signed(c))
			continue;
		for (k = 0; k < sizeof(weak_digests) / sizeof(weak_digests[0]);
		    k++)
			if (strcasecmp(c->digest, weak_digests[k]) == 0)
				return (doctor_fail(d, "have it issued anew "
				    "with SHA-256", "certificate %zu is "
				    "signed with %s", i + 1, c->digest));
	}
	return (doctor_ok(d, "%s", d->chain[0].digest));
}

enum doctor_verdict
doctor_extended(struct doctor *d)
{
	const struct certificate	*c = &d->chain[0];

	if (c->ev_policy[0] != '\0')
		return (doctor_ok(d, "policy %s", c->ev_policy));
	return (doctor_warn(d, "get an Extended Validation certificate: "
	    "Apple's guide asks for one on the login page",
	    "no Extended Validation policy in the certificate"));
}

static int
is_self_signed(const struct certificate *c)
{
	return (strcmp(c->subject, c->issuer) == 0);
}
