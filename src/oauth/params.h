/* SPDX-License-Identifier: ISC */
/*
 * Parameters of a request as the endpoints receive them: decoded values by
 * the RFC's names, with the raw text kept where it must be echoed. Whoever
 * parses (http/form) fills it; whoever judges reads it.
 */
#ifndef OAUTH_PARAMS_H
#define OAUTH_PARAMS_H

#include <stddef.h>
#include <stdint.h>

enum oauth_param {
	P_CLIENT_ID, P_CLIENT_SECRET, P_RESPONSE_TYPE, P_RESPONSE_MODE,
	P_REDIRECT_URI, P_SCOPE, P_STATE, P_RESPONSE_ENCRYPTION_KEY,
	P_CODE_CHALLENGE, P_CODE_CHALLENGE_METHOD, P_NONCE, P_PROMPT,
	P_LOGIN_HINT, P_UI_LOCALES, P_MAX_AGE, P_REQUEST, P_REQUEST_URI,
	P_GRANT_TYPE, P_CODE, P_CODE_VERIFIER, P_REFRESH_TOKEN, P_TOKEN,
	P_TOKEN_TYPE_HINT, P_FLOW, P_USERNAME, P_PASSWORD, P_OPAQUE_ID,
	P_CUSTOMER_ID, P_REPLACE, P_ACCESS_TOKEN, P_ACTION,
	P_ISS, P_ERROR,
	P_MAX
};

/* The name of each, in the same order. */
extern const char *const oauth_param_names[P_MAX];

/*
 * A parameter sent twice has no value (RFC 6749 3.1), so that a check which
 * forgets to look at duplicate finds it missing instead of trusting one of the
 * two. Zeroed before the first parse.
 */
struct oauth_params {
	const char	*value[P_MAX];	/* decoded text; NULL: absent */
	uint64_t	 seen;		/* bit of each met, empty ones too */
	const char	*raw_state;	/* state as sent, still encoded */
	size_t		 raw_state_len;
	const char	*duplicate;	/* name of one sent twice, or NULL */
};

#endif
