/* SPDX-License-Identifier: ISC */
/*
 * Migrations: sql/migrations in order, each in its transaction, all under one
 * advisory lock, each remembered with its checksum. Blocking: for commands.
 */
#ifndef STORE_MIGRATE_H
#define STORE_MIGRATE_H

#include <stddef.h>
#include <stdio.h>

/* The version this binary works with. */
int	migrate_version(void);
/* Apply what is missing; says on out what it does. 0, or -1 with err. */
int	migrate_run(const char *conninfo, FILE *out, char *err, size_t errlen);
/* Print version, name, when, and whether the checksum stands. 0, or -1. */
int	migrate_status(const char *conninfo, int json, FILE *out, char *err,
	    size_t errlen);
/*
 * 0 if the schema is the binary's; -1 with err naming the command that helps;
 * 1 if the database cannot be reached, with err.
 */
int	migrate_check(const char *conninfo, char *err, size_t errlen);

#endif
