/* SPDX-License-Identifier: ISC */
/*
 * For the aggregates of this room: text columns of an answer into the fields
 * of a struct, by a table.
 */
#ifndef STORE_COLUMNS_H
#define STORE_COLUMNS_H

#include <stddef.h>

#include "store/store.h"

struct column {
	int		 number;	/* in the statement's list, from 0 */
	size_t		 offset;	/* of the field */
	size_t		 size;		/* of the field */
};

#define COLUMN(number, type, field)					\
	{ (number), offsetof(struct type, field),			\
	    sizeof(((struct type *)NULL)->field) }
#define COLUMNS_COUNT(table)	(sizeof(table) / sizeof((table)[0]))

/*
 * first is added to the numbers. NULL becomes "". 0, or -1 if there is no such
 * row or one does not fit.
 */
int	columns_get_from(const struct store_query *, int row, int first,
	    void *out, const struct column *, size_t count);
/* The same with first 0. */
int	columns_get(const struct store_query *, int row, void *out,
	    const struct column *, size_t count);

#endif
