/* SPDX-License-Identifier: ISC */
/*
 * A stream of operations of one scenario: by whom, how often, and what came of
 * it. An operation is one or more requests, each a step with its own times.
 */
#ifndef LOAD_STREAM_H
#define LOAD_STREAM_H

#include "conn.h"
#include "histogram.h"
#include "stock.h"

#define STEPS_MAX	5
#define STATE_LEN	32		/* of an operation, NUL included */
#define TOKEN_LEN	2048		/* NUL included */

struct client;

/* What a scenario needs to be there before it can be measured. */
enum need { NEED_NOTHING, NEED_CODES, NEED_TOKENS };
enum step_verdict { STEP_OK, STEP_REFUSED, STEP_BAD };

struct step {
	const char		*name;
	/* Write the request of this step; what came before is in c->in. */
	void			(*ask)(struct client *, struct text *);
	/* Judge the response; take what later steps need. */
	enum step_verdict	(*check)(struct client *);
};

struct scenario {
	const char		*name;
	const char		*help;
	enum need		 need;
	int			 may_refuse;	/* 503, 429 are no errors */
	int			 is_new;	/* a connection each */
	int			 is_encrypted;	/* sign-ins carry a key */
	int			 is_probe;	/* may run beside another */
	const struct step	*steps[STEPS_MAX + 1];
};

/* One who asks: a browser, a client of ours, one connection at a time. */
struct client {
	struct conn		 conn;		/* first */
	struct stream		*stream;
	struct client		*next_free;
	int			 is_busy;
	int			 has_retried;
	unsigned		 step;
	uint64_t		 began;		/* ns; when it was due */
	uint64_t		 step_began;
	const char		*why;		/* of STEP_BAD */
	char			 state[STATE_LEN];
	const char		*token;		/* of the stock, or own */
	char			 own_token[TOKEN_LEN];
};

struct counts {
	uint64_t		 ok;
	uint64_t		 errors;
	uint64_t		 refused;
	uint64_t		 refused_with_retry_after;
	uint64_t		 requests;
	uint64_t		 retries;
};

struct stream {
	const struct scenario	*scenario;
	const struct setup	*setup;
	struct stock		*stock;		/* taken from, or put into */
	int			 is_filling;	/* ops are to end well */
	int			 is_holding;	/* each client has one op */
	int			 is_open;
	int			 is_new;
	int			 is_encrypted;
	double			 rate;		/* arrivals a second */
	uint64_t		 limit;		/* operations; 0: by time */
	uint64_t		 end;		/* ns; no arrival after it */
	uint64_t		 next;		/* ns; the next arrival */
	uint64_t		 paused;	/* ns; until then none begins */
	uint64_t		 started;
	uint64_t		 failed_in_row;
	unsigned		 busy;
	unsigned		 count;		/* of clients */
	unsigned		 complaints;
	int			 is_over;	/* starts no more */
	struct client		*clients;
	struct client		*free;
	struct counts		 counts;
	struct histogram	 latency;
	struct histogram	 refused;
	struct histogram	 steps[STEPS_MAX];
};

/* 0, or -1 without memory. */
int	stream_open(struct stream *, const struct scenario *,
	    struct conn_target *, unsigned clients);
void	stream_close(struct stream *);
/* Forget what was counted; begin now, for `seconds` or `limit` operations. */
void	stream_begin(struct stream *, uint64_t now, double seconds,
	    uint64_t limit);
/*
 * Begin what is due. When to come again (ns), or UINT64_MAX: nothing to begin
 * before something has ended.
 */
uint64_t	stream_start_due(struct stream *, uint64_t now);
/* Operations that were due before the end and never began are errors. */
void	stream_end(struct stream *, uint64_t now);
/* Epoll's word on a client. */
void	stream_wake(struct client *, uint32_t events);
/* End what has waited for more than `patience` ns as an error. */
void	stream_sweep(struct stream *, uint64_t now, uint64_t patience);
/*
 * Ask once more on what has been still for `age` ns: a server ends connections
 * that it has long heard nothing of.
 */
void	stream_refresh(struct stream *, uint64_t now, uint64_t age);
/* Connections that stand. */
unsigned	stream_held(const struct stream *);

uint64_t	clock_ns(void);

#endif
