/* SPDX-License-Identifier: ISC */
/* Replies; see reply.h. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "base/text.h"
#include "base/trace.h"
#include "crypto/digest.h"
#include "http/compress.h"
#include "http/reply.h"
#include "http/request.h"

#define RETRY_AFTER	"2"	/* seconds */

/*
 * Kore copies each header twice and formats it; so what is the same for all
 * answers travels behind the value of another. Nothing of a request does.
 */
#define BEHIND_DATE	"\r\nx-content-type-options: nosniff"		\
			"\r\nreferrer-policy: same-origin"
#define NO_STORE	"no-store\r\npragma: no-cache"
#define JSON_TYPE	"application/json\r\ncache-control: " NO_STORE
#define DATE_LEN	sizeof("Fri, 20 Nov 2026 22:00:00 GMT" BEHIND_DATE)

static void	json_send(struct http_request *, int, const char *, size_t);
static void	common(struct http_request *);
static void	whose(struct http_request *);
static const char *date_now(void);
static void	no_store(struct http_request *);
static int	page_send(struct http_request *, const struct page *,
		    const char *, const char *, int);
static json_t	*error_body(const char *, const char *);

static int	tls = 1;

void
reply_tls_set(int is_tls)
{
	tls = is_tls;
}

int
reply_is_tls(void)
{
	return (tls);
}

int
reply_json(struct http_request *req, int status, json_t *body)
{
	char	*text;

	text = body == NULL ? NULL : json_dumps(body,
	    JSON_COMPACT | JSON_PRESERVE_ORDER);
	json_decref(body);
	if (text == NULL)
		fatal("no memory for a reply");
	json_send(req, status, text, strlen(text));
	digest_wipe(text, strlen(text));
	free(text);
	return (HTTP_STATE_COMPLETE);
}

int
reply_json_object(struct http_request *req, int status,
    const struct text *body)
{
	if (text_is_ok(body)) {
		json_send(req, status, body->p, body->len);
		return (HTTP_STATE_COMPLETE);
	}
	log_error("an answer does not fit, or is not UTF-8");
	return (reply_problem(req, HTTP_STATUS_INTERNAL_ERROR, "server_error",
	    "the answer could not be written"));
}

static void
json_send(struct http_request *req, int status, const char *text, size_t len)
{
	common(req);
	http_response_header(req, "content-type", JSON_TYPE);
	http_response(req, status, text, len);
}

int
reply_json_text(struct http_request *req, const char *text, unsigned max_age)
{
	char	value[48];

	common(req);
	snprintf(value, sizeof(value), "public, max-age=%u", max_age);
	http_response_header(req, "cache-control", value);
	http_response_header(req, "access-control-allow-origin", "*");
	http_response_header(req, "content-type", "application/json");
	http_response(req, HTTP_STATUS_OK, text, strlen(text));
	return (HTTP_STATE_COMPLETE);
}

int
reply_error(struct http_request *req, const struct oauth_verdict *v)
{
	int	status;

	status = oauth_error_status(v->error);
	if (status == HTTP_STATUS_UNAUTHORIZED)
		http_response_header(req, "www-authenticate",
		    "Basic realm=\"ambauth\", charset=\"UTF-8\"");
	if (status == HTTP_STATUS_SERVICE_UNAVAILABLE)
		http_response_header(req, "retry-after", RETRY_AFTER);
	return (reply_json(req, status, error_body(oauth_error_name(v->error),
	    v->description)));
}

int
reply_bearer_error(struct http_request *req, const struct oauth_verdict *v)
{
	char		value[256];
	struct text	t;

	text_init(&t, value, sizeof(value));
	text_add(&t, "Bearer realm=\"ambauth\"");
	if (v->error == OAUTH_OK) {
		http_response_header(req, "www-authenticate", value);
		return (reply_json(req, HTTP_STATUS_UNAUTHORIZED,
		    error_body("invalid_token", "no bearer token was sent")));
	}
	text_addf(&t, ", error=\"%s\", error_description=\"%s\"",
	    oauth_error_name(v->error), v->description);
	http_response_header(req, "www-authenticate", value);
	return (reply_json(req, oauth_error_status(v->error),
	    error_body(oauth_error_name(v->error), v->description)));
}

int
reply_problem(struct http_request *req, int status, const char *error,
    const char *text)
{
	return (reply_json(req, status, error_body(error, text)));
}

int
reply_outage(struct http_request *req)
{
	http_response_header(req, "retry-after", RETRY_AFTER);
	return (reply_problem(req, HTTP_STATUS_SERVICE_UNAVAILABLE,
	    "temporarily_unavailable", "try again in a moment"));
}

int
reply_status(struct http_request *req, int status)
{
	common(req);
	no_store(req);
	http_response(req, status, NULL, 0);
	return (HTTP_STATE_COMPLETE);
}

