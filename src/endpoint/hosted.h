/* SPDX-License-Identifier: ISC */
/*
 * The callback hosted here: for MSPs that write no OAuth code, this service is
 * itself the owner of the redirect URI.
 */
#ifndef ENDPOINT_HOSTED_H
#define ENDPOINT_HOSTED_H

#include <stddef.h>
#include <stdint.h>

#include "crypto/digest.h"

#define HOSTED_PATH	"/amb/callback"
#define HOSTED_URI_LEN	320
#define HOSTED_SCHEME	"messages-auth:"

/* Its redirect URI: "<issuer>/amb/callback". */
void	hosted_uri(char out[HOSTED_URI_LEN]);
int	hosted_is_uri(const char *redirect_uri);
/*
 * What a code for that URI is bound to: SHA-256 of the state, decoded, of
 * which this is the raw text. 0, or -1: there is none, or it does not decode.
 */
int	hosted_state_digest(uint8_t out[DIGEST_LEN], const char *raw_state);
/*
 * Where a login form may end up, for its page's policy: browsers apply
 * form-action to each redirect after the form, so a form that ends at our own
 * callback must be let on to Messages. 0, or -1.
 */
int	hosted_form_origin(char *out, size_t cap, const char *redirect_uri);

#endif
