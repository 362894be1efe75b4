/* SPDX-License-Identifier: ISC */
/*
 * Applying migrations. The checksum of each is made by the database, from the
 * text that was applied, so that a text that was changed afterwards shows.
 */
#include <string.h>

#include "store/migrate.h"
#include "store/migrate_list.h"
#include "store/migrations.h"
#include "store/direct.h"
#include "store/maintain.h"
#include "store/statements.h"

static int	migrate_lock(PGconn *, FILE *, char *, size_t);
static int	migrate_encoding(PGconn *, char *, size_t);
static int	migrate_missing(PGconn *, const struct migrate_list *, FILE *,
		    char *, size_t);
static int	migrate_one(PGconn *, const struct store_migration *, char *,
		    size_t);
static int	migrate_remember(PGconn *, const struct store_migration *,
		    char *, size_t);
static int	ask_nothing(PGconn *, enum store_statement, char *, size_t);

int
migrate_version(void)
{
	return (store_migrations_count);
}

int
migrate_run(const char *conninfo, FILE *out, char *err, size_t errlen)
{
	struct migrate_list	 list;
	PGconn			*pg;
	int			 result;

	result = -1;
	memset(&list, 0, sizeof(list));
	if ((pg = direct_open(conninfo, err, errlen)) == NULL)
		return (-1);
	if (migrate_encoding(pg, err, errlen) == -1 ||
	    migrate_lock(pg, out, err, errlen) == -1 ||
	    migrate_list_read(&list, pg, err, errlen) == -1 ||
	    migrate_list_check(&list, err, errlen) == -1 ||
	    migrate_missing(pg, &list, out, err, errlen) == -1)
		goto out;
	result = maintain_run(conninfo, err, errlen);
	if (result == 1) {
		fprintf(out, "a partition is in use and will be dropped "
		    "later: %s\n", err);
		result = 0;
	}
out:
	migrate_list_free(&list);
	PQfinish(pg);
	return (result);
}

int
migrate_check(const char *conninfo, char *err, size_t errlen)
{
	struct migrate_list	 list;
	PGconn			*pg;
	int			 result;

	memset(&list, 0, sizeof(list));
	if ((pg = direct_open(conninfo, err, errlen)) == NULL)
		return (1);
	result = -1;
	if (migrate_list_read(&list, pg, err, errlen) == -1 ||
	    migrate_list_check(&list, err, errlen) == -1)
		goto out;
	if (list.applied < store_migrations_count) {
		snprintf(err, errlen, "the database's schema is at version %d "
		    "and this ambauth needs %d: run `ambauth migrate`",
		    list.applied, store_migrations_count);
		goto out;
	}
	result = 0;
out:
	migrate_list_free(&list);
	PQfinish(pg);
	return (result);
}

/* Names and logins are UTF-8 everywhere; another encoding would lose some. */
static int
migrate_encoding(PGconn *pg, char *err, size_t errlen)
{
	const char	*encoding;

	encoding = PQparameterStatus(pg, "server_encoding");
	if (encoding != NULL && strcmp(encoding, "UTF8") == 0)
		return (0);
	snprintf(err, errlen, "the database %s has the encoding %s; create it "
	    "with ENCODING 'UTF8'", PQdb(pg),
	    encoding == NULL ? "unknown" : encoding);
	return (-1);
}

/* Closing the connection gives the lock back. */
static int
migrate_lock(PGconn *pg, FILE *out, char *err, size_t errlen)
{
	PGresult	*r;
	int		 is_mine;

	r = direct_ask(pg, STMT_SCHEMA_TRY_LOCK, 0, NULL, err, errlen);
	if (r == NULL)
		return (-1);
	is_mine = strcmp(PQgetvalue(r, 0, 0), "t") == 0;
	PQclear(r);
	if (is_mine)
		return (0);
	fprintf(out, "waiting for another node that migrates\n");
	fflush(out);
	return (ask_nothing(pg, STMT_SCHEMA_LOCK, err, errlen));
}

static int
migrate_missing(PGconn *pg, const struct migrate_list *list, FILE *out,
    char *err, size_t errlen)
{
	const struct store_migration	*m;
	int				 i;

	for (i = list->applied; i < store_migrations_count; i++) {
		m = &store_migrations[i];
		if (migrate_one(pg, m, err, errlen) == -1)
			return (-1);
		fprintf(out, "applied %03d %s\n", m->version, m->name);
	}
	if (list->applied == store_migrations_count)
		fprintf(out, "nothing to do: the schema is at version %d\n",
		    list->applied);
	return (0);
}

/* The migration and the memory of it, or neither. */
static int
migrate_one(PGconn *pg, const struct store_migration *m, char *err,
    size_t errlen)
{
	char	why[512];

	if (direct_run(pg, "BEGIN", why, sizeof(why)) == -1 ||
	    direct_run(pg, m->sql, why, sizeof(why)) == -1 ||
	    migrate_remember(pg, m, why, sizeof(why)) == -1 ||
	    direct_run(pg, "COMMIT", why, sizeof(why)) == -1) {
		snprintf(err, errlen, "migration %03d %s: %s", m->version,
		    m->name, why);
		return (-1);
	}
	return (0);
}

static int
migrate_remember(PGconn *pg, const struct store_migration *m, char *err,
    size_t errlen)
{
	const char	*values[3];
	char		 version[16], sha256[MIGRATE_SHA256_LEN];
	PGresult	*r;

	if (migrate_checksum(pg, m->sql, sha256, err, errlen) == -1)
		return (-1);
	snprintf(version, sizeof(version), "%d", m->version);
	values[0] = version;
	values[1] = m->name;
	values[2] = sha256;
	r = direct_ask(pg, STMT_SCHEMA_REMEMBER, 3, values, err, errlen);
	if (r == NULL)
		return (-1);
	PQclear(r);
	return (0);
}

static int
ask_nothing(PGconn *pg, enum store_statement statement, char *err,
    size_t errlen)
{
	PGresult	*r;

	if ((r = direct_ask(pg, statement, 0, NULL, err, errlen)) == NULL)
		return (-1);
	PQclear(r);
	return (0);
}
