/* SPDX-License-Identifier: ISC */
/* Authorization codes, in the table codes. */
#include <string.h>

#include "base/log.h"
#include "store/code.h"
#include "store/columns.h"
#include "store/query.h"

static void	take_params(struct store_params *, const struct code_take *);
static const char	*text_or_null(const char *);

/* The columns of code_take. */
enum {
	COL_CUSTOMER_ID, COL_SCOPE, COL_NONCE, COL_KEY, COL_AUTH_TIME,
	COL_GRANT, COL_NOW
};
static const struct column columns[] = {
	COLUMN(COL_CUSTOMER_ID,	code, customer_id),
	COLUMN(COL_SCOPE,	code, scope),
	COLUMN(COL_NONCE,	code, nonce),
	COLUMN(COL_GRANT,	code, grant.text),
};

/* What code_refuse says. */
static const char *const refusals[] = {
	[CODE_UNKNOWN]		= "unknown",
	[CODE_EXPIRED]		= "expired",
	[CODE_REUSED]		= "reused",
	[CODE_FOREIGN_CLIENT]	= "foreign_client",
	[CODE_WRONG_REDIRECT]	= "wrong_redirect",
	[CODE_WRONG_VERIFIER]	= "wrong_verifier",
	[CODE_VERIFIER_MISSING]	= "verifier_missing",
	[CODE_VERIFIER_UNASKED]	= "verifier_unasked",
};

void
store_code_put(struct store *s, struct store_query *q, const struct code *c,
    unsigned lifetime)
{
	struct store_params	p;

	PRECOND(c->response_key_len <= sizeof(c->response_key));
	params_init(&p);
	params_bytes(&p, c->digest, sizeof(c->digest));
	params_text(&p, c->client_id);
	params_text(&p, c->business);
	params_text(&p, c->customer_id);
	params_text(&p, c->redirect_uri);
	params_text(&p, c->scope);
	params_text(&p, text_or_null(c->nonce));
	params_text(&p, text_or_null(c->challenge));
	params_bytes(&p, c->response_key_len > 0 ? c->response_key : NULL,
	    c->response_key_len);
	params_number(&p, lifetime);
	params_bytes(&p, c->has_state ? c->state : NULL, sizeof(c->state));
	if (c->read_at > 0)
		params_number(&p, c->read_at);
	else
		params_text(&p, NULL);
	store_ask(s, q, STMT_CODE_PUT, STORE_WRITE, &p, c->digest,
	    sizeof(c->digest));
}

void
store_code_take(struct store *s, struct store_query *q,
    const struct code_take *t)
{
	struct store_params	p;

	take_params(&p, t);
	params_bytes(&p, t->refresh_digest, CODE_DIGEST);
	params_number(&p, t->grant_lifetime);
	params_number(&p, t->refresh_lifetime);
	params_text(&p, t->epoch);
	store_ask(s, q, STMT_CODE_TAKE, STORE_WRITE, &p, t->digest,
	    CODE_DIGEST);
}

int
store_code_get(const struct store_query *q, struct code *c)
{
	ssize_t	n;

	memset(c, 0, sizeof(*c));
	if (columns_get(q, 0, c, columns, COLUMNS_COUNT(columns)) == -1)
		return (-1);
	if (!rows_is_null(q, 0, COL_KEY)) {
		n = rows_bytes(q, 0, COL_KEY, c->response_key,
		    sizeof(c->response_key));
		if (n <= 0)
			return (-1);
		c->response_key_len = (size_t)n;
	}
	c->auth_time = rows_number(q, 0, COL_AUTH_TIME);
	c->now = rows_number(q, 0, COL_NOW);
	return (0);
}

void
store_code_refuse(struct store *s, struct store_query *q,
    const struct code_take *t)
{
	struct store_params	p;

	take_params(&p, t);
	store_ask(s, q, STMT_CODE_REFUSE, STORE_WRITE_ALONE, &p, t->digest,
	    CODE_DIGEST);
}

enum code_refusal
store_code_refusal(const struct store_query *q)
{
	size_t	i;

	if (rows_count(q) < 1)
		return (CODE_UNKNOWN);
	for (i = 0; i < COLUMNS_COUNT(refusals); i++)
		if (strcmp(rows_text(q, 0, 0), refusals[i]) == 0)
			return ((enum code_refusal)i);
	return (CODE_UNKNOWN);
}

/* $1 to $4 of both code_take and code_refuse. */
static void
take_params(struct store_params *p, const struct code_take *t)
{
	params_init(p);
	params_bytes(p, t->digest, CODE_DIGEST);
	params_text(p, t->client_id);
	params_text(p, t->redirect_uri);
	params_text(p, t->challenge);
}

static const char *
text_or_null(const char *s)
{
	return (s[0] == '\0' ? NULL : s);
}
