/* SPDX-License-Identifier: ISC */
/*
 * The way of a worker from its first connection to its last; see drain.h.
 *
 * A client may write its next request onto an idle connection in the moment in
 * which we close it, and cannot know whether it was taken: it has no answer,
 * and HTTP/1.1 has no word for it (RFC 9112 9.3.1, 9.5). Half-closing does not
 * help, for no answer could follow. So for a second connections are still
 * taken, and what comes on them, and on the idle ones, is answered with
 * "Connection: close". Only then the listener goes, and with it the connections
 * that were silent for that long; what is in flight or arriving is waited for.
 */
#include <sys/mman.h>
#include <sys/socket.h>

#include <kore/kore.h>
#include <kore/http.h>

#include "app/balance.h"
#include "app/drain.h"
#include "app/listen.h"
#include "app/parent.h"
#include "app/pool.h"
#include "app/serve.h"
#include "app/signals.h"
#include "base/log.h"
#include "endpoint/service.h"

#define START_MS	5000	/* for a database that says nothing at all */
#define LINGER_MS	1000	/* in which a client in use says something */
#define SOLO		(KORE_WORKER_BASE + 1)

enum phase {
	STARTING,	/* no connections yet: they wait in the queue */
	SERVING,
	DELAYING,	/* as before, but /readyz says that we leave */
	LINGERING,	/* each answer is a connection's last */
	CLOSING,	/* takes no more; Kore is passing the lock on */
	LEAVING,	/* finishes what is in flight */
	GONE
};

static int	start(u_int64_t);
static int	can_serve(void);
static int	serve(u_int64_t);
static int	delay(u_int64_t);
static int	linger(u_int64_t);
static int	pass_on(u_int64_t);
static int	leave(u_int64_t);
static void	last_connections(void);
static unsigned	close_silent(u_int64_t);
static int	is_anyone_quiet(void);
static int	is_quiet(const struct connection *);
static int	has_arrived(const struct connection *);

/* What each phase does at a turn's end: 1 if it is over. */
static int	(*const phases[])(u_int64_t) = {
	[STARTING] = start,
	[SERVING] = serve,
	[DELAYING] = delay,
	[LINGERING] = linger,
	[CLOSING] = pass_on,
	[LEAVING] = leave,
	[GONE] = NULL,
};

static enum phase	phase;
static u_int64_t	begun;		/* start, or stop and its delay */
static u_int64_t	end;		/* of patience with what is in flight */
static unsigned		*closed;	/* of all workers: closing or beyond */

void
drain_prepare(void)
{
	closed = mmap(NULL, sizeof(*closed), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (closed == MAP_FAILED)
		fatal("no memory to share with the workers");
}

int
drain_has_begun(void)
{
	return (phase > SERVING);
}

int
drain_turn(void)
{
	u_int64_t	now;
	int		moved;

	if (phase == SERVING && signals_stop() == 0)
		return (0);
	now = kore_time_ms();
	moved = 0;
	while (phases[phase] != NULL && phases[phase](now)) {
		phase++;
		moved = 1;
	}
	return (moved || sig_recv != 0);
}

/*
 * Who connects before the certificate is there would be cut off, and before
 * the database is, get 503. Both are there within some tens of milliseconds,
 * or the database is away, and then answers are needed too.
 */
static int
start(u_int64_t now)
{
	if (begun == 0) {
		begun = now;
		balance_stop();
	}
	if (signals_stop() == 0 && now < begun + START_MS && !can_serve())
		return (0);
	balance_go();
	kore_msg_send(KORE_MSG_PARENT, PARENT_MSG_SERVING, NULL, 0);
	return (1);
}

static int
can_serve(void)
{
	char	why[STORE_WHY_LEN];

	if (serve_settings.tls && primary_dom->ssl_ctx == NULL)
		return (0);
	return (service_is_ready(why, sizeof(why)) || service.why[0] != '\0' ||
	    store_has_lost(service.store));
}

static int
serve(u_int64_t now)
{
	const struct settings	*s = &serve_settings;

	if (signals_stop() == 0)
		return (0);
	service.is_draining = 1;
	begun = now + s->drain_delay_seconds * 1000;
	end = begun + s->drain_seconds * 1000;
	return (1);
}

static int
delay(u_int64_t now)
{
	if (now < begun)
		return (0);
	/* From now on Kore ends each connection with its answer. */
	http_keepalive_time = 0;
	return (1);
}

static int
linger(u_int64_t now)
{
	if (now < begun + LINGER_MS && now < end && is_anyone_quiet())
		return (0);
	balance_stop();
	return (1);
}

/* Our listener must be out of Kore's hands before it is shut down. */
static int
pass_on(u_int64_t now)
{
	(void)now;
	if (worker->has_lock && worker_count != SOLO)
		return (0);
	if (__sync_add_and_fetch(closed, 1) ==
	    (unsigned)worker_count - KORE_WORKER_BASE)
		last_connections();
	return (1);
}

static int
leave(u_int64_t now)
{
	unsigned	open;

	open = close_silent(now);
	if (now < end && (open > 0 || http_request_count > 0 ||
	    !store_is_idle(service.store) || !pool_is_idle()))
		return (0);
	if (open > 0)
		log_warn("stopping with %u connections in use: [server] drain "
		    "is over", open);
	sig_recv = signals_stop();
	return (1);
}

/*
 * The last worker takes those who are already in the queue, and lets nobody
 * wait there in vain: who comes now is refused and goes to another node. A
 * socket that was handed over is the service manager's, and its queue the next
 * process's.
 */
static void
last_connections(void)
{
	struct kore_server	*srv;
	struct listener		*l;
	struct connection	*c;

	LIST_FOREACH(srv, &kore_servers, list) {
		LIST_FOREACH(l, &srv->listeners, list) {
			if (listen_is_inherited(l->fd))
				continue;
			while (worker_active_connections < balance_max() &&
			    kore_connection_accept(l, &c) && c != NULL)
				kore_platform_event_all(c->fd, c);
			(void)shutdown(l->fd, SHUT_RD);
		}
	}
}

static int
is_anyone_quiet(void)
{
	const struct connection	*c;

	TAILQ_FOREACH(c, &connections, list)
		if (c->proto != CONN_PROTO_MSG && is_quiet(c))
			return (1);
	return (0);
}

/* How many connections of clients are left. */
static unsigned
close_silent(u_int64_t now)
{
	struct connection	*c, *next;
	u_int64_t		 since;
	unsigned		 left;

	left = 0;
	for (c = TAILQ_FIRST(&connections); c != NULL; c = next) {
		next = TAILQ_NEXT(c, list);
		if (c->proto == CONN_PROTO_MSG)
			continue;
		since = c->idle_timer.start > begun ? c->idle_timer.start :
		    begun;
		if (now >= since + LINGER_MS && is_quiet(c) && !has_arrived(c))
			kore_connection_disconnect(c);
		else
			left++;
	}
	return (left);
}

/* Nothing asked, not even in part, and nothing to be sent. */
static int
is_quiet(const struct connection *c)
{
	return (TAILQ_EMPTY(&c->http_requests) && TAILQ_EMPTY(&c->send_queue) &&
	    (c->rnb == NULL || c->rnb->s_off == 0));
}

/* Is there what this turn of the loop has not seen yet? */
static int
has_arrived(const struct connection *c)
{
	char	byte;

	return (recv(c->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0);
}
