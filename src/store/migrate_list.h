/* SPDX-License-Identifier: ISC */
/* For migrating only: what the database has beside what the binary carries. */
#ifndef STORE_MIGRATE_LIST_H
#define STORE_MIGRATE_LIST_H

#include <libpq-fe.h>
#include <stddef.h>
#include <stdio.h>

#define MIGRATE_SHA256_LEN	65	/* hex, NUL included */
#define MIGRATE_NAME_LEN	128

enum migrate_state {
	MIGRATE_PENDING,	/* in the binary only */
	MIGRATE_APPLIED,	/* in both, with the same text */
	MIGRATE_CHANGED,	/* in both, but with another text */
	MIGRATE_NEWER		/* in the database only */
};

struct migrate_entry {
	int			 version;
	char			 name[MIGRATE_NAME_LEN];
	char			 applied_at[32];	/* "": it is not */
	enum migrate_state	 state;
};

struct migrate_list {
	struct migrate_entry	*entries;	/* in order of version */
	int			 count;
	int			 applied;	/* newest version there, or 0 */
};

/* 0, or -1 with err. To be freed in either case; zero it first. */
int	migrate_list_read(struct migrate_list *, PGconn *, char *err,
	    size_t errlen);
void	migrate_list_free(struct migrate_list *);
/* 0 if this binary may go on from there, else -1 with err. */
int	migrate_list_check(const struct migrate_list *, char *err,
	    size_t errlen);
/* SHA-256 of a migration's text, by the database. 0, or -1 with err. */
int	migrate_checksum(PGconn *, const char *sql,
	    char out[MIGRATE_SHA256_LEN], char *err, size_t errlen);

#endif
