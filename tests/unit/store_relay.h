/* SPDX-License-Identifier: ISC */
/*
 * A relay on a unix socket of its own before the real server. It runs in the
 * turns of the test's loop, and can hold what the server answers, hold all,
 * cut every connection, or not be there.
 */
#ifndef TESTS_STORE_RELAY_H
#define TESTS_STORE_RELAY_H

#define RELAY_PAIRS	16
#define RELAY_PORT	"5499"

static struct {
	char			 dir[32];
	struct sockaddr_un	 server;
	int			 fd;		/* listens, or -1 */
	int			 client[RELAY_PAIRS];
	int			 peer[RELAY_PAIRS];
	int			 count;
	int			 is_deaf;	/* nothing to the server */
	int			 is_mute;	/* nothing to the client */
} relay = { .fd = -1 };

static inline void
relay_path(char *out, size_t cap)
{
	(void)snprintf(out, cap, "%s/.s.PGSQL." RELAY_PORT, relay.dir);
}

static inline void
relay_open(void)
{
	struct sockaddr_un	sun = { .sun_family = AF_UNIX };

	relay_path(sun.sun_path, sizeof(sun.sun_path));
	relay.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	assert_true(relay.fd >= 0);
	assert_int_equal(bind(relay.fd, (struct sockaddr *)&sun,
	    sizeof(sun)), 0);
	assert_int_equal(listen(relay.fd, 16), 0);
	relay.is_deaf = relay.is_mute = 0;
}

static inline void
relay_cut(void)
{
	while (relay.count > 0) {
		relay.count--;
		(void)close(relay.client[relay.count]);
		(void)close(relay.peer[relay.count]);
	}
}

static inline void
relay_close(void)
{
	char	path[128];

	relay_cut();
	if (relay.fd == -1)
		return;
	(void)close(relay.fd);
	relay.fd = -1;
	relay_path(path, sizeof(path));
	assert_int_equal(unlink(path), 0);
}

/* Where the relay listens, and the real server behind it. */
static inline void
relay_init(char *info, size_t cap)
{
	(void)snprintf(relay.dir, sizeof(relay.dir), "/tmp/relay.XXXXXX");
	assert_non_null(mkdtemp(relay.dir));
	assert_int_equal(PQhost(control)[0], '/');
	relay.server.sun_family = AF_UNIX;
	(void)snprintf(relay.server.sun_path, sizeof(relay.server.sun_path),
	    "%.80s/.s.PGSQL.%.8s", PQhost(control), PQport(control));
	(void)snprintf(info, cap, "%s host=%s port=" RELAY_PORT, conninfo,
	    relay.dir);
}

static inline void
relay_accept(void)
{
	int	fd, peer;

	fd = accept(relay.fd, NULL, NULL);
	if (fd == -1)
		return;
	assert_true(relay.count < RELAY_PAIRS);
	peer = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(connect(peer, (struct sockaddr *)&relay.server,
	    sizeof(relay.server)), 0);
	relay.client[relay.count] = fd;
	relay.peer[relay.count++] = peer;
}

static inline int
relay_copy(int from, int to)
{
	struct pollfd	p = { .fd = from, .events = POLLIN };
	char		buf[16384];
	ssize_t		n;

	if (poll(&p, 1, 0) <= 0)
		return (0);
	if ((n = recv(from, buf, sizeof(buf), 0)) <= 0)
		return (-1);

	return (send(to, buf, (size_t)n, MSG_NOSIGNAL) == n ? 0 : -1);
}

static inline void
relay_turn(void)
{
	int	i;

	if (relay.fd == -1)
		return;
	if (!relay.is_deaf)
		relay_accept();
	for (i = relay.count; i-- > 0;) {
		if ((relay.is_deaf || relay_copy(relay.client[i],
		    relay.peer[i]) == 0) && (relay.is_mute ||
		    relay_copy(relay.peer[i], relay.client[i]) == 0))
			continue;
		(void)close(relay.client[i]);
		(void)close(relay.peer[i]);
		relay.count--;
		relay.client[i] = relay.client[relay.count];
		relay.peer[i] = relay.peer[relay.count];
	}
}

#endif
