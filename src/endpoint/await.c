/* SPDX-License-Identifier: ISC */
/* Waiting for the database; see await.h. */
#include "base/trace.h"
#include "endpoint/await.h"
#include "http/reply.h"
#include "http/request.h"

static void	answered(struct store_query *);

int
await_query(struct http_request *req, struct store_query *q, int next)
{
	q->done = answered;
	q->arg = req;
	trace_wait(TRACE_DATABASE);
	return (request_sleep(req, next));
}

int
await_judge(struct http_request *req, const struct store_query *q)
{
	if (q->status == STORE_OK || q->status == STORE_NONE)
		return (HTTP_STATE_CONTINUE);
	if (store_is_outage(q->status))
		return (reply_outage(req));
	return (reply_problem(req, HTTP_STATUS_INTERNAL_ERROR, "server_error",
	    "the request could not be carried out"));
}

static void
answered(struct store_query *q)
{
	request_wake(q->arg);
}
