/* SPDX-License-Identifier: ISC */
/* What has been applied, compared with what the binary carries. */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "store/migrate_list.h"
#include "store/migrations.h"
#include "store/direct.h"
#include "store/statements.h"

static int	list_read_applied(struct migrate_list *, PGconn *, char *,
		    size_t);
static int	entry_read(struct migrate_entry *, PGconn *, const PGresult *,
		    int, char *, size_t);
static void	list_add_pending(struct migrate_list *);

int
migrate_list_read(struct migrate_list *list, PGconn *pg, char *err,
    size_t errlen)
{
	PGresult	*r;
	int		 is_there;

	r = direct_ask(pg, STMT_SCHEMA_EXISTS, 0, NULL, err, errlen);
	if (r == NULL)
		return (-1);
	is_there = strcmp(PQgetvalue(r, 0, 0), "t") == 0;
	PQclear(r);
	if (is_there && list_read_applied(list, pg, err, errlen) == -1)
		return (-1);
	list_add_pending(list);
	return (0);
}

void
migrate_list_free(struct migrate_list *list)
{
	free(list->entries);
	memset(list, 0, sizeof(*list));
}

int
migrate_list_check(const struct migrate_list *list, char *err, size_t errlen)
{
	const struct migrate_entry	*e;
	int				 i;

	if (list->applied > store_migrations_count) {
		snprintf(err, errlen, "the database's schema is at version %d "
		    "and this ambauth knows only %d: install the newer ambauth "
		    "(`ambauth version` says which one this is)",
		    list->applied, store_migrations_count);
		return (-1);
	}
	for (i = 0; i < list->count; i++) {
		e = &list->entries[i];
		if (e->state != MIGRATE_CHANGED)
			continue;
		snprintf(err, errlen, "migration %03d %s is not the text that "
		    "was applied on %s: see `ambauth migrate --status`",
		    e->version, e->name, e->applied_at);
		return (-1);
	}
	return (0);
}

int
migrate_checksum(PGconn *pg, const char *sql, char out[MIGRATE_SHA256_LEN],
    char *err, size_t errlen)
{
	PGresult	*r;
	int		 result;

	r = direct_ask(pg, STMT_SCHEMA_CHECKSUM, 1, &sql, err, errlen);
	if (r == NULL)
		return (-1);
	result = text_copy(out, MIGRATE_SHA256_LEN, PQgetvalue(r, 0, 0));
	PRECOND(result == 0);
	PQclear(r);
	return (0);
}

static int
list_read_applied(struct migrate_list *list, PGconn *pg, char *err,
    size_t errlen)
{
	PGresult	*r;
	int		 i, n, result;

	result = -1;
	r = direct_ask(pg, STMT_SCHEMA_APPLIED, 0, NULL, err, errlen);
	if (r == NULL)
		return (-1);
	n = PQntuples(r);
	list->entries = calloc((size_t)n + (size_t)store_migrations_count,
	    sizeof(*list->entries));
	PRECOND(list->entries != NULL);
	for (i = 0; i < n; i++) {
		if (entry_read(&list->entries[i], pg, r, i, err,
		    errlen) == -1)
			goto out;
		list->count++;
		list->applied = list->entries[i].version;
	}
	result = 0;
out:
	PQclear(r);
	return (result);
}

static int
entry_read(struct migrate_entry *e, PGconn *pg, const PGresult *r, int row,
    char *err, size_t errlen)
{
	const struct store_migration	*m;
	char				 sha256[MIGRATE_SHA256_LEN];
	long				 version;

	if (text_number(PQgetvalue(r, row, 0), 1, 1000000, &version) == -1 ||
	    text_copy(e->name, sizeof(e->name), PQgetvalue(r, row, 1)) == -1 ||
	    text_copy(e->applied_at, sizeof(e->applied_at),
	    PQgetvalue(r, row, 3)) == -1) {
		snprintf(err, errlen, "schema_migrations: row %d does not read",
		    row + 1);
		return (-1);
	}
	e->version = (int)version;
	if (version > store_migrations_count) {
		e->state = MIGRATE_NEWER;
		return (0);
	}
	m = &store_migrations[version - 1];
	if (migrate_checksum(pg, m->sql, sha256, err, errlen) == -1)
		return (-1);
	e->state = strcmp(sha256, PQgetvalue(r, row, 2)) == 0 &&
	    strcmp(m->name, e->name) == 0 ? MIGRATE_APPLIED : MIGRATE_CHANGED;
	return (0);
}

static void
list_add_pending(struct migrate_list *list)
{
	struct migrate_entry	*e;
	int			 i;

	if (list->entries == NULL) {
		list->entries = calloc((size_t)store_migrations_count,
		    sizeof(*list->entries));
		PRECOND(list->entries != NULL);
	}
	for (i = list->applied; i < store_migrations_count; i++) {
		e = &list->entries[list->count++];
		e->version = store_migrations[i].version;
		e->state = MIGRATE_PENDING;
		(void)text_copy(e->name, sizeof(e->name),
		    store_migrations[i].name);
	}
}
