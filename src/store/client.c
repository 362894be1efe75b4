/* SPDX-License-Identifier: ISC */
/* OAuth clients, in the tables clients and redirect_uris. */
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "store/client.h"
#include "store/columns.h"
#include "store/query.h"

/* A bit of struct client and the name that the database has for it. */
struct bit {
	unsigned	 value;
	const char	*name;
};

static void	flag_param(struct store_params *, int);
static const char *or_null(const char *);
static void	bits_put(char *, unsigned, const struct bit *, size_t);
static int	bits_get(unsigned *, const char *, const struct bit *, size_t);
static int	digest_get(const struct store_query *, int, int, uint8_t *,
		    int *);

/* RFC 7591 2. */
static const struct bit methods[] = {
	{ CLIENT_AUTH_NONE,	"none" },
	{ CLIENT_AUTH_BASIC,	"client_secret_basic" },
	{ CLIENT_AUTH_POST,	"client_secret_post" },
};
static const struct bit grants[] = {
	{ CLIENT_GRANT_CODE,	"authorization_code" },
	{ CLIENT_GRANT_REFRESH,	"refresh_token" },
};

/* The columns of client_find and client_list. */
enum {
	COL_CLIENT_ID, COL_BUSINESS, COL_NAME, COL_METHODS, COL_GRANTS,
	COL_SECRET, COL_OLD_SECRET, COL_APPLE, COL_PKCE, COL_ENCRYPTED,
	COL_DISABLED, COL_SECONDS, COL_SCOPES, COL_URIS, COL_KEYS, COL_CREATED,
	COL_ID_TOKEN_ALG, COL_PROFILE,
	/* of client_find alone; behind them those of brand_find */
	COL_EPOCH, COL_HAS_BRAND, COL_BRAND
};
static const struct column columns[] = {
	COLUMN(COL_CLIENT_ID,	client, client_id),
	COLUMN(COL_BUSINESS,	client, business),
	COLUMN(COL_NAME,	client, name),
	COLUMN(COL_SCOPES,	client, scopes),
	COLUMN(COL_URIS,	client, redirect_uris),
	COLUMN(COL_KEYS,	client, response_keys),
	COLUMN(COL_CREATED,	client, created_at),
	COLUMN(COL_ID_TOKEN_ALG, client, id_token_alg),
	COLUMN(COL_PROFILE,	client, profile),
};

void
client_auth_names(char out[CLIENT_NAMES_LEN], unsigned bits)
{
	bits_put(out, bits, methods, COLUMNS_COUNT(methods));
}

void
client_grant_names(char out[CLIENT_NAMES_LEN], unsigned bits)
{
	bits_put(out, bits, grants, COLUMNS_COUNT(grants));
}

int
client_auth_bits(unsigned *bits, const char *list)
{
	return (bits_get(bits, list, methods, COLUMNS_COUNT(methods)));
}

int
client_grant_bits(unsigned *bits, const char *list)
{
	return (bits_get(bits, list, grants, COLUMNS_COUNT(grants)));
}

void
store_client_find(struct store *s, struct store_query *q,
    const char *client_id)
{
	struct store_params	p;

	params_init(&p);
	params_text(&p, client_id);
	store_ask(s, q, STMT_CLIENT_FIND, STORE_READ, &p, client_id,
	    strlen(client_id));
}

void
store_client_list(struct store *s, struct store_query *q)
{
	struct store_params	p;

	params_init(&p);
	store_ask(s, q, STMT_CLIENT_LIST, STORE_READ, &p, NULL, 0);
}

int
store_client_count(const struct store_query *q)
{
	return (rows_count(q));
}

int
store_client_get(const struct store_query *q, int row, struct client *c)
{
	memset(c, 0, sizeof(*c));
	if (columns_get(q, row, c, columns, COLUMNS_COUNT(columns)) == -1 ||
	    digest_get(q, row, COL_SECRET, c->secret, &c->has_secret) == -1 ||
	    digest_get(q, row, COL_OLD_SECRET, c->old_secret,
	    &c->has_old_secret) == -1)
		return (-1);
	/* A name that this binary does not know gives no right. */
	(void)client_auth_bits(&c->auth_methods,
	    rows_text(q, row, COL_METHODS));
	(void)client_grant_bits(&c->grant_types,
	    rows_text(q, row, COL_GRANTS));
	c->is_apple_device = rows_bool(q, row, COL_APPLE);
	c->is_pkce_required = rows_bool(q, row, COL_PKCE);
	c->is_access_token_encrypted = rows_bool(q, row, COL_ENCRYPTED);
	c->is_disabled = rows_bool(q, row, COL_DISABLED);
	c->access_token_seconds = (unsigned)rows_number(q, row, COL_SECONDS);
	return (0);
}

int
store_client_get_known(const struct store_query *q, struct client_known *k)
{
	memset(k, 0, sizeof(*k));
	if (store_client_get(q, 0, &k->client) == -1 || text_copy(k->epoch,
	    sizeof(k->epoch), rows_text(q, 0, COL_EPOCH)) == -1)
		return (-1);
	k->has_brand = rows_bool(q, 0, COL_HAS_BRAND) &&
	    brand_get_from(q, 0, COL_BRAND, &k->brand) == 0;
	return (0);
}

