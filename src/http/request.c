/* SPDX-License-Identifier: ISC */
/* The request's side of Kore: its raw query and body, and how to wait. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "base/metrics.h"
#include "crypto/digest.h"
#include "http/form.h"
#include "http/request.h"

static void	request_end(struct http_request *);
static enum form_error	parse(struct request *, const char *, size_t, int,
		    size_t *);

static const char	form_type[] = "application/x-www-form-urlencoded";

void *
request_state(struct http_request *req, size_t size, void (*release)(void *))
{
	struct request	*rq;

	if (http_state_exists(req))
		return (http_state_get(req));
	PRECOND(size >= sizeof(*rq));
	rq = http_state_create(req, size, request_end);
	rq->release = release;
	trace_adopt(&rq->trace);
	return (rq);
}

/* Kore may call this more than once for a request with tasks; ours has none. */
static void
request_end(struct http_request *req)
{
	struct request	*rq;

	if ((rq = http_state_get(req)) == NULL)
		return;
	if (rq->is_waiting)
		metrics_request(rq->endpoint,
		    (enum metric_method)rq->method, 0, rq->began);
	if (rq->release != NULL)
		rq->release(rq);
	if (rq->decoded != NULL)
		digest_wipe(rq->decoded, rq->decoded_cap);
	free(rq->decoded);
	digest_wipe(rq, req->state_len);
	if (req->http_body != NULL)
		digest_wipe(req->http_body->data, req->http_body->length);
}

void
request_counts(struct http_request *req, unsigned endpoint, unsigned method,
    uint64_t began)
{
	struct request	*rq = http_state_get(req);

	/* Who sleeps has a state; Kore would not come back to it otherwise. */
	PRECOND(rq != NULL);
	if (rq->is_waiting)
		return;
	rq->is_waiting = 1;
	rq->endpoint = endpoint;
	rq->method = method;
	rq->began = began;
}

void
request_counted(struct http_request *req)
{
	struct request	*rq = http_state_get(req);

	if (rq != NULL)
		rq->is_waiting = 0;
}

int
request_params(struct http_request *req, struct request *rq, int from,
    int is_unescaped, const char **why)
{
	const char	*query, *body;
	size_t		 qlen, blen, used;
	enum form_error	 error;

	query = (from & PARAMS_QUERY) ? req->query_string : NULL;
	qlen = query == NULL ? 0 : strlen(query);
	body = (from & PARAMS_BODY) ? request_body(req, &blen) : NULL;
	if (body == NULL)
		blen = 0;
	if (blen > 0 && !request_is_type(req, form_type)) {
		*why = "the body must be application/x-www-form-urlencoded";
		return (-1);
	}
	if (rq->decoded != NULL) {
		digest_wipe(rq->decoded, rq->decoded_cap);
		free(rq->decoded);
		memset(&rq->params, 0, sizeof(rq->params));
	}
	rq->decoded_cap = qlen + blen + 2 * FORM_PAIRS_MAX;
	if ((rq->decoded = malloc(rq->decoded_cap)) == NULL)
		fatal("no memory for %zu bytes", rq->decoded_cap);
	used = 0;
	error = FORM_OK;
	if (qlen > 0)
		error = parse(rq, query, qlen, is_unescaped, &used);
	if (error == FORM_OK && blen > 0)
		error = parse(rq, body, blen, is_unescaped, &used);
	*why = form_error_text(error);
	return (error == FORM_OK ? 0 : -1);
}

static enum form_error
parse(struct request *rq, const char *text, size_t len, int is_unescaped,
    size_t *used)
{
	if (is_unescaped)
		return (form_parse_unescaped(&rq->params, text, len,
		    rq->decoded, rq->decoded_cap, used));
	return (form_parse(&rq->params, text, len, rq->decoded,
	    rq->decoded_cap, used));
}

const char *
request_body(struct http_request *req, size_t *len)
{
	*len = 0;
	if (req->http_body == NULL || req->http_body_length == 0)
		return (NULL);
	*len = req->http_body_length;
	return ((const char *)req->http_body->data);
}

int
request_is_type(struct http_request *req, const char *type)
{
	const char	*value;
	size_t		 n;

	if ((value = request_header(req, "content-type")) == NULL)
		return (0);
	n = strcspn(value, "; \t");
	return (n == strlen(type) && strncasecmp(value, type, n) == 0);
}

const char *
request_header(struct http_request *req, const char *name)
{
	const char	*value;

	if (http_request_header(req, name, &value) != KORE_RESULT_OK)
		return (NULL);
	return (value);
}

enum auth_scheme
request_auth(struct http_request *req, struct basic_auth *basic,
    const char **bearer)
{
	return (auth_header_parse(request_header(req, "authorization"), basic,
	    bearer));
}

int
request_sleep(struct http_request *req, int next)
{
	req->fsm_state = (u_int8_t)next;
	trace_sleep();
	http_request_sleep(req);
	return (HTTP_STATE_RETRY);
}

void
request_wake(struct http_request *req)
{
	http_request_wakeup(req);
}
