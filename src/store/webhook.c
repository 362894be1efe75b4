/* SPDX-License-Identifier: ISC */
/* Webhooks and their events, in the tables webhooks and outbox. */
#include <string.h>

#include "store/columns.h"
#include "store/query.h"
#include "store/webhook.h"

/* The columns of webhook_claim. */
enum {
	COL_CLIENT_ID, COL_URL, COL_SEALED, COL_DAY, COL_ID, COL_LEASE,
	COL_TRACE, COL_BODY
};
/* The body last: what goes before is needed to settle what does not fit. */
static const struct column event_columns[] = {
	COLUMN(COL_CLIENT_ID,	webhook_event, client_id),
	COLUMN(COL_ID,		webhook_event, id),
	COLUMN(COL_LEASE,	webhook_event, lease),
	COLUMN(COL_TRACE,	webhook_event, traceparent),
	COLUMN(COL_URL,		webhook_event, url),
	COLUMN(COL_BODY,	webhook_event, body),
};

/* The columns of webhook_list. */
static const struct column list_columns[] = {
	COLUMN(0, webhook_row, client_id),
	COLUMN(1, webhook_row, business),
	COLUMN(2, webhook_row, url),
	COLUMN(3, webhook_row, created_at),
	COLUMN(4, webhook_row, pending),
	COLUMN(5, webhook_row, failed),
	COLUMN(6, webhook_row, delivered),
	COLUMN(7, webhook_row, oldest_pending),
	COLUMN(8, webhook_row, last_error),
};

/* One at a time: all of the outbox's own statements go one way. */
static const char	key[] = "outbox";

static void	ask_client(struct store *, struct store_query *,
		    enum store_statement, const char *);

void
store_webhook_claim(struct store *s, struct store_query *q,
    unsigned lease_seconds)
{
	struct store_params	p;

	params_init(&p);
	params_number(&p, lease_seconds);
	store_ask(s, q, STMT_WEBHOOK_CLAIM, STORE_WRITE, &p, key, sizeof(key));
}

int
store_webhook_event_get(const struct store_query *q, struct webhook_event *e)
{
	ssize_t	n;

	memset(e, 0, sizeof(*e));
	if (rows_count(q) < 1)
		return (-1);
	e->day = rows_number(q, 0, COL_DAY);
	if (columns_get(q, 0, e, event_columns,
	    COLUMNS_COUNT(event_columns)) == -1)
		return (-1);
	n = rows_bytes(q, 0, COL_SEALED, e->sealed, sizeof(e->sealed));
	if (n <= 0)
		return (-1);
	e->sealed_len = (size_t)n;
	return (0);
}

void
store_webhook_settle(struct store *s, struct store_query *q,
    const struct webhook_event *e, const char *error)
{
	struct store_params	p;

	params_init(&p);
	params_number(&p, e->day);
	params_text(&p, e->id);
	params_text(&p, e->lease);
	params_bool(&p, error == NULL);
	params_text(&p, error);
	store_ask(s, q, STMT_WEBHOOK_SETTLE, STORE_WRITE, &p, key,
	    sizeof(key));
}

enum webhook_settled
store_webhook_settled(const struct store_query *q)
{
	const char	*status;

	status = rows_count(q) > 0 ? rows_text(q, 0, 0) : "";
	if (strcmp(status, "delivered") == 0)
		return (WEBHOOK_DELIVERED);
	return (strcmp(status, "failed") == 0 ? WEBHOOK_GIVEN_UP :
	    WEBHOOK_AGAIN);
}

void
store_webhook_depth(struct store *s, struct store_query *q)
{
	struct store_params	p;

	params_init(&p);
	store_ask(s, q, STMT_OUTBOX_DEPTH, STORE_READ, &p, NULL, 0);
}

int
store_webhook_depth_get(const struct store_query *q, uint64_t *pending,
    uint64_t *oldest)
{
	if (q->status != STORE_OK || rows_count(q) < 1)
		return (-1);
	*pending = (uint64_t)rows_number(q, 0, 0);
	*oldest = (uint64_t)rows_number(q, 0, 1);
	return (0);
}

void
store_webhook_set(struct store *s, struct store_query *q,
    const char *client_id, const char *url, const uint8_t *sealed,
    size_t sealed_len)
{
	struct store_params	p;

	params_init(&p);
	params_text(&p, client_id);
	params_text(&p, url);
	params_bytes(&p, sealed, sealed_len);
	store_ask(s, q, STMT_WEBHOOK_SET, STORE_WRITE, &p, key, sizeof(key));
}

void
store_webhook_remove(struct store *s, struct store_query *q,
    const char *client_id)
{
	ask_client(s, q, STMT_WEBHOOK_REMOVE, client_id);
}

void
store_webhook_retry(struct store *s, struct store_query *q,
    const char *client_id)
{
	ask_client(s, q, STMT_WEBHOOK_RETRY, client_id);
}

int64_t
store_webhook_retried(const struct store_query *q)
{
	return (rows_count(q) < 1 ? 0 : rows_number(q, 0, 0));
}

void
store_webhook_list(struct store *s, struct store_query *q)
{
	struct store_params	p;

	params_init(&p);
	store_ask(s, q, STMT_WEBHOOK_LIST, STORE_READ, &p, NULL, 0);
}

int
store_webhook_count(const struct store_query *q)
{
	return (rows_count(q));
}

int
store_webhook_get(const struct store_query *q, int row, struct webhook_row *w)
{
	memset(w, 0, sizeof(*w));
	return (columns_get(q, row, w, list_columns,
	    COLUMNS_COUNT(list_columns)));
}

static void
ask_client(struct store *s, struct store_query *q,
    enum store_statement statement, const char *client_id)
{
	struct store_params	p;

	params_init(&p);
	params_text(&p, client_id);
	store_ask(s, q, statement, STORE_WRITE, &p, key, sizeof(key));
}
