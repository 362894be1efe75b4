/* SPDX-License-Identifier: ISC */
/* Retention, as the database's own functions do it. */
#include "store/maintain.h"
#include "store/query.h"

static const char	key[] = "maintain";

void
store_maintain(struct store *s, struct store_query *q)
{
	struct store_params	p;

	params_init(&p);
	store_ask(s, q, STMT_MAINTAIN, STORE_WRITE, &p, key, sizeof(key));
}
