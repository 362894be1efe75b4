/* SPDX-License-Identifier: ISC */
/* The life of a worker: before its first request, and after its last. */
#include <kore/kore.h>
#include <kore/http.h>
#include <kore/hooks.h>

#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "app/balance.h"
#include "app/drain.h"
#include "app/keyring.h"
#include "app/kore_conf.h"
#include "app/loop.h"
#include "app/maintain.h"
#include "app/openssl_shim.h"
#include "app/outbox.h"
#include "app/outbox_depth.h"
#include "app/pool.h"
#include "app/serve.h"
#include "app/tls.h"
#include "app/watchdog.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/trace.h"
#include "crypto/random.h"
#include "endpoint/service.h"

#define TICK_MS		100
#define SETTLED_MS	1000
#define MEMORY_MS	500
#define MEMORY_KEPT	(1024 * 1024)	/* bytes free at the top of the heap */

static void	 tick(void *, u_int64_t);
static int	 turn_end(void);
static void	 tell_now(void);
static void	 tell_settled(u_int64_t);
static void	 watch_tick(void);
static void	 memory_tick(u_int64_t);
static void	 files_make_room(const struct settings *);
static void	 threads_start(const struct settings *);
static void	 memory_settle(void);

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
	log_impatient_set();
	metrics_attach(worker->id);
	service.settings = s;
	trace_timing_set(s->server_timing);
	service.password_cost.memory_kib = s->hash_memory_kib;
	service.password_cost.passes = s->hash_passes;
	service.tokens.seen = &service.shared->seen;
	seal_key_derive(&service.flow_key, s->master_key,
	    sizeof(s->master_key), "flow");
	seal_key_derive(&service.signing_seal, s->master_key,
	    sizeof(s->master_key), "signing-key");
	seal_key_derive(&service.webhook_seal, s->master_key,
	    sizeof(s->master_key), "webhook");
	random_prepare();
	tls_start(s);
	if (outbox_send_init() == -1)
		fatal("libcurl cannot be set up");
	files_make_room(s);
	memory_settle();
	threads_start(s);
	options.conninfo = s->conninfo;
	options.connections = s->db_connections;
	options.timeout_ms = s->db_timeout_ms;
	options.queue_max = s->db_queue_max;
	options.loop = &loop_store;
	service.store = store_open(&options);
	kore_timer_add(tick, TICK_MS, NULL, 0);
	loop_turn_set(turn_end);
	/* Not at the first tick only: connecting need not wait for it. */
	tick(NULL, kore_time_ms());
}

void
kore_worker_teardown(void)
{
	watchdog_stop();
	loop_turn_set(NULL);
	pool_stop();
	keyring_stop();
	outbox_stop();
	outbox_depth_stop();
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
	if (drain_has_begun())
		return;
	keyring_tick(now);
	tls_tick(now);
	maintain_tick(now);
	watch_tick();
	memory_tick(now);
	if (worker->id == 1) {
		outbox_tick(now);
		outbox_depth_tick(now);
	}
}

static int
turn_end(void)
{
	int	is_more;

	is_more = pool_turn();
	/* The first keys are wanted as soon as there is a connection. */
	if (service.keyring.count == 0 && !drain_has_begun())
		keyring_tick(kore_time_ms());
	is_more |= store_turn(service.store);
	tell_now();
	balance_turn();
	is_more |= drain_turn();
	return (is_more);
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
	metrics_set(METRIC_CONNECTIONS_MAX, 0, balance_max());
	metrics_set(METRIC_CERTIFICATE_NOT_AFTER, 0,
	    (uint64_t)openssl_shim_not_after());
}

/* What is done before anybody is served holds up nobody. */
static void
watch_tick(void)
{
	static int	is_watched;
	char		why[STORE_WHY_LEN];

	if (is_watched || !service_is_ready(why, sizeof(why)))
		return;
	is_watched = 1;
	watchdog_start(service.settings->watchdog_ms);
}

/* For who looks for a leak: what malloc has given and not got back. */
static void
memory_tick(u_int64_t now)
{
	static u_int64_t	next;

	if (service.settings->log_level != LOG_LEVEL_DEBUG || now < next)
		return;
	next = now + MEMORY_MS;
	log_debug("memory: %zu bytes in use", mallinfo2().uordblks);
}

/*
 * The kernel's table of our descriptors grows by doubling, and for a process
 * with threads that waits for all processors: accept(2) was seen to take 18 ms.
 * So it is made as large as it can get while there is no thread.
 */
static void
files_make_room(const struct settings *s)
{
	int	fd;

	fd = fcntl(STDERR_FILENO, F_DUPFD,
	    (int)s->max_connections + KORE_CONF_FILES - 1);
	if (fd == -1)
		log_warn("no room for %u connections: %s", s->max_connections,
		    errno_s);
	else
		(void)close(fd);
}

/*
 * A request's state is freed with it. malloc would give the top of its memory
 * back to the kernel each time, and get it again, zeroed, for the next one.
 */
static void
memory_settle(void)
{
	(void)mallopt(M_TRIM_THRESHOLD, MEMORY_KEPT);
	(void)mallopt(M_MMAP_THRESHOLD, MEMORY_KEPT);
}

/* The cores are shared out among the workers. */
static void
threads_start(const struct settings *s)
{
	struct pool_options	o;
	unsigned		workers, cores;

	workers = s->workers != 0 ? s->workers : cpu_count;
	cores = (cpu_count + workers - 1) / workers;
	/*
	 * Work is not dealt out evenly: one more lets a worker that got more of
	 * it use what the other leaves idle.
	 */
	o.short_threads = cores + (workers > 1);
	o.hash_threads = s->hash_threads != 0 ? s->hash_threads :
	    o.short_threads;
	o.hash_max = s->hash_queue_max;
	o.hash_wait_ms = s->hash_wait_ms;
	o.hash_memory = (size_t)s->hash_memory_kib * 1024;
	pool_start(&o);
}
