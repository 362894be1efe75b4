/* SPDX-License-Identifier: ISC */
/*
 * An ID token as a relying party sees it: from outside, with the keys that are
 * published, judged by a library that is not ours.
 */
#ifndef CRYPTO_JWT_RELYING_H
#define CRYPTO_JWT_RELYING_H

#include <jansson.h>

/*
 * Verify a token's signature with the key of a JWK set (RFC 7517 5) that its
 * kid names, by the algorithm that the key is for (OpenID Connect Core
 * 3.1.3.7). NULL if it is good, else why not.
 */
const char	*jwt_relying_verify(const char *token, const json_t *jwks);

#endif
