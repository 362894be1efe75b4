/* SPDX-License-Identifier: ISC */
/* Links between opaque IDs and customers, in the table links. */
#include <string.h>

#include "store/columns.h"
#include "store/link.h"
#include "store/query.h"

/* The columns of link_find, link_find_customer and link_list. */
static const struct column columns[] = {
	COLUMN(0, link_row, opaque_id),
	COLUMN(1, link_row, customer_id),
	COLUMN(2, link_row, linked_at),
	COLUMN(3, link_row, last_sign_in_at),
};

/* What link_put says. */
static const char *const outcomes[] = {
	[LINK_CREATED]	= "created",
	[LINK_EXISTED]	= "existed",
	[LINK_MOVED]	= "moved",
	[LINK_FOREIGN]	= "foreign",
};

void
store_link_put(struct store *s, struct store_query *q,
    const struct link_put *l)
{
	struct store_params	p;
	struct grant_key	key;

	/* A malformed one finds nothing, as an unknown one does. */
	(void)grant_id_read(l->grant->text, &key);
	params_init(&p);
	params_number(&p, key.day);
	params_text(&p, key.uuid);
	params_text(&p, l->opaque_id);
	params_number(&p, l->expires);
	params_trace(&p);
	store_ask(s, q, l->may_replace ? STMT_LINK_MOVE : STMT_LINK_PUT,
	    l->may_replace ? STORE_WRITE_ALONE : STORE_WRITE, &p,
	    l->opaque_id, strlen(l->opaque_id));
}

enum link_outcome
store_link_outcome(const struct store_query *q)
{
	size_t	i;

	for (i = 0; rows_count(q) > 0 && i < COLUMNS_COUNT(outcomes); i++)
		if (strcmp(rows_text(q, 0, 0), outcomes[i]) == 0)
			return ((enum link_outcome)i);
	return (LINK_FOREIGN);
}

const char *
store_link_customer(const struct store_query *q)
{
	return (rows_count(q) < 1 ? "" : rows_text(q, 0, 1));
}

void
store_link_find(struct store *s, struct store_query *q, const char *business,
    const char *opaque_id)
{
	struct store_params	p;

	params_init(&p);
	params_text(&p, business);
	params_text(&p, opaque_id);
	store_ask(s, q, STMT_LINK_FIND, STORE_READ, &p, opaque_id,
	    strlen(opaque_id));
}

void
store_link_find_customer(struct store *s, struct store_query *q,
    const char *business, const char *customer_id)
{
	struct store_params	p;

	params_init(&p);
	params_text(&p, business);
	params_text(&p, customer_id);
	store_ask(s, q, STMT_LINK_FIND_CUSTOMER, STORE_READ, &p, customer_id,
	    strlen(customer_id));
}

void
store_link_list(struct store *s, struct store_query *q, const char *business,
    const char *after, int limit)
{
	struct store_params	p;

	params_init(&p);
	params_text(&p, business);
	params_text(&p, after);
	params_number(&p, limit);
	store_ask(s, q, STMT_LINK_LIST, STORE_READ, &p, business,
	    strlen(business));
}

int
store_link_count(const struct store_query *q)
{
	return (rows_count(q));
}

int
store_link_get(const struct store_query *q, int row, struct link_row *l)
{
	memset(l, 0, sizeof(*l));
	return (columns_get(q, row, l, columns, COLUMNS_COUNT(columns)));
}

void
store_link_delete(struct store *s, struct store_query *q,
    const char *business, const char *opaque_id, const char *actor)
{
	struct store_params	p;

	params_init(&p);
	params_text(&p, business);
	params_text(&p, opaque_id);
	params_text(&p, actor);
	params_trace(&p);
	store_ask(s, q, STMT_LINK_DELETE, STORE_WRITE_ALONE, &p, opaque_id,
	    strlen(opaque_id));
}
