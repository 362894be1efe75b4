/* SPDX-License-Identifier: ISC */
/* One line of an import, judged: plain functions on its fields. */
#ifndef CLI_IMPORT_LINE_H
#define CLI_IMPORT_LINE_H

#include "cli/import_batch.h"

#define IMPORT_FIELDS		3	/* customer id, login, password */
#define IMPORT_FIELDS_MAX	4	/* and claims */

/* What the third column holds. */
enum import_third {
	IMPORT_EITHER,		/* a hash if it begins with '$' */
	IMPORT_HASH		/* the header says so */
};

/*
 * 1 if these are the names of the columns, not a customer; third is set from
 * them.
 */
int	import_line_is_header(char *const *fields, int count,
	    enum import_third *third);
/* 0 with row filled, or -1 with what is wrong in row->why. */
int	import_line_get(struct import_row *row, char *const *fields, int count,
	    enum import_third third);

#endif
