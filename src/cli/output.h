/* SPDX-License-Identifier: ISC */
/*
 * What commands print: rows in aligned columns for people, an array of
 * objects for machines, from the same table of columns.
 */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include <stddef.h>
#include <stdio.h>

#define OUTPUT_COLUMNS_MAX	20

enum output_kind {
	OUTPUT_TEXT,
	OUTPUT_LIST,		/* space-separated; an array in JSON */
	OUTPUT_NUMBER,		/* decimal; a number in JSON */
	OUTPUT_BOOL		/* "yes" or "no"; true or false in JSON */
};

struct output_column {
	const char		*name;	/* of the JSON member */
	enum output_kind	 kind;
};

#define OUTPUT_YES(x)	((x) ? "yes" : "no")

struct output {
	FILE				*file;
	const struct output_column	*columns;
	size_t				 count;
	int				 is_json;
	char				**cells;	/* rows of this page */
	size_t				 rows;
	size_t				 capacity;	/* rows */
	size_t				 width[OUTPUT_COLUMNS_MAX];
	size_t				 printed;	/* rows, before */
	int				 has_failed;
};

void	output_begin(struct output *, FILE *, const struct output_column *,
	    size_t count, int is_json);
/* One row; a cell that is NULL is null in JSON and "-" for people. */
void	output_row(struct output *, const char *const *cells);
/* Print what has gathered; after each page of a long list. */
void	output_flush(struct output *);
/* Print the rest and free. 0, or -1 if writing failed. */
int	output_end(struct output *);

/* One thing alone: a line a column, or one object. 0, or -1. */
int	output_object(FILE *, const struct output_column *, size_t count,
	    const char *const *cells, int is_json);

#endif
