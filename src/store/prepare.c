/* SPDX-License-Identifier: ISC */
/*
 * From connected to ready: is the schema the one this binary was made for, and
 * does every statement stand? All is sent at once, in two parts: on an older
 * schema statements fail to prepare, and that is not what should be said.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "store/internal.h"
#include "store/migrations.h"

/* Steps of the first part; then one a statement, then ready. */
#define STEP_PREPARE	0
#define STEP_VERSION	1
#define STEP_SYNC	2
#define STEP_REST	3

static int	send_all(struct store_conn *);
static void	take(struct store_conn *, const PGresult *);
static void	take_version(struct store_conn *, const PGresult *);
static void	take_sync(struct store_conn *);
static void	refuse(struct store_conn *, const PGresult *);
static void	refuse_version(struct store_conn *, int);
static unsigned	statement_after(unsigned);
static void	lose(struct store_conn *, const char *, ...)
		    __attribute__((format(printf, 2, 3)));

void
prepare_send(struct store_conn *c)
{
	c->step = STEP_PREPARE;
	c->gap = 0;
	if (send_all(c) == -1)
		conn_lose(c, PQerrorMessage(c->pg));
	else
		conn_flush(c);
}

void
prepare_read(struct store_conn *c)
{
	PGresult	*res;

	while (c->state == CONN_PREPARING && !PQisBusy(c->pg)) {
		if ((res = PQgetResult(c->pg)) == NULL) {
			if (c->gap++ > 0)
				lose(c, "the database does not keep to the "
				    "protocol");
			continue;
		}
		c->gap = 0;
		take(c, res);
		PQclear(res);
	}
}

static int
send_all(struct store_conn *c)
{
	const struct store_statement_text	*st;
	unsigned				 i;

	st = &store_statements[STMT_SCHEMA_VERSION];
	if (PQsetnonblocking(c->pg, 1) == -1 || !PQenterPipelineMode(c->pg) ||
	    !PQsendPrepare(c->pg, st->name, st->sql, 0, NULL) ||
	    !PQsendQueryPrepared(c->pg, st->name, 0, NULL, NULL, NULL, 0) ||
	    !PQpipelineSync(c->pg))
		return (-1);
	for (i = 0; i < STMT_MAX; i++) {
		if (i == STMT_SCHEMA_VERSION)
			continue;
		st = &store_statements[i];
		if (!PQsendPrepare(c->pg, st->name, st->sql, 0, NULL))
			return (-1);
	}

	return (PQpipelineSync(c->pg) ? 0 : -1);
}

static void
take(struct store_conn *c, const PGresult *res)
{
	switch (PQresultStatus(res)) {
	case PGRES_COMMAND_OK:
		c->step++;
		break;
	case PGRES_TUPLES_OK:
		take_version(c, res);
		break;
	case PGRES_PIPELINE_SYNC:
		take_sync(c);
		break;
	default:
		refuse(c, res);
		break;
	}
}

static void
take_version(struct store_conn *c, const PGresult *res)
{
	c->version = 0;
	if (PQntuples(res) > 0 && PQnfields(res) > 0)
		c->version = (int)strtol(PQgetvalue(res, 0, 0), NULL,
		    10);
	c->step++;
}

static void
take_sync(struct store_conn *c)
{
	int	need;

	if (c->step++ == STEP_SYNC) {
		need = store_migrations_count == 0 ? 0 :
		    store_migrations[store_migrations_count - 1].version;
		if (c->version != need)
			refuse_version(c, need);
		return;
	}
	c->state = CONN_READY;
	if (!c->store->is_quiet)
		log_info("database: connected to %s, schema version %d",
		    PQhost(c->pg), c->version);
}

static void
refuse(struct store_conn *c, const PGresult *res)
{
	const char	*state, *message, *severity, *name;

	state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	message = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
	severity = PQresultErrorField(res, PG_DIAG_SEVERITY_NONLOCALIZED);
	if (state == NULL || message == NULL || severity == NULL ||
	    strcmp(severity, "ERROR") != 0 ||
	    c->step >= STEP_REST + STMT_MAX - 1) {
		conn_lose(c, message == NULL ? PQerrorMessage(c->pg) :
		    message);
		return;
	}
	if (c->step < STEP_REST) {
		if (strcmp(state, "42P01") == 0)
			lose(c, "the database has no schema: run "
			    "`ambauth migrate`");
		else
			lose(c, "the schema's version cannot be read: %s",
			    message);
		return;
	}
	name = store_statements[statement_after(c->step - STEP_REST)].name;
	if (strcmp(state, "42P01") == 0)
		lose(c, "tables of the schema are missing: run "
		    "`ambauth migrate` (%s: %s)", name, message);
	else
		lose(c, "statement %s does not fit the schema: %s", name,
		    message);
}

static void
refuse_version(struct store_conn *c, int need)
{
	if (c->version == 0)
		lose(c, "the database has no schema: run `ambauth migrate`");
	else if (c->version < need)
		lose(c, "schema is version %d, this binary needs %d: run "
		    "`ambauth migrate`", c->version, need);
	else
		lose(c, "schema is version %d, this binary needs %d: install "
		    "the ambauth that matches", c->version, need);
}

/* The nth that is not the first part's. */
static unsigned
statement_after(unsigned n)
{
	return (n < STMT_SCHEMA_VERSION ? n : n + 1);
}

static void
lose(struct store_conn *c, const char *fmt, ...)
{
	char	why[STORE_WHY_LEN];
	va_list	ap;

	va_start(ap, fmt);
	(void)vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	conn_lose(c, why);
	c->store->is_schema = 1;
}
