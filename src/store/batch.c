/* SPDX-License-Identifier: ISC */
/*
 * Batches: the ops of a connection that share one commit.
 *
 * A batch is closed by one sync, whose result is the commit; no op is answered
 * before it. An error undoes the whole batch. Its members then fly apart: a
 * sync behind each, so that each has its own commit and its own end.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/metrics.h"
#include "store/internal.h"

static int		is_due(const struct store_conn *);
static unsigned		batch_form(struct store_conn *);
static int		in_order(const void *, const void *);
static void		take_rows(struct store_conn *, PGresult *);
static void		take_error(struct store_conn *, const PGresult *);
static void		take_sync(struct store_conn *);
static void		count(struct store_conn *);
static void		settle_failed(struct store_conn *, struct store_op *);
static void		set_apart(struct store_conn *);
static void		set_apart_call(struct store_conn *,
			    const struct store_call *);
static void		again(struct store_conn *, struct store_op *);
static void		tell_log(const struct store_op *, const PGresult *);

/* Could it go, and would more make it better? */
int
batch_is_small(const struct store_conn *c)
{
	return (is_due(c) && c->waiting < BATCH_SMALL);
}

void
batch_send(struct store_conn *c)
{
	unsigned	i, n;

	if (!is_due(c))
		return;
	c->since = store_now();
	if ((n = batch_form(c)) == 0)
		return;
	c->count = n;
	c->call_count = call_form(c, n);
	c->at = c->settled = c->gap = 0;
	c->has_failed = 0;
	c->sent = metrics_now();
	for (i = 0; i < c->call_count; i++) {
		if (call_send(c, &c->calls[i]) == -1 ||
		    ((c->is_apart || i + 1 == c->call_count) &&
		    !PQpipelineSync(c->pg))) {
			conn_lose(c, PQerrorMessage(c->pg));
			return;
		}
	}
	conn_flush(c);
}

static int
is_due(const struct store_conn *c)
{
	return (c->state == CONN_READY && c->count == 0 && c->waiting > 0);
}

void
batch_read(struct store_conn *c)
{
	PGresult	*res;

	/* Look first even with nothing in flight: it digests notices. */
	while (c->pg != NULL && !PQisBusy(c->pg) && c->count > 0) {
		if ((res = PQgetResult(c->pg)) == NULL) {
			if (c->gap++ > 0)
				conn_lose(c, "the database does not keep to "
				    "the protocol");
			continue;
		}
		c->gap = 0;
		switch (PQresultStatus(res)) {
		case PGRES_TUPLES_OK:
		case PGRES_COMMAND_OK:
			take_rows(c, res);
			continue;
		case PGRES_PIPELINE_SYNC:
			take_sync(c);
			break;
		case PGRES_PIPELINE_ABORTED:
			c->at++;
			break;
		default:
			take_error(c, res);
			break;
		}
		PQclear(res);
	}
}

void
batch_abandon(struct store_conn *c)
{
	struct store_op	*op;
	unsigned	 i, n;

	n = c->count;
	c->count = 0;
	c->doom[0] = '\0';
	call_forget_all(c);
	for (i = c->settled; i < n; i++) {
		op = c->batch[i];
		if (op->query == NULL) {
			op_free(op);
		} else if (op->kind != STORE_READ) {
			op_finish(op, STORE_UNKNOWN);
		} else if (op->is_repeated) {
			op_finish(op, STORE_UNAVAILABLE);
		} else {
			op->is_repeated = 1;
			metrics_add(METRIC_DB_RERUNS, 0);
			op_route(op);
		}
	}
}

/*
 * Take the next batch off the queue: in the order of statements and their keys,
 * so that two batches, here or on another node, never lock the same rows
 * crosswise, and those who ask the same stand together.
 */
static unsigned
batch_form(struct store_conn *c)
{
	struct store_op	*op;
	unsigned	 n;

	n = 0;
	while (n < BATCH_MAX && (op = TAILQ_FIRST(&c->queue)) != NULL) {
		if (c->since >= op->deadline) {
			op_expire(op);
			continue;
		}
		if (n == 0)
			c->is_apart = op->is_alone;
		else if (op->is_alone != c->is_apart)
			break;
		op_dequeue(op);
		op->place = OP_IN_FLIGHT;
		c->batch[n++] = op;
	}
	if (n > 1 && !c->is_apart)
		qsort(c->batch, n, sizeof(c->batch[0]), in_order);
	if (n == 1)
		c->is_apart = 1;

	return (n);
}

static int
in_order(const void *a, const void *b)
{
	const struct store_op	*x = *(struct store_op *const *)a;
	const struct store_op	*y = *(struct store_op *const *)b;

	if (x->statement != y->statement)
		return (x->statement < y->statement ? -1 : 1);
	if (x->shared != y->shared)
		return (x->shared < y->shared ? -1 : 1);
	if (x->hash != y->hash)
		return (x->hash < y->hash ? -1 : 1);

	return (x->arrival < y->arrival ? -1 : 1);
}

