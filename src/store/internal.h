/* SPDX-License-Identifier: ISC */
/*
 * Between the files of the asynchronous client alone.
 *
 * A question becomes an op. An op waits in the queue of one connection, is in
 * flight in that connection's batch, and ends in the list of the finished,
 * from where its asker is told. Askers are told at the end of store_event,
 * store_flush and store_tick only, when every connection is in order, so that
 * they may ask and drop whatever they like.
 */
#ifndef STORE_INTERNAL_H
#define STORE_INTERNAL_H

#include <libpq-fe.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "store/query.h"
#include "store/store.h"

#define BATCH_MAX	256	/* ops that share one commit */
#define BATCH_SMALL	16	/* fewer: the commit costs more than they do */
#define RETRIES_MAX	3	/* of an op that the server says to repeat */

enum op_place {
	OP_FREE,
	OP_WAITING,		/* in op->conn's queue */
	OP_IN_FLIGHT,		/* in op->conn's batch */
	OP_FINISHED		/* its asker is to be told */
};

struct store_op {
	TAILQ_ENTRY(store_op)	 list;
	struct store		*store;
	struct store_conn	*conn;
	struct store_query	*query;		/* NULL: nobody waits */
	enum op_place		 place;
	enum store_status	 status;
	struct store_rows	*rows;		/* with STORE_OK, or NULL */
	int			 row;
	enum store_statement	 statement;
	struct trace_context	 trace;		/* of its asker */
	enum store_kind		 kind;
	uint64_t		 shared;	/* of what a call has once */
	uint64_t		 hash;		/* of the key */
	uint64_t		 arrival;
	uint64_t		 deadline;
	int			 is_alone;	/* shares no commit any more */
	int			 is_repeated;	/* a read, sent once in vain */
	unsigned		 tries;
	char			*memory;	/* the parameters */
	size_t			 memory_len;
	int			 n;
	const char		*value[STORE_PARAMS_MAX];
	int			 length[STORE_PARAMS_MAX];
	int			 format[STORE_PARAMS_MAX];
};

TAILQ_HEAD(op_list, store_op);

/* An answer, which those who shared the call share. */
struct store_rows {
	PGresult		*result;
	unsigned		 users;
};

#define ROWS_ALL	(-1)	/* of the answer are the asker's */
#define ROWS_NONE	(-2)

/* A statement executed once: for these ops of the batch. */
struct store_call {
	unsigned		 first;
	unsigned		 count;
	PGresult		*result;	/* until the commit */
};

enum conn_state {
	CONN_RESTING,		/* until retry_at */
	CONN_RESOLVING,		/* the loop looks for addresses */
	CONN_CONNECTING,
	CONN_PREPARING,
	CONN_READY
};

struct store_conn {
	struct store		*store;
	enum conn_state		 state;
	PGconn			*pg;
	int			 fd;		/* watched, or -1 */
	int			 want_write;
	uint64_t		 retry_at;
	uint64_t		 deadline;	/* for becoming ready */
	unsigned		 backoff;	/* ms */
	unsigned		 first_host;	/* moves on when one hangs */
	/* preparing */
	unsigned		 step;
	int			 version;	/* of the schema */
	/* waiting */
	struct op_list		 queue;
	unsigned		 waiting;
	/* in flight */
	struct store_op		*batch[BATCH_MAX];
	unsigned		 count;
	struct store_call	 calls[BATCH_MAX];
	unsigned		 call_count;
	unsigned		 at;		/* whose result comes next */
	unsigned		 settled;	/* ops that have their end */
	int			 is_apart;	/* a call and a sync for each */
	int			 has_failed;	/* up to the next sync */
	unsigned		 culprit;	/* call; past all: commit */
	uint64_t		 since;		/* sent, or last sync */
	uint64_t		 sent;		/* the same, metrics_now() */
	unsigned		 gap;		/* NULLs in a row from libpq */
	char			 doom[STORE_WHY_LEN];	/* leave it, landed */
};

