/* SPDX-License-Identifier: ISC */
/*
 * The slots. A slot has one writer, so a cell is read, added to and stored
 * without a lock; each of the three is atomic, so a reader never sees half a
 * number, and is at most a few behind.
 */
#include <sys/mman.h>

#include <string.h>
#include <time.h>

#include "base/log.h"
#include "base/metrics.h"
#include "base/metrics_table.h"

#define STATUS_MAX	600

static void	cell_set(uint64_t *, uint64_t);
static void	cell_add(uint64_t *, uint64_t);
static uint64_t	*cell_of(enum metric, size_t);
static void	observe(enum metric, size_t, uint64_t);
static void	offsets_fill(void);
static void	gauges_clear(void);

/* Where those count who are no worker. */
static struct metrics_slot	nobody;
static struct metrics_slot	*slot = &nobody;
static struct metrics_head	*head;
static size_t			 offsets[METRIC_MAX];
static unsigned char		 status_labels[STATUS_MAX];

int
metrics_map(unsigned workers, const struct metrics_build *build,
    const char *const *endpoints, size_t count)
{
	size_t	i;
	void	*p;

	if (count > METRICS_ENDPOINTS_MAX)
		return (-1);
	p = mmap(NULL, sizeof(*head) + workers * sizeof(head->slots[0]),
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return (-1);
	head = p;
	head->workers = workers;
	head->start = (uint64_t)time(NULL);
	head->build = *build;
	head->endpoint_count = count;
	for (i = 0; i < count; i++)
		head->endpoints[i] = endpoints[i];
	for (i = 0; i < STATUS_MAX; i++)
		status_labels[i] = (unsigned char)metrics_status_label((int)i);
	offsets_fill();
	return (0);
}

static void
offsets_fill(void)
{
	const struct metric_row	*r;
	size_t			 i, at;

	at = 0;
	for (i = 0; i < METRIC_MAX; i++) {
		r = &metrics_rows[i];
		PRECOND(r->name != NULL);
		offsets[i] = at;
		at += metrics_row_count(r) * metrics_row_width(r);
	}
	PRECOND(at <= METRICS_CELLS);
}

void
metrics_attach(unsigned worker)
{
	if (head == NULL || worker == 0 || worker > head->workers)
		return;
	slot = &head->slots[worker - 1];
	gauges_clear();
	metrics_process_attach(metrics_load(cell_of(METRIC_CPU, 0)));
	metrics_tick(metrics_now() / 1000);
}

void
metrics_detach(void)
{
	gauges_clear();
	cell_set(&slot->beat_ms, 0);
}

static void
gauges_clear(void)
{
	const struct metric_row	*r;
	size_t			 i, j;

	for (i = 0; i < METRIC_MAX; i++) {
		r = &metrics_rows[i];
		if (r->kind == METRIC_COUNTER || r->kind == METRIC_HISTOGRAM)
			continue;
		for (j = 0; j < metrics_row_count(r); j++)
			cell_set(cell_of((enum metric)i, j), 0);
	}
}

void
metrics_tick(uint64_t now_ms)
{
	cell_set(&slot->beat_ms, now_ms);
	metrics_process_tick(now_ms);
}

void
metrics_add(enum metric m, unsigned label)
{
	cell_add(cell_of(m, label), 1);
}

void
metrics_set(enum metric m, unsigned label, uint64_t value)
{
	cell_set(cell_of(m, label), value);
}

void
metrics_observe(enum metric m, uint64_t value)
{
	observe(m, 0, value);
}

/* Buckets are added up when they are shown: here it is one store, not 12. */
static void
observe(enum metric m, size_t label, uint64_t value)
{
	const struct metric_row	*r = &metrics_rows[m];
	uint64_t		*cells;
	size_t			 i;

	cells = cell_of(m, label * (r->bound_count + 2));
	for (i = 0; i < r->bound_count && value > r->bounds[i].most; i++)
		;
	cell_add(&cells[i], 1);
	cell_add(&cells[r->bound_count + 1], value);
}

void
metrics_request(unsigned endpoint, enum metric_method method, int status,
    uint64_t began)
{
	const struct metric_row	*r = &metrics_rows[METRIC_HTTP_REQUESTS];
	unsigned		 known;

	known = status_labels[status < 0 || status >= STATUS_MAX ?
	    STATUS_MAX - 1 : status];
	cell_add(cell_of(METRIC_HTTP_REQUESTS, (endpoint *
	    r->labels[1]->count + method) * r->labels[2]->count + known), 1);
	observe(METRIC_HTTP_DURATION, endpoint, metrics_now() - began);
}

void
metrics_loop_stall(void)
{
	metrics_add(METRIC_LOOP_STALLS, 0);
}

uint64_t
metrics_now(void)
{
	struct timespec	ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return ((uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000);
}

const struct metrics_head *
metrics_head(void)
{
	return (head);
}

size_t
metrics_offset(enum metric m)
{
	return (offsets[m]);
}

static uint64_t *
cell_of(enum metric m, size_t at)
{
	return (&slot->cell[offsets[m] + at]);
}

uint64_t
metrics_load(const uint64_t *cell)
{
	return (__atomic_load_n(cell, __ATOMIC_RELAXED));
}

static void
cell_set(uint64_t *cell, uint64_t value)
{
	__atomic_store_n(cell, value, __ATOMIC_RELAXED);
}

static void
cell_add(uint64_t *cell, uint64_t n)
{
	cell_set(cell, metrics_load(cell) + n);
}