static void
take_rows(struct store_conn *c, PGresult *res)
{
	if (c->at >= c->call_count)
		PQclear(res);
	else
		c->calls[c->at].result = res;
	c->at++;
}

static void
take_error(struct store_conn *c, const PGresult *res)
{
	struct store_op	*op;
	enum verdict	 verdict;

	/*
	 * Without a SQLSTATE it comes from libpq: the connection broke. FATAL
	 * ends the session, perhaps between the commit and word of it.
	 */
	if (strcmp(error_field(res, PG_DIAG_SEVERITY_NONLOCALIZED),
	    "ERROR") != 0) {
		conn_lose(c, *error_field(res, PG_DIAG_SQLSTATE) == '\0' ?
		    PQerrorMessage(c->pg) :
		    error_field(res, PG_DIAG_MESSAGE_PRIMARY));
		return;
	}
	/* Deferred constraints fail at the commit, behind the last result. */
	c->culprit = c->is_apart ? c->settled : c->at;
	c->at++;
	c->has_failed = 1;
	verdict = verdict_judge(res);
	if (verdict == VERDICT_LEAVE)
		(void)snprintf(c->doom, sizeof(c->doom), "%s",
		    error_field(res, PG_DIAG_MESSAGE_PRIMARY));
	/* Of several nobody knows who it was: they run again by themselves. */
	if (!c->is_apart || c->culprit >= c->count)
		return;

	op = c->batch[c->culprit];
	op->status = verdict_ending(verdict);
	if ((verdict == VERDICT_RETRY || verdict == VERDICT_LEAVE) &&
	    op->tries++ < RETRIES_MAX)
		op->status = STORE_PENDING;
	if (op->status == STORE_FAILED)
		tell_log(op, res);
}

static void
take_sync(struct store_conn *c)
{
	unsigned	i;

	if (!c->has_failed &&
	    c->at != (c->is_apart ? c->settled + 1 : c->call_count)) {
		conn_lose(c, "the database does not keep to the protocol");
		return;
	}
	count(c);
	if (c->is_apart) {
		i = c->settled++;
		c->at = c->settled;
		c->since = store_now();
		if (c->has_failed) {
			call_forget(&c->calls[i]);
			settle_failed(c, c->batch[i]);
		} else {
			call_settle(c, &c->calls[i]);
		}
		c->has_failed = 0;
	} else if (c->has_failed) {
		set_apart(c);
	} else {
		c->settled = c->count;
		for (i = 0; i < c->call_count; i++)
			call_settle(c, &c->calls[i]);
	}
	if (c->settled < c->count)
		return;
	c->count = c->settled = 0;
	if (c->doom[0] != '\0')
		conn_lose(c, c->doom);
}

/* A commit, or the undoing of what could not be. */
static void
count(struct store_conn *c)
{
	uint64_t	now;

	now = metrics_now();
	metrics_observe(METRIC_DB_BATCH_SIZE, c->is_apart ? 1 : c->count);
	metrics_observe(METRIC_DB_BATCH_DURATION, now - c->sent);
	c->sent = now;
}

static void
settle_failed(struct store_conn *c, struct store_op *op)
{
	if (op->query == NULL)
		op_free(op);
	else if (op->status == STORE_PENDING)
		again(c, op);
	else
		op_finish(op, op->status);
}

/*
 * The batch is undone: its members go first in the queue, each for itself now,
 * and behind the others those of the call that failed, for it may fail slowly
 * again.
 */
static void
set_apart(struct store_conn *c)
{
	unsigned	i;

	call_forget_all(c);
	for (i = 0; i < c->count; i++)
		c->batch[i]->status = STORE_PENDING;
	if (c->culprit < c->call_count)
		set_apart_call(c, &c->calls[c->culprit]);
	for (i = c->call_count; i-- > 0;) {
		if (i != c->culprit)
			set_apart_call(c, &c->calls[i]);
	}
	c->settled = c->count;
}

/* To the front of the queue, so the last first. */
static void
set_apart_call(struct store_conn *c, const struct store_call *call)
{
	unsigned	i;

	for (i = call->count; i-- > 0;)
		settle_failed(c, c->batch[call->first + i]);
}

static void
again(struct store_conn *c, struct store_op *op)
{
	op->is_alone = 1;
	metrics_add(METRIC_DB_RERUNS, 0);
	op_enqueue(op, c, 1);
}

/*
 * Never the detail, which quotes rows, and never the parameters. The message
 * itself quotes a value only where the value is what is wrong: class 22.
 */
static void
tell_log(const struct store_op *op, const PGresult *res)
{
	const char	*state;

	state = error_field(res, PG_DIAG_SQLSTATE);
	trace_enter_context(&op->trace);
	log_error("database: statement %s: SQLSTATE %s: %s",
	    store_statements[op->statement].name, state,
	    strncmp(state, "22", 2) == 0 ? "a value is not acceptable" :
	    error_field(res, PG_DIAG_MESSAGE_PRIMARY));
	trace_leave();
}
