/* SPDX-License-Identifier: ISC */
/*
 * Non-blocking connections on one epoll. Each is registered once, for edges,
 * so that a request costs one write, one wait and one read.
 */
#include <sys/epoll.h>

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <unistd.h>

#include "conn.h"
#include "tls.h"

static enum conn_event	conn_open(struct conn *);
static enum conn_event	conn_lose(struct conn *, const char *);
static enum conn_event	conn_connected(struct conn *);
static enum conn_event	conn_handshake(struct conn *);
static enum conn_event	conn_flush(struct conn *);
static enum conn_event	conn_read(struct conn *);
static ssize_t		plain_result(ssize_t);

void
conn_init(struct conn *c, struct conn_target *target)
{
	c->target = target;
	c->state = CONN_CLOSED;
	c->fd = -1;
}

enum conn_event
conn_send(struct conn *c)
{
	c->out_sent = 0;
	c->is_asking = 1;
	response_reset(&c->in);
	if (c->state == CONN_CLOSED)
		return (conn_open(c));
	return (c->state == CONN_READY ? conn_flush(c) : CONN_WAIT);
}

enum conn_event
conn_wake(struct conn *c, uint32_t events)
{
	enum conn_event	event;

	if (c->state == CONN_CLOSED)
		return (CONN_WAIT);
	if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR))
		c->has_ended = 1;
	if (!c->is_asking) {
		if (c->has_ended)
			conn_close(c);
		return (CONN_WAIT);
	}
	if (c->state == CONN_CONNECTING &&
	    (event = conn_connected(c)) != CONN_WAIT)
		return (event);
	if (c->state == CONN_HANDSHAKE &&
	    (event = conn_handshake(c)) != CONN_WAIT)
		return (event);
	if (c->state != CONN_READY)
		return (CONN_WAIT);
	if (c->out_sent < c->out_len &&
	    (event = conn_flush(c)) != CONN_WAIT)
		return (event);
	return (conn_read(c));
}

void
conn_close(struct conn *c)
{
	tls_free(c->target, c->ssl);
	c->ssl = NULL;
	if (c->fd != -1)
		close(c->fd);
	c->fd = -1;
	c->state = CONN_CLOSED;
}

static enum conn_event
conn_open(struct conn *c)
{
	const struct setup	*s = c->target->setup;
	struct epoll_event	 ev;
	int			 on = 1;

	c->served = 0;
	c->has_ended = 0;
	c->fd = socket(s->address.ss_family,
	    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (c->fd == -1)
		return (conn_lose(c, "no socket is left"));
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (connect(c->fd, (const struct sockaddr *)&s->address,
	    s->address_len) == -1 && errno != EINPROGRESS)
		return (conn_lose(c, strerror(errno)));
	if (c->target->tls != NULL &&
	    (c->ssl = tls_new(c->target, c->fd)) == NULL)
		return (conn_lose(c, "no memory for TLS"));
	c->state = CONN_CONNECTING;
	ev.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
	ev.data.ptr = c;
	if (epoll_ctl(c->target->epoll, EPOLL_CTL_ADD, c->fd, &ev) == -1)
		return (conn_lose(c, "epoll takes no more"));
	return (CONN_WAIT);
}

/*
 * A server may close a kept connection just as a request leaves: what has had
 * no byte of a response is worth one more try, as every HTTP client gives it.
 */
static enum conn_event
conn_lose(struct conn *c, const char *why)
{
	int	is_stale = c->served > 0 && c->in.len == 0;

	c->target->why = why;
	conn_close(c);
	return (is_stale ? CONN_STALE : CONN_LOST);
}

static enum conn_event
conn_connected(struct conn *c)
{
	socklen_t	len = sizeof(int);
	int		problem = 0;

	if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &problem, &len) == -1 ||
	    problem != 0)
		return (conn_lose(c, strerror(problem)));
	c->state = c->ssl != NULL ? CONN_HANDSHAKE : CONN_READY;
	return (CONN_WAIT);
}

static enum conn_event
conn_handshake(struct conn *c)
{
	switch (tls_connect(c->ssl)) {
	case 1:
		c->state = CONN_READY;
		return (CONN_WAIT);
	case 0:
		return (c->has_ended ? conn_lose(c, "closed in the handshake") :
		    CONN_WAIT);
	default:
		return (conn_lose(c, tls_problem(c->ssl)));
	}
}

static enum conn_event
conn_flush(struct conn *c)
{
	ssize_t	n;

	while (c->out_sent < c->out_len) {
		n = c->ssl != NULL ?
		    tls_write(c->ssl, c->out + c->out_sent,
		    c->out_len - c->out_sent) :
		    plain_result(send(c->fd, c->out + c->out_sent,
		    c->out_len - c->out_sent, MSG_NOSIGNAL));
		if (n == 0)
			return (CONN_WAIT);
		if (n < 0)
			return (conn_lose(c, "closed while sending"));
		c->out_sent += (size_t)n;
	}
	return (CONN_WAIT);
}

static enum conn_event
conn_read(struct conn *c)
{
	enum response_verdict	verdict;
	size_t			room;
	ssize_t			n;

	for (;;) {
		room = sizeof(c->in.buffer) - c->in.len;
		if (room == 0)
			return (conn_lose(c, "the response is too long"));
		if (c->ssl != NULL) {
			n = tls_read(c->ssl, c->in.buffer + c->in.len, room);
		} else {
			n = recv(c->fd, c->in.buffer + c->in.len, room, 0);
			n = n == 0 ? -1 : plain_result(n);
		}
		if (n == 0)
			return (CONN_WAIT);
		if (n < 0)
			return (conn_lose(c, "closed before it answered"));
		c->in.len += (size_t)n;
		verdict = response_parse(&c->in);
		if (verdict == RESPONSE_BROKEN)
			return (conn_lose(c, "this is not an HTTP response"));
		if (verdict == RESPONSE_WHOLE)
			break;
	}
	c->served++;
	c->is_asking = 0;
	if (c->in.is_close || c->has_ended)
		conn_close(c);
	return (CONN_ANSWER);
}

/* Bytes; 0: not now; -1: over. */
static ssize_t
plain_result(ssize_t n)
{
	if (n >= 0)
		return (n);
	return (errno == EAGAIN || errno == EINTR ? 0 : -1);
}
