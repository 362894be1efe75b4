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

enum verdict {
	VERDICT_FAILED,		/* the statement's own fault */
	VERDICT_CONFLICT,
	VERDICT_TIMEOUT,
	VERDICT_RETRY,		/* on this connection */
	VERDICT_LEAVE		/* on another: this one is of no use */
};

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
static enum verdict	judge(const PGresult *);
static void		tell_log(const struct store_op *, const PGresult *);
static const char	*field(const PGresult *, int);

/* SQLSTATEs by their beginning; the first that fits. */
static const struct {
	const char	*state;
	enum verdict	 verdict;
} verdicts[] = {
	{ "23", VERDICT_CONFLICT },	/* a constraint */
	{ "40001", VERDICT_RETRY },	/* serialization failure */
	{ "40P01", VERDICT_RETRY },	/* deadlock */
	{ "57014", VERDICT_TIMEOUT },	/* statement_timeout */
	{ "55P03", VERDICT_TIMEOUT },	/* lock_timeout */
	{ "25006", VERDICT_LEAVE },	/* a standby by now */
	{ "26000", VERDICT_LEAVE },	/* somebody dropped the statements */
	{ "57P0", VERDICT_LEAVE },	/* shutting down, starting up */
	{ "08", VERDICT_LEAVE },	/* connection */
};

/* The status of an op that failed for good. */
static const enum store_status endings[] = {
	[VERDICT_FAILED] = STORE_FAILED,
	[VERDICT_CONFLICT] = STORE_CONFLICT,
	[VERDICT_TIMEOUT] = STORE_TIMEOUT,
	[VERDICT_RETRY] = STORE_FAILED,
	[VERDICT_LEAVE] = STORE_UNAVAILABLE,
};

void
batch_send(struct store_conn *c)
{
	unsigned	i, n;

	if (c->state != CONN_READY || c->count > 0 || c->waiting == 0)
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
	if (strcmp(field(res, PG_DIAG_SEVERITY_NONLOCALIZED), "ERROR") != 0) {
		conn_lose(c, *field(res, PG_DIAG_SQLSTATE) == '\0' ?
		    PQerrorMessage(c->pg) :
		    field(res, PG_DIAG_MESSAGE_PRIMARY));
		return;
	}
	/* Deferred constraints fail at the commit, behind the last result. */
	c->culprit = c->is_apart ? c->settled : c->at;
	c->at++;
	c->has_failed = 1;
	verdict = judge(res);
	if (verdict == VERDICT_LEAVE)
		(void)snprintf(c->doom, sizeof(c->doom), "%s",
		    field(res, PG_DIAG_MESSAGE_PRIMARY));
	/* Of several nobody knows who it was: they run again by themselves. */
	if (!c->is_apart || c->culprit >= c->count)
		return;

	op = c->batch[c->culprit];
	op->status = endings[verdict];
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

static enum verdict
judge(const PGresult *res)
{
	const char	*state;
	size_t		 i;

	state = field(res, PG_DIAG_SQLSTATE);
	for (i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++) {
		if (strncmp(state, verdicts[i].state,
		    strlen(verdicts[i].state)) == 0)
			return (verdicts[i].verdict);
	}
	/*
	 * "cached plan must not change result type": an operator has redefined
	 * customer_by_login; a new connection prepares the statement anew.
	 */
	if (strcmp(state, "0A000") == 0 &&
	    strcmp(field(res, PG_DIAG_SOURCE_FUNCTION),
	    "RevalidateCachedQuery") == 0)
		return (VERDICT_LEAVE);

	return (VERDICT_FAILED);
}

/*
 * Never the detail, which quotes rows, and never the parameters. The message
 * itself quotes a value only where the value is what is wrong: class 22.
 */
static void
tell_log(const struct store_op *op, const PGresult *res)
{
	const char	*state;

	state = field(res, PG_DIAG_SQLSTATE);
	trace_enter_context(&op->trace);
	log_error("database: statement %s: SQLSTATE %s: %s",
	    store_statements[op->statement].name, state,
	    strncmp(state, "22", 2) == 0 ? "a value is not acceptable" :
	    field(res, PG_DIAG_MESSAGE_PRIMARY));
	trace_leave();
}

static const char *
field(const PGresult *res, int code)
{
	const char	*s;

	return ((s = PQresultErrorField(res, code)) == NULL ? "" : s);
}
