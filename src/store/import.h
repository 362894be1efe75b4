/* SPDX-License-Identifier: ISC */
/* Customers in bulk: staged by COPY, put in place in one transaction. */
#ifndef STORE_IMPORT_H
#define STORE_IMPORT_H

#include <stddef.h>
#include <stdint.h>

struct store_import;

/* Open a connection of its own and begin. NULL with err. */
struct store_import	*store_import_begin(const char *conninfo,
			    const char *business, char *err, size_t errlen);
/* One good line; claims NULL: not told. 0, or -1 with err (all has failed). */
int	store_import_row(struct store_import *, uint64_t line,
	    const char *customer_id, const char *login, const char *hash,
	    const char *claims, char *err, size_t errlen);
/*
 * Put all rows in place and commit. A row whose id or login is taken by
 * another customer is reported through bad(line, why) and left out; one with
 * a known id replaces login and hash, and claims if told. 0, or -1 with err
 * and nothing changed.
 */
int	store_import_commit(struct store_import *, uint64_t *added,
	    uint64_t *changed, void (*bad)(void *, uint64_t, const char *),
	    void *arg, char *err, size_t errlen);
/* Undo and close; after commit only close. */
void	store_import_end(struct store_import *);

#endif
