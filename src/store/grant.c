/* SPDX-License-Identifier: ISC */
/* Grants and the refresh tokens that name them. */
#include <stdlib.h>
#include <string.h>

#include "store/columns.h"
#include "store/grant.h"
#include "store/query.h"

#define DAY_MAX		65535	/* the year 2149; fits the token's 16 bits */
#define UUID_LEN	36

/* The columns of grant_find and grant_refresh. */
enum {
	COL_ID, COL_CLIENT_ID, COL_BUSINESS, COL_CUSTOMER_ID, COL_SCOPE,
	COL_AUTH_TIME, COL_NOW, COL_EPOCH,
	COL_CLAIMS,		/* of grant_find */
	COL_KEY = COL_CLAIMS	/* of grant_refresh */
};
static const struct column columns[] = {
	COLUMN(COL_ID,		grant, id.text),
	COLUMN(COL_CLIENT_ID,	grant, client_id),
	COLUMN(COL_BUSINESS,	grant, business),
	COLUMN(COL_CUSTOMER_ID,	grant, customer_id),
	COLUMN(COL_SCOPE,	grant, scope),
	COLUMN(COL_EPOCH,	grant, epoch),
};

int
grant_id_is_valid(const char *text)
{
	struct grant_key	key;

	return (grant_id_read(text, &key) == 0);
}

void
store_grant_find(struct store *s, struct store_query *q,
    const struct grant_id *id, int has_claims)
{
	struct store_params	p;
	struct grant_key	key;

	/* A malformed one finds nothing, as an unknown one does. */
	(void)grant_id_read(id->text, &key);
	params_init(&p);
	params_number(&p, key.day);
	params_text(&p, key.uuid);
	params_bool(&p, has_claims);
	store_ask(s, q, STMT_GRANT_FIND, STORE_READ, &p, id->text,
	    strlen(id->text));
}

const char *
store_grant_claims(const struct store_query *q)
{
	return (rows_count(q) < 1 ? "" : rows_text(q, 0, COL_CLAIMS));
}

int
store_grant_get(const struct store_query *q, struct grant *g)
{
	memset(g, 0, sizeof(*g));
	if (columns_get(q, 0, g, columns, COLUMNS_COUNT(columns)) == -1)
		return (-1);
	g->auth_time = rows_number(q, 0, COL_AUTH_TIME);
	g->now = rows_number(q, 0, COL_NOW);
	return (0);
}

void
store_grant_refresh(struct store *s, struct store_query *q,
    const char *client_id, uint16_t day, const uint8_t digest[32])
{
	struct store_params	p;

	params_init(&p);
	params_number(&p, day);
	params_bytes(&p, digest, 32);
	params_text(&p, client_id);
	store_ask(s, q, STMT_GRANT_REFRESH, STORE_READ, &p, digest, 32);
}

int
store_grant_key_get(const struct store_query *q, uint8_t *out, size_t cap,
    size_t *len)
{
	ssize_t	n;

	*len = 0;
	if (rows_count(q) < 1 || rows_is_null(q, 0, COL_KEY))
		return (0);
	if ((n = rows_bytes(q, 0, COL_KEY, out, cap)) == -1)
		return (-1);
	*len = (size_t)n;
	return (0);
}

void
store_grant_revoke(struct store *s, struct store_query *q,
    const char *client_id, const struct grant_id *id)
{
	struct store_params	p;
	struct grant_key	key;

	(void)grant_id_read(id->text, &key);
	params_init(&p);
	params_number(&p, key.day);
	params_text(&p, key.uuid);
	params_text(&p, client_id);
	store_ask(s, q, STMT_GRANT_REVOKE, STORE_WRITE_ALONE, &p, id->text,
	    strlen(id->text));
}

void
store_grant_revoke_refresh(struct store *s, struct store_query *q,
    const char *client_id, uint16_t day, const uint8_t digest[32])
{
	struct store_params	p;

	params_init(&p);
	params_number(&p, day);
	params_bytes(&p, digest, 32);
	params_text(&p, client_id);
	store_ask(s, q, STMT_GRANT_REVOKE_REFRESH, STORE_WRITE_ALONE, &p,
	    digest, 32);
}

/* "<days since 1970>-<uuid>", in the one form that code_take writes. */
int
grant_id_read(const char *text, struct grant_key *key)
{
	const char	*p;
	size_t		 i, n;

	key->day = 0;
	key->uuid = NULL;
	n = strspn(text, "0123456789");
	if (n == 0 || n > 5 || text[0] == '0' || text[n] != '-')
		return (-1);
	p = text + n + 1;
	if (strlen(p) != UUID_LEN)
		return (-1);
	for (i = 0; i < UUID_LEN; i++) {
		if (i == 8 || i == 13 || i == 18 || i == 23) {
			if (p[i] != '-')
				return (-1);
		} else if ((p[i] < '0' || p[i] > '9') &&
		    (p[i] < 'a' || p[i] > 'f'))
			return (-1);
	}
	key->day = (int)strtol(text, NULL, 10);
	if (key->day > DAY_MAX)
		return (-1);
	key->uuid = p;
	return (0);
}
