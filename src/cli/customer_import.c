/* SPDX-License-Identifier: ISC */
/*
 * ambauth customer import: a CSV file of any length, in one transaction. Bad
 * lines are named and left out; the others go in, all of them or none.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "cli/cli.h"
#include "cli/csv.h"
#include "cli/customer.h"
#include "cli/import_batch.h"
#include "cli/import_line.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/session.h"
#include "cli/values.h"
#include "store/import.h"
#include "store/migrate.h"

struct import {
	struct store_import	*store;
	struct password_cost	 cost;
	struct progress		 progress;
	struct csv		 csv;
	struct import_batch	 batch;
	enum import_third	 third;
	uint64_t		 rows;		/* lines with a customer */
	uint64_t		 bad;
	uint64_t		 added;
	uint64_t		 changed;
	char			 err[512];
};

static int	import(void *, int, char **);
static int	import_open(struct import *, const char *);
static int	import_connect(struct import *, const struct customer_args *);
static int	import_read(struct import *);
static int	import_take(struct import *, char **, int);
static int	import_flush(struct import *);
static int	import_commit(struct import *);
static void	import_bad(void *, uint64_t, const char *);
static int	import_sum(const struct import *, int);
static void	import_free(struct import *);

static const struct verb_option options[] = {
	CUSTOMER_ARG_BUSINESS,
	CUSTOMER_ARG("json", NULL, VERB_FLAG, is_json,
	    "print the counts as JSON"),
	CUSTOMER_ARG_CONFIG,
};

const struct verb customer_import_verb = {
	.name = "import", .operands = "[FILE]", .operands_max = 1,
	VERB_OPTIONS(options), .run = import,
	.help = "Import customers from a CSV file, or from standard input.\n"
	    "Each line: customer id, login, and a password or its hash, in\n"
	    "crypt(3) or PHC form. A first line may name the columns: with\n"
	    "password_hash as the third one, nothing is taken for a plain\n"
	    "password. A fourth field, if there is one, is a JSON object of\n"
	    "claims (see set-claims). A known customer id gets the new login,\n"
	    "password and claims.\n"
	    "Bad lines are named on standard error, the others are imported;\n"
	    "the exit status is 1 if there was one.",
};

static const struct output_column columns[] = {
	{ "rows", OUTPUT_NUMBER }, { "added", OUTPUT_NUMBER },
	{ "changed", OUTPUT_NUMBER }, { "unchanged", OUTPUT_NUMBER },
	{ "bad", OUTPUT_NUMBER },
};
#define COLUMNS	(sizeof(columns) / sizeof(columns[0]))

static int
import(void *values, int count, char **operand)
{
	const struct customer_args	*args = values;
	struct import			*im;
	int				 status;

	status = CLI_FAILED;
	if (!value_is_business(args->business)) {
		fprintf(stderr, "ambauth customer: --business may have A-Z "
		    "a-z 0-9 - . _ only\n");
		return (CLI_USAGE);
	}
	im = calloc(1, sizeof(*im));
	PRECOND(im != NULL);
	if (import_open(im, count == 1 ? operand[0] : "-") == -1 ||
	    import_connect(im, args) == -1 || import_read(im) == -1 ||
	    import_commit(im) == -1) {
		progress_clear(&im->progress);
		fprintf(stderr, "ambauth customer import: %s; nothing was "
		    "imported\n", im->err);
		goto out;
	}
	progress_clear(&im->progress);
	if (import_sum(im, args->is_json) == 0 && im->bad == 0)
		status = CLI_OK;
out:
	import_free(im);
	return (status);
}

static int
import_open(struct import *im, const char *path)
{
	im->csv.file = stdin;
	if (strcmp(path, "-") != 0)
		im->csv.file = fopen(path, "re");
	if (im->csv.file == NULL) {
		snprintf(im->err, sizeof(im->err), "%s: %s", path,
		    strerror(errno));
		return (-1);
	}
	progress_begin(&im->progress, im->csv.file);
	return (0);
}

