/* SPDX-License-Identifier: ISC */
/* The life of a worker: before its first request, and after its last. */
#include <kore/kore.h>
#include <kore/http.h>
#include <kore/hooks.h>

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "app/keyring.h"
#include "app/loop.h"
#include "app/openssl_shim.h"
#include "app/outbox.h"
#include "app/outbox_depth.h"
#include "app/pool.h"
#include "app/serve.h"
#include "app/tls.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/trace.h"
#include "endpoint/service.h"
#include "store/maintain.h"

#define TICK_MS		100
#define SETTLED_MS	1000
#define MAINTAIN_MS	3600000		/* an hour */
#define MAINTAIN_RETRY	10000

static void	 tick(void *, u_int64_t);
static void	 turn_end(void);
static void	 tell_now(void);
static void	 tell_settled(u_int64_t);
static void	 maintain_tick(u_int64_t);
static void	 maintain_done(struct store_query *);
static unsigned	 hash_threads(const struct settings *);

static struct store_query	maintain_query;
static u_int64_t		maintain_next;

void
kore_worker_configure(void)
{
	const struct settings	*s = &serve_settings;
	struct store_options	 options;
	char			 name[32];

	/*
	 * Our copy of the parent's end: without it the socket closes with the
	 * parent's, and Kore stops a worker whose parent is gone.
	 */
	(void)close(worker->pipe[0]);
	snprintf(name, sizeof(name), "worker-%u", worker->id);
	log_name_set(name);
	metrics_attach(worker->id);
	service.settings = s;
	trace_timing_set(s->server_timing);
	service.password_cost.memory_kib = s->hash_memory_kib;
	service.password_cost.passes = s->hash_passes;
	throttle_init(&service.throttle, s->attempts, s->attempts_seconds);
	seal_key_derive(&service.flow_key, s->master_key,
	    sizeof(s->master_key), "flow");
	seal_key_derive(&service.signing_seal, s->master_key,
	    sizeof(s->master_key), "signing-key");
	seal_key_derive(&service.webhook_seal, s->master_key,
	    sizeof(s->master_key), "webhook");
	tls_start(s);
	if (outbox_send_init() == -1)
		fatal("libcurl cannot be set up");
	pool_start(hash_threads(s), s->hash_queue_max);
	options.conninfo = s->conninfo;
	options.connections = s->db_connections;
	options.timeout_ms = s->db_timeout_ms;
	options.queue_max = s->db_queue_max;
	options.loop = &loop_store;
	service.store = store_open(&options);
	kore_timer_add(tick, TICK_MS, NULL, 0);
	loop_turn_set(turn_end);
}

void
kore_worker_teardown(void)
{
	loop_turn_set(NULL);
	pool_stop();
	keyring_stop();
	outbox_stop();
	outbox_depth_stop();
	store_query_drop(&maintain_query);
	store_close(service.store);
	service.store = NULL;
	metrics_detach();
	seal_key_wipe(&service.flow_key);
	seal_key_wipe(&service.signing_seal);
	seal_key_wipe(&service.webhook_seal);
	tls_stop();
}

static void
tick(void *arg, u_int64_t now)
{
	(void)arg;
	metrics_tick(now);
	tell_settled(now);
	store_tick(service.store, now);
	keyring_tick(now);
	tls_tick(now);
	maintain_tick(now);
	if (worker->id == 1) {
		outbox_tick(now);
		outbox_depth_tick(now);
	}
}

static void
turn_end(void)
{
	store_flush(service.store);
	tell_now();
}

/* Into the metrics: what changes with every turn of the loop. */
static void
tell_now(void)
{
	metrics_set(METRIC_HTTP_IN_FLIGHT, 0, http_request_count);
	metrics_set(METRIC_CONNECTIONS, 0, worker_active_connections);
	pool_tell();
}

/* And what hardly does. */
static void
tell_settled(u_int64_t now)
{
	static u_int64_t	next;

	if (now < next)
		return;
	next = now + SETTLED_MS;
	metrics_set(METRIC_CONNECTIONS_MAX, 0, worker_max_connections);
	metrics_set(METRIC_CERTIFICATE_NOT_AFTER, 0,
	    (uint64_t)openssl_shim_not_after());
}

/* One worker of a node is enough; several nodes at it do no harm. */
static void
maintain_tick(u_int64_t now)
{
	char	why[STORE_WHY_LEN];

	if (worker->id != 1 || now < maintain_next ||
	    maintain_query.op != NULL ||
	    !store_is_ready(service.store, why, sizeof(why)))
		return;
	maintain_next = now + MAINTAIN_MS;
	maintain_query.done = maintain_done;
	store_maintain(service.store, &maintain_query);
}

static void
maintain_done(struct store_query *q)
{
	if (q->status == STORE_OK || q->status == STORE_NONE)
		return;
	log_warn("retention could not be looked after; trying again");
	maintain_next -= MAINTAIN_MS - MAINTAIN_RETRY;
}

/* A core's worth of hashing for each core, shared out among the workers. */
static unsigned
hash_threads(const struct settings *s)
{
	unsigned	workers, threads;

	if (s->hash_threads != 0)
		return (s->hash_threads);
	workers = s->workers != 0 ? s->workers : cpu_count;
	threads = (cpu_count + workers - 1) / workers;
	return (threads == 0 ? 1 : threads);
}
