/* SPDX-License-Identifier: ISC */
/* Customers: found through the view, kept in the table customers. */
#include <string.h>

#include "store/columns.h"
#include "store/customer.h"
#include "store/query.h"

static void	customer_change(struct store *, struct store_query *,
		    enum store_statement, const struct store_params *,
		    const char *);

/* The columns of customer_find and customer_list. */
enum {
	COL_ID, COL_LOGIN, COL_HASH, COL_LOCKED, COL_CREATED, COL_READ,
	COL_EPOCH
};
static const struct column columns[] = {
	COLUMN(COL_ID,		customer, customer_id),
	COLUMN(COL_LOGIN,	customer, login),
	COLUMN(COL_HASH,	customer, password_hash),
	COLUMN(COL_CREATED,	customer, created_at),
	COLUMN(COL_EPOCH,	customer, epoch),
};

void
store_customer_find(struct store *s, struct store_query *q,
    const char *business, const char *login)
{
	struct store_params	p;

	params_init(&p);
	params_text(&p, business);
	params_text(&p, login);
	store_ask(s, q, STMT_CUSTOMER_FIND, STORE_READ, &p, login,
	    strlen(login));
}

int
store_customer_get(const struct store_query *q, int row, struct customer *c)
{
	memset(c, 0, sizeof(*c));
	if (columns_get(q, row, c, columns, COLUMNS_COUNT(columns)) == -1)
		return (-1);
	/* An operator's view that does not say is no reason to let one in. */
	c->is_locked = rows_is_null(q, row, COL_LOCKED) ||
	    rows_bool(q, row, COL_LOCKED);
	c->read_at = rows_number(q, row, COL_READ);
	return (0);
}

void
store_customer_rehash(struct store *s, struct store_query *q,
    const char *business, const char *customer_id, const char *old_hash,
    const char *new_hash)
{
	struct store_params	p;

	params_init(&p);
	params_text(&p, business);
	params_text(&p, customer_id);
	params_text(&p, old_hash);
	params_text(&p, new_hash);
	customer_change(s, q, STMT_CUSTOMER_REHASH, &p, customer_id);
}

void
store_customer_add(struct store *s, struct store_query *q,
    const char *business, const struct customer *c)
{
	struct store_params	p;

	params_init(&p);
	params_text(&p, business);
	params_text(&p, c->customer_id);
	params_text(&p, c->login);
	params_text(&p, c->password_hash[0] == '\0' ? NULL : c->password_hash);
	customer_change(s, q, STMT_CUSTOMER_ADD, &p, c->customer_id);
}

void
store_customer_list(struct store *s, struct store_query *q,
    const char *business, const char *after, int limit)
{
	struct store_params	p;

	params_init(&p);
	params_text(&p, business);
	params_text(&p, after);
	params_number(&p, limit);
	store_ask(s, q, STMT_CUSTOMER_LIST, STORE_READ, &p, business,
	    strlen(business));
}

int
store_customer_count(const struct store_query *q)
{
	return (rows_count(q));
}

void
store_customer_set_password(struct store *s, struct store_query *q,
    const char *business, const char *customer_id, const char *hash)
{
	struct store_params	p;

	params_init(&p);
	params_text(&p, business);
	params_text(&p, customer_id);
	params_text(&p, hash);
	customer_change(s, q, STMT_CUSTOMER_SET_PASSWORD, &p, customer_id);
}

void
store_customer_lock(struct store *s, struct store_query *q,
    const char *business, const char *customer_id, int is_locked)
{
	struct store_params	p;

	params_init(&p);
	params_text(&p, business);
	params_text(&p, customer_id);
	params_bool(&p, is_locked);
	customer_change(s, q, STMT_CUSTOMER_LOCK, &p, customer_id);
}

void
store_customer_claims(struct store *s, struct store_query *q,
    const char *business, const char *customer_id)
{
	struct store_params	p;

	params_init(&p);
	params_text(&p, business);
	params_text(&p, customer_id);
	store_ask(s, q, STMT_CUSTOMER_CLAIMS, STORE_READ, &p, customer_id,
	    strlen(customer_id));
}

const char *
store_customer_claims_get(const struct store_query *q)
{
	return (rows_count(q) < 1 ? "" : rows_text(q, 0, 0));
}

void
store_customer_set_claims(struct store *s, struct store_query *q,
    const char *business, const char *customer_id, const char *json)
{
	struct store_params	p;

	params_init(&p);
	params_text(&p, business);
	params_text(&p, customer_id);
	params_text(&p, json);
	customer_change(s, q, STMT_CUSTOMER_SET_CLAIMS, &p, customer_id);
}

void
store_customer_delete(struct store *s, struct store_query *q,
    const char *business, const char *customer_id)
{
	struct store_params	p;

	params_init(&p);
	params_text(&p, business);
	params_text(&p, customer_id);
	customer_change(s, q, STMT_CUSTOMER_DELETE, &p, customer_id);
}

static void
customer_change(struct store *s, struct store_query *q,
    enum store_statement statement, const struct store_params *p,
    const char *customer_id)
{
	store_ask(s, q, statement, STORE_WRITE, p, customer_id,
	    strlen(customer_id));
}
