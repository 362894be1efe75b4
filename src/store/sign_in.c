/* SPDX-License-Identifier: ISC */
/* Announced sign-ins, in the table sign_ins. */
#include <string.h>

#include "store/columns.h"
#include "store/query.h"
#include "store/sign_in.h"

/* The columns of sign_in_find. */
static const struct column columns[] = {
	COLUMN(0, sign_in, status),
	COLUMN(1, sign_in, opaque_id),
	COLUMN(2, sign_in, customer_id),
	COLUMN(3, sign_in, error),
	COLUMN(4, sign_in, expires_at),
	COLUMN(5, sign_in, ended_at),
};

/* What sign_in_end says. */
static const char *const outcomes[] = {
	[SIGN_IN_SUCCESS]	= "success",
	[SIGN_IN_FOREIGN]	= "linked_to_another_customer",
	[SIGN_IN_REVOKED]	= "revoked",
	[SIGN_IN_NO_CODE]	= "no_code",
	[SIGN_IN_NONE]		= "no_sign_in",
};

void
store_sign_in_put(struct store *s, struct store_query *q,
    const struct sign_in_put *i)
{
	struct store_params	p;

	params_init(&p);
	params_bytes(&p, i->state, SIGN_IN_DIGEST);
	params_text(&p, i->client_id);
	params_text(&p, i->business);
	params_text(&p, i->opaque_id);
	params_number(&p, i->lifetime);
	store_ask(s, q, STMT_SIGN_IN_PUT, STORE_WRITE, &p, i->state,
	    SIGN_IN_DIGEST);
}

void
store_sign_in_find(struct store *s, struct store_query *q,
    const uint8_t state[SIGN_IN_DIGEST], const char *client_id)
{
	struct store_params	p;

	params_init(&p);
	params_bytes(&p, state, SIGN_IN_DIGEST);
	params_text(&p, client_id);
	store_ask(s, q, STMT_SIGN_IN_FIND, STORE_READ, &p, state,
	    SIGN_IN_DIGEST);
}

int
store_sign_in_get(const struct store_query *q, struct sign_in *i)
{
	memset(i, 0, sizeof(*i));
	return (columns_get(q, 0, i, columns, COLUMNS_COUNT(columns)));
}

void
store_sign_in_end(struct store *s, struct store_query *q,
    const uint8_t code[SIGN_IN_DIGEST], const uint8_t state[SIGN_IN_DIGEST],
    const char *redirect_uri, const char *state_text)
{
	struct store_params	p;

	params_init(&p);
	params_bytes(&p, code, SIGN_IN_DIGEST);
	params_bytes(&p, state, SIGN_IN_DIGEST);
	params_text(&p, redirect_uri);
	params_text(&p, state_text);
	params_trace(&p);
	store_ask(s, q, STMT_SIGN_IN_END, STORE_WRITE_ALONE, &p, state,
	    SIGN_IN_DIGEST);
}

enum sign_in_outcome
store_sign_in_outcome(const struct store_query *q)
{
	size_t	i;

	for (i = 0; rows_count(q) > 0 && i < COLUMNS_COUNT(outcomes); i++)
		if (strcmp(rows_text(q, 0, 0), outcomes[i]) == 0)
			return ((enum sign_in_outcome)i);
	return (SIGN_IN_NONE);
}

int
store_sign_in_is_link_new(const struct store_query *q)
{
	return (rows_count(q) > 0 &&
	    strcmp(rows_text(q, 0, 1), "created") == 0);
}

void
store_sign_in_refuse(struct store *s, struct store_query *q,
    const uint8_t state[SIGN_IN_DIGEST], const char *status,
    const char *error, const char *state_text)
{
	struct store_params	p;

	params_init(&p);
	params_bytes(&p, state, SIGN_IN_DIGEST);
	params_text(&p, status);
	params_text(&p, error);
	params_text(&p, state_text);
	params_trace(&p);
	store_ask(s, q, STMT_SIGN_IN_REFUSE, STORE_WRITE, &p, state,
	    SIGN_IN_DIGEST);
}
