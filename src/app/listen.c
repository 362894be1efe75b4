/* SPDX-License-Identifier: ISC */
/*
 * Inherited listening sockets; see listen.h. Kore makes its sockets itself, so
 * its bind(2) is wrapped at link time: where an address has an inherited
 * socket, that one takes the fresh one's place.
 */
#include <netinet/in.h>

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/listen.h"
#include "base/settings.h"
#include "base/text.h"

#define FIRST_FD	3		/* SD_LISTEN_FDS_START */
#define SOCKETS_MAX	(2 * SETTINGS_LISTEN_MAX)
#define NAME_LEN	80

struct inherited {
	struct sockaddr_storage	 addr;
	int			 fd;
	int			 is_claimed;
	int			 is_bound;
};

static int	take(int, char *, size_t);
static struct inherited	*find(const struct sockaddr *);
static int	is_same(const struct sockaddr_storage *,
		    const struct sockaddr *);
static void	name(const struct inherited *, char [NAME_LEN]);

int	__real_bind(int, const struct sockaddr *, socklen_t);
int	__wrap_bind(int, const struct sockaddr *, socklen_t);

static struct inherited	sockets[SOCKETS_MAX];
static size_t		sockets_count;

int
listen_inherit(char *err, size_t errlen)
{
	const char	*pid, *fds;
	long		 number;
	int		 fd, is_ours, result;

	result = 0;
	number = 0;
	pid = getenv("LISTEN_PID");
	fds = getenv("LISTEN_FDS");
	/* For another process: an environment is easily passed on. */
	is_ours = pid != NULL && fds != NULL &&
	    text_number(pid, 1, INT32_MAX, &number) == 0 &&
	    number == (long)getpid();
	if (is_ours && text_number(fds, 0, SOCKETS_MAX, &number) == -1) {
		snprintf(err, errlen, "LISTEN_FDS is \"%s\": want a number "
		    "from 0 to %d", fds, SOCKETS_MAX);
		result = -1;
	}
	for (fd = FIRST_FD; is_ours && result == 0 && fd < FIRST_FD + number;
	    fd++)
		result = take(fd, err, errlen);
	if (unsetenv("LISTEN_PID") == -1 || unsetenv("LISTEN_FDS") == -1 ||
	    unsetenv("LISTEN_FDNAMES") == -1)
		result = -1;
	return (result);
}

int
listen_claim(const struct sockaddr *addr)
{
	struct inherited	*s;

	if ((s = find(addr)) == NULL)
		return (0);
	s->is_claimed = 1;
	return (1);
}

int
listen_check_claimed(char *err, size_t errlen)
{
	char	address[NAME_LEN];
	size_t	i;

	for (i = 0; i < sockets_count; i++) {
		if (sockets[i].is_claimed)
			continue;
		name(&sockets[i], address);
		snprintf(err, errlen, "LISTEN_FDS has a socket for %s, which "
		    "no setting says to listen on: write the same addresses "
		    "into [server] listen and into the socket unit", address);
		return (-1);
	}
	return (0);
}

int
listen_is_inherited(int fd)
{
	size_t	i;

	for (i = 0; i < sockets_count; i++)
		if (sockets[i].is_bound && sockets[i].fd == fd)
			return (1);
	return (0);
}

/* The socket is ready: it is bound and listens, and connections may wait. */
int
__wrap_bind(int fd, const struct sockaddr *addr, socklen_t len)
{
	struct inherited	*s;
	int			 flags;

	if ((s = find(addr)) == NULL)
		return (__real_bind(fd, addr, len));
	if (s->is_bound) {
		errno = EADDRINUSE;
		return (-1);
	}
	if ((flags = fcntl(s->fd, F_GETFL)) == -1 ||
	    fcntl(s->fd, F_SETFL, flags | O_NONBLOCK) == -1 ||
	    dup3(s->fd, fd, O_CLOEXEC) == -1)
		return (-1);
	(void)close(s->fd);
	s->fd = fd;
	s->is_bound = 1;
	return (0);
}

static int
take(int fd, char *err, size_t errlen)
{
	struct inherited	*s = &sockets[sockets_count];
	socklen_t		 len;
	int			 type, is_listening;

	len = sizeof(s->addr);
	if (fcntl(fd, F_SETFD, FD_CLOEXEC) == -1 ||
	    getsockname(fd, (struct sockaddr *)&s->addr, &len) == -1) {
		snprintf(err, errlen, "LISTEN_FDS announces descriptor %d as a "
		    "socket: %s", fd, strerror(errno));
		return (-1);
	}
	len = sizeof(type);
	is_listening = 0;
	if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) == -1 ||
	    type != SOCK_STREAM ||
	    getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &is_listening,
	    &len) == -1 || !is_listening ||
	    (s->addr.ss_family != AF_INET && s->addr.ss_family != AF_INET6)) {
		snprintf(err, errlen, "LISTEN_FDS: descriptor %d is not a TCP "
		    "socket that listens: want ListenStream= with an address "
		    "and a port, and Accept=no", fd);
		return (-1);
	}
	s->fd = fd;
	sockets_count++;
	return (0);
}

static struct inherited *
find(const struct sockaddr *addr)
{
	size_t	i;

	for (i = 0; i < sockets_count; i++)
		if (is_same(&sockets[i].addr, addr))
			return (&sockets[i]);
	return (NULL);
}

static int
is_same(const struct sockaddr_storage *a, const struct sockaddr *b)
{
	const struct sockaddr_in	*x4, *y4;
	const struct sockaddr_in6	*x6, *y6;

	if (a->ss_family != b->sa_family)
		return (0);
	if (b->sa_family == AF_INET) {
		x4 = (const struct sockaddr_in *)a;
		y4 = (const void *)b;
		return (x4->sin_port == y4->sin_port &&
		    x4->sin_addr.s_addr == y4->sin_addr.s_addr);
	}
	if (b->sa_family != AF_INET6)
		return (0);
	x6 = (const struct sockaddr_in6 *)a;
	y6 = (const void *)b;
	return (x6->sin6_port == y6->sin6_port &&
	    memcmp(&x6->sin6_addr, &y6->sin6_addr,
	    sizeof(x6->sin6_addr)) == 0);
}

static void
name(const struct inherited *s, char out[NAME_LEN])
{
	char	host[64], port[8];

	if (getnameinfo((const struct sockaddr *)&s->addr, sizeof(s->addr),
	    host, sizeof(host), port, sizeof(port),
	    NI_NUMERICHOST | NI_NUMERICSERV) != 0)
		snprintf(out, NAME_LEN, "an unknown address");
	else
		snprintf(out, NAME_LEN, s->addr.ss_family == AF_INET6 ?
		    "[%s]:%s" : "%s:%s", host, port);
}
