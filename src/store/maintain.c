/* SPDX-License-Identifier: ISC */
/*
 * Retention, as the database's own functions and commands do it. Detaching a
 * partition without anybody waiting cannot be part of a transaction, so none of
 * this can go through the asynchronous client, whose batches are some.
 */
#include <string.h>

#include "base/text.h"
#include "store/direct.h"
#include "store/maintain.h"

/* A waiting detach holds nobody up but this thread: for so long. */
#define LOCK_TIMEOUT	"5s"
/* Names of tables; there are as many as the schema has partitioned ones. */
#define STUCK_LEN	512

enum { COL_TABLE, COL_COMMAND };

static int	begin(PGconn *, int *, char *, size_t);
static int	drop_old(PGconn *, char *, size_t);

int
maintain_run(const char *conninfo, char *err, size_t errlen)
{
	PGconn		*pg;
	PGresult	*made;
	int		 result, is_mine;

	if ((pg = direct_open(conninfo, err, errlen)) == NULL)
		return (-1);
	made = NULL;
	result = begin(pg, &is_mine, err, errlen);
	if (result == -1 || !is_mine)
		goto out;
	result = -1;
	made = direct_ask(pg, STMT_MAINTAIN, 0, NULL, err, errlen);
	if (made != NULL)
		result = drop_old(pg, err, errlen);
out:
	PQclear(made);
	PQfinish(pg);
	return (result);
}

/* Closing the connection gives the lock back. */
static int
begin(PGconn *pg, int *is_mine, char *err, size_t errlen)
{
	static const char *const	 timeout[] = { LOCK_TIMEOUT };
	PGresult			*r;

	*is_mine = 0;
	r = direct_ask(pg, STMT_MAINTAIN_BEGIN, 1, timeout, err, errlen);
	if (r == NULL)
		return (-1);
	*is_mine = strcmp(PQgetvalue(r, 0, 0), "t") == 0;
	PQclear(r);
	return (0);
}

/* Command after command; a table that is stuck does not hold up others. */
static int
drop_old(PGconn *pg, char *err, size_t errlen)
{
	struct text	 stuck;
	const char	*values[1];
	char		 names[STUCK_LEN];
	PGresult	*r;
	int		 result;

	text_init(&stuck, names, sizeof(names));
	values[0] = names;
	result = 0;
	while (text_is_ok(&stuck)) {
		r = direct_ask(pg, STMT_MAINTAIN_NEXT, 1, values, err, errlen);
		if (r == NULL)
			return (1);
		if (PQntuples(r) == 0) {
			PQclear(r);
			return (result);
		}
		if (direct_run(pg, PQgetvalue(r, 0, COL_COMMAND), err,
		    errlen) == -1) {
			text_addf(&stuck, "%s%s", stuck.len > 0 ? " " : "",
			    PQgetvalue(r, 0, COL_TABLE));
			result = 1;
		}
		PQclear(r);
	}
	return (1);
}
