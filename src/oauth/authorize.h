/* SPDX-License-Identifier: ISC */
/* The authorization request, judged (RFC 6749 4.1.1, OIDC Core 3.1.2.1). */
#ifndef OAUTH_AUTHORIZE_H
#define OAUTH_AUTHORIZE_H

#include <stddef.h>
#include <stdint.h>

#include "oauth/error.h"
#include "oauth/params.h"
#include "oauth/redirect.h"

#define AUTHORIZE_STATE_LEN	1900	/* raw; Kore's URI limit is 2,000 */

/* What judging needs of a client. */
struct authorize_client {
	const char	*redirect_uris;		/* space-separated */
	const char	*scopes;
	const char	*response_keys;		/* allowed, "" any */
	int		 is_disabled;
	int		 is_apple_device;
	int		 is_pkce_required;
};

struct authorize_request {
	char			 redirect_uri[2048];
	enum response_mode	 mode;
	char			 scope[1024];
	char			 raw_state[AUTHORIZE_STATE_LEN]; /* "" none */
	char			 nonce[512];
	char			 challenge[44];
	uint8_t			 response_key[97];
	size_t			 response_key_len;
	char			 login_hint[256];
	char			 ui_locales[128];
};

/* Who learns of the refusal. */
enum authorize_audience {
	AUTHORIZE_PAGE,		/* the customer: never redirect */
	AUTHORIZE_REDIRECT	/* the client, at out->redirect_uri */
};

/*
 * Judge in two steps: first who may be told, then the rest. key_check tells
 * whether response_encryption_key is a point of P-384 or P-256 and decodes it
 * (apple/response_key); it is passed in so that this room stays alone.
 * client NULL: unknown. OAUTH_OK with out filled, or the error; then audience
 * tells where it goes, with redirect_uri, mode and raw_state filled for
 * AUTHORIZE_REDIRECT.
 */
enum oauth_error authorize_check(struct authorize_request *out,
	    enum authorize_audience *, struct oauth_verdict *,
	    const struct oauth_params *, const struct authorize_client *client,
	    int (*key_check)(uint8_t out[97], size_t *len, const char *));

#endif
