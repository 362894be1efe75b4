/* SPDX-License-Identifier: ISC */
/*
 * Customers in bulk. Rows stream by COPY into a temporary table; then a few
 * statements over whole sets put them in place. All of it is one transaction:
 * a run that ends early leaves nothing behind.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "store/import.h"
#include "store/direct.h"
#include "store/statements.h"

#define BUFFER_LEN	65536
/* The longest fields, each byte escaped, and the line's number. */
#define ROW_LEN_MAX	(3 * 2 * 1024 + 2 * 8192 + 64)

struct store_import {
	PGconn		*pg;
	char		*business;
	int		 is_copying;
	struct text	 buffer;
	char		 memory[BUFFER_LEN];
};

static int	copy_begin(struct store_import *, char *, size_t);
static int	copy_flush(struct store_import *, char *, size_t);
static int	copy_end(struct store_import *, char *, size_t);
static void	copy_field(struct text *, const char *);
static int	take_out(struct store_import *, enum store_statement, int,
		    void (*)(void *, uint64_t, const char *), void *, char *,
		    size_t);
static int	ask_nothing(struct store_import *, enum store_statement, char *,
		    size_t);
static int	count_of(struct store_import *, enum store_statement, int,
		    const char *const *, uint64_t *, char *, size_t);

struct store_import *
store_import_begin(const char *conninfo, const char *business, char *err,
    size_t errlen)
{
	struct store_import	*im;

	im = calloc(1, sizeof(*im));
	PRECOND(im != NULL);
	im->business = strdup(business);
	PRECOND(im->business != NULL);
	text_init(&im->buffer, im->memory, sizeof(im->memory));
	im->pg = direct_open(conninfo, err, errlen);
	if (im->pg == NULL || direct_run(im->pg, "BEGIN", err,
	    errlen) == -1 || copy_begin(im, err, errlen) == -1) {
		store_import_end(im);
		return (NULL);
	}
	return (im);
}

int
store_import_row(struct store_import *im, uint64_t line,
    const char *customer_id, const char *login, const char *hash,
    const char *claims, char *err, size_t errlen)
{
	size_t	before;

	if (im->buffer.cap - im->buffer.len <= ROW_LEN_MAX &&
	    copy_flush(im, err, errlen) == -1)
		return (-1);
	before = im->buffer.len;
	text_addf(&im->buffer, "%llu", (unsigned long long)line);
	copy_field(&im->buffer, customer_id);
	copy_field(&im->buffer, login);
	copy_field(&im->buffer, hash);
	if (claims == NULL)
		text_add(&im->buffer, "\t\\N");
	else
		copy_field(&im->buffer, claims);
	text_add(&im->buffer, "\n");
	if (text_is_ok(&im->buffer) &&
	    im->buffer.len - before <= ROW_LEN_MAX)
		return (0);
	snprintf(err, errlen, "line %llu is too long",
	    (unsigned long long)line);
	return (-1);
}

int
store_import_commit(struct store_import *im, uint64_t *added,
    uint64_t *changed, void (*bad)(void *, uint64_t, const char *),
    void *arg, char *err, size_t errlen)
{
	const char	*values[2];
	char		 number[24];

	*added = *changed = 0;
	values[0] = im->business;
	if (copy_end(im, err, errlen) == -1 ||
	    take_out(im, STMT_CUSTOMER_IMPORT_REPEATED, 0, bad, arg, err,
	    errlen) == -1 ||
	    take_out(im, STMT_CUSTOMER_IMPORT_TAKEN, 1, bad, arg, err,
	    errlen) == -1 ||
	    count_of(im, STMT_CUSTOMER_IMPORT_CHANGE, 1, values, changed, err,
	    errlen) == -1)
		return (-1);
	snprintf(number, sizeof(number), "%llu", (unsigned long long)*changed);
	values[1] = number;
	if (count_of(im, STMT_CUSTOMER_IMPORT_ADD, 2, values, added, err,
	    errlen) == -1 || ask_nothing(im, STMT_CUSTOMER_IMPORT_END, err,
	    errlen) == -1)
		return (-1);
	return (direct_run(im->pg, "COMMIT", err, errlen));
}

