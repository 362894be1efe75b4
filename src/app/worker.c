/* SPDX-License-Identifier: ISC */
/* The life of a worker: before its first request, and after its last. */
#include <kore/kore.h>
#include <kore/hooks.h>

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "app/keyring.h"
#include "app/loop.h"
#include "app/maintain.h"
#include "app/outbox.h"
#include "app/pool.h"
#include "app/serve.h"
#include "base/log.h"
#include "endpoint/service.h"

#define TICK_MS		100

static void	 tick(void *, u_int64_t);
static void	 turn_end(void);
static unsigned	 hash_threads(const struct settings *);

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
	service.settings = s;
	service.password_cost.memory_kib = s->hash_memory_kib;
	service.password_cost.passes = s->hash_passes;
	throttle_init(&service.throttle, s->attempts, s->attempts_seconds);
	seal_key_derive(&service.flow_key, s->master_key,
	    sizeof(s->master_key), "flow");
	seal_key_derive(&service.signing_seal, s->master_key,
	    sizeof(s->master_key), "signing-key");
	seal_key_derive(&service.webhook_seal, s->master_key,
	    sizeof(s->master_key), "webhook");
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
	store_close(service.store);
	service.store = NULL;
	seal_key_wipe(&service.flow_key);
	seal_key_wipe(&service.signing_seal);
	seal_key_wipe(&service.webhook_seal);
}

static void
tick(void *arg, u_int64_t now)
{
	(void)arg;
	store_tick(service.store, now);
	keyring_tick(now);
	maintain_tick(now);
	if (worker->id == 1)
		outbox_tick(now);
}

static void
turn_end(void)
{
	store_flush(service.store);
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
