/* SPDX-License-Identifier: ISC */
/* A blocking connection for migrating, importing and retention. */
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "store/direct.h"

#define PARAMS_MAX	4

static void	notice_ignore(void *, const char *);

PGconn *
direct_open(const char *conninfo, char *err, size_t errlen)
{
	/* What stands before dbname, the conninfo may say otherwise. */
	static const char *const	 keywords[] = { "connect_timeout",
	    "gssencmode", "dbname", "fallback_application_name",
	    "client_encoding", NULL };
	const char			*values[6];
	PGconn				*pg;

	values[0] = "10";
	/* Looking for Kerberos tickets is more than the sandbox allows. */
	values[1] = "disable";
	values[2] = conninfo;
	values[3] = "ambauth";
	values[4] = "UTF8";
	values[5] = NULL;
	pg = PQconnectdbParams(keywords, values, 1);
	if (PQstatus(pg) != CONNECTION_OK) {
		direct_error(pg, "cannot reach the database", err, errlen);
		PQfinish(pg);
		return (NULL);
	}
	PQsetNoticeProcessor(pg, notice_ignore, NULL);
	return (pg);
}

PGresult *
direct_ask(PGconn *pg, enum store_statement statement, int n,
    const char *const *values, char *err, size_t errlen)
{
	const struct store_statement_text	*s;
	PGresult				*r;

	PRECOND(n <= PARAMS_MAX);
	s = &store_statements[statement];
	r = PQexecParams(pg, s->sql, n, NULL, values, NULL, NULL, 0);
	if (PQresultStatus(r) == PGRES_TUPLES_OK ||
	    PQresultStatus(r) == PGRES_COMMAND_OK)
		return (r);
	direct_error(pg, s->name, err, errlen);
	PQclear(r);
	return (NULL);
}

int
direct_run(PGconn *pg, const char *sql, char *err, size_t errlen)
{
	PGresult	*r;
	int		 result;

	result = -1;
	r = PQexec(pg, sql);
	if (PQresultStatus(r) == PGRES_COMMAND_OK ||
	    PQresultStatus(r) == PGRES_TUPLES_OK)
		result = 0;
	else
		direct_error(pg, "database", err, errlen);
	PQclear(r);
	return (result);
}

void
direct_error(PGconn *pg, const char *what, char *err, size_t errlen)
{
	const char	*message;
	size_t		 i;

	message = PQerrorMessage(pg);
	snprintf(err, errlen, "%s: %.*s", what,
	    (int)strcspn(message, "\n"), message);
	for (i = 0; err[i] != '\0'; i++)
		if ((unsigned char)err[i] < ' ')
			err[i] = ' ';
}

static void
notice_ignore(void *arg, const char *message)
{
	(void)arg;
	(void)message;
}
