/* SPDX-License-Identifier: ISC */
/*
 * Calls: a statement executed once, for one op or for many.
 *
 * What a statement costs PostgreSQL is mostly that it is one: it is bound, its
 * plan is locked and started, and ended. So ops of a batch that ask the same
 * share a call, where the statement is made for that: it has arrays among its
 * parameters, one element for each asker, and its first column says which of
 * them a row is for, from 1. There is at most one row for each. Parameters that
 * are no arrays are those of all, so who differs in one is not among them; nor
 * is who has the same key, for what happens to a row at most once is for each
 * statement to judge, and one statement does not see what it writes itself.
 */
#include <arpa/inet.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "store/internal.h"

#define GATHER_MAX	64
#define OID_BYTEA	17	/* pg_type.dat; both never change */
#define OID_TEXT	25

/* An array as array_recv() wants it; then a length and bytes for each. */
struct array_head {
	uint32_t	dimensions;
	uint32_t	has_null;
	uint32_t	type;
	uint32_t	count;
	uint32_t	lower;
};

static unsigned	arrays_of(const struct store_op *);
static int	may_join(const struct store_op *, const struct store_op *,
		    const struct store_op *);
static int	is_same(const struct store_op *, const struct store_op *, int);
static int	send_one(struct store_conn *, const struct store_op *);
static int	send_many(struct store_conn *, const struct store_call *);
static size_t	array_len(struct store_op *const *, unsigned, int);
static char	*array_put(char *, struct store_op *const *, unsigned, int);
static char	*number_put(char *, uint32_t);
static void	settle(struct store_op *, struct store_rows *, int);
static void	settle_many(struct store_op *const *, unsigned,
		    struct store_rows *);

int
call_is_for_many(enum store_statement statement)
{
	return (store_statements[statement].arrays != 0);
}

unsigned
call_form(struct store_conn *c, unsigned ops)
{
	struct store_op		*const *b = c->batch;
	struct store_call	*call;
	unsigned		 i, n;

	n = 0;
	call = NULL;
	for (i = 0; i < ops; i++) {
		if (call != NULL && !c->is_apart &&
		    call->count < GATHER_MAX &&
		    may_join(b[call->first], b[i - 1], b[i])) {
			call->count++;
			continue;
		}
		call = &c->calls[n++];
		call->first = i;
		call->count = 1;
		call->result = NULL;
	}

	return (n);
}

int
call_send(struct store_conn *c, const struct store_call *call)
{
	const struct store_op	*op = c->batch[call->first];

	return (arrays_of(op) == 0 ? send_one(c, op) : send_many(c, call));
}

void
call_settle(struct store_conn *c, struct store_call *call)
{
	struct store_op		*const *ops = c->batch + call->first;
	struct store_rows	*rows;

	rows = rows_new(call->result);
	call->result = NULL;
	if (arrays_of(ops[0]) == 0)
		settle(ops[0], rows, ROWS_ALL);
	else
		settle_many(ops, call->count, rows);
	rows_drop(rows);
}

void
call_forget(struct store_call *call)
{
	PQclear(call->result);
	call->result = NULL;
}

void
call_forget_all(struct store_conn *c)
{
	unsigned	i;

	for (i = 0; i < c->call_count; i++)
		call_forget(&c->calls[i]);
}

struct store_rows *
rows_new(PGresult *result)
{
	struct store_rows	*rows;

	rows = calloc(1, sizeof(*rows));
	PRECOND(rows != NULL);
	rows->result = result;
	rows->users = 1;

	return (rows);
}

struct store_rows *
rows_hold(struct store_rows *rows)
{
	rows->users++;

	return (rows);
}

void
rows_drop(struct store_rows *rows)
{
	if (rows == NULL || --rows->users > 0)
		return;
	PQclear(rows->result);
	free(rows);
}

static unsigned
arrays_of(const struct store_op *op)
{
	return (store_statements[op->statement].arrays);
}

/* Ops come in the order of their keys, so the same one stands beside. */
static int
may_join(const struct store_op *first, const struct store_op *last,
    const struct store_op *op)
{
	int	i;

	if (op->statement != first->statement || arrays_of(op) == 0 ||
	    op->shared != first->shared || op->hash == last->hash)
		return (0);
	for (i = 0; i < op->n; i++)
		if ((arrays_of(op) >> i & 1) == 0 && !is_same(first, op, i))
			return (0);

	return (1);
}

