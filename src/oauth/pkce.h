/* SPDX-License-Identifier: ISC */
/* Proof Key for Code Exchange (RFC 7636), S256 only. */
#ifndef OAUTH_PKCE_H
#define OAUTH_PKCE_H

#define PKCE_CHALLENGE_LEN	44	/* NUL included */

/* 43 characters of base64url that decode to 32 bytes (RFC 7636 4.2). */
int	pkce_challenge_is_valid(const char *);
/* 43 to 128 unreserved characters (RFC 7636 4.1). */
int	pkce_verifier_is_valid(const char *);
/* BASE64URL(SHA256(verifier)) (RFC 7636 4.6). */
void	pkce_challenge_from(char out[PKCE_CHALLENGE_LEN], const char *verifier);

#endif
