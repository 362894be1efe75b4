/* SPDX-License-Identifier: ISC */
/*
 * Ops: one question on its way. Parameters are copied into one piece of memory
 * of the op, which is wiped before it is freed: they hold digests and hashes.
 */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/metrics.h"
#include "store/internal.h"

#define SHARE_MAX	32	/* that wait, before another is used */
#define SHARE_MS	5	/* that a batch is under way */

static void			 count(enum store_status);
static void			 fill_shared(struct store_op *);
static struct store_conn	*route(struct store *);

struct store_op *
op_new(struct store *s, struct store_query *q)
{
	struct store_op	*op;

	if ((op = TAILQ_FIRST(&s->free)) != NULL) {
		TAILQ_REMOVE(&s->free, op, list);
		memset(op, 0, sizeof(*op));
	} else {
		op = calloc(1, sizeof(*op));
		PRECOND(op != NULL);
	}
	op->store = s;
	op->query = q;
	if (q != NULL)
		q->op = op;

	return (op);
}

void
op_fill(struct store_op *op, const struct store_params *p)
{
	char	*next;
	int	 i;

	for (i = 0; i < p->n; i++)
		op->memory_len += (size_t)p->length[i] + 1;
	op->n = p->n;
	if (op->n == 0)
		return;
	next = op->memory = calloc(1, op->memory_len);
	PRECOND(next != NULL);

	for (i = 0; i < p->n; i++) {
		op->length[i] = p->length[i];
		op->format[i] = p->format[i];
		if (p->value[i] == NULL)
			continue;
		memcpy(next, p->value[i], (size_t)p->length[i]);
		op->value[i] = next;
		next += p->length[i] + 1;
	}
	if (op->kind == STORE_READ && call_is_for_many(op->statement))
		fill_shared(op);
}

/*
 * Those who may share a call are to stand together in a batch. Not so if they
 * write: these stand in the order of their keys alone, for their locks.
 */
static void
fill_shared(struct store_op *op)
{
	unsigned	arrays = store_statements[op->statement].arrays;
	int		i;

	op->shared = OP_HASH;
	for (i = 0; i < op->n; i++) {
		if (arrays >> i & 1)
			continue;
		op->shared = op_hash(op->shared, op->value[i] == NULL ? "0" :
		    "1", 1);
		op->shared = op_hash(op->shared, op->value[i],
		    (size_t)op->length[i]);
	}
}

/*
 * FNV-1a. The same on every node, for it is the order in which all of them
 * take their locks; so it cannot be seeded, and need not be: who finds two
 * keys that collide only makes them be asked one after the other.
 */
uint64_t
op_hash(uint64_t h, const void *key, size_t len)
{
	const unsigned char	*p;

	for (p = key; len > 0; len--, p++)
		h = (h ^ *p) * UINT64_C(0x100000001b3);

	return (h);
}

void
op_free(struct store_op *op)
{
	if (op->memory != NULL)
		explicit_bzero(op->memory, op->memory_len);
	free(op->memory);
	op->memory = NULL;
	rows_drop(op->rows);
	op->rows = NULL;
	op->query = NULL;	/* it may be gone long before the store is */
	op->place = OP_FREE;
	TAILQ_INSERT_HEAD(&op->store->free, op, list);
}

void
op_route(struct store_op *op)
{
	struct store_conn	*c;

	if ((c = route(op->store)) == NULL)
		op_finish(op, STORE_UNAVAILABLE);
	else
		op_enqueue(op, c, 0);
}

void
op_enqueue(struct store_op *op, struct store_conn *c, int first)
{
	op->place = OP_WAITING;
	op->conn = c;
	if (first)
		TAILQ_INSERT_HEAD(&c->queue, op, list);
	else
		TAILQ_INSERT_TAIL(&c->queue, op, list);
	c->waiting++;
	c->store->waiting++;
}

void
op_dequeue(struct store_op *op)
{
	TAILQ_REMOVE(&op->conn->queue, op, list);
	op->conn->waiting--;
	op->store->waiting--;
}

void
op_finish(struct store_op *op, enum store_status status)
{
	op->place = OP_FINISHED;
	op->conn = NULL;
	op->status = status;
	count(status);
	TAILQ_INSERT_TAIL(&op->store->finished, op, list);
}

static void
count(enum store_status status)
{
	if (status == STORE_UNAVAILABLE || status == STORE_UNKNOWN)
		metrics_add(METRIC_DB_ERRORS, METRIC_DB_OUTAGE);
	else if (status == STORE_TIMEOUT)
		metrics_add(METRIC_DB_ERRORS, METRIC_DB_TIMEOUT);
	else if (status == STORE_FAILED)
		metrics_add(METRIC_DB_ERRORS, METRIC_DB_ERROR);
}

void
op_expire(struct store_op *op)
{
	struct store_op	*stand_in;

	if (op->place == OP_WAITING) {
		op_dequeue(op);
		op_finish(op, STORE_TIMEOUT);
		return;
	}
	if (op->query == NULL)
		return;
	stand_in = op_new(op->store, op->query);
	op->query = NULL;
	op_finish(stand_in, STORE_TIMEOUT);
}

int
op_answer_all(struct store *s)
{
	struct store_query	*q;
	struct store_op		*op;
	int			 is_told;

	is_told = 0;
	while ((op = TAILQ_FIRST(&s->finished)) != NULL) {
		TAILQ_REMOVE(&s->finished, op, list);
		if ((q = op->query) != NULL) {
			q->op = NULL;
			q->status = op->status;
			q->rows = op->rows;
			q->row = op->row;
			op->rows = NULL;
		}
		op_free(op);
		if (q != NULL && q->done != NULL) {
			q->done(q);
			is_told = 1;
		}
	}
	return (is_told);
}

/*
 * A batch costs what it costs, however many share it: so a question goes where
 * one is under way and waits for the next, as long as that one is short and
 * quick. A connection that is busy for longer, with a slow statement or behind
 * a lock, gets nothing more while there is another; when all are busy the
 * shortest queue is the best. Alone, a question finds its connection idle.
 *
 * The rows that two batches lock at the same time they lock in the same order
 * (batch_form), so it need not be one connection that writes a key.
 */
static struct store_conn *
route(struct store *s)
{
	struct store_conn	*c, *best;
	uint64_t		 now;
	unsigned		 i;

	best = NULL;
	now = store_now();
	for (i = 0; i < s->conn_count; i++) {
		c = &s->conns[i];
		if (c->state != CONN_READY)
			continue;
		if (c->waiting < SHARE_MAX &&
		    (c->count == 0 || now - c->since <= SHARE_MS))
			return (c);
		if (best == NULL || c->waiting + c->count <
		    best->waiting + best->count)
			best = c;
	}

	return (best);
}
