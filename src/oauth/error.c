/* SPDX-License-Identifier: ISC */
/* What can be wrong with a request, by the RFCs' names. */
#include <stdarg.h>
#include <stdio.h>

#include "oauth/error.h"

struct error_row {
	const char	*name;
	int		 status;	/* RFC 6749 5.2, RFC 6750 3.1 */
};

static const struct error_row	*row_of(enum oauth_error);

static const struct error_row errors[OAUTH_ERROR_MAX] = {
	[OAUTH_OK] = { "", 200 },
	[OAUTH_INVALID_REQUEST] = { "invalid_request", 400 },
	[OAUTH_INVALID_CLIENT] = { "invalid_client", 401 },
	[OAUTH_INVALID_GRANT] = { "invalid_grant", 400 },
	[OAUTH_INVALID_SCOPE] = { "invalid_scope", 400 },
	[OAUTH_UNAUTHORIZED_CLIENT] = { "unauthorized_client", 400 },
	[OAUTH_UNSUPPORTED_GRANT_TYPE] = { "unsupported_grant_type", 400 },
	[OAUTH_UNSUPPORTED_RESPONSE_TYPE] =
	    { "unsupported_response_type", 400 },
	[OAUTH_ACCESS_DENIED] = { "access_denied", 400 },
	[OAUTH_SERVER_ERROR] = { "server_error", 500 },
	[OAUTH_TEMPORARILY_UNAVAILABLE] = { "temporarily_unavailable", 503 },
	[OAUTH_LOGIN_REQUIRED] = { "login_required", 400 },
	[OAUTH_REQUEST_NOT_SUPPORTED] = { "request_not_supported", 400 },
	[OAUTH_REQUEST_URI_NOT_SUPPORTED] =
	    { "request_uri_not_supported", 400 },
	[OAUTH_INVALID_TOKEN] = { "invalid_token", 401 },
	[OAUTH_INSUFFICIENT_SCOPE] = { "insufficient_scope", 403 },
	[OAUTH_UNSUPPORTED_TOKEN_TYPE] = { "unsupported_token_type", 400 },
};

const char *
oauth_error_name(enum oauth_error error)
{
	return (row_of(error)->name);
}

int
oauth_error_status(enum oauth_error error)
{
	return (row_of(error)->status);
}

/*
 * RFC 6749 5.2 lets a description hold %x20-21, %x23-5B and %x5D-7E only; the
 * rest becomes '?', so that no text of a request can leave its quotes in JSON
 * or in a WWW-Authenticate header.
 */
enum oauth_error
oauth_refuse(struct oauth_verdict *v, enum oauth_error error, const char *fmt,
    ...)
{
	va_list	 ap;
	char	*p;

	v->error = error;
	va_start(ap, fmt);
	if (vsnprintf(v->description, sizeof(v->description), fmt, ap) < 0)
		v->description[0] = '\0';
	va_end(ap);

	for (p = v->description; *p != '\0'; p++) {
		if (*p < 0x20 || *p > 0x7e || *p == '"' || *p == '\\')
			*p = '?';
	}

	return (error);
}

/* A number that names no error is our own mistake: server_error. */
static const struct error_row *
row_of(enum oauth_error error)
{
	if ((unsigned)error >= OAUTH_ERROR_MAX)
		error = OAUTH_SERVER_ERROR;

	return (&errors[error]);
}
