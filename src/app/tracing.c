/* SPDX-License-Identifier: ISC */
/*
 * Where requests get their IDs. The request's own is made here and nowhere
 * else: one that came in X-Request-Id would be a stranger's, who could give
 * the same to a thousand requests. The trace is a label for others to find
 * theirs by, so there the caller is believed.
 */
#include <string.h>
#include <strings.h>

#include "app/tracing.h"
#include "base/traceparent.h"
#include "crypto/random.h"
#include "http/request.h"

static void	begin(struct http_request *, struct trace *);
static int	join(struct http_request *, struct trace_context *);

void
tracing_enter(struct http_request *req, struct trace *fresh)
{
	struct request	*rq;

	if (http_state_exists(req)) {
		rq = http_state_get(req);
		trace_enter(&rq->trace);
		return;
	}
	begin(req, fresh);
	trace_enter(fresh);
}

static void
begin(struct http_request *req, struct trace *t)
{
	struct trace_context	*c = &t->context;

	memset(t, 0, sizeof(*t));
	t->began = trace_now();
	if (join(req, c) == -1)
		random_bytes(c->id, sizeof(c->id));
	random_bytes(c->parent, sizeof(c->parent));
	random_bytes(c->request, sizeof(c->request));
}

/* One that is there twice is not to be believed. */
static int
join(struct http_request *req, struct trace_context *c)
{
	const struct http_header	*h;
	const char			*value;
	size_t				 len;

	value = NULL;
	TAILQ_FOREACH(h, &req->req_headers, list) {
		if (strcasecmp(h->header, "traceparent") != 0)
			continue;
		if (value != NULL)
			return (-1);
		value = h->value;
	}
	if (value == NULL)
		return (-1);
	/* RFC 9110 5.5; what is in front of a value Kore takes off. */
	for (len = strlen(value); len > 0; len--)
		if (value[len - 1] != ' ' && value[len - 1] != '\t')
			break;
	return (traceparent_get(c, value, len));
}