int
reply_text(struct http_request *req, int status, const char *text)
{
	common(req);
	no_store(req);
	if (status == HTTP_STATUS_SERVICE_UNAVAILABLE)
		http_response_header(req, "retry-after", RETRY_AFTER);
	http_response_header(req, "content-type", "text/plain; charset=utf-8");
	http_response(req, status, text, strlen(text));
	return (HTTP_STATE_COMPLETE);
}

int
reply_typed(struct http_request *req, const char *type, const char *text,
    size_t len)
{
	common(req);
	no_store(req);
	http_response_header(req, "content-type", type);
	http_response(req, HTTP_STATUS_OK, text, len);
	return (HTTP_STATE_COMPLETE);
}

int
reply_redirect(struct http_request *req, const char *url)
{
	common(req);
	no_store(req);
	http_response_header(req, "location", url);
	http_response(req, HTTP_STATUS_SEE_OTHER, NULL, 0);
	return (HTTP_STATE_COMPLETE);
}

int
reply_page(struct http_request *req, const struct page *page,
    const char *form_origin, const char *cookie)
{
	return (page_send(req, page, form_origin, cookie,
	    page_status(page->state)));
}

int
reply_page_redirect(struct http_request *req, const struct page *page,
    const char *location)
{
	http_response_header(req, "location", location);
	return (page_send(req, page, "", NULL, HTTP_STATUS_SEE_OTHER));
}

static int
page_send(struct http_request *req, const struct page *page,
    const char *form_origin, const char *cookie, int status)
{
	struct text	t;
	char		csp[1024], retry[16] = RETRY_AFTER, *mem;

	if ((mem = malloc(PAGE_LEN_MAX)) == NULL)
		fatal("no memory for a page");
	text_init(&t, mem, PAGE_LEN_MAX);
	if (page_csp(csp, sizeof(csp), form_origin,
	    page_has_script(page)) == -1 ||
	    page_render(&t, page) == -1) {
		log_error("a page of state %d does not fit", (int)page->state);
		digest_wipe(mem, PAGE_LEN_MAX);
		free(mem);
		return (reply_text(req, HTTP_STATUS_INTERNAL_ERROR,
		    "The page could not be made.\n"));
	}
	common(req);
	no_store(req);
	http_response_header(req, "content-security-policy", csp);
	http_response_header(req, "content-type", "text/html; charset=utf-8");
	http_response_header(req, "x-frame-options", "DENY");
	http_response_header(req, "vary", "Accept-Language, Cookie");
	if (cookie != NULL)
		http_response_header(req, "set-cookie", cookie);
	if (page->retry_after != 0)
		snprintf(retry, sizeof(retry), "%u", page->retry_after);
	if (page->retry_after != 0 || status == HTTP_STATUS_SERVICE_UNAVAILABLE)
		http_response_header(req, "retry-after", retry);
	http_response(req, status, t.p, t.len);
	digest_wipe(mem, PAGE_LEN_MAX);
	free(mem);
	return (HTTP_STATE_COMPLETE);
}

int
reply_file(struct http_request *req, const struct page_file *f)
{
	const char	*accepted;

	common(req);
	http_response_header(req, "cache-control",
	    "public, max-age=31536000, immutable");
	http_response_header(req, "content-type", f->type);
	http_response_header(req, "vary", "Accept-Encoding");
	accepted = request_header(req, "accept-encoding");
	if (f->gzip != NULL && compress_is_accepted(accepted)) {
		http_response_header(req, "content-encoding", "gzip");
		http_response(req, HTTP_STATUS_OK, f->gzip, f->gzip_len);
	} else {
		http_response(req, HTTP_STATUS_OK, f->data, f->len);
	}
	return (HTTP_STATE_COMPLETE);
}

/* On every reply. HSTS is Kore's own setting, made in app/kore_conf. */
static void
common(struct http_request *req)
{
	http_response_header(req, "date", date_now());
	whose(req);
}

/* What to name it by, to whoever reads the log, and where its time went. */
static void
whose(struct http_request *req)
{
	const struct trace_context	*c;
	char				 id[TRACE_REQUEST_LEN];
	char				 timing[TRACE_TIMING_LEN];

	if ((c = trace_current()) == NULL)
		return;
	trace_request_text(id, c);
	http_response_header(req, "x-request-id", id);
	if (trace_timing_text(timing) == 0)
		http_response_header(req, "server-timing", timing);
}

/* RFC 9110 6.6.1: whoever has a clock sends it; made once in a second. */
static const char *
date_now(void)
{
	static char	 date[DATE_LEN];
	static time_t	 made = -1;
	struct tm	 tm;
	time_t		 now = time(NULL);

	if (now != made && gmtime_r(&now, &tm) != NULL &&
	    strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT"
	    BEHIND_DATE, &tm) != 0)
		made = now;
	return (date);
}

static void
no_store(struct http_request *req)
{
	http_response_header(req, "cache-control", NO_STORE);
}

static json_t *
error_body(const char *error, const char *description)
{
	json_t	*body;

	body = json_pack("{s:s}", "error", error);
	if (body != NULL && description != NULL && *description != '\0')
		json_object_set_new(body, "error_description",
		    json_string(description));
	return (body);
}
