/* SPDX-License-Identifier: ISC */
/* Columns for people, JSON for machines. */
#include <ctype.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "cli/output.h"

#define GAP	2		/* blanks between two columns */

static size_t	 cell_width(const char *);
static size_t	 cell_print(FILE *, const char *);
static void	 header_print(struct output *);
static void	 row_print(struct output *, char *const *);
static void	 pad(FILE *, size_t);
static json_t	*row_json(const struct output_column *, size_t,
		    const char *const *);
static json_t	*cell_json(enum output_kind, const char *);
static json_t	*list_json(const char *);
static void	 title_print(FILE *, const char *);

void
output_begin(struct output *o, FILE *file,
    const struct output_column *columns, size_t count, int is_json)
{
	size_t	i;

	PRECOND(count <= OUTPUT_COLUMNS_MAX);
	memset(o, 0, sizeof(*o));
	o->file = file;
	o->columns = columns;
	o->count = count;
	o->is_json = is_json;
	for (i = 0; i < count; i++)
		o->width[i] = strlen(columns[i].name);
	if (is_json)
		fputc('[', file);
}

void
output_row(struct output *o, const char *const *cells)
{
	char	**to;
	size_t	  i, width;

	if (o->rows == o->capacity) {
		o->capacity = o->capacity == 0 ? 64 : o->capacity * 2;
		o->cells = realloc(o->cells,
		    o->capacity * o->count * sizeof(*o->cells));
		PRECOND(o->cells != NULL);
	}
	to = o->cells + o->rows++ * o->count;
	for (i = 0; i < o->count; i++) {
		to[i] = NULL;
		if (cells[i] == NULL)
			continue;
		to[i] = strdup(cells[i]);
		PRECOND(to[i] != NULL);
		if ((width = cell_width(to[i])) > o->width[i])
			o->width[i] = width;
	}
}

void
output_flush(struct output *o)
{
	size_t	i;

	if (!o->is_json && o->printed == 0)
		header_print(o);
	for (i = 0; i < o->rows; i++) {
		row_print(o, o->cells + i * o->count);
		o->printed++;
	}
	for (i = 0; i < o->rows * o->count; i++)
		free(o->cells[i]);
	o->rows = 0;
	if (fflush(o->file) != 0 || ferror(o->file))
		o->has_failed = 1;
}

int
output_end(struct output *o)
{
	output_flush(o);
	if (o->is_json)
		fputs(o->printed > 0 ? "\n]\n" : "]\n", o->file);
	free(o->cells);
	o->cells = NULL;
	return (fflush(o->file) != 0 || o->has_failed ? -1 : 0);
}

int
output_object(FILE *file, const struct output_column *columns, size_t count,
    const char *const *cells, int is_json)
{
	json_t	*object;
	size_t	 i, width;

	if (is_json) {
		object = row_json(columns, count, cells);
		json_dumpf(object, file, JSON_INDENT(2));
		fputc('\n', file);
		json_decref(object);
		return (fflush(file) != 0 || ferror(file) ? -1 : 0);
	}
	width = 0;
	for (i = 0; i < count; i++)
		if (strlen(columns[i].name) > width)
			width = strlen(columns[i].name);
	for (i = 0; i < count; i++) {
		title_print(file, columns[i].name);
		pad(file, width - strlen(columns[i].name) + GAP);
		cell_print(file, cells[i]);
		fputc('\n', file);
	}
	return (fflush(file) != 0 || ferror(file) ? -1 : 0);
}

/* Characters on a terminal: of UTF-8, the bytes that begin one. */
static size_t
cell_width(const char *s)
{
	size_t	n;

	for (n = 0; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return (n);
}

/*
 * Names come from outside and could command the operator's terminal: control
 * characters, also those of U+0080 to U+009F, are shown as '?'.
 */
static size_t
cell_print(FILE *file, const char *s)
{
	const unsigned char	*p;

	if (s == NULL || *s == '\0')
		s = "-";
	for (p = (const unsigned char *)s; *p != '\0'; p++) {
		if (*p < 0x20 || *p == 0x7f) {
			fputc('?', file);
		} else if (p[0] == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0) {
			fputc('?', file);
			p++;
		} else {
			fputc(*p, file);
		}
	}
	return (cell_width(s));
}

static void
header_print(struct output *o)
{
	size_t	i;

	for (i = 0; i < o->count; i++) {
		title_print(o->file, o->columns[i].name);
		if (i + 1 < o->count)
			pad(o->file, o->width[i] -
			    strlen(o->columns[i].name) + GAP);
	}
	fputc('\n', o->file);
}

static void
row_print(struct output *o, char *const *cells)
{
	const char	*copy[OUTPUT_COLUMNS_MAX];
	json_t		*object;
	size_t		 i, n;

	for (i = 0; i < o->count; i++)
		copy[i] = cells[i];
	if (o->is_json) {
		fputs(o->printed > 0 ? ",\n  " : "\n  ", o->file);
		object = row_json(o->columns, o->count, copy);
		json_dumpf(object, o->file, 0);
		json_decref(object);
		return;
	}
	for (i = 0; i < o->count; i++) {
		n = cell_print(o->file, copy[i]);
		if (i + 1 < o->count)
			pad(o->file, o->width[i] - n + GAP);
	}
	fputc('\n', o->file);
}

static void
pad(FILE *file, size_t n)
{
	while (n-- > 0)
		fputc(' ', file);
}

static void
title_print(FILE *file, const char *name)
{
	for (; *name != '\0'; name++)
		fputc(*name == '_' ? ' ' : toupper((unsigned char)*name),
		    file);
}

static json_t *
row_json(const struct output_column *columns, size_t count,
    const char *const *cells)
{
	json_t	*object;
	size_t	 i;
	int	 result;

	object = json_object();
	PRECOND(object != NULL);
	for (i = 0; i < count; i++) {
		result = json_object_set_new(object, columns[i].name,
		    cell_json(columns[i].kind, cells[i]));
		PRECOND(result == 0);
	}
	return (object);
}

static json_t *
cell_json(enum output_kind kind, const char *s)
{
	if (s == NULL)
		return (json_null());
	switch (kind) {
	case OUTPUT_LIST:
		return (list_json(s));
	case OUTPUT_NUMBER:
		return (json_integer(strtoll(s, NULL, 10)));
	case OUTPUT_BOOL:
		return (json_boolean(strcmp(s, "yes") == 0));
	case OUTPUT_TEXT:
		break;
	}
	return (json_string(s));
}

static json_t *
list_json(const char *s)
{
	json_t	*array;
	size_t	 n;
	int	 result;

	array = json_array();
	PRECOND(array != NULL);
	for (; *s != '\0'; s += n + (s[n] == ' ')) {
		if ((n = strcspn(s, " ")) == 0)
			continue;
		result = json_array_append_new(array, json_stringn(s, n));
		PRECOND(result == 0);
	}
	return (array);
}
