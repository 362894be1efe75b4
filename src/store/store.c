/* SPDX-License-Identifier: ISC */
/* The client as its users see it: open, ask, drop, and the turns of a loop. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "base/log.h"
#include "base/metrics.h"
#include "base/text.h"
#include "store/internal.h"

static void	count_conns(const struct store *);
static void	free_list(struct op_list *);

struct store *
store_open(const struct store_options *o)
{
	struct store	*s;
	unsigned	 i;

	PRECOND(o->conninfo != NULL && o->loop != NULL);
	PRECOND(o->connections > 0 && o->timeout_ms > 0 && o->queue_max > 0);

	s = calloc(1, sizeof(*s) + o->connections * sizeof(s->conns[0]));
	PRECOND(s != NULL);
	s->conninfo = strdup(o->conninfo);
	PRECOND(s->conninfo != NULL);
	s->loop = o->loop;
	s->timeout_ms = o->timeout_ms;
	s->queue_max = o->queue_max;
	TAILQ_INIT(&s->free);
	TAILQ_INIT(&s->refused);
	TAILQ_INIT(&s->finished);
	(void)text_copy(s->why, sizeof(s->why), "connecting to the database");
	if (getrandom(&s->random, sizeof(s->random), GRND_NONBLOCK) == -1)
		s->random = store_now();
	s->random |= 1;
	s->conn_count = o->connections;
	for (i = 0; i < s->conn_count; i++)
		conn_init(&s->conns[i], s);

	return (s);
}

void
store_close(struct store *s)
{
	unsigned	i;

	if (s == NULL)
		return;
	for (i = 0; i < s->conn_count; i++)
		conn_free(&s->conns[i]);
	free_list(&s->refused);
	free_list(&s->finished);
	free_list(&s->free);
	explicit_bzero(s->conninfo, strlen(s->conninfo));
	free(s->conninfo);
	free(s);
}

void
store_ask(struct store *s, struct store_query *q, enum store_statement stmt,
    enum store_kind kind, const struct store_params *p, const void *key,
    size_t keylen)
{
	const struct trace_context	*trace;
	struct store_op			*op;

	PRECOND((int)stmt >= 0 && stmt < STMT_MAX);

	store_query_drop(q);
	op = op_new(s, q);
	op->statement = stmt;
	if ((trace = trace_current()) != NULL)
		op->trace = *trace;
	op->kind = kind;
	op->hash = op_hash(OP_HASH, key, keylen);
	op->is_alone = kind == STORE_WRITE_ALONE;
	op->arrival = s->arrivals++;
	op->deadline = store_now() + s->timeout_ms;
	op_fill(op, p);

	if (s->waiting < s->queue_max)
		op_route(op);
	else
		op_finish(op, STORE_UNAVAILABLE);
	/* Refused: but never answer from inside this call, nor from a done. */
	if (op->place == OP_FINISHED) {
		TAILQ_REMOVE(&s->finished, op, list);
		TAILQ_INSERT_TAIL(&s->refused, op, list);
	}
}

void
store_query_drop(struct store_query *q)
{
	struct store_op	*op;

	if ((op = q->op) != NULL) {
		q->op = NULL;
		op->query = NULL;
		if (op->place == OP_WAITING) {
			op_dequeue(op);
			op_free(op);
		}
	}
	rows_drop(q->rows);
	q->rows = NULL;
	q->status = STORE_PENDING;
}

void
store_flush(struct store *s)
{
	s->is_held = 1;
	(void)store_turn(s);
}

/* Nothing is held back twice. */
int
store_turn(struct store *s)
{
	unsigned	i;
	int		may_hold, is_told;

	may_hold = !s->is_held;
	s->is_held = 0;
	TAILQ_CONCAT(&s->finished, &s->refused, list);
	for (i = 0; i < s->conn_count; i++) {
		if (may_hold && batch_is_small(&s->conns[i]))
			s->is_held = 1;
		else
			batch_send(&s->conns[i]);
	}
	is_told = op_answer_all(s);
	metrics_set(METRIC_DB_QUEUE_DEPTH, 0, s->waiting);

	return (is_told || s->is_held);
}

void
store_tick(struct store *s, uint64_t now)
{
	unsigned	i;

	for (i = 0; i < s->conn_count; i++)
		conn_tick(&s->conns[i], now);
	count_conns(s);
	store_flush(s);
}

static void
count_conns(const struct store *s)
{
	unsigned	i, ready;

	ready = 0;
	for (i = 0; i < s->conn_count; i++)
		ready += s->conns[i].state == CONN_READY;
	metrics_set(METRIC_DB_CONNECTIONS, METRIC_DB_READY, ready);
	metrics_set(METRIC_DB_CONNECTIONS, METRIC_DB_CONNECTING,
	    s->conn_count - ready);
}

int
store_is_schema_wrong(const struct store *s)
{
	return (s->is_schema);
}

int
store_has_lost(const struct store *s)
{
	return (s->has_lost);
}

int
store_is_idle(const struct store *s)
{
	unsigned	 i;

	for (i = 0; i < s->conn_count; i++)
		if (s->conns[i].count > 0)
			return (0);
	return (s->waiting == 0 && TAILQ_EMPTY(&s->finished) &&
	    TAILQ_EMPTY(&s->refused));
}

int
store_is_ready(const struct store *s, char *why, size_t len)
{
	const char	*reason;
	unsigned	 i;

	reason = s->why;
	for (i = 0; i < s->conn_count; i++) {
		if (s->conns[i].state != CONN_READY)
			continue;
		if (s->waiting < s->queue_max)
			return (1);
		reason = "too many questions wait for the database";
	}
	if (len > 0)
		(void)snprintf(why, len, "%s", reason);

	return (0);
}

int
store_is_outage(enum store_status status)
{
	return (status == STORE_UNAVAILABLE || status == STORE_UNKNOWN ||
	    status == STORE_TIMEOUT);
}

const char *
store_libpq_version(void)
{
	static char	text[16];

	/* 150014: libpq 34.23. */
	(void)snprintf(text, sizeof(text), "%d.%d", PQlibVersion() / 10000,
	    PQlibVersion() % 10000);
	return (text);
}

uint64_t
store_now(void)
{
	struct timespec	ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);

	return ((uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000);
}

static void
free_list(struct op_list *list)
{
	struct store_op	*op;

	while ((op = TAILQ_FIRST(list)) != NULL) {
		TAILQ_REMOVE(list, op, list);
		/* The asker may outlive the store: nothing dangles. */
		if (op->query != NULL)
			op->query->op = NULL;
		rows_drop(op->rows);
		if (op->memory != NULL)
			explicit_bzero(op->memory, op->memory_len);
		free(op->memory);
		free(op);
	}
}