struct store {
	char			*conninfo;
	const struct store_loop	*loop;
	unsigned		 timeout_ms;
	unsigned		 queue_max;
	unsigned		 waiting;	/* in all queues */
	uint64_t		 arrivals;
	uint64_t		 random;	/* for jitter, no secret */
	int			 is_quiet;	/* the caller will say it */
	int			 has_lost;	/* a connection, at any time */
	int			 is_held;	/* a batch, by the last turn */
	struct op_list		 free;
	struct op_list		 refused;	/* told at the next flush */
	struct op_list		 finished;
	char			 why[STORE_WHY_LEN];
	int			 is_schema;	/* why is the schema's */
	unsigned		 conn_count;
	struct store_conn	 conns[];
};

/* store.c */
uint64_t	 store_now(void);

/* op.c */
struct store_op	*op_new(struct store *, struct store_query *);
void		 op_fill(struct store_op *, const struct store_params *);
/* Goes on from h, or begins with OP_HASH. The same on every node. */
#define OP_HASH	UINT64_C(0xcbf29ce484222325)
uint64_t	 op_hash(uint64_t h, const void *, size_t);
void		 op_free(struct store_op *);
/* Into the queue of the connection that should have it, or finished. */
void		 op_route(struct store_op *);
void		 op_enqueue(struct store_op *, struct store_conn *, int first);
void		 op_dequeue(struct store_op *);
void		 op_finish(struct store_op *, enum store_status);
/* Its asker is told that time is up; an op in flight flies on, unheard. */
void		 op_expire(struct store_op *);
/* Tell the askers of all that is finished; 1 if anybody was told. */
int		 op_answer_all(struct store *);

/* target.c: what to give PQconnectStartParams. */
#define TARGET_KEYWORDS		64
#define TARGET_LIST_LEN		4096

struct target {
	PQconninfoOption	*parsed;
	const char		*keyword[TARGET_KEYWORDS];
	const char		*value[TARGET_KEYWORDS];
	int			 n;
	char			 host[TARGET_LIST_LEN];
	char			 hostaddr[TARGET_LIST_LEN];
	char			 port[TARGET_LIST_LEN];
	char			 options[1024];
};

/* Names to be looked up, comma-separated: 1; none: 0; not a conninfo: -1. */
int		 target_names(const char *conninfo, char *names, size_t cap);
/*
 * addresses as store_resolved has them, or NULL: libpq looks names up. The
 * list of hosts begins with the one numbered first. 0, or -1: no address.
 */
int		 target_init(struct target *, const struct store *,
		    const char *addresses, unsigned first);
void		 target_free(struct target *);

/* conn.c */
void		 conn_init(struct store_conn *, struct store *);
void		 conn_free(struct store_conn *);
void		 conn_tick(struct store_conn *, uint64_t now);
void		 conn_flush(struct store_conn *);
/* Close; its ops go to others or have their end; try again later. */
void		 conn_lose(struct store_conn *, const char *why);

/* prepare.c: from connected to ready. */
void		 prepare_send(struct store_conn *);
void		 prepare_read(struct store_conn *);

/* call.c */
/* Do those who ask it share a call? */
int		 call_is_for_many(enum store_statement);
/* The batch has so many ops, in order: its calls. How many. */
unsigned	 call_form(struct store_conn *, unsigned ops);
/* 0, or -1: libpq says why. */
int		 call_send(struct store_conn *, const struct store_call *);
/* It is committed: each of its ops has its end. */
void		 call_settle(struct store_conn *, struct store_call *);
/* Of what has no commit there is no answer. */
void		 call_forget(struct store_call *);
void		 call_forget_all(struct store_conn *);
struct store_rows *rows_new(PGresult *);
struct store_rows *rows_hold(struct store_rows *);
void		 rows_drop(struct store_rows *);

/* verdict.c */
enum verdict {
	VERDICT_FAILED,		/* the statement's own fault */
	VERDICT_CONFLICT,
	VERDICT_TIMEOUT,
	VERDICT_RETRY,		/* on this connection */
	VERDICT_LEAVE		/* on another: this one is of no use */
};

enum verdict	 verdict_judge(const PGresult *);
/* The status of an op that failed for good. */
enum store_status verdict_ending(enum verdict);
/* A field of an error, "" if it has none. */
const char	*error_field(const PGresult *, int code);

/* batch.c */
int		 batch_is_small(const struct store_conn *);
void		 batch_send(struct store_conn *);
void		 batch_read(struct store_conn *);
/* The connection is gone: what was in flight has its end. */
void		 batch_abandon(struct store_conn *);

#endif
