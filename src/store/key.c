/* SPDX-License-Identifier: ISC */
/* Signing keys, in the table signing_keys. */
#include <string.h>

#include "base/log.h"
#include "store/columns.h"
#include "store/key.h"
#include "store/query.h"

/* The columns of key_list. */
enum { COL_KID, COL_ALG, COL_SEALED, COL_SIGNING, COL_AGE };
static const struct column columns[] = {
	COLUMN(COL_KID,	key_row, kid),
	COLUMN(COL_ALG,	key_row, alg),
};

/* What nodes that make a first key at once meet on. */
static const char	first[] = "signing_keys";

void
store_key_list(struct store *s, struct store_query *q)
{
	struct store_params	p;

	params_init(&p);
	store_ask(s, q, STMT_KEY_LIST, STORE_READ, &p, NULL, 0);
}

int
store_key_count(const struct store_query *q)
{
	return (rows_count(q));
}

int
store_key_get(const struct store_query *q, int row, struct key_row *k)
{
	ssize_t	n;

	memset(k, 0, sizeof(*k));
	if (columns_get(q, row, k, columns, COLUMNS_COUNT(columns)) == -1)
		return (-1);
	n = rows_bytes(q, row, COL_SEALED, k->sealed, sizeof(k->sealed));
	if (n <= 0)
		return (-1);
	k->sealed_len = (size_t)n;
	k->is_signing = rows_bool(q, row, COL_SIGNING);
	k->age = rows_number(q, row, COL_AGE);
	return (0);
}

void
store_key_add_first(struct store *s, struct store_query *q,
    const struct key_row *k)
{
	struct store_params	p;

	PRECOND(k->sealed_len <= sizeof(k->sealed));
	params_init(&p);
	params_text(&p, k->kid);
	params_text(&p, k->alg);
	params_bytes(&p, k->sealed, k->sealed_len);
	store_ask(s, q, STMT_KEY_ADD_FIRST, STORE_WRITE, &p, first,
	    sizeof(first));
}
