/* SPDX-License-Identifier: ISC */
/*
 * The asynchronous PostgreSQL client under every aggregate of this room.
 *
 * Every statement of sql/queries is prepared when a connection is made.
 * Queries that arrive while a batch is in flight form the next one; a batch is
 * closed by one sync, so that all of it shares one commit, and a query is
 * answered only after that commit. An error in a batch undoes it whole: its
 * members then run again one by one, so that each gets its own answer.
 *
 * The client knows no event loop: it is given one (struct store_loop).
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stddef.h>
#include <stdint.h>

#define STORE_PARAMS_MAX	20
#define STORE_WHY_LEN		160

enum store_status {
	STORE_PENDING,		/* asked, not answered */
	STORE_OK,		/* committed; a row, or a command without */
	STORE_NONE,		/* committed; no row: not found, or refused */
	STORE_UNAVAILABLE,	/* not sent: no connection, or queue full */
	STORE_UNKNOWN,		/* sent; whether it was committed is unknown */
	STORE_TIMEOUT,		/* not answered within the deadline */
	STORE_CONFLICT,		/* a constraint refused it (SQLSTATE 23xxx) */
	STORE_FAILED		/* any other error; it is in the log */
};

struct store_op;
struct store_rows;
struct store;

/*
 * One question; lives in the state of who asks. Zero it before first use, and
 * drop it before its memory goes. done may be NULL; it may ask and drop, this
 * query and others.
 */
struct store_query {
	struct store_op		*op;		/* while pending */
	enum store_status	 status;
	struct store_rows	*rows;		/* the answer, or NULL */
	int			 row;		/* of it, if not all is ours */
	void			(*done)(struct store_query *);
	void			*arg;		/* for done */
};

/*
 * What the client needs from an event loop. conn stays the same, and good,
 * from store_open to store_close; its fd changes.
 */
struct store_loop {
	/*
	 * Call store_event(conn) while fd is readable or, with want_write,
	 * writable, which is level-triggered; more often does no harm. Called
	 * again for the same fd when want_write changes.
	 */
	void	(*watch)(void *conn, int fd, int want_write);
	/* Once for each fd watched, before it is closed. */
	void	(*unwatch)(void *conn, int fd);
	/*
	 * Find the addresses of these host names (comma-separated; good during
	 * this call only) without blocking, then call store_resolved(conn, …),
	 * now or later, but not after store_close. NULL: libpq looks names up
	 * itself, and blocks while it does.
	 */
	void	(*resolve)(void *conn, const char *hosts);
};

struct store_options {
	const char		*conninfo;
	unsigned		 connections;
	unsigned		 timeout_ms;	/* a query, waiting included */
	unsigned		 queue_max;	/* waiting queries */
	const struct store_loop	*loop;
};

/*
 * Never fails: connecting is tried, with back-off, until store_close; it
 * begins with the first store_tick.
 */
struct store	*store_open(const struct store_options *);
/* Answers nothing, frees all; not from inside a done. */
void		 store_close(struct store *);
/* The loop saw something on conn's socket. */
void		 store_event(void *conn);
/* 1 while conn is being made: a handshake, a password. */
int		 store_is_connecting(const void *conn);
/*
 * Numeric addresses, comma-separated and in the order of the names asked for;
 * several of one name separated by a space, nothing for one that was not
 * found. NULL: none found at all.
 */
void		 store_resolved(void *conn, const char *addresses);
/*
 * Deadlines and reconnects, and a flush; call some ten times a second.
 * now_ms: CLOCK_MONOTONIC in milliseconds.
 */
void		 store_tick(struct store *, uint64_t now_ms);
/*
 * Send what this turn of the loop has gathered; call at its end. 1: there is
 * little yet, and it is held back, once: come again, after what else is at hand
 * and without sleeping. So requests that come together share a commit, and one
 * that is alone waits for nobody. 1 too if somebody was told an answer here:
 * who is told can go on, so the loop must not sleep.
 */
int		 store_turn(struct store *);
/* Send all that can be sent; for who does not look what else is at hand. */
void		 store_flush(struct store *);
/* 1 if a query would be sent now; else why says in words what is wrong. */
int		 store_is_ready(const struct store *, char *why, size_t len);

/* 1 if ever a connection was lost, or could not be made. */
int		 store_has_lost(const struct store *);
/* 1 if no question waits and none is in flight, with or without an asker. */
int		 store_is_idle(const struct store *);
/* 1 if the reason is the schema's version: nothing of where the database is. */
int		 store_is_schema_wrong(const struct store *);

/*
 * Forget a question: its done is not called any more, rows are freed. For a
 * pending one the statement may or may not still run. Safe on a zeroed query.
 */
void		 store_query_drop(struct store_query *);
/* Of libpq, "15.14". */
const char	*store_libpq_version(void);
/* 1 if the answer means: try again later (503). */
int		 store_is_outage(enum store_status);

/*
 * For commands and tests, which have no loop: open, then run until q is
 * answered (or its deadline passes). 0 if STORE_OK or STORE_NONE, else -1.
 */
struct store	*store_open_blocking(const char *conninfo, char *err,
		    size_t errlen);
int		 store_wait(struct store *, struct store_query *);

#endif
