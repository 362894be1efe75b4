/* SPDX-License-Identifier: ISC */
/* One thread, one epoll: start what is due, hand out events, go on. */
#include <sys/epoll.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "engine.h"

#define SECOND		UINT64_C(1000000000)
#define PATIENCE	(30 * SECOND)	/* with one request */
#define DRAIN		(15 * SECOND)	/* for what is due at the end */
#define RUN_MAX		(3600 * SECOND)
#define STILL		(5 * SECOND)	/* for one that is held */
#define EVENTS		256

static uint64_t	start_due(struct engine *, uint64_t);
static int	is_drained(const struct engine *);
static void	wait_until(struct engine *, uint64_t, uint64_t);

uint64_t
engine_run(struct engine *e, double seconds, uint64_t count)
{
	uint64_t	began = clock_ns(), now = began, next, swept = now;
	uint64_t	deadline = RUN_MAX;
	size_t		i;

	if (seconds > 0)
		deadline = (uint64_t)(seconds * 1e9);
	deadline += now + DRAIN;
	for (i = 0; i < e->count; i++)
		stream_begin(e->streams[i], now, seconds, i == 0 ? count : 0);
	for (;;) {
		next = start_due(e, now);
		if (is_drained(e))
			break;
		if (now > deadline)
			break;
		if (next > now + SECOND)
			next = now + SECOND;
		wait_until(e, now, next);
		now = clock_ns();
		if (now - swept < SECOND)
			continue;
		swept = now;
		if (e->streams[0]->is_holding)
			stream_refresh(e->streams[0], now, STILL);
		for (i = 0; i < e->count; i++)
			stream_sweep(e->streams[i], now, PATIENCE);
	}
	for (i = 0; i < e->count; i++)
		stream_end(e->streams[i], now);
	return (clock_ns() - began);
}

void
engine_hold(struct engine *e, double seconds)
{
	uint64_t	now = clock_ns(), end;

	for (end = now + (uint64_t)(seconds * 1e9); now < end;
	    now = clock_ns()) {
		stream_refresh(e->streams[0], now, STILL);
		wait_until(e, now, end < now + SECOND ? end : now + SECOND);
	}
}

/* Probes last as long as what they are beside. */
static uint64_t
start_due(struct engine *e, uint64_t now)
{
	uint64_t	next = UINT64_MAX, when;
	size_t		i;

	for (i = 0; i < e->count; i++) {
		if (i > 0 && e->streams[0]->is_over &&
		    e->streams[i]->end > now)
			e->streams[i]->end = now;
		when = stream_start_due(e->streams[i], now);
		if (when < next)
			next = when;
	}
	return (next);
}

static int
is_drained(const struct engine *e)
{
	size_t	i;

	for (i = 0; i < e->count; i++) {
		if (!e->streams[i]->is_over || e->streams[i]->busy > 0)
			return (0);
	}
	return (1);
}

static void
wait_until(struct engine *e, uint64_t now, uint64_t next)
{
	struct epoll_event	events[EVENTS];
	struct timespec		left;
	uint64_t		ns = next > now ? next - now : 0;
	int			i, n;

	left.tv_sec = (time_t)(ns / SECOND);
	left.tv_nsec = (long)(ns % SECOND);
	n = epoll_pwait2(e->target->epoll, events, EVENTS, &left, NULL);
	if (n == -1 && errno != EINTR) {
		perror("load: epoll");
		exit(1);
	}
	/* The connection is the first member of its client. */
	for (i = 0; i < n; i++)
		stream_wake(events[i].data.ptr, events[i].events);
}
