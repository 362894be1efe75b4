/* SPDX-License-Identifier: ISC */
/* The token request, judged (RFC 6749 3.2, 4.1.3, 6). */
#ifndef OAUTH_TOKEN_H
#define OAUTH_TOKEN_H

#include <stddef.h>
#include <stdint.h>

#include "oauth/error.h"
#include "oauth/params.h"

enum token_grant { GRANT_CODE, GRANT_REFRESH };

/* Client credentials as they came (RFC 6749 2.3.1). */
struct client_credentials {
	const char	*client_id;	/* NULL: none */
	const char	*secret;	/* NULL: none */
	int		 is_basic;	/* in the Authorization header */
};

/* What judging needs of a client; methods and grants as in store/client. */
struct token_client {
	unsigned	 auth_methods;		/* OAUTH_AUTH_* */
	unsigned	 grant_types;		/* OAUTH_GRANT_* */
	const uint8_t	*secret;		/* SHA-256, NULL: none */
	const uint8_t	*old_secret;
	int		 is_disabled;
	int		 is_apple_device;
};

#define OAUTH_AUTH_NONE		0x01	/* the same bits as CLIENT_AUTH_* */
#define OAUTH_AUTH_BASIC	0x02
#define OAUTH_AUTH_POST		0x04
#define OAUTH_GRANT_CODE	0x01	/* the same bits as CLIENT_GRANT_* */
#define OAUTH_GRANT_REFRESH	0x02

/*
 * Who says they are asking: from a Basic header (already decoded, or NULL) and
 * the parameters. Both at once, or two different client_ids, is refused.
 */
enum oauth_error token_credentials(struct client_credentials *,
	    struct oauth_verdict *, const char *basic_id,
	    const char *basic_secret, const struct oauth_params *);

/*
 * Authenticate: constant time, the same error for an unknown client (NULL) as
 * for a wrong secret. A client with a secret must use it, one without must not
 * send one. An empty secret is none.
 */
enum oauth_error token_client_check(struct oauth_verdict *,
	    const struct client_credentials *, const struct token_client *);

struct token_request {
	enum token_grant	 grant;
	const char		*code;
	const char		*redirect_uri;	/* NULL: left out, and may be */
	const char		*refresh_token;
	char			 challenge[44];	/* of the verifier, or "" */
	const char		*scope;		/* refresh: narrower, or NULL */
};

/* Judge the rest. in_query: parameters came in the query (Apple device). */
enum oauth_error token_check(struct token_request *, struct oauth_verdict *,
	    const struct oauth_params *, const struct token_client *,
	    int in_query);

#endif