static int
is_same(const struct store_op *a, const struct store_op *b, int i)
{
	if (a->value[i] == NULL || b->value[i] == NULL)
		return (a->value[i] == b->value[i]);

	return (a->length[i] == b->length[i] && memcmp(a->value[i],
	    b->value[i], (size_t)a->length[i]) == 0);
}

static int
send_one(struct store_conn *c, const struct store_op *op)
{
	return (PQsendQueryPrepared(c->pg, store_statements[op->statement].name,
	    op->n, op->value, op->length, op->format, 0) ? 0 : -1);
}

static int
send_many(struct store_conn *c, const struct store_call *call)
{
	struct store_op		*const *ops = c->batch + call->first;
	const struct store_op	*op = ops[0];
	const char		*value[STORE_PARAMS_MAX];
	int			 length[STORE_PARAMS_MAX];
	int			 format[STORE_PARAMS_MAX];
	char			*memory, *next;
	size_t			 len;
	int			 i, sent;

	len = 0;
	for (i = 0; i < op->n; i++)
		if (arrays_of(op) >> i & 1)
			len += array_len(ops, call->count, i);
	PRECOND(len <= INT_MAX);
	next = memory = malloc(len);
	PRECOND(next != NULL);
	for (i = 0; i < op->n; i++) {
		value[i] = op->value[i];
		length[i] = op->length[i];
		format[i] = op->format[i];
		if ((arrays_of(op) >> i & 1) == 0)
			continue;
		value[i] = next;
		format[i] = 1;
		next = array_put(next, ops, call->count, i);
		length[i] = (int)(next - value[i]);
	}
	sent = PQsendQueryPrepared(c->pg, store_statements[op->statement].name,
	    op->n, value, length, format, 0);
	explicit_bzero(memory, len);
	free(memory);

	return (sent ? 0 : -1);
}

static size_t
array_len(struct store_op *const *ops, unsigned count, int param)
{
	size_t		len;
	unsigned	i;

	len = sizeof(struct array_head) + count * sizeof(uint32_t);
	for (i = 0; i < count; i++)
		len += (size_t)ops[i]->length[param];

	return (len);
}

static char *
array_put(char *to, struct store_op *const *ops, unsigned count, int param)
{
	struct array_head	 head;
	const struct store_op	*op;
	unsigned		 i, nulls;

	nulls = 0;
	for (i = 0; i < count; i++)
		nulls |= ops[i]->value[param] == NULL;
	head.dimensions = htonl(1);
	head.has_null = htonl(nulls);
	head.type = htonl(ops[0]->format[param] == 1 ? OID_BYTEA : OID_TEXT);
	head.count = htonl(count);
	head.lower = htonl(1);
	memcpy(to, &head, sizeof(head));
	to += sizeof(head);
	for (i = 0; i < count; i++) {
		op = ops[i];
		if (op->value[param] == NULL) {
			to = number_put(to, UINT32_MAX);
			continue;
		}
		to = number_put(to, (uint32_t)op->length[param]);
		memcpy(to, op->value[param], (size_t)op->length[param]);
		to += op->length[param];
	}

	return (to);
}

static char *
number_put(char *to, uint32_t n)
{
	n = htonl(n);
	memcpy(to, &n, sizeof(n));

	return (to + sizeof(n));
}

/* It is committed; row: which is its own, or one of ROWS_ALL, ROWS_NONE. */
static void
settle(struct store_op *op, struct store_rows *rows, int row)
{
	int	is_row;

	if (op->query == NULL) {
		op_free(op);
		return;
	}
	is_row = PQresultStatus(rows->result) == PGRES_TUPLES_OK;
	if (row == ROWS_NONE || (is_row && PQntuples(rows->result) == 0)) {
		op_finish(op, is_row ? STORE_NONE : STORE_OK);
		return;
	}
	op->rows = rows_hold(rows);
	op->row = row;
	op_finish(op, STORE_OK);
}

/* A second row for the same asker would be the fault of an operator's view. */
static void
settle_many(struct store_op *const *ops, unsigned count,
    struct store_rows *rows)
{
	int		 own[GATHER_MAX];
	long		 n;
	int		 row;
	unsigned	 i;

	for (i = 0; i < count; i++)
		own[i] = ROWS_NONE;
	for (row = PQntuples(rows->result); row-- > 0;) {
		n = strtol(PQgetvalue(rows->result, row, 0), NULL, 10);
		if (n >= 1 && n <= (long)count)
			own[n - 1] = row;
	}
	for (i = 0; i < count; i++)
		settle(ops[i], rows, own[i]);
}
