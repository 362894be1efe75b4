/* SPDX-License-Identifier: ISC */
/* GET /metrics, for Prometheus: all workers' figures, whoever is asked. */
#include <stdlib.h>

#include "base/log.h"
#include "base/metrics.h"
#include "endpoint/endpoint.h"
#include "http/reply.h"

int
endpoint_metrics(struct http_request *req)
{
	struct text	t;
	char		*mem;

	if ((mem = malloc(METRICS_TEXT_LEN)) == NULL)
		fatal("no memory for the metrics");
	text_init(&t, mem, METRICS_TEXT_LEN);
	metrics_render(&t);
	PRECOND(text_is_ok(&t));
	reply_typed(req, METRICS_CONTENT_TYPE, t.p, t.len);
	free(mem);
	return (KORE_RESULT_OK);
}