void
store_client_epoch(struct store *s, struct store_query *q)
{
	struct store_params	p;

	params_init(&p);
	store_ask(s, q, STMT_CLIENT_EPOCH, STORE_READ, &p, NULL, 0);
}

const char *
store_client_epoch_get(const struct store_query *q)
{
	return (rows_count(q) < 1 ? "" : rows_text(q, 0, 0));
}

void
store_client_add(struct store *s, struct store_query *q,
    const struct client *c)
{
	struct store_params	p;
	char			auth[CLIENT_NAMES_LEN];
	char			grant[CLIENT_NAMES_LEN];

	client_auth_names(auth, c->auth_methods);
	client_grant_names(grant, c->grant_types);
	params_init(&p);
	params_text(&p, c->client_id);
	params_text(&p, c->business);
	params_text(&p, c->name);
	params_text(&p, auth);
	params_text(&p, grant);
	if (c->has_secret)
		params_bytes(&p, c->secret, sizeof(c->secret));
	else
		params_text(&p, NULL);
	params_bool(&p, c->is_apple_device);
	params_bool(&p, c->is_pkce_required);
	params_bool(&p, c->is_access_token_encrypted);
	params_number(&p, c->access_token_seconds);
	params_text(&p, c->scopes);
	params_text(&p, c->response_keys);
	params_text(&p, c->redirect_uris);
	params_text(&p, c->id_token_alg);
	params_text(&p, c->profile);
	store_ask(s, q, STMT_CLIENT_ADD, STORE_WRITE, &p, c->client_id,
	    strlen(c->client_id));
}

void
store_client_rotate_secret(struct store *s, struct store_query *q,
    const char *client_id, const uint8_t digest[CLIENT_SECRET_DIGEST],
    int64_t overlap)
{
	struct store_params	p;

	params_init(&p);
	params_text(&p, client_id);
	params_bytes(&p, digest, CLIENT_SECRET_DIGEST);
	params_number(&p, overlap);
	store_ask(s, q, STMT_CLIENT_ROTATE_SECRET, STORE_WRITE, &p, client_id,
	    strlen(client_id));
}

void
store_client_update(struct store *s, struct store_query *q,
    const char *client_id, const struct client_change *c)
{
	struct store_params	p;
	char			auth[CLIENT_NAMES_LEN];
	char			grant[CLIENT_NAMES_LEN];

	client_auth_names(auth, c->auth_methods);
	client_grant_names(grant, c->grant_types);
	params_init(&p);
	params_text(&p, client_id);
	params_text(&p, c->name);
	params_text(&p, or_null(auth));
	params_text(&p, or_null(grant));
	flag_param(&p, c->is_pkce_required);
	flag_param(&p, c->is_access_token_encrypted);
	if (c->access_token_seconds == -1)
		params_text(&p, NULL);
	else
		params_number(&p, c->access_token_seconds);
	params_text(&p, or_null(c->scopes));
	params_text(&p, c->added_uris);
	params_text(&p, c->removed_uris);
	params_text(&p, c->added_keys);
	params_text(&p, c->removed_keys);
	params_bool(&p, c->is_enabled);
	params_number(&p, CLIENT_LIST_LEN - 1);
	params_number(&p, CLIENT_KEYS_LEN - 1);
	store_ask(s, q, STMT_CLIENT_UPDATE, STORE_WRITE, &p, client_id,
	    strlen(client_id));
}

const char *
store_client_update_refusal(const struct store_query *q)
{
	return (rows_text(q, 0, 1));
}

void
store_client_disable(struct store *s, struct store_query *q,
    const char *client_id)
{
	struct store_params	p;

	params_init(&p);
	params_text(&p, client_id);
	store_ask(s, q, STMT_CLIENT_DISABLE, STORE_WRITE, &p, client_id,
	    strlen(client_id));
}

/* -1 is SQL's NULL. */
static void
flag_param(struct store_params *p, int flag)
{
	if (flag == -1)
		params_text(p, NULL);
	else
		params_bool(p, flag);
}

static const char *
or_null(const char *s)
{
	return (*s == '\0' ? NULL : s);
}

static void
bits_put(char *out, unsigned bits, const struct bit *table, size_t count)
{
	struct text	t;
	size_t		i;

	text_init(&t, out, CLIENT_NAMES_LEN);
	for (i = 0; i < count; i++)
		if (bits & table[i].value)
			text_addf(&t, "%s%s", t.len > 0 ? " " : "",
			    table[i].name);
	PRECOND(text_is_ok(&t));
}

static int
bits_get(unsigned *bits, const char *list, const struct bit *table,
    size_t count)
{
	size_t	i, n;
	int	result;

	*bits = 0;
	result = *list == '\0' ? -1 : 0;
	for (; *list != '\0'; list += n + (list[n] != '\0')) {
		n = strcspn(list, " ,");
		for (i = 0; i < count; i++)
			if (strlen(table[i].name) == n &&
			    memcmp(table[i].name, list, n) == 0)
				break;
		if (i < count)
			*bits |= table[i].value;
		else
			result = -1;
	}
	return (result);
}

static int
digest_get(const struct store_query *q, int row, int col, uint8_t *out,
    int *has)
{
	if ((*has = !rows_is_null(q, row, col)) == 0)
		return (0);
	return (rows_bytes(q, row, col, out, CLIENT_SECRET_DIGEST) ==
	    CLIENT_SECRET_DIGEST ? 0 : -1);
}
