/* SPDX-License-Identifier: ISC */
/*
 * Operations begun, led through their steps, and counted. In an open stream a
 * time counts from when the operation was due, not from when a client was free
 * for it: who waits, waits.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "stream.h"

#define PAUSE		UINT64_C(10000000)	/* ns; a server that is down */
#define PAUSE_AFTER	8			/* failures in a row */
#define COMPLAINTS_MAX	5
#define GIVE_UP		1000			/* failures in a row */
#define HOLDING_MAX	64	/* new at once: no more than a backlog */

static int	is_due(struct stream *, uint64_t);
static void	begin(struct stream *, uint64_t);
static void	ask(struct client *);
static void	answered(struct client *);
static void	react(struct client *, enum conn_event);
static void	fail(struct client *, const char *);
static void	falter(struct stream *);
static void	done(struct client *);
static void	arrival_advance(struct stream *);

int
stream_open(struct stream *s, const struct scenario *scenario,
    struct conn_target *target, unsigned clients)
{
	unsigned	i;

	memset(s, 0, sizeof(*s));
	s->scenario = scenario;
	s->setup = target->setup;
	s->is_new = scenario->is_new;
	s->count = clients;
	if ((s->clients = calloc(clients, sizeof(s->clients[0]))) == NULL)
		return (-1);
	for (i = clients; i-- > 0;) {
		conn_init(&s->clients[i].conn, target);
		s->clients[i].stream = s;
		s->clients[i].next_free = s->free;
		s->free = &s->clients[i];
	}
	return (0);
}

void
stream_close(struct stream *s)
{
	unsigned	i;

	for (i = 0; s->clients != NULL && i < s->count; i++)
		conn_close(&s->clients[i].conn);
	free(s->clients);
	s->clients = NULL;
}

void
stream_begin(struct stream *s, uint64_t now, double seconds, uint64_t limit)
{
	unsigned	i;

	s->is_over = 0;
	memset(&s->counts, 0, sizeof(s->counts));
	histogram_reset(&s->latency);
	histogram_reset(&s->refused);
	for (i = 0; i < STEPS_MAX; i++)
		histogram_reset(&s->steps[i]);
	s->limit = limit;
	s->end = seconds > 0 ? now + (uint64_t)(seconds * 1e9) : UINT64_MAX;
	s->next = now;
	s->paused = 0;
	s->started = 0;
	s->failed_in_row = 0;
}

uint64_t
stream_start_due(struct stream *s, uint64_t now)
{
	while (is_due(s, now)) {
		if (s->free == NULL ||
		    (s->is_holding && s->busy >= HOLDING_MAX))
			return (UINT64_MAX);
		begin(s, s->is_open ? s->next : now);
		if (s->is_open)
			arrival_advance(s);
	}
	if (s->is_over)
		return (UINT64_MAX);
	if (s->paused > now)
		return (s->paused);
	return (s->is_open ? s->next : s->end);
}

void
stream_end(struct stream *s, uint64_t now)
{
	while (s->is_open && is_due(s, now)) {
		s->started++;
		s->counts.errors++;
		arrival_advance(s);
	}
	s->is_over = 1;
	stream_sweep(s, now, 0);
}

void
stream_wake(struct client *c, uint32_t events)
{
	react(c, conn_wake(&c->conn, events));
}

void
stream_sweep(struct stream *s, uint64_t now, uint64_t patience)
{
	unsigned	i;

	for (i = 0; i < s->count && s->busy > 0; i++) {
		if (!s->clients[i].is_busy ||
		    s->clients[i].step_began + patience > now)
			continue;
		conn_close(&s->clients[i].conn);
		fail(&s->clients[i], "no answer in time");
	}
}

void
stream_refresh(struct stream *s, uint64_t now, uint64_t age)
{
	struct client	*c;
	unsigned	 i;

	for (i = 0; i < s->count; i++) {
		c = &s->clients[i];
		if (c->is_busy || c->conn.state != CONN_READY ||
		    c->step_began + age > now)
			continue;
		s->busy++;
		c->is_busy = 1;
		c->step = 0;
		c->began = now;
		ask(c);
	}
}

unsigned
stream_held(const struct stream *s)
{
	unsigned	i, n = 0;

	for (i = 0; i < s->count; i++)
		n += s->clients[i].conn.state == CONN_READY;
	return (n);
}

