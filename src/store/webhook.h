/* SPDX-License-Identifier: ISC */
/*
 * Webhooks of clients, and the outbox of events that wait for them. The
 * statements that make a change write its event too; see sql/queries.
 */
#ifndef STORE_WEBHOOK_H
#define STORE_WEBHOOK_H

#include <stddef.h>
#include <stdint.h>

#include "base/traceparent.h"
#include "store/client.h"
#include "store/store.h"

#define WEBHOOK_URL_LEN		2048
#define WEBHOOK_SEALED_LEN	256
#define WEBHOOK_BODY_LEN	8192
#define WEBHOOK_ERROR_LEN	160
#define WEBHOOK_UUID_LEN	37

/* One event to send, claimed for a while. */
struct webhook_event {
	char		 client_id[CLIENT_ID_LEN];
	char		 url[WEBHOOK_URL_LEN];
	uint8_t		 sealed[WEBHOOK_SEALED_LEN];
	size_t		 sealed_len;
	int64_t		 day;			/* since 1970 */
	char		 id[WEBHOOK_UUID_LEN];
	char		 lease[WEBHOOK_UUID_LEN];
	char		 traceparent[TRACEPARENT_LEN];	/* or "" */
	char		 body[WEBHOOK_BODY_LEN];	/* JSON */
};

/* STORE_NONE: nothing is due, or others see to it. */
void	store_webhook_claim(struct store *, struct store_query *,
	    unsigned lease_seconds);
/* 0, or -1 if it does not fit; id, day and lease are good even then. */
int	store_webhook_event_get(const struct store_query *,
	    struct webhook_event *);
/* error NULL: delivered. STORE_NONE: the lease has run out. */
void	store_webhook_settle(struct store *, struct store_query *,
	    const struct webhook_event *, const char *error);

/* What the answered settle made of the event. */
enum webhook_settled {
	WEBHOOK_DELIVERED,
	WEBHOOK_AGAIN,		/* later */
	WEBHOOK_GIVEN_UP
};
enum webhook_settled store_webhook_settled(const struct store_query *);

/* How many events wait (up to 10000), and the oldest for how many seconds. */
void	store_webhook_depth(struct store *, struct store_query *);
/* 0, or -1: there was no answer. */
int	store_webhook_depth_get(const struct store_query *, uint64_t *pending,
	    uint64_t *oldest);

/* For commands. set: STORE_NONE if there is no such client. */
void	store_webhook_set(struct store *, struct store_query *,
	    const char *client_id, const char *url, const uint8_t *sealed,
	    size_t sealed_len);
/* remove, retry: STORE_NONE if the client has no webhook. */
void	store_webhook_remove(struct store *, struct store_query *,
	    const char *client_id);
void	store_webhook_retry(struct store *, struct store_query *,
	    const char *client_id);
/* How many events the answered retry sends again. */
int64_t	store_webhook_retried(const struct store_query *);

struct webhook_row {
	char		 client_id[CLIENT_ID_LEN];
	char		 business[BUSINESS_LEN];
	char		 url[WEBHOOK_URL_LEN];
	char		 created_at[32];
	char		 pending[24];		/* numbers, as text */
	char		 failed[24];
	char		 delivered[24];
	char		 oldest_pending[32];	/* or "" */
	char		 last_error[WEBHOOK_ERROR_LEN];	/* or "" */
};
void	store_webhook_list(struct store *, struct store_query *);
int	store_webhook_count(const struct store_query *);
int	store_webhook_get(const struct store_query *, int row,
	    struct webhook_row *);

#endif
