/* SPDX-License-Identifier: ISC */
/*
 * Puts http/framing in front of Kore's header parser. Kore hands its parser
 * around as a callback; here that one pointer is replaced (-Wl,--wrap) by ours,
 * which judges the header block first and lets only what is sound go on.
 *
 * The buffer is small until it must be larger: Kore would have a connection
 * that waits for its next request keep one of http_header_max bytes.
 */
#include <kore/kore.h>
#include <kore/http.h>

#include <string.h>

#include "app/arrival.h"
#include "base/metrics.h"
#include "app/tls.h"
#include "http/framing.h"

#define FIRST_LEN	1024	/* most requests are shorter */
#define GROWTH		4

static int	framing_recv(struct netbuf *);
static void	header_begins(struct connection *);
static int	grow(struct netbuf *);
static int	pass_on(struct netbuf *);
static int	is_taken(const struct connection *);
static int	refuse(struct connection *, const char *);
static int	put_length(struct netbuf *, size_t);

void	__real_net_recv_reset(struct connection *, size_t,
	    int (*)(struct netbuf *));
void	__real_net_recv_queue(struct connection *, size_t, int,
	    int (*)(struct netbuf *));
void	__wrap_net_recv_reset(struct connection *, size_t,
	    int (*)(struct netbuf *));
void	__wrap_net_recv_queue(struct connection *, size_t, int,
	    int (*)(struct netbuf *));

static const char	*const refusals[] = {
	[FRAMING_BAD] = "400 Bad Request",
	[FRAMING_TRANSFER] = "501 Not Implemented",
	[FRAMING_TOO_MANY] = "431 Request Header Fields Too Large",
};

void
__wrap_net_recv_reset(struct connection *c, size_t len,
    int (*cb)(struct netbuf *))
{
	if (cb != http_header_recv) {
		__real_net_recv_reset(c, len, cb);
		return;
	}
	/*
	 * Kore's time for a header block counts from the answer before, and
	 * ends connections that merely wait, or whose body took long.
	 */
	c->http_timeout = 0;
	__real_net_recv_reset(c, FIRST_LEN, framing_recv);
}

void
__wrap_net_recv_queue(struct connection *c, size_t len, int flags,
    int (*cb)(struct netbuf *))
{
	if (cb != http_header_recv) {
		__real_net_recv_queue(c, len, flags, cb);
		return;
	}
	if (c->ssl != NULL)
		tls_connection_ready(c->ssl);
	__real_net_recv_queue(c, FIRST_LEN, flags, framing_recv);
}

/* Called on every arrival, with all that has come of a header block. */
static int
framing_recv(struct netbuf *nb)
{
	struct connection	*c;
	const char		*buf, *end, *bare;
	enum framing		 verdict;
	size_t			 len, rest;

	c = nb->owner;
	if (c->flags & CONN_CLOSE_EMPTY) {
		nb->s_off = 0;			/* already refused */
		return (KORE_RESULT_OK);
	}
	header_begins(c);
	/*
	 * What did not fill the buffer was all there was: Kore need not look
	 * again. Beneath TLS it cannot be told.
	 */
	if (c->ssl == NULL && nb->s_off < nb->b_len)
		c->evt.flags &= ~KORE_EVENT_READ;
	buf = (const char *)nb->buf;
	end = kore_mem_find(nb->buf, nb->s_off, "\r\n\r\n", 4);
	bare = kore_mem_find(nb->buf, nb->s_off, "\n\n", 2);
	if (bare != NULL && (end == NULL || bare < end))
		return (refuse(c, refusals[FRAMING_BAD]));
	if (end == NULL) {
		if (nb->s_off == nb->b_len && grow(nb) == -1)
			return (refuse(c, refusals[FRAMING_TOO_MANY]));
		return (KORE_RESULT_OK);
	}
	len = (size_t)(end - buf);
	rest = nb->s_off - len - 4;
	verdict = framing_check(buf, len);
	if (verdict == FRAMING_NO_LENGTH) {
		/* Without a length there is no body, so nothing may follow. */
		if (rest != 0 || put_length(nb, len) == -1)
			verdict = FRAMING_BAD;
		else
			verdict = FRAMING_OK;
	} else if (verdict == FRAMING_OK && rest != 0 &&
	    (strncmp(buf, "GET ", 4) == 0 || strncmp(buf, "HEAD ", 5) == 0)) {
		/*
		 * A pipelined request: Kore would lose it. The answer to the
		 * first says "close", so that the client asks again.
		 */
		c->flags |= CONN_CLOSE_EMPTY;
	} else if (verdict == FRAMING_OK && rest > framing_length(buf, len)) {
		/*
		 * More body than was announced: Kore would count what is left
		 * below zero and take in bytes without end.
		 */
		verdict = FRAMING_BAD;
	}
	if (verdict != FRAMING_OK)
		return (refuse(c, refusals[verdict]));
	return (pass_on(nb));
}