uint64_t
clock_ns(void)
{
	struct timespec	ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ((uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec);
}

/* May the next one begin, and is it time for it? Notes when there is none. */
static int
is_due(struct stream *s, uint64_t now)
{
	uint64_t	used;

	if (s->is_over)
		return (0);
	used = s->is_filling ? s->counts.ok + s->busy : s->started;
	if (s->limit > 0 && used >= s->limit) {
		s->is_over = !s->is_filling || s->busy == 0;
		return (0);
	}
	if ((s->is_open ? s->next : now) >= s->end ||
	    s->failed_in_row >= GIVE_UP || (!s->is_filling &&
	    s->scenario->need == NEED_CODES &&
	    s->stock->taken == s->stock->count)) {
		s->is_over = 1;
		return (0);
	}
	return (s->paused <= now && (!s->is_open || s->next <= now));
}

/* Exponential gaps: arrivals know nothing of each other (Poisson). */
static void
arrival_advance(struct stream *s)
{
	double	u;

	u = ((double)(stock_random() >> 11) + 1) / 9007199254740993.0;
	s->next += (uint64_t)(-log(u) / s->rate * 1e9) + 1;
}

static void
begin(struct stream *s, uint64_t due)
{
	struct client	*c = s->free;

	s->free = c->next_free;
	s->busy++;
	s->started++;
	c->is_busy = 1;
	c->step = 0;
	c->began = due;
	ask(c);
}

static void
ask(struct client *c)
{
	struct stream	*s = c->stream;
	struct text	 t;

	text_init(&t, c->conn.out, sizeof(c->conn.out));
	s->scenario->steps[c->step]->ask(c, &t);
	c->step_began = clock_ns();
	c->has_retried = 0;
	if (!text_is_ok(&t)) {
		fail(c, "the request is too long");
		return;
	}
	c->conn.out_len = t.len;
	react(c, conn_send(&c->conn));
}

static void
react(struct client *c, enum conn_event event)
{
	switch (event) {
	case CONN_WAIT:
		break;
	case CONN_ANSWER:
		if (c->stream->is_new)
			conn_close(&c->conn);
		answered(c);
		break;
	case CONN_STALE:
		if (!c->has_retried) {
			c->has_retried = 1;
			c->stream->counts.retries++;
			react(c, conn_send(&c->conn));
			break;
		}
		/* FALLTHROUGH */
	case CONN_LOST:
		fail(c, c->conn.target->why);
		break;
	}
}

static void
answered(struct client *c)
{
	struct stream	*s = c->stream;
	uint64_t	 now = clock_ns(), took = now - c->step_began;

	s->counts.requests++;
	c->why = NULL;
	switch (s->scenario->steps[c->step]->check(c)) {
	case STEP_BAD:
		fail(c, c->why);
		return;
	case STEP_REFUSED:
		s->counts.refused++;
		s->counts.refused_with_retry_after +=
		    (uint64_t)c->conn.in.has_retry_after;
		histogram_add(&s->refused, took);
		if (s->is_filling)
			falter(s);
		done(c);
		return;
	case STEP_OK:
		break;
	}
	histogram_add(&s->steps[c->step], took);
	if (s->scenario->steps[++c->step] != NULL) {
		ask(c);
		return;
	}
	s->counts.ok++;
	s->failed_in_row = 0;
	histogram_add(&s->latency, now - c->began);
	done(c);
}

static void
fail(struct client *c, const char *why)
{
	struct stream	*s = c->stream;

	s->counts.errors++;
	falter(s);
	if (s->complaints < COMPLAINTS_MAX) {
		s->complaints++;
		if (why != NULL)
			fprintf(stderr, "load: %s: step %s: %s\n",
			    s->scenario->name,
			    s->scenario->steps[c->step]->name, why);
		else
			fprintf(stderr, "load: %s: step %s: status %d\n",
			    s->scenario->name,
			    s->scenario->steps[c->step]->name,
			    c->conn.in.status);
	}
	done(c);
}

/* A server that is down, or has had enough, is not asked at full speed. */
static void
falter(struct stream *s)
{
	if (++s->failed_in_row >= PAUSE_AFTER)
		s->paused = clock_ns() + PAUSE;
}

static void
done(struct client *c)
{
	struct stream	*s = c->stream;

	c->is_busy = 0;
	c->conn.is_asking = 0;
	s->busy--;
	if (s->is_holding)
		return;
	c->next_free = s->free;
	s->free = c;
}
