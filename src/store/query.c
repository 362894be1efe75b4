/* SPDX-License-Identifier: ISC */
/* Parameters of a statement, and columns of its answer. */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "store/internal.h"

static void	add(struct store_params *, const char *, size_t, int);
static int	column(const struct store_query *, int);
static int	row_of(const struct store_query *, int);
static int	hex_digit(char);

void
params_init(struct store_params *p)
{
	p->n = 0;
}

void
params_text(struct store_params *p, const char *s)
{
	add(p, s, s == NULL ? 0 : strlen(s), 0);
}

void
params_bytes(struct store_params *p, const void *bytes, size_t len)
{
	add(p, bytes, bytes == NULL ? 0 : len, 1);
}

void
params_number(struct store_params *p, int64_t n)
{
	char	*s;

	PRECOND(p->n < STORE_PARAMS_MAX);

	s = p->numbers[p->n];
	(void)snprintf(s, sizeof(p->numbers[0]), "%" PRId64, n);
	params_text(p, s);
}

void
params_bool(struct store_params *p, int b)
{
	params_text(p, b ? "t" : "f");
}

void
params_trace(struct store_params *p)
{
	const struct trace_context	*c;

	p->trace[0] = '\0';
	if ((c = trace_current()) != NULL)
		traceparent_put(p->trace, c);
	params_text(p, p->trace[0] == '\0' ? NULL : p->trace);
}

int
rows_count(const struct store_query *q)
{
	if (q->rows == NULL)
		return (0);
	return (q->row == ROWS_ALL ? PQntuples(q->rows->result) : 1);
}

int
rows_is_null(const struct store_query *q, int row, int col)
{
	PRECOND(row >= 0 && row < rows_count(q));
	PRECOND(col >= 0 && column(q, col) < PQnfields(q->rows->result));

	return (PQgetisnull(q->rows->result, row_of(q, row), column(q, col)));
}

const char *
rows_text(const struct store_query *q, int row, int col)
{
	return (rows_is_null(q, row, col) ? "" :
	    PQgetvalue(q->rows->result, row_of(q, row), column(q, col)));
}

int64_t
rows_number(const struct store_query *q, int row, int col)
{
	return (strtoll(rows_text(q, row, col), NULL, 10));
}

int
rows_bool(const struct store_query *q, int row, int col)
{
	return (rows_text(q, row, col)[0] == 't');
}

ssize_t
rows_bytes(const struct store_query *q, int row, int col, void *out,
    size_t cap)
{
	unsigned char	*p = out;
	const char	*s;
	size_t		 i, len;
	int		 hi, lo;

	s = rows_text(q, row, col);
	if (*s == '\0')
		return (0);
	if (strncmp(s, "\\x", 2) != 0)
		return (-1);
	s += 2;
	len = strlen(s);
	if (len % 2 != 0 || len / 2 > cap)
		return (-1);
	for (i = 0; i < len / 2; i++) {
		hi = hex_digit(s[2 * i]);
		lo = hex_digit(s[2 * i + 1]);
		if (hi == -1 || lo == -1)
			return (-1);
		p[i] = (unsigned char)(hi << 4 | lo);
	}

	return ((ssize_t)i);
}

/* Where many share an answer, its first column says whose a row is. */
static int
column(const struct store_query *q, int col)
{
	return (q->row == ROWS_ALL ? col : col + 1);
}

static int
row_of(const struct store_query *q, int row)
{
	return (q->row == ROWS_ALL ? row : q->row);
}

static void
add(struct store_params *p, const char *value, size_t len, int format)
{
	PRECOND(p->n < STORE_PARAMS_MAX);
	PRECOND(len < INT_MAX);

	p->value[p->n] = value;
	p->length[p->n] = (int)len;
	p->format[p->n] = format;
	p->n++;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return (c - '0');
	if (c >= 'a' && c <= 'f')
		return (c - 'a' + 10);

	return (-1);
}
