/* SPDX-License-Identifier: ISC */
/*
 * What the tokens say: access tokens (RFC 9068 2.2), ID tokens (OpenID Connect
 * Core 2), introspection (RFC 7662 2.2), and both metadata documents.
 */
#ifndef OAUTH_CLAIMS_H
#define OAUTH_CLAIMS_H

#include <stdint.h>

#include <jansson.h>

#include "base/text.h"

/*
 * How every customer is authenticated: a password, over TLS (OASIS SAML 2.0
 * Authentication Context 3.4.4; OpenID Connect Core 2 wants a URI or a name
 * that is registered).
 */
#define CLAIMS_ACR							\
	"urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"

struct token_subject {
	const char	*issuer;
	const char	*client_id;
	const char	*business;
	const char	*customer_id;
	const char	*scope;
	const char	*grant;		/* id of the grant row */
	const char	*nonce;		/* "" none */
	int64_t		 auth_time;
	int64_t		 now;		/* seconds since 1970 */
	unsigned	 lifetime;	/* seconds */
};

/* As JSON, to be looked at with text_is_ok. */
void	claims_access_token(struct text *, const struct token_subject *,
	    const char *jti);
void	claims_id_token(struct text *, const struct token_subject *,
	    const char *access_token);
/* RFC 7662 2.2 of a live token. */
void	claims_introspection(struct text *, const struct token_subject *,
	    const char *jti);

/* What an access token's claims say; strings belong to the claims object. */
struct access_token {
	const char	*client_id;
	const char	*customer_id;
	const char	*business;
	const char	*scope;
	const char	*grant;
	const char	*jti;
	int64_t		 issued;
	int64_t		 expires;
};
/*
 * Read and check: issuer, audience (the issuer), all claims there, and time,
 * with now in seconds since 1970 and no leeway. 0, or -1.
 */
int	claims_access_token_read(struct access_token *, const json_t *claims,
	    const char *issuer, int64_t now);

/* RFC 8414 2 and OpenID Connect Discovery 3: the same object serves both. */
json_t	*claims_metadata(const char *issuer);

#endif
