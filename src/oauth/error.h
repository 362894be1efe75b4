/* SPDX-License-Identifier: ISC */
/* Errors a client can cause: RFC name, HTTP status, text; one table. */
#ifndef OAUTH_ERROR_H
#define OAUTH_ERROR_H

enum oauth_error {
	OAUTH_OK,
	OAUTH_INVALID_REQUEST,		/* RFC 6749 4.1.2.1, 5.2 */
	OAUTH_INVALID_CLIENT,
	OAUTH_INVALID_GRANT,
	OAUTH_INVALID_SCOPE,
	OAUTH_UNAUTHORIZED_CLIENT,
	OAUTH_UNSUPPORTED_GRANT_TYPE,
	OAUTH_UNSUPPORTED_RESPONSE_TYPE,
	OAUTH_ACCESS_DENIED,
	OAUTH_SERVER_ERROR,
	OAUTH_TEMPORARILY_UNAVAILABLE,
	OAUTH_LOGIN_REQUIRED,		/* OpenID Connect Core 3.1.2.6 */
	OAUTH_REQUEST_NOT_SUPPORTED,
	OAUTH_REQUEST_URI_NOT_SUPPORTED,
	OAUTH_INVALID_TOKEN,		/* RFC 6750 3.1 */
	OAUTH_INSUFFICIENT_SCOPE,
	OAUTH_UNSUPPORTED_TOKEN_TYPE,	/* RFC 7009 2.2.1 */
	OAUTH_ERROR_MAX
};

/* A verdict: what is wrong, and for the developer, why ("" or a sentence). */
struct oauth_verdict {
	enum oauth_error	 error;
	char			 description[160];	/* RFC 6749 5.2 */
};

const char	*oauth_error_name(enum oauth_error);
int		 oauth_error_status(enum oauth_error);	/* at token endpoint */
/* Set v and return error, so that a check can end in one line. */
enum oauth_error oauth_refuse(struct oauth_verdict *v, enum oauth_error,
		    const char *fmt, ...)
		    __attribute__((format(printf, 3, 4)));

#endif
