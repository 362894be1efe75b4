/* SPDX-License-Identifier: ISC */
/*
 * Connections shared out among the workers; see balance.h.
 *
 * Each worker writes in its slot of memory that all share how many connections
 * it has, and when it last did. One that has not for a while, because it ended
 * or hangs, or that takes nobody now, does not count: then the others take all.
 * The one with the fewest is never full by this, so there is always one to take
 * the next.
 */
#include <sys/mman.h>

#include <kore/kore.h>

#include "app/balance.h"
#include "app/serve.h"
#include "base/log.h"

#define AHEAD		4	/* connections, of whoever has the fewest */
#define STALE_MS	1000
#define SOLO		(KORE_WORKER_BASE + 1)

struct slot {
	u_int64_t	 told_ms;
	u_int32_t	 connections;
	u_int32_t	 takes;		/* new ones */
};

static u_int32_t	fewest(u_int64_t);

static struct slot	*slots;		/* by the worker's number */
static u_int32_t	 max;		/* as Kore had it */
static int		 is_taking;

void
balance_prepare(void)
{
	unsigned	workers;

	workers = serve_settings.workers != 0 ? serve_settings.workers :
	    cpu_count;
	slots = mmap(NULL, (workers + 1) * sizeof(*slots),
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (slots == MAP_FAILED)
		fatal("no memory to share with the workers");
}

/*
 * A worker that is full takes nobody in and passes the lock on; so one that
 * does not want to says that it is full. Kore does not ask a lone worker.
 */
void
balance_stop(void)
{
	if (max == 0)
		max = worker_max_connections;
	is_taking = 0;
	worker_max_connections = 0;
	__atomic_store_n(&slots[worker->id].takes, 0, __ATOMIC_RELAXED);
	if (worker_count == SOLO)
		kore_platform_disable_accept();
}

void
balance_go(void)
{
	is_taking = 1;
	worker_max_connections = max;
	balance_turn();
	if (worker_count == SOLO)
		kore_platform_enable_accept();
}

void
balance_turn(void)
{
	struct slot	*s;
	u_int64_t	 now;

	if (!is_taking || worker_count == SOLO)
		return;
	s = &slots[worker->id];
	now = kore_time_ms();
	__atomic_store_n(&s->told_ms, now, __ATOMIC_RELAXED);
	__atomic_store_n(&s->connections, worker_active_connections,
	    __ATOMIC_RELAXED);
	__atomic_store_n(&s->takes, 1, __ATOMIC_RELAXED);
	worker_max_connections = fewest(now);
}

unsigned
balance_max(void)
{
	return (max);
}

/* What the other that has the fewest has, and a few more; no more than max. */
static u_int32_t
fewest(u_int64_t now)
{
	const struct slot	*s;
	u_int32_t		 least, n;
	unsigned		 i;

	least = max;
	for (i = 1; i <= (unsigned)worker_count - KORE_WORKER_BASE; i++) {
		s = &slots[i];
		if (i == worker->id ||
		    !__atomic_load_n(&s->takes, __ATOMIC_RELAXED) ||
		    __atomic_load_n(&s->told_ms, __ATOMIC_RELAXED) +
		    STALE_MS < now)
			continue;
		n = __atomic_load_n(&s->connections, __ATOMIC_RELAXED) + AHEAD;
		if (n < least)
			least = n;
	}
	return (least);
}
