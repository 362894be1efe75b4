/* SPDX-License-Identifier: ISC */
/*
 * One connection: made without blocking, watched, lost, made again.
 *
 * The loop is level-triggered: an event may find nothing to do, and what is
 * left on the socket is announced again. So an event reads once, without a look
 * before and one after, and is asked for writing only while something waits to
 * be written: a server that takes a batch off its socket wakes nobody here.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "store/internal.h"

#define BACKOFF_MIN	100	/* ms */
#define BACKOFF_MAX	5000
#define NAMES_LEN	2048

static void	start(struct store_conn *);
static void	begin(struct store_conn *, const char *);
static void	watch(struct store_conn *, int);
static void	unwatch(struct store_conn *);
static void	advance(struct store_conn *);
static void	drain(struct store_conn *);
static int	is_due(const struct store_conn *, short);
static void	expire(struct store_conn *, uint64_t);
static void	reason(char *, size_t, const char *);
static void	rest(struct store_conn *);
static void	say_nothing(void *, const PGresult *);

void
conn_init(struct store_conn *c, struct store *s)
{
	c->store = s;
	c->state = CONN_RESTING;
	c->fd = -1;
	c->backoff = BACKOFF_MIN;
	TAILQ_INIT(&c->queue);
}

void
conn_free(struct store_conn *c)
{
	struct store_op	*op;
	unsigned	 i;

	unwatch(c);
	PQfinish(c->pg);
	c->pg = NULL;
	call_forget_all(c);
	/* The store frees what is finished, and answers nothing. */
	for (i = c->settled; i < c->count; i++)
		op_finish(c->batch[i], STORE_UNAVAILABLE);
	while ((op = TAILQ_FIRST(&c->queue)) != NULL) {
		op_dequeue(op);
		op_finish(op, STORE_UNAVAILABLE);
	}
}

void
conn_tick(struct store_conn *c, uint64_t now)
{
	switch (c->state) {
	case CONN_RESTING:
		if (now >= c->retry_at)
			start(c);
		break;
	case CONN_RESOLVING:
	case CONN_CONNECTING:
	case CONN_PREPARING:
		if (now < c->deadline)
			break;
		/* libpq tries the next host only if this one refuses. */
		c->first_host++;
		conn_lose(c, "the database does not answer: connecting took "
		    "too long");
		break;
	case CONN_READY:
		expire(c, now);
		if (c->count > 0 &&
		    now >= c->since + 2 * (uint64_t)c->store->timeout_ms)
			conn_lose(c, "the database does not answer");
		break;
	}
}

void
store_event(void *conn)
{
	struct store_conn	*c = conn;

	if (c->state == CONN_CONNECTING)
		advance(c);
	else if (c->state == CONN_PREPARING || c->state == CONN_READY)
		drain(c);
	(void)op_answer_all(c->store);
}

int
store_is_connecting(const void *conn)
{
	return (((const struct store_conn *)conn)->state == CONN_CONNECTING);
}

void
store_resolved(void *conn, const char *addresses)
{
	struct store_conn	*c = conn;

	/* Too late: it was given up, perhaps asked for again. */
	if (c->state == CONN_RESOLVING)
		begin(c, addresses == NULL ? "" : addresses);
}

void
conn_flush(struct store_conn *c)
{
	int	r;

	if ((r = PQflush(c->pg)) == -1)
		conn_lose(c, PQerrorMessage(c->pg));
	else if (r != c->want_write)
		watch(c, r);
}

void
conn_lose(struct store_conn *c, const char *why)
{
	struct store	*s = c->store;
	struct store_op	*op;
	char		 clean[STORE_WHY_LEN];
	int		 was_ready;

	reason(clean, sizeof(clean), why);
	was_ready = c->state == CONN_READY;
	unwatch(c);
	PQfinish(c->pg);
	c->pg = NULL;
	c->state = CONN_RESTING;

	batch_abandon(c);
	while ((op = TAILQ_FIRST(&c->queue)) != NULL) {
		op_dequeue(op);
		op_route(op);
	}
	/* It is tried again and again: say a thing once. */
	if (!s->is_quiet && (was_ready || strcmp(clean, s->why) != 0))
		log_warn("database: %s", clean);
	(void)text_copy(s->why, sizeof(s->why), clean);
	s->is_schema = 0;
	s->has_lost = 1;
	if (was_ready)
		c->backoff = BACKOFF_MIN;
	rest(c);
}

/* libpq's lines on one line, without its hints, which are indented. */
static void
reason(char *out, size_t cap, const char *why)
{
	struct text	t;
	size_t		n;

	text_init(&t, out, cap);
	for (; *why != '\0'; why += n + (why[n] != '\0')) {
		n = strcspn(why, "\n");
		if (n == 0 || *why == '\t')
			continue;
		if (t.len > 0)
			text_add(&t, "; ");
		/* What does not fit is cut. */
		text_add_bytes(&t, why, n < cap - t.len ? n :
		    cap - t.len - 1);
	}
}

