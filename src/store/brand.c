/* SPDX-License-Identifier: ISC */
/* The brands of clients, in the table client_brands. */
#include <string.h>

#include "store/brand.h"
#include "store/columns.h"
#include "store/query.h"

static void	ask(struct store *, struct store_query *,
		    enum store_statement, enum store_kind, const char *);

/* The columns of brand_find; brand_find_logo has one more. */
enum {
	COL_NAME, COL_ACCENT, COL_ACCENT_DARK, COL_HELP, COL_PRIVACY,
	COL_FORGOT, COL_LOGO_TYPE, COL_LOGO_DIGEST, COL_LOGO_WIDTH,
	COL_LOGO_HEIGHT, COL_LOGO
};
static const struct column columns[] = {
	COLUMN(COL_NAME,	brand, name),
	COLUMN(COL_ACCENT,	brand, accent),
	COLUMN(COL_ACCENT_DARK,	brand, accent_dark),
	COLUMN(COL_HELP,	brand, help_url),
	COLUMN(COL_PRIVACY,	brand, privacy_url),
	COLUMN(COL_FORGOT,	brand, forgot_url),
	COLUMN(COL_LOGO_TYPE,	brand, logo_type),
	COLUMN(COL_LOGO_DIGEST,	brand, logo_digest),
};

void
store_brand_find(struct store *s, struct store_query *q,
    const char *client_id)
{
	ask(s, q, STMT_BRAND_FIND, STORE_READ, client_id);
}

void
store_brand_find_logo(struct store *s, struct store_query *q,
    const char *client_id)
{
	ask(s, q, STMT_BRAND_FIND_LOGO, STORE_READ, client_id);
}

int
store_brand_count(const struct store_query *q)
{
	return (rows_count(q));
}

int
store_brand_get(const struct store_query *q, int row, struct brand *b)
{
	return (brand_get_from(q, row, 0, b));
}

int
brand_get_from(const struct store_query *q, int row, int first,
    struct brand *b)
{
	memset(b, 0, sizeof(*b));
	if (columns_get_from(q, row, first, b, columns,
	    COLUMNS_COUNT(columns)) == -1)
		return (-1);
	b->logo_width = (unsigned)rows_number(q, row, first + COL_LOGO_WIDTH);
	b->logo_height = (unsigned)rows_number(q, row,
	    first + COL_LOGO_HEIGHT);
	return (0);
}

const char *
store_brand_logo(const struct store_query *q, int row)
{
	return (rows_is_null(q, row, COL_LOGO) ? "" :
	    rows_text(q, row, COL_LOGO));
}

void
store_brand_put(struct store *s, struct store_query *q,
    const char *client_id, const struct brand_change *b)
{
	struct store_params	p;

	params_init(&p);
	params_text(&p, client_id);
	params_text(&p, b->name);
	params_text(&p, b->accent);
	params_text(&p, b->accent_dark);
	params_text(&p, b->help_url);
	params_text(&p, b->privacy_url);
	params_text(&p, b->forgot_url);
	if (b->logo != NULL)
		params_bytes(&p, b->logo, b->logo_len);
	else
		params_text(&p, NULL);
	params_text(&p, b->logo_type);
	params_number(&p, b->logo_width);
	params_number(&p, b->logo_height);
	store_ask(s, q, STMT_BRAND_PUT, STORE_WRITE, &p, client_id,
	    strlen(client_id));
}

void
store_brand_clear(struct store *s, struct store_query *q,
    const char *client_id)
{
	ask(s, q, STMT_BRAND_CLEAR, STORE_WRITE, client_id);
}

static void
ask(struct store *s, struct store_query *q, enum store_statement statement,
    enum store_kind kind, const char *client_id)
{
	struct store_params	p;

	params_init(&p);
	params_text(&p, client_id);
	store_ask(s, q, statement, kind, &p, client_id, strlen(client_id));
}
