/* SPDX-License-Identifier: ISC */
/*
 * The flow: a checked authorization request, sealed into the login form's
 * hidden field. Nothing is stored for it. It is bound to a cookie of this flow
 * alone, so that another site's form cannot sign a customer in (login CSRF)
 * and two tabs do not meet.
 */
#ifndef LOGIN_FLOW_H
#define LOGIN_FLOW_H

#include <stddef.h>
#include <stdint.h>

#include "crypto/seal.h"

#define FLOW_ID_LEN	23	/* base64url of 16 bytes, NUL included */
#define FLOW_BINDING_LEN 44		/* the cookie's value, NUL included */
#define FLOW_TEXT_LEN	12288		/* the sealed field, NUL included */
#define FLOW_COOKIE_LEN	48		/* "__Host-flow-" and the id */

struct flow {
	char		 id[FLOW_ID_LEN];
	int64_t		 issued;	/* seconds since 1970, node's clock */
	char		 client_id[128];
	char		 redirect_uri[2048];
	int		 mode;		/* enum response_mode */
	char		 scope[1024];
	char		 raw_state[1900];
	char		 nonce[512];
	char		 challenge[44];
	uint8_t		 response_key[97];
	size_t		 response_key_len;
	char		 ui_locales[128];
	char		 locale[16];	/* the page's language at first */
};

/* What the cookie holds once the flow has come to its end. */
#define FLOW_USED_MARK	"used"

/* The flow is filled unless it is FLOW_BROKEN. */
enum flow_verdict { FLOW_OK, FLOW_BROKEN, FLOW_EXPIRED, FLOW_UNBOUND,
	FLOW_USED };

/* The name of the cookie of flow id: "__Host-flow-<id>". */
void	flow_cookie_name(char out[FLOW_COOKIE_LEN], const char *id);
/* A new id and the cookie's value for it. */
void	flow_start(struct flow *, char binding[FLOW_BINDING_LEN]);
/* Seal into text. 0, or -1 if it does not fit. */
int	flow_seal(char *out, size_t cap, const struct flow *,
	    const struct seal_key *, const char *binding);
/*
 * Read the id of a sealed flow without trusting anything else, to find its
 * cookie. 0, or -1.
 */
int	flow_peek_id(char id[FLOW_ID_LEN], const char *text);
/* Open; binding NULL: the cookie is missing (FLOW_UNBOUND). */
enum flow_verdict flow_open(struct flow *, const char *text,
	    const struct seal_key *, const char *binding, int64_t now,
	    unsigned lifetime);

#endif
