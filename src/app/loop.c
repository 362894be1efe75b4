/* SPDX-License-Identifier: ISC */
/*
 * Kore's event loop for the database client: sockets are watched through
 * struct kore_event, names are looked up on a thread, and what a turn of the
 * loop has gathered is sent when the turn ends. Kore has no hook for that end;
 * it is where it waits for events, so that call is wrapped at link time.
 */
#include <sys/epoll.h>
#include <sys/socket.h>

#include <kore/kore.h>

#include <netdb.h>

#include "app/loop.h"
#include "app/pool.h"
#include "app/watchdog.h"
#include "base/log.h"
#include "base/text.h"
#include "endpoint/work.h"

#define HOSTS_LEN	1024

struct watch {
	struct kore_event	 evt;	/* first: Kore casts */
	void			*conn;
	int			 fd;
	LIST_ENTRY(watch)	 list;
};

struct lookup {
	struct work		 work;	/* first */
	void			*conn;
	char			 hosts[HOSTS_LEN];
	char			 addresses[HOSTS_LEN];	/* "": none found */
};

static void	loop_watch(void *, int, int);
static void	loop_unwatch(void *, int);
static void	loop_resolve(void *, const char *);
static struct watch	*watch_find(const void *, int);
static void	watch_event(void *, int);
static void	lookup_run(struct work *);
static void	lookup_done(struct work *);
static size_t	lookup_one(struct text *, const char *);

int	__real_epoll_wait(int, struct epoll_event *, int, int);
int	__wrap_epoll_wait(int, struct epoll_event *, int, int);

const struct store_loop	loop_store = {
	.watch = loop_watch,
	.unwatch = loop_unwatch,
	.resolve = loop_resolve,
};

static LIST_HEAD(, watch)	watches = LIST_HEAD_INITIALIZER(watches);
static LIST_HEAD(, watch)	graves = LIST_HEAD_INITIALIZER(graves);
static int			(*turn_end)(void);

void
loop_turn_set(int (*end)(void))
{
	turn_end = end;
}

int
__wrap_epoll_wait(int fd, struct epoll_event *events, int max, int timeout)
{
	struct watch	*w;
	int		 n;

	if (turn_end != NULL && turn_end())
		timeout = 0;
	while ((w = LIST_FIRST(&graves)) != NULL) {
		LIST_REMOVE(w, list);
		free(w);
	}
	watchdog_sleep();
	if (pool_sleep())
		timeout = 0;
	n = __real_epoll_wait(fd, events, max, timeout);
	pool_wake();
	watchdog_wake();
	return (n);
}

static void
loop_watch(void *conn, int fd, int want_write)
{
	struct watch	*w;

	if ((w = watch_find(conn, fd)) == NULL) {
		if ((w = calloc(1, sizeof(*w))) == NULL)
			fatal("no memory to watch a socket");
		w->evt.type = KORE_TYPE_PGSQL_CONN;
		w->evt.handle = watch_event;
		w->conn = conn;
		w->fd = fd;
		LIST_INSERT_HEAD(&watches, w, list);
	}
	if (want_write)
		kore_platform_event_level_all(fd, w);
	else
		kore_platform_event_level_read(fd, w);
}

static struct watch *
watch_find(const void *conn, int fd)
{
	struct watch	*w;

	LIST_FOREACH(w, &watches, list)
		if (w->conn == conn && w->fd == fd)
			break;
	return (w);
}

/*
 * The events of this turn may still name the watch: it is only buried here,
 * and freed when the turn is over.
 */
static void
loop_unwatch(void *conn, int fd)
{
	struct watch	*w;

	if ((w = watch_find(conn, fd)) == NULL)
		return;
	kore_platform_disable_read(fd);
	LIST_REMOVE(w, list);
	w->conn = NULL;
	LIST_INSERT_HEAD(&graves, w, list);
}

static void
watch_event(void *arg, int error)
{
	struct watch	*w = arg;
	int		 is_new;

	(void)error;		/* libpq finds out, and why */
	watchdog_step();
	if (w->conn == NULL)
		return;
	is_new = store_is_connecting(w->conn);
	store_event(w->conn);
	/* The thousands of rounds of SCRAM are libpq's, and need be so many. */
	if (is_new)
		watchdog_forgive();
}

static void
loop_resolve(void *conn, const char *hosts)
{
	struct lookup	*l;

	if ((l = calloc(1, sizeof(*l))) == NULL)
		fatal("no memory to look up a name");
	l->work.run = lookup_run;
	l->work.done = lookup_done;
	l->conn = conn;
	if (text_copy(l->hosts, sizeof(l->hosts), hosts) == -1 ||
	    work_submit(&l->work, WORK_LOOKUP) == -1)
		lookup_done(&l->work);
}

static void
lookup_run(struct work *work)
{
	struct lookup	*l = (struct lookup *)work;
	struct text	 t;
	char		 host[256];
	const char	*p;
	size_t		 n, found;

	text_init(&t, l->addresses, sizeof(l->addresses));
	found = 0;
	for (p = l->hosts;; p += n + 1) {
		n = strcspn(p, ",");
		if (p != l->hosts)
			text_add(&t, ",");
		if (text_copy_bytes(host, sizeof(host), p, n) == 0)
			found += lookup_one(&t, host);
		if (p[n] == '\0')
			break;
	}
	if (found == 0 || !text_is_ok(&t))
		l->addresses[0] = '\0';
}

/* All addresses of a name, with spaces between; how many. */
static size_t
lookup_one(struct text *t, const char *host)
{
	struct addrinfo	 hints, *all, *ai;
	char		 address[64];
	size_t		 n;

	memset(&hints, 0, sizeof(hints));
	hints.ai_family = AF_UNSPEC;
	hints.ai_socktype = SOCK_STREAM;
	if (getaddrinfo(host, NULL, &hints, &all) != 0)
		return (0);
	n = 0;
	for (ai = all; ai != NULL; ai = ai->ai_next) {
		if (getnameinfo(ai->ai_addr, ai->ai_addrlen, address,
		    sizeof(address), NULL, 0, NI_NUMERICHOST) != 0)
			continue;
		text_addf(t, "%s%s", n == 0 ? "" : " ", address);
		n++;
	}
	freeaddrinfo(all);
	return (n);
}

static void
lookup_done(struct work *work)
{
	struct lookup	*l = (struct lookup *)work;

	store_resolved(l->conn, l->addresses[0] == '\0' ? NULL :
	    l->addresses);
	free(l);
}
