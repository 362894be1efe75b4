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

/* Shared by memory and all requests that it has been given to. */
struct client_held {
	struct client_known	 known;
	unsigned		 users;
};

static int	take(struct client_ask *);
static void	hold(struct client_ask *, struct client_held *);
static void	let_go(struct client_held *);
static int	is_of(const struct client_held *, const char *);
static struct client_held **slot(const char *);

static const struct client	nobody;
static struct client_held	*kept[KEPT_MAX];
static char			 seen[CLIENT_EPOCH_LEN];
static uint64_t			 seen_ms;

int
client_ask(struct http_request *req, struct client_ask *a,
    const char *client_id, int next)
{
	struct client_held	*h = *slot(client_id);
	int			 is_again = a->is_recalled;

	hold(a, NULL);
	a->is_here = 0;
	a->is_recalled = 0;
	a->is_check = is_of(h, client_id);
	/* An ID too long to be kept is no client's: the database says so. */
	if (text_copy(a->client_id, sizeof(a->client_id), client_id) == -1)
		a->is_check = 0;
	/* What was recalled and refused is asked for, whatever was seen. */
	if (a->is_check && !is_again && strcmp(h->known.epoch, seen) == 0 &&
	    kore_time_ms() - seen_ms < SEEN_MS) {
		hold(a, h);
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
	struct client_held	*h;

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
	h = *slot(a->client_id);
	if (is_of(h, a->client_id) && strcmp(h->known.epoch,
	    store_client_epoch_get(&a->query)) == 0) {
		hold(a, h);
		return (HTTP_STATE_CONTINUE);
	}
	store_client_find(service.store, &a->query, a->client_id);
	return (await_query(req, &a->query, next));
}

int
client_recall(struct client_ask *a, const char *client_id)
{
	struct client_held	*h = *slot(client_id);

	hold(a, NULL);
	if (!is_of(h, client_id) ||
	    text_copy(a->client_id, sizeof(a->client_id), client_id) == -1)
		return (0);
	hold(a, h);
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
	hold(a, NULL);
}

/* From the database's answer into the request, and into memory. */
static int
take(struct client_ask *a)
{
	struct client_held	*h, **s;

	if ((h = calloc(1, sizeof(*h))) == NULL)
		fatal("no memory for a client");
	if (store_client_get_known(&a->query, &h->known) == -1) {
		free(h);
		return (-1);
	}
	hold(a, h);
	/* One with an old secret changes by itself, when that runs out. */
	if (h->known.client.has_old_secret)
		return (0);
	s = slot(h->known.client.client_id);
	let_go(*s);
	*s = h;
	h->users++;
	return (0);
}

static void
hold(struct client_ask *a, struct client_held *h)
{
	if (h != NULL)
		h->users++;
	let_go(a->held);
	a->held = h;
	a->client = h == NULL ? &nobody : &h->known.client;
	a->epoch = h == NULL ? "" : h->known.epoch;
	brand_set(&a->brand, a->client_id, h != NULL && h->known.has_brand ?
	    &h->known.brand : NULL);
}

static void
let_go(struct client_held *h)
{
	if (h != NULL && --h->users == 0)
		free(h);
}

static int
is_of(const struct client_held *h, const char *client_id)
{
	return (h != NULL &&
	    strcmp(h->known.client.client_id, client_id) == 0);
}

static struct client_held **
slot(const char *client_id)
{
	uint32_t	h;

	for (h = 2166136261; *client_id != '\0'; client_id++)
		h = (h ^ (unsigned char)*client_id) * 16777619;
	return (&kept[h % KEPT_MAX]);
}
