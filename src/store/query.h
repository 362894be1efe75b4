/* SPDX-License-Identifier: ISC */
/*
 * For the aggregates of this room only: parameters in, columns out. All
 * parameters and columns travel as text, but bytea parameters as binary.
 */
#ifndef STORE_QUERY_H
#define STORE_QUERY_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/traceparent.h"
#include "store/store.h"
#include "store/statements.h"	/* generated: enum store_statement */

enum store_kind {
	STORE_READ,		/* may be asked again when a connection dies */
	STORE_WRITE,		/* may have been committed then */
	/*
	 * A write that locks rows under another key than others do, or after
	 * others: it shares no commit, so that it holds nothing while it waits.
	 */
	STORE_WRITE_ALONE
};

struct store_params {
	int		 n;
	const char	*value[STORE_PARAMS_MAX];
	int		 length[STORE_PARAMS_MAX];
	int		 format[STORE_PARAMS_MAX];	/* 0 text, 1 binary */
	char		 numbers[STORE_PARAMS_MAX][24];
	char		 trace[TRACEPARENT_LEN];
};

void	params_init(struct store_params *);
/* A NULL pointer is SQL's NULL. */
void	params_text(struct store_params *, const char *);
void	params_bytes(struct store_params *, const void *, size_t);
void	params_number(struct store_params *, int64_t);
void	params_bool(struct store_params *, int);
/* The trace that this is a part of, or NULL: once a statement. */
void	params_trace(struct store_params *);

/*
 * Ask. A pending question or old rows of q are dropped first; q->done and
 * q->arg stay. The parameters are copied. key is what the statement locks
 * (code hash, opaque ID, …): batches lock in the order of statements and keys,
 * so that no two of them wait for each other. q->done is called later, never
 * from inside this call.
 *
 * A statement with arrays among its parameters ("$1::text[]" or bytea[]) is one
 * for many askers (call.c): here it is given the one element that is its own,
 * and columns of the answer are numbered without the first, which says whose a
 * row is. What is no array is the same for all of a call.
 */
void	store_ask(struct store *, struct store_query *q, enum store_statement,
	    enum store_kind, const struct store_params *, const void *key,
	    size_t keylen);

/*
 * Columns of the answer; row from 0. There must be that row and column. NULL
 * reads as "", 0 and no bytes: ask rows_is_null where that matters.
 */
int		 rows_count(const struct store_query *);
int		 rows_is_null(const struct store_query *, int row, int col);
const char	*rows_text(const struct store_query *, int row, int col);
int64_t		 rows_number(const struct store_query *, int row, int col);
int		 rows_bool(const struct store_query *, int row, int col);
/* Decode a bytea column (hex). Bytes, or -1 if it does not fit. */
ssize_t		 rows_bytes(const struct store_query *, int row, int col,
		    void *out, size_t cap);

struct brand;
/* brand.c: the columns of brand_find, from this one on. 0, or -1. */
int		 brand_get_from(const struct store_query *, int row, int first,
		    struct brand *);

#endif