static int
import_connect(struct import *im, const struct customer_args *args)
{
	struct session	s;

	if (session_settings(&s, args->config) == -1) {
		snprintf(im->err, sizeof(im->err), "the settings are wrong");
		return (-1);
	}
	im->cost.memory_kib = s.settings.hash_memory_kib;
	im->cost.passes = s.settings.hash_passes;
	if (password_init() == -1)
		snprintf(im->err, sizeof(im->err), "libsodium does not start");
	else if (migrate_check(s.settings.conninfo, im->err,
	    sizeof(im->err)) == 0)
		im->store = store_import_begin(s.settings.conninfo,
		    args->business, im->err, sizeof(im->err));
	session_close(&s);
	return (im->store == NULL ? -1 : 0);
}

static int
import_read(struct import *im)
{
	const char	*why;
	char		*fields[IMPORT_FIELDS_MAX + 1];
	int		 count;

	while ((count = csv_next(&im->csv, fields, IMPORT_FIELDS_MAX + 1,
	    &why)) != 0) {
		if (count == -1) {
			im->rows++;
			import_bad(im, im->csv.line, why);
		} else if (import_take(im, fields, count) == -1) {
			return (-1);
		}
		progress_put(&im->progress, im->csv.bytes, im->rows);
	}
	if (ferror(im->csv.file)) {
		snprintf(im->err, sizeof(im->err), "line %llu: %s",
		    (unsigned long long)im->csv.line + 1, strerror(errno));
		return (-1);
	}
	return (import_flush(im));
}

static int
import_take(struct import *im, char **fields, int count)
{
	struct import_row	*row;

	if (im->csv.line == 1 &&
	    import_line_is_header(fields, count, &im->third))
		return (0);
	im->rows++;
	row = &im->batch.rows[im->batch.count];
	row->line = im->csv.line;
	if (import_line_get(row, fields, count, im->third) == -1) {
		import_bad(im, im->csv.line, row->why);
		return (0);
	}
	im->batch.plain += row->is_plain != 0;
	if (++im->batch.count == IMPORT_BATCH_ROWS)
		return (import_flush(im));
	return (0);
}

static int
import_flush(struct import *im)
{
	const struct import_row	*row;
	size_t			 i;
	int			 result;

	result = -1;
	import_batch_hash(&im->batch, &im->cost);
	for (i = 0; i < im->batch.count; i++) {
		row = &im->batch.rows[i];
		if (row->has_failed)
			import_bad(im, row->line, "the password cannot be "
			    "hashed");
		else if (store_import_row(im->store, row->line,
		    row->customer_id, row->login, row->hash,
		    row->claims[0] == '\0' ? NULL : row->claims, im->err,
		    sizeof(im->err)) == -1)
			goto out;
	}
	result = 0;
out:
	import_batch_clear(&im->batch);
	return (result);
}

static int
import_commit(struct import *im)
{
	progress_say(&im->progress, "all read; putting it in place ...");
	return (store_import_commit(im->store, &im->added, &im->changed,
	    import_bad, im, im->err, sizeof(im->err)));
}

static void
import_bad(void *arg, uint64_t line, const char *why)
{
	struct import	*im = arg;

	im->bad++;
	progress_clear(&im->progress);
	fprintf(stderr, "line %llu: %s\n", (unsigned long long)line, why);
}

static int
import_sum(const struct import *im, int is_json)
{
	const char	*cells[COLUMNS];
	char		 numbers[COLUMNS][24];
	uint64_t	 values[COLUMNS];
	size_t		 i;

	values[0] = im->rows;
	values[1] = im->added;
	values[2] = im->changed;
	values[3] = im->rows - im->bad - im->added - im->changed;
	values[4] = im->bad;
	for (i = 0; i < COLUMNS; i++) {
		snprintf(numbers[i], sizeof(numbers[i]), "%llu",
		    (unsigned long long)values[i]);
		cells[i] = numbers[i];
	}
	return (output_object(stdout, columns, COLUMNS, cells, is_json));
}

static void
import_free(struct import *im)
{
	store_import_end(im->store);
	if (im->csv.file != NULL && im->csv.file != stdin)
		fclose(im->csv.file);
	/* Lines and rows hold passwords. */
	explicit_bzero(im, sizeof(*im));
	free(im);
}