/* From the first byte on there is a time in which the others must come. */
static void
header_begins(struct connection *c)
{
	if (c->http_timeout != 0)
		return;
	c->http_start = kore_time_ms();
	c->http_timeout = (u_int64_t)http_header_timeout * 1000;
}

/* 0, or -1 if it has the most that a header block may have. */
static int
grow(struct netbuf *nb)
{
	size_t	len;

	if (nb->b_len >= http_header_max)
		return (-1);
	len = MIN(nb->b_len * GROWTH, http_header_max);
	nb->buf = kore_realloc(nb->buf, len);
	nb->b_len = nb->m_len = len;
	return (0);
}

/*
 * Over IPv6 Kore takes the port off the Host only behind a bracket, and finds
 * that "localhost:8443" is not the "localhost" of the handshake (421). The way
 * it goes for IPv4 is right for both.
 */
static int
pass_on(struct netbuf *nb)
{
	struct connection	*c = nb->owner;
	int			 family, r;

	arrival_note(c);
	family = c->family;
	if (family == AF_INET6)
		c->family = AF_INET;
	r = http_header_recv(nb);
	c->family = family;
	if (!is_taken(c))
		metrics_add(METRIC_HTTP_REFUSED, 0);
	if (c->flags & CONN_CLOSE_EMPTY)
		nb->s_off = 0;
	return (r);
}

/* Kore, too, refuses what never comes to an endpoint. */
static int
is_taken(const struct connection *c)
{
	const struct http_request	*req;

	req = TAILQ_FIRST(&c->http_requests);
	return (req != NULL && (req->flags & HTTP_REQUEST_DELETE) == 0);
}

/* Answer in Kore's stead and close when it is sent. */
static int
refuse(struct connection *c, const char *status)
{
	char	reply[128];
	int	len;

	metrics_add(METRIC_HTTP_REFUSED, 0);
	len = snprintf(reply, sizeof(reply), "HTTP/1.1 %s\r\n"
	    "connection: close\r\ncontent-length: 0\r\n\r\n", status);
	net_send_queue(c, reply, (size_t)len);
	c->flags |= CONN_CLOSE_EMPTY;
	c->rnb->s_off = 0;		/* room for what else may come */
	return (net_send_flush(c));
}

/*
 * Devices before iOS 15 POST with everything in the query and sometimes no
 * Content-Length, which Kore wants: say for them that it is 0.
 */
static int
put_length(struct netbuf *nb, size_t len)
{
	static const char	header[] = "\r\ncontent-length: 0";
	const size_t		extra = sizeof(header) - 1;

	if (nb->s_off + extra > nb->b_len && grow(nb) == -1)
		return (-1);
	memmove(nb->buf + len + extra, nb->buf + len, nb->s_off - len);
	memcpy(nb->buf + len, header, extra);
	nb->s_off += extra;
	return (0);
}