/* Wait longer each time, and not all at once when a server comes back. */
static void
rest(struct store_conn *c)
{
	struct store	*s = c->store;

	s->random ^= s->random << 13;
	s->random ^= s->random >> 7;
	s->random ^= s->random << 17;
	c->retry_at = store_now() + c->backoff / 2 +
	    s->random % (c->backoff / 2 + 1);
	c->backoff *= 2;
	if (c->backoff > BACKOFF_MAX)
		c->backoff = BACKOFF_MAX;
}

static void
start(struct store_conn *c)
{
	const struct store_loop	*loop = c->store->loop;
	char			 names[NAMES_LEN];
	int			 r;

	c->deadline = store_now() + 2 * (uint64_t)c->store->timeout_ms;
	/* libpq's own words on a bad conninfo may quote a password. */
	if ((r = target_names(c->store->conninfo, names,
	    sizeof(names))) == -1) {
		conn_lose(c, "the conninfo is not one that libpq can read");
		return;
	}
	if (r == 0 || loop->resolve == NULL) {
		begin(c, NULL);
		return;
	}
	c->state = CONN_RESOLVING;
	loop->resolve(c, names);
}

static void
begin(struct store_conn *c, const char *addresses)
{
	struct target	t;

	if (target_init(&t, c->store, addresses, c->first_host) == -1) {
		target_free(&t);
		conn_lose(c, "no address found for the database's host");
		return;
	}
	c->state = CONN_CONNECTING;
	c->pg = PQconnectStartParams(t.keyword, t.value, 0);
	target_free(&t);
	if (c->pg == NULL || PQstatus(c->pg) == CONNECTION_BAD) {
		conn_lose(c, c->pg == NULL ? "out of memory" :
		    PQerrorMessage(c->pg));
		return;
	}
	(void)PQsetNoticeReceiver(c->pg, say_nothing, NULL);
	watch(c, 1);
}

/*
 * Connecting, step by step. libpq takes it on trust that the socket is ready
 * and waits for it if it is not, so look first. It may close the socket and
 * go on with another one, so let go of it before.
 */
static void
advance(struct store_conn *c)
{
	while (c->state == CONN_CONNECTING &&
	    is_due(c, c->want_write ? POLLOUT : POLLIN)) {
		unwatch(c);
		switch (PQconnectPoll(c->pg)) {
		case PGRES_POLLING_OK:
			c->state = CONN_PREPARING;
			watch(c, 0);
			if (c->pg != NULL)
				prepare_send(c);
			break;
		case PGRES_POLLING_READING:
			watch(c, 0);
			break;
		case PGRES_POLLING_WRITING:
			watch(c, 1);
			break;
		default:
			conn_lose(c, PQerrorMessage(c->pg));
			break;
		}
	}
}

/*
 * Take what has come. libpq reads at least 8 kB at a time; of a TLS record,
 * which has up to 16 kB, the rest is off the socket then, and not announced:
 * with TLS read until nothing is left, and once more than poll says.
 */
static void
drain(struct store_conn *c)
{
	int	is_more, is_open;

	do {
		is_more = PQsslInUse(c->pg) && is_due(c, POLLIN);
		is_open = PQconsumeInput(c->pg);
		if (c->state == CONN_PREPARING)
			prepare_read(c);
		else
			batch_read(c);
		if (c->pg == NULL)
			return;
		if (!is_open || PQstatus(c->pg) == CONNECTION_BAD) {
			conn_lose(c, PQerrorMessage(c->pg));
			return;
		}
	} while (is_more);
	conn_flush(c);
	/* Those who are answered now may ask at once: let them join it. */
	if (!batch_is_small(c))
		batch_send(c);
}

/* Is the socket ready for it, or broken? Does not wait. */
static int
is_due(const struct store_conn *c, short events)
{
	struct pollfd	p = { .fd = c->fd, .events = events };

	return (poll(&p, 1, 0) > 0);
}

/*
 * libpq closes its socket whenever it finds it broken, before we hear of it.
 * So what the loop watches is a duplicate, which is ours to close.
 */
static void
watch(struct store_conn *c, int want_write)
{
	c->want_write = want_write;
	if (c->fd == -1)
		c->fd = fcntl(PQsocket(c->pg), F_DUPFD_CLOEXEC, 0);
	if (c->fd == -1)
		conn_lose(c, strerror(errno));
	else
		c->store->loop->watch(c, c->fd, want_write);
}

static void
unwatch(struct store_conn *c)
{
	if (c->fd == -1)
		return;
	c->store->loop->unwatch(c, c->fd);
	(void)close(c->fd);
	c->fd = -1;
}

static void
expire(struct store_conn *c, uint64_t now)
{
	struct store_op	*op, *next;
	unsigned	 i;

	for (op = TAILQ_FIRST(&c->queue); op != NULL; op = next) {
		next = TAILQ_NEXT(op, list);
		if (now >= op->deadline)
			op_expire(op);
	}
	for (i = c->settled; i < c->count; i++) {
		if (now >= c->batch[i]->deadline)
			op_expire(c->batch[i]);
	}
}

/* libpq would print the server's notices, which may quote values. */
static void
say_nothing(void *arg, const PGresult *res)
{
	(void)arg;
	(void)res;
}
