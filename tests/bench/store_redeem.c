/* SPDX-License-Identifier: ISC */
/*
 * The database client alone: codes that the bench has put are taken through
 * src/store by so many askers at once, on one thread, as one worker does. What
 * HTTP and signing cost is the difference to redeeming over the wire.
 *
 *   store_redeem CONNINFO CLIENT-ID FIRST SECONDS ASKERS CONNECTIONS
 *
 * Code number n has the SHA-256 of n as eight bytes, high byte first.
 */
#include <sys/epoll.h>

#include <err.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "baseline.h"
#include "crypto/digest.h"
#include "store/code.h"

#define EVENTS		64
#define ASKERS_MAX	4096
#define CONNECTED_BY	20.0	/* seconds that connecting may take */
#define TAKES_MAX	4000000
#define TURN_MS		20

struct asker {
	struct store_query	q;
	uint8_t			digest[CODE_DIGEST];
	double			asked;
};

static void	watch(void *, int, int);
static void	unwatch(void *, int);
static void	turn(void);
static void	connect_all(void);
static void	ask(struct asker *);
static void	answered(struct store_query *);
static unsigned	number(const char *, unsigned);

static const struct store_loop loop = {
	.watch = watch,
	.unwatch = unwatch,
};

static struct store	*store;
static const char	*client_id;
static uint64_t		 next_code;
static double		 until;
static int		 epfd;
static unsigned		 in_flight;
static unsigned long	 taken, refused;
static float		*ms;

int
main(int argc, char **argv)
{
	static struct asker	 askers[ASKERS_MAX];
	struct store_options	 o;
	double			 began, seconds;
	unsigned		 i, n;

	if (argc != 7)
		errx(2, "usage: store_redeem CONNINFO CLIENT-ID FIRST SECONDS "
		    "ASKERS CONNECTIONS");
	client_id = argv[2];
	next_code = strtoull(argv[3], NULL, 10);
	seconds = number(argv[4], 3600);
	n = number(argv[5], ASKERS_MAX);
	memset(&o, 0, sizeof(o));
	o.conninfo = argv[1];
	o.connections = number(argv[6], 64);
	o.timeout_ms = 5000;
	o.queue_max = ASKERS_MAX;
	o.loop = &loop;
	if ((epfd = epoll_create1(EPOLL_CLOEXEC)) == -1 ||
	    (ms = calloc(TAKES_MAX, sizeof(*ms))) == NULL)
		err(1, "start");
	store = store_open(&o);
	connect_all();
	began = baseline_now();
	until = began + seconds;
	for (i = 0; i < n; i++)
		ask(&askers[i]);
	while (in_flight > 0)
		turn();
	seconds = baseline_now() - began;
	printf("{\"askers\":%u,\"connections\":%u,\"count\":%lu,"
	    "\"errors\":%lu,\"seconds\":%.3f,\"per_second\":%.1f,", n,
	    o.connections, taken, refused, seconds, (double)taken / seconds);
	baseline_latencies(ms, taken);
	printf("}\n");
	store_close(store);
	free(ms);

	return (taken > 0 ? 0 : 1);
}

static unsigned
number(const char *text, unsigned max)
{
	unsigned long	 n;
	char		*end;

	n = strtoul(text, &end, 10);
	if (*text == '\0' || *end != '\0' || n == 0 || n > max)
		errx(2, "'%s' is not a number from 1 to %u", text, max);

	return ((unsigned)n);
}

/* Every connection is to be there, not the first alone: wait a second more. */
static void
connect_all(void)
{
	char	why[STORE_WHY_LEN];
	double	began = baseline_now(), ready = 0;

	while (ready == 0 || baseline_now() < ready + 1.0) {
		turn();
		if (ready == 0 && store_is_ready(store, why, sizeof(why)))
			ready = baseline_now();
		else if (ready == 0 && baseline_now() > began + CONNECTED_BY)
			errx(1, "no database: %s", why);
	}
}

static void
ask(struct asker *a)
{
	struct code_take	t;
	uint8_t			id[8];
	int			i;

	for (i = 0; i < 8; i++)
		id[i] = (uint8_t)(next_code >> (56 - 8 * i));
	next_code++;
	digest_sha256(a->digest, id, sizeof(id));
	memset(&t, 0, sizeof(t));
	t.digest = a->digest;
	t.client_id = client_id;
	t.grant_lifetime = 3600;
	a->q.done = answered;
	a->q.arg = a;
	a->asked = baseline_now();
	in_flight++;
	store_code_take(store, &a->q, &t);
}

static void
answered(struct store_query *q)
{
	struct asker	*a = q->arg;
	double		 now = baseline_now();
	int		 is_taken = q->status == STORE_OK;

	in_flight--;
	store_query_drop(q);
	if (!is_taken) {
		refused++;
		return;
	}
	ms[taken++] = (float)((now - a->asked) * 1e3);
	/* Each asker that goes on may add one more. */
	if (now < until && taken + in_flight < TAKES_MAX)
		ask(a);
}

/* One turn, as a worker has it: deadlines, send what was gathered, sleep. */
static void
turn(void)
{
	struct epoll_event	e[EVENTS];
	int			i, n;

	store_tick(store, (uint64_t)(baseline_now() * 1e3));
	store_flush(store);
	n = epoll_wait(epfd, e, EVENTS, TURN_MS);
	for (i = 0; i < n; i++)
		store_event(e[i].data.ptr);
}

static void
watch(void *conn, int fd, int want_write)
{
	struct epoll_event	e = {
		.events = EPOLLIN | EPOLLRDHUP | (want_write ? EPOLLOUT : 0),
		.data.ptr = conn,
	};

	if (epoll_ctl(epfd, EPOLL_CTL_MOD, fd, &e) == -1 &&
	    epoll_ctl(epfd, EPOLL_CTL_ADD, fd, &e) == -1)
		err(1, "epoll_ctl");
}

static void
unwatch(void *conn, int fd)
{
	(void)conn;
	(void)epoll_ctl(epfd, EPOLL_CTL_DEL, fd, NULL);
}
