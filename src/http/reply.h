/* SPDX-License-Identifier: ISC */
/*
 * Replies, each with the headers that its kind must carry. All of them return
 * HTTP_STATE_COMPLETE, for a handler to end with.
 */
#ifndef HTTP_REPLY_H
#define HTTP_REPLY_H

#include <stddef.h>

#include <kore/kore.h>
#include <kore/http.h>

#include <jansson.h>

#include "base/text.h"
#include "http/page.h"
#include "http/page_file.h"
#include "oauth/error.h"

/* Set once at start: HSTS and Secure cookies only make sense over TLS. */
void	reply_tls_set(int is_tls);
int	reply_is_tls(void);

/* JSON that must not be kept (RFC 6749 5.1); body is released. */
int	reply_json(struct http_request *, int status, json_t *body);
/* The same, written already (base/json_text); the caller wipes. */
int	reply_json_object(struct http_request *, int status,
	    const struct text *);
/* JSON that may be kept for a while: metadata, keys. */
int	reply_json_text(struct http_request *, const char *text,
	    unsigned max_age);
/* An error of RFC 6749 5.2 or RFC 6750 3 as JSON, with WWW-Authenticate. */
int	reply_error(struct http_request *, const struct oauth_verdict *);
/* Bearer errors (RFC 6750 3.1); OAUTH_OK: there was no token at all. */
int	reply_bearer_error(struct http_request *, const struct oauth_verdict *);
/* {"error": name, "error_description": text} with any status. */
int	reply_problem(struct http_request *, int status, const char *error,
	    const char *text);
/* 503 with Retry-After, in JSON. */
int	reply_outage(struct http_request *);
int	reply_status(struct http_request *, int status);
int	reply_text(struct http_request *, int status, const char *);
/* 200 with text of that media type, not to be kept. */
int	reply_typed(struct http_request *, const char *type, const char *text,
	    size_t len);
/* 303 See Other (RFC 9110 15.4.4), never 307. */
int	reply_redirect(struct http_request *, const char *url);
/*
 * A page; form_origin is where its form will be redirected, "" for nowhere.
 * cookie: a Set-Cookie value to send with it, or NULL.
 */
int	reply_page(struct http_request *, const struct page *,
	    const char *form_origin, const char *cookie);
/*
 * 303 with that page as its body: for who does not follow location, because it
 * has a scheme of another application.
 */
int	reply_page_redirect(struct http_request *, const struct page *,
	    const char *location);
/* A fingerprinted file: kept for a year, compressed for who takes that. */
int	reply_file(struct http_request *, const struct page_file *);

#endif
