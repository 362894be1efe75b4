/* SPDX-License-Identifier: ISC */
/*
 * For migrating, importing and retention only, which need a transaction of
 * their own, or none, on a connection of their own: libpq, blocking, one
 * statement at a time.
 */
#ifndef STORE_DIRECT_H
#define STORE_DIRECT_H

#include <libpq-fe.h>
#include <stddef.h>

#include "store/statements.h"

/* NULL with err. Text is UTF-8; notices of the server stay unsaid. */
PGconn		*direct_open(const char *conninfo, char *err, size_t errlen);
/*
 * One statement of sql/queries with n parameters, all text. The result, or
 * NULL with err naming the statement.
 */
PGresult	*direct_ask(PGconn *, enum store_statement, int n,
		    const char *const *values, char *err, size_t errlen);
/* SQL without parameters, also several statements. 0, or -1 with err. */
int		 direct_run(PGconn *, const char *sql, char *err,
		    size_t errlen);
/* What the server said last, in one line. */
void		 direct_error(PGconn *, const char *what, char *err,
		    size_t errlen);

#endif
