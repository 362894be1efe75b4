/* SPDX-License-Identifier: ISC */
/*
 * The same client for commands, which have no loop of their own: one
 * connection, no second try, and a turn of poll(2) at a time.
 */
#include <poll.h>
#include <stdio.h>

#include "base/log.h"
#include "store/internal.h"

#define TIMEOUT_MS	30000
#define TURN_MS		50

static void	turn(struct store *);
static void	watch(void *, int, int);
static void	unwatch(void *, int);

static const struct store_loop poll_loop = {
	.watch = watch,
	.unwatch = unwatch,
};

struct store *
store_open_blocking(const char *conninfo, char *err, size_t errlen)
{
	struct store_options	 o = {
		.conninfo = conninfo,
		.connections = 1,
		.timeout_ms = TIMEOUT_MS,
		.queue_max = BATCH_MAX,
		.loop = &poll_loop,
	};
	struct store		*s;
	struct store_conn	*c;

	s = store_open(&o);
	s->is_quiet = 1;
	c = &s->conns[0];
	do
		turn(s);
	while (c->state != CONN_READY && c->state != CONN_RESTING);
	s->is_quiet = 0;
	if (c->state == CONN_READY)
		return (s);
	if (errlen > 0)
		(void)snprintf(err, errlen, "%s", s->why);
	store_close(s);

	return (NULL);
}

int
store_wait(struct store *s, struct store_query *q)
{
	PRECOND(q->op != NULL || q->status != STORE_PENDING);

	while (q->op != NULL)
		turn(s);

	return (q->status == STORE_OK || q->status == STORE_NONE ? 0 : -1);
}

/* What poll needs to know, each connection knows: nothing to keep here. */
static void
turn(struct store *s)
{
	struct store_conn	*c = &s->conns[0];
	struct pollfd		 p;

	store_tick(s, store_now());
	if (c->fd == -1)
		return;
	p.fd = c->fd;
	p.events = POLLIN;
	if (c->want_write)
		p.events |= POLLOUT;
	if (poll(&p, 1, TURN_MS) > 0)
		store_event(c);
}

static void
watch(void *conn, int fd, int want_write)
{
	(void)conn;
	(void)fd;
	(void)want_write;
}

static void
unwatch(void *conn, int fd)
{
	(void)conn;
	(void)fd;
}
