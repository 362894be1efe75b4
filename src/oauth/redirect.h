/* SPDX-License-Identifier: ISC */
/*
 * Redirect URIs: compared as strings, nothing more (RFC 9700 2.1), and the
 * authorization response built on them (RFC 6749 4.1.2, RFC 9207).
 */
#ifndef OAUTH_REDIRECT_H
#define OAUTH_REDIRECT_H

#include <stddef.h>

#include "oauth/error.h"

enum response_mode { MODE_QUERY, MODE_FRAGMENT, MODE_FORM_POST };

/* What may be registered: absolute https (http only on loopback), no fragment,
 * printable ASCII. 1, or 0 with why (a sentence). */
int	redirect_is_registrable(const char *uri, const char **why);
/* 1 if uri stands in the space-separated list, byte for byte. */
int	redirect_match(const char *list, const char *uri);
/* The origin (scheme://host[:port]) for CSP form-action. 0, or -1. */
int	redirect_origin(char *out, size_t cap, const char *uri);

struct authorization_response {
	const char		*redirect_uri;
	enum response_mode	 mode;
	const char		*code;		/* NULL on error */
	const char		*raw_state;	/* as it was sent, or NULL */
	size_t			 raw_state_len;
	const char		*iss;		/* RFC 9207 */
	const struct oauth_verdict *error;	/* NULL on success */
};

/*
 * The URL for Location, in mode query or fragment (form_post is a page, not a
 * redirect). The state goes in byte for byte as it came. 0, or -1.
 */
int	redirect_build(char *out, size_t cap,
	    const struct authorization_response *);

#endif
