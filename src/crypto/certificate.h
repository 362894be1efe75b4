/* SPDX-License-Identifier: ISC */
/*
 * What a server's certificate says of itself, for those who look at it from
 * outside. Nothing here decides about trust: that is the TLS library's.
 */
#ifndef CRYPTO_CERTIFICATE_H
#define CRYPTO_CERTIFICATE_H

#include <stddef.h>
#include <stdint.h>

#define CERTIFICATE_NAME_LEN	1024
#define CERTIFICATE_HOSTS_LEN	1024
#define CERTIFICATE_WORD_LEN	64

struct certificate {
	char		 subject[CERTIFICATE_NAME_LEN];	/* RFC 2253 */
	char		 issuer[CERTIFICATE_NAME_LEN];
	char		 hosts[CERTIFICATE_HOSTS_LEN];	/* SANs, by commas */
	int64_t		 not_before;			/* Unix seconds */
	int64_t		 not_after;
	char		 key[CERTIFICATE_WORD_LEN];	/* "RSA", "P-256" */
	int		 key_bits;
	int		 is_key_rsa;
	char		 digest[CERTIFICATE_WORD_LEN];	/* of its signature */
	/* The Extended Validation policy that it names, or "". */
	char		 ev_policy[CERTIFICATE_WORD_LEN];
};

/* Read one in PEM. 0, or -1 if it is none. */
int	certificate_read(struct certificate *, const char *pem);

#endif
