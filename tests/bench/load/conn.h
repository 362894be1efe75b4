/* SPDX-License-Identifier: ISC */
/*
 * One connection to the server, TLS or plain, without waiting: a request goes
 * out whole, its response comes in whole, and only then the next may go.
 */
#ifndef LOAD_CONN_H
#define LOAD_CONN_H

#include <stddef.h>
#include <stdint.h>

#include <openssl/ssl.h>

#include "response.h"
#include "setup.h"

#define REQUEST_MAX	20480

enum conn_state { CONN_CLOSED, CONN_CONNECTING, CONN_HANDSHAKE, CONN_READY };
enum conn_event {
	CONN_WAIT,		/* nothing to do before the next event */
	CONN_ANSWER,		/* the response is whole */
	CONN_STALE,		/* a kept connection was closed: try again */
	CONN_LOST		/* it broke; closed */
};

/* What all connections share. */
struct conn_target {
	const struct setup	*setup;
	int			 epoll;
	SSL_CTX			*tls;		/* NULL: plain */
	int			 resume;	/* offer the last session */
	SSL_SESSION		*session;
	const char		*why;		/* of the last CONN_LOST */
};

struct conn {
	struct conn_target	*target;
	enum conn_state		 state;
	int			 fd;
	SSL			*ssl;
	int			 is_asking;	/* a response is awaited */
	int			 has_ended;	/* the server closed its side */
	unsigned		 served;	/* responses on it so far */
	size_t			 out_len;
	size_t			 out_sent;
	char			 out[REQUEST_MAX];
	struct response		 in;
};

/* 0, or -1 (said on stderr). */
int	conn_target_open(struct conn_target *, const struct setup *,
	    int has_resume);
void	conn_target_close(struct conn_target *);

void	conn_init(struct conn *, struct conn_target *);
/* Send out[0..out_len), over a new connection if there is none. */
enum conn_event	conn_send(struct conn *);
/* What epoll told of it. */
enum conn_event	conn_wake(struct conn *, uint32_t events);
void	conn_close(struct conn *);

#endif
