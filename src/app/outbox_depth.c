/* SPDX-License-Identifier: ISC */
/* Asked of the database now and then by a node's first worker. */
#include "app/outbox_depth.h"
#include "base/metrics.h"
#include "endpoint/service.h"
#include "store/webhook.h"

#define ASK_MS		15000

static void	answered(struct store_query *);

static struct store_query	query;
static uint64_t			next_ms;

void
outbox_depth_tick(uint64_t now_ms)
{
	char	why[STORE_WHY_LEN];

	if (query.op != NULL || now_ms < next_ms ||
	    !store_is_ready(service.store, why, sizeof(why)))
		return;
	next_ms = now_ms + ASK_MS;
	query.done = answered;
	store_webhook_depth(service.store, &query);
}

void
outbox_depth_stop(void)
{
	store_query_drop(&query);
}

static void
answered(struct store_query *q)
{
	uint64_t	pending, oldest;

	if (store_webhook_depth_get(q, &pending, &oldest) == -1)
		return;
	metrics_set(METRIC_OUTBOX_PENDING, 0, pending);
	metrics_set(METRIC_OUTBOX_OLDEST, 0, oldest);
}
