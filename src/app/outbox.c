/* SPDX-License-Identifier: ISC */
/*
 * The outbox is in the database: each node's first worker claims one event
 * after the other, sends it from a thread, and says how that ended. The claim
 * is a lease on the webhook, so over all nodes a client is told one thing at a
 * time, and what a node that died was about to send is sent by another.
 */
#include <stdlib.h>
#include <string.h>

#include "app/outbox.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/text.h"
#include "base/traceparent.h"
#include "crypto/digest.h"
#include "crypto/random.h"
#include "endpoint/service.h"

#define LOOK_MS		1000	/* between two looks at an empty outbox */
#define LEASE_SECONDS	30	/* more than an attempt and its settling take */

static void	claim_done(struct store_query *);
static void	send_done(struct work *);
static void	settle(const struct webhook_event *, const char *);
static void	settle_done(struct store_query *);
static int	submit(struct outbox_send *);
static int	secret_open(char *, size_t, const struct webhook_event *);

static const enum metric_delivery	counted[] = {
	[WEBHOOK_DELIVERED] = METRIC_DELIVERY_DELIVERED,
	[WEBHOOK_AGAIN] = METRIC_DELIVERY_FAILED,
	[WEBHOOK_GIVEN_UP] = METRIC_DELIVERY_GIVEN_UP,
};

static struct store_query	query;
static uint64_t			next_ms;
static int			is_busy;	/* from claim to settled */
static int			is_stopped;

void
outbox_tick(uint64_t now_ms)
{
	char	why[STORE_WHY_LEN];

	if (is_busy || now_ms < next_ms ||
	    !store_is_ready(service.store, why, sizeof(why)))
		return;
	is_busy = 1;
	next_ms = now_ms + LOOK_MS;
	query.done = claim_done;
	store_webhook_claim(service.store, &query, LEASE_SECONDS);
}

void
outbox_stop(void)
{
	is_stopped = 1;
	store_query_drop(&query);
}

static void
claim_done(struct store_query *q)
{
	struct outbox_send	*w;
	const char		*error;

	if (q->status != STORE_OK) {
		is_busy = 0;
		return;
	}
	if ((w = calloc(1, sizeof(*w))) == NULL) {
		is_busy = 0;
		return;
	}
	error = NULL;
	w->work.run = outbox_send_run;
	w->work.done = send_done;
	w->ca_file = service.settings->webhook_ca_file;
	if (store_webhook_event_get(q, &w->event) == -1)
		error = "the event is too long";
	else if (secret_open(w->secret, sizeof(w->secret), &w->event) == -1)
		error = "the secret cannot be opened with this master_key";
	else if (submit(w) == 0)
		return;
	else
		error = "the node was busy";
	settle(&w->event, error);
	digest_wipe(w->secret, sizeof(w->secret));
	free(w);
}

/*
 * A delivery is a step of its own in the trace of the request that caused it,
 * or of no trace, if none is known.
 */
static int
submit(struct outbox_send *w)
{
	const char		*parent = w->event.traceparent;
	struct trace_context	 trace;
	int			 rc;

	memset(&trace, 0, sizeof(trace));
	if (traceparent_get(&trace, parent, strlen(parent)) == 0)
		random_bytes(trace.parent, sizeof(trace.parent));
	trace_enter_context(&trace);
	rc = work_submit(&w->work, WORK_SLOW);
	trace_leave();
	return (rc);
}

static int
secret_open(char *out, size_t cap, const struct webhook_event *e)
{
	ssize_t	n;

	n = seal_get(&service.webhook_seal, out, cap - 1, e->sealed,
	    e->sealed_len, e->client_id, strlen(e->client_id));
	if (n <= 0)
		return (-1);
	out[n] = '\0';
	return (0);
}

/* Back on the event loop. */
static void
send_done(struct work *work)
{
	struct outbox_send	*w = (struct outbox_send *)work;

	if (!is_stopped) {
		if (!w->is_delivered)
			log_warn("webhook of client %s: %s",
			    w->event.client_id, w->error);
		settle(&w->event, w->is_delivered ? NULL : w->error);
	}
	digest_wipe(w->secret, sizeof(w->secret));
	free(w);
}

static void
settle(const struct webhook_event *e, const char *error)
{
	query.done = settle_done;
	store_webhook_settle(service.store, &query, e, error);
}

/*
 * An attempt that could not be settled is one that is made again when its lease
 * is over: receivers know an event that comes twice by its ID.
 */
static void
settle_done(struct store_query *q)
{
	is_busy = 0;
	if (q->status != STORE_OK)
		return;
	next_ms = 0;
	metrics_add(METRIC_WEBHOOK_DELIVERIES,
	    counted[store_webhook_settled(q)]);
}