void
store_import_end(struct store_import *im)
{
	if (im == NULL)
		return;
	/* The server undoes what a closed connection has not committed. */
	PQfinish(im->pg);
	free(im->business);
	explicit_bzero(im->memory, sizeof(im->memory));
	free(im);
}

/* COPY is a mode of the protocol, not a statement that can be prepared. */
static int
copy_begin(struct store_import *im, char *err, size_t errlen)
{
	PGresult	*r;
	int		 result;

	if (ask_nothing(im, STMT_CUSTOMER_IMPORT_BEGIN, err, errlen) == -1)
		return (-1);
	r = PQexec(im->pg, "COPY customer_import (line, customer_id, login, "
	    "password_hash, claims) FROM STDIN");
	result = PQresultStatus(r) == PGRES_COPY_IN ? 0 : -1;
	if (result == -1)
		direct_error(im->pg, "COPY", err, errlen);
	PQclear(r);
	im->is_copying = result == 0;
	return (result);
}

static int
copy_flush(struct store_import *im, char *err, size_t errlen)
{
	if (im->buffer.len > 0 && PQputCopyData(im->pg, im->buffer.p,
	    (int)im->buffer.len) != 1) {
		direct_error(im->pg, "COPY", err, errlen);
		return (-1);
	}
	text_init(&im->buffer, im->memory, sizeof(im->memory));
	return (0);
}

static int
copy_end(struct store_import *im, char *err, size_t errlen)
{
	PGresult	*r;
	int		 result;

	if (!im->is_copying || copy_flush(im, err, errlen) == -1)
		return (-1);
	im->is_copying = 0;
	result = PQputCopyEnd(im->pg, NULL) == 1 ? 0 : -1;
	while ((r = PQgetResult(im->pg)) != NULL) {
		if (PQresultStatus(r) != PGRES_COMMAND_OK)
			result = -1;
		PQclear(r);
	}
	if (result == -1)
		direct_error(im->pg, "COPY", err, errlen);
	return (result);
}

/* A tab and the value, in COPY's text format. */
static void
copy_field(struct text *t, const char *s)
{
	static const char	special[] = "\\\t\n\r\b\f\v";
	static const char	letters[] = "\\tnrbfv";
	size_t			n;

	text_add(t, "\t");
	for (; *s != '\0'; s += n) {
		if ((n = strcspn(s, special)) > 0) {
			text_add_bytes(t, s, n);
			continue;
		}
		text_addf(t, "\\%c", letters[strchr(special, *s) - special]);
		n = 1;
	}
}

/* Run a statement that removes rows, and tell of each. */
static int
take_out(struct store_import *im, enum store_statement statement, int n,
    void (*bad)(void *, uint64_t, const char *), void *arg, char *err,
    size_t errlen)
{
	const char	*values[1];
	PGresult	*r;
	int		 i;

	values[0] = im->business;
	r = direct_ask(im->pg, statement, n, values, err, errlen);
	if (r == NULL)
		return (-1);
	for (i = 0; i < PQntuples(r); i++)
		bad(arg, strtoull(PQgetvalue(r, i, 0), NULL, 10),
		    PQgetvalue(r, i, 1));
	PQclear(r);
	return (0);
}

static int
ask_nothing(struct store_import *im, enum store_statement statement,
    char *err, size_t errlen)
{
	PGresult	*r;

	r = direct_ask(im->pg, statement, 0, NULL, err, errlen);
	if (r == NULL)
		return (-1);
	PQclear(r);
	return (0);
}

static int
count_of(struct store_import *im, enum store_statement statement, int n,
    const char *const *values, uint64_t *count, char *err, size_t errlen)
{
	PGresult	*r;

	r = direct_ask(im->pg, statement, n, values, err, errlen);
	if (r == NULL)
		return (-1);
	*count = strtoull(PQgetvalue(r, 0, 0), NULL, 10);
	PQclear(r);
	return (0);
}
