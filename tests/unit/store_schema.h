/* SPDX-License-Identifier: ISC */
/*
 * What the tests of the aggregates share: a schema of their own in the
 * database that AMBAUTH_TEST_CONNINFO names, migrated as a real one is.
 */
#ifndef TESTS_STORE_SCHEMA_H
#define TESTS_STORE_SCHEMA_H

#include <libpq-fe.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/migrate.h"
#include "store/store.h"

static PGconn			*control;	/* to look and to interfere */
static char			 schema[64];
static char			 conninfo[2048];
static struct store		*store;
static struct store_query	 query;

/* Run SQL beside the client; the first column of the first row. */
static inline const char *
sql(const char *text)
{
	static char	 first[4096];
	PGresult	*res;

	first[0] = '\0';
	res = PQexec(control, text);
	if (PQresultStatus(res) != PGRES_TUPLES_OK &&
	    PQresultStatus(res) != PGRES_COMMAND_OK)
		fail_msg("%s: %s", text, PQerrorMessage(control));
	if (PQntuples(res) > 0)
		snprintf(first, sizeof(first), "%s", PQgetvalue(res, 0, 0));
	PQclear(res);
	return (first);
}

/* The answer to what was just asked. */
static inline enum store_status
answer(void)
{
	(void)store_wait(store, &query);
	return (query.status);
}

/* A schema without a table in it. */
static inline int
schema_make(void)
{
	const char	*base;
	char		 text[128];

	if ((base = getenv("AMBAUTH_TEST_CONNINFO")) == NULL) {
		fprintf(stderr, "AMBAUTH_TEST_CONNINFO must name a "
		    "PostgreSQL database for this test\n");
		return (-1);
	}
	snprintf(schema, sizeof(schema), "aggregates_%d", (int)getpid());
	snprintf(conninfo, sizeof(conninfo),
	    "%s options='-c search_path=%s'", base, schema);
	control = PQconnectdb(conninfo);
	if (PQstatus(control) != CONNECTION_OK) {
		fprintf(stderr, "%s", PQerrorMessage(control));
		return (-1);
	}
	(void)sql("SET client_min_messages = error");
	snprintf(text, sizeof(text), "CREATE SCHEMA %s", schema);
	(void)sql(text);
	return (0);
}

static inline int
schema_drop(void **state)
{
	char	text[128];

	(void)state;
	store_query_drop(&query);
	if (store != NULL)
		store_close(store);
	store = NULL;
	snprintf(text, sizeof(text), "DROP SCHEMA %s CASCADE", schema);
	(void)sql(text);
	PQfinish(control);
	return (0);
}

/* Migrated, and a store open on it. */
static inline int
schema_setup(void **state)
{
	char	err[512];
	FILE	*sink;
	int	 result;

	(void)state;
	if (schema_make() == -1 || (sink = fopen("/dev/null", "w")) == NULL)
		return (-1);
	result = migrate_run(conninfo, sink, err, sizeof(err));
	fclose(sink);
	if (result == 0 &&
	    (store = store_open_blocking(conninfo, err, sizeof(err))) != NULL)
		return (0);
	fprintf(stderr, "%s\n", err);
	return (-1);
}

#endif
