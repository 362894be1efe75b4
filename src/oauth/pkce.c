/* SPDX-License-Identifier: ISC */
/* Proof Key for Code Exchange (RFC 7636). */
#include <stdint.h>
#include <string.h>

#include "base/base64.h"
#include "base/log.h"
#include "crypto/digest.h"
#include "oauth/pkce.h"

#define VERIFIER_MIN	43
#define VERIFIER_MAX	128
#define UNRESERVED	"ABCDEFGHIJKLMNOPQRSTUVWXYZ" \
			"abcdefghijklmnopqrstuvwxyz" \
			"0123456789-._~"

int
pkce_challenge_is_valid(const char *challenge)
{
	uint8_t	digest[DIGEST_LEN];
	size_t	len;

	if ((len = strlen(challenge)) != PKCE_CHALLENGE_LEN - 1)
		return (0);

	return (base64url_decode(digest, sizeof(digest), challenge, len) ==
	    DIGEST_LEN);
}

int
pkce_verifier_is_valid(const char *verifier)
{
	size_t	len;

	len = strspn(verifier, UNRESERVED);

	return (verifier[len] == '\0' && len >= VERIFIER_MIN &&
	    len <= VERIFIER_MAX);
}

void
pkce_challenge_from(char out[PKCE_CHALLENGE_LEN], const char *verifier)
{
	uint8_t	digest[DIGEST_LEN];
	ssize_t	len;

	digest_sha256(digest, verifier, strlen(verifier));
	len = base64url_encode(out, PKCE_CHALLENGE_LEN, digest,
	    sizeof(digest));
	PRECOND(len == PKCE_CHALLENGE_LEN - 1);
}
