/* SPDX-License-Identifier: ISC */
/* Clients, remembered; see client_ask.h. */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "endpoint/await.h"
#include "endpoint/client_ask.h"
#include "endpoint/service.h"

/* More clients than these share slots, and are read a little more often. */
#define KEPT_MAX	64	/* some 12 KB each */
#define SEEN_MS		5	/* an epoch that was seen is believed */

static int	take(struct client_ask *);
static void	fill(struct client_ask *, const struct client_known *);
static struct client_known **slot(const char *);

static struct client_known	*kept[KEPT_MAX];
static char			 seen[CLIENT_EPOCH_LEN];
static uint64_t			 seen_ms;

int
client_ask(struct http_request *req, struct client_ask *a,
    const char *client_id, int next)
{
	const struct client_known	*k = *slot(client_id);
	int				 is_again = a->is_recalled;

	a->is_here = 0;
	a->is_recalled = 0;
	a->is_check = k != NULL && strcmp(k->client.client_id, client_id) == 0;
	/* An ID too long to be kept is no client's: the database says so. */
	if (text_copy(a->client_id, sizeof(a->client_id), client_id) == -1)
		a->is_check = 0;
	/* What was recalled and refused is asked for, whatever was seen. */
	if (a->is_check && !is_again && strcmp(k->epoch, seen) == 0 &&
	    kore_time_ms() - seen_ms < SEEN_MS) {
		fill(a, k);
		store_query_drop(&a->query);
		a->query.status = STORE_OK;
		a->is_here = 1;
		req->fsm_state = (u_int8_t)next;
		return (HTTP_STATE_CONTINUE);
	}
	if (a->is_check)
		store_client_epoch(service.store, &a->query);
	else
		store_client_find(service.store, &a->query, client_id);
	return (await_query(req, &a->query, next));
}

int
client_answer(struct http_request *req, struct client_ask *a, int next)
{
	const struct client_known	*k;

	if (a->is_here)
		return (HTTP_STATE_CONTINUE);
	if (a->query.op != NULL)
		return (await_query(req, &a->query, next));
	if (!a->is_check) {
		if (a->query.status == STORE_OK && take(a) == -1)
			a->query.status = STORE_NONE;
		return (HTTP_STATE_CONTINUE);
	}
	if (store_is_outage(a->query.status))
		return (HTTP_STATE_CONTINUE);
	a->is_check = 0;
	client_epoch_seen(store_client_epoch_get(&a->query));
	k = *slot(a->client_id);
	if (k != NULL && strcmp(k->client.client_id, a->client_id) == 0 &&
	    strcmp(k->epoch, store_client_epoch_get(&a->query)) == 0) {
		fill(a, k);
		return (HTTP_STATE_CONTINUE);
	}
	store_client_find(service.store, &a->query, a->client_id);
	return (await_query(req, &a->query, next));
}

int
client_recall(struct client_ask *a, const char *client_id)
{
	const struct client_known	*k = *slot(client_id);

	if (k == NULL || strcmp(k->client.client_id, client_id) != 0 ||
	    text_copy(a->client_id, sizeof(a->client_id), client_id) == -1)
		return (0);
	fill(a, k);
	a->is_recalled = 1;
	return (1);
}

int
client_is_current(const struct client_ask *a, const char *epoch)
{
	return (!a->is_recalled || strcmp(a->epoch, epoch) == 0);
}

void
client_epoch_seen(const char *epoch)
{
	if (text_copy(seen, sizeof(seen), epoch) == 0)
		seen_ms = kore_time_ms();
}

void
client_release(struct client_ask *a)
{
	store_query_drop(&a->query);
}

/* From the database's answer into the request, and into memory. */
static int
take(struct client_ask *a)
{
	struct client_known	 k, **s;

	if (store_client_get_known(&a->query, &k) == -1)
		return (-1);
	fill(a, &k);
	/* One with an old secret changes by itself, when that runs out. */
	if (k.client.has_old_secret)
		return (0);
	s = slot(k.client.client_id);
	if (*s == NULL && (*s = malloc(sizeof(k))) == NULL)
		fatal("no memory for a client");
	**s = k;
	return (0);
}

static void
fill(struct client_ask *a, const struct client_known *k)
{
	a->client = k->client;
	memcpy(a->epoch, k->epoch, sizeof(a->epoch));
	brand_set(&a->brand, a->client_id, k->has_brand ? &k->brand : NULL);
}

static struct client_known **
slot(const char *client_id)
{
	uint32_t	h;

	for (h = 2166136261; *client_id != '\0'; client_id++)
		h = (h ^ (unsigned char)*client_id) * 16777619;
	return (&kept[h % KEPT_MAX]);
}
