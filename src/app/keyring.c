/* SPDX-License-Identifier: ISC */
/*
 * Keys are in the database, sealed; every node reads the same ones. The first
 * node to find none of an algorithm makes one; RSA on a thread, for that takes
 * its time. Keys that no longer sign stay here while they are published, so
 * that what they signed is still understood.
 */
#include <kore/kore.h>

#include <stdlib.h>
#include <string.h>

#include "app/keyring.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/text.h"
#include "endpoint/service.h"
#include "endpoint/work.h"
#include "store/key.h"

#define RELOAD_MS	60000
#define RETRY_MS	1000

/* A key being made. */
struct make {
	struct work		 work;		/* first */
	const char		*alg;
	struct signing_key	 key;
	int			 is_ok;
};

static void	list_done(struct store_query *);
static void	first_done(struct store_query *);
static void	make_first(const char *);
static void	make_run(struct work *);
static void	make_done(struct work *);
static const char *alg_missing(const struct store_query *);
static int	is_same(const struct keyring *, const struct store_query *);
static int	take_rows(struct keyring *, const struct store_query *);
static void	ring_wipe(struct keyring *);
static void	jwks_render(struct keyring *);

/* Those of which there must be a key, the one that all wait for first. */
static const char *const	algs[] = {
	SIGNING_ALG_ES256, SIGNING_ALG_RS256
};

static struct store_query	query;
static uint64_t			next_ms;
static int			is_asking;

void
keyring_tick(uint64_t now_ms)
{
	char	why[STORE_WHY_LEN];

	if (is_asking || now_ms < next_ms ||
	    !store_is_ready(service.store, why, sizeof(why)))
		return;
	is_asking = 1;
	next_ms = now_ms + RETRY_MS;
	query.done = list_done;
	store_key_list(service.store, &query);
}

void
keyring_stop(void)
{
	store_query_drop(&query);
	ring_wipe(&service.keyring);
}

static void
ring_wipe(struct keyring *ring)
{
	size_t	i;

	for (i = 0; i < ring->count; i++)
		signing_key_wipe(&ring->keys[i]);
	ring->count = 0;
}

static void
list_done(struct store_query *q)
{
	static struct keyring	 fresh;
	const char		*alg;

	is_asking = 0;
	if (q->status == STORE_NONE) {
		make_first(algs[0]);
		return;
	}
	if (q->status != STORE_OK)
		return;
	/* The usual case; opening keys takes long for an event loop. */
	if (is_same(&service.keyring, q)) {
		next_ms += RELOAD_MS - RETRY_MS;
		return;
	}
	if (take_rows(&fresh, q) == -1)
		return;
	/* All or none: who reads the JWKS keeps it for a while. */
	if ((alg = alg_missing(q)) != NULL) {
		make_first(alg);
		ring_wipe(&fresh);
	} else {
		jwks_render(&fresh);
		ring_wipe(&service.keyring);
		service.keyring = fresh;
		metrics_set(METRIC_KEYS_LOADED, 0, fresh.count);
		service.why[0] = '\0';
		next_ms += RELOAD_MS - RETRY_MS;
	}
	explicit_bzero(&fresh, sizeof(fresh));
}

/* By the rows, not by what opens: else one that does not were made for ever. */
static const char *
alg_missing(const struct store_query *q)
{
	struct key_row	row;
	size_t		i;
	int		n;

	for (i = 0; i < sizeof(algs) / sizeof(algs[0]); i++) {
		for (n = 0; n < store_key_count(q); n++)
			if (store_key_get(q, n, &row) == 0 &&
			    strcmp(row.alg, algs[i]) == 0)
				break;
		if (n == store_key_count(q))
			return (algs[i]);
	}
	return (NULL);
}

/* A key never changes: its row is another's or is gone. */
static int
is_same(const struct keyring *ring, const struct store_query *q)
{
	struct key_row	row;
	size_t		i;

	if (ring->count == 0 || (size_t)store_key_count(q) != ring->count)
		return (0);
	for (i = 0; i < ring->count; i++)
		if (store_key_get(q, (int)i, &row) == -1 ||
		    strcmp(row.kid, ring->keys[i].kid) != 0)
			return (0);
	return (1);
}

/* A key that this master key does not open is an operator's mistake: say so. */
static int
take_rows(struct keyring *ring, const struct store_query *q)
{
	struct key_row	row;
	int		i;

	memset(ring, 0, sizeof(*ring));
	for (i = 0; i < store_key_count(q) && ring->count < KEYRING_MAX; i++) {
		if (store_key_get(q, i, &row) == -1)
			continue;
		if (signing_key_open(&ring->keys[ring->count], row.kid,
		    &service.signing_seal, row.sealed, row.sealed_len) == -1) {
			/* It is tried again and again: say a thing once. */
			if (service.why[0] == '\0')
				log_error("signing key %s cannot be opened: "
				    "is [keys] master_key the one it was "
				    "sealed with?", row.kid);
			if (ring->count == 0)
				break;
			continue;
		}
		if (row.is_signing)
			metrics_set(METRIC_SIGNING_KEY_AGE,
			    strcmp(row.alg, SIGNING_ALG_ES256) == 0 ?
			    METRIC_ALG_ES256 : METRIC_ALG_RS256,
			    (uint64_t)row.age);
		ring->count++;
	}
	if (ring->count == 0)
		text_copy(service.why, sizeof(service.why),
		    "the signing keys cannot be opened with this master_key");
	return (ring->count > 0 ? 0 : -1);
}

/* With no thread free it is tried again at the next look. */
static void
make_first(const char *alg)
{
	struct make	*m;

	if ((m = calloc(1, sizeof(*m))) == NULL)
		fatal("no memory for a signing key");
	m->work.run = make_run;
	m->work.done = make_done;
	m->alg = alg;
	if (work_submit(&m->work, WORK_SLOW) == 0)
		is_asking = 1;
	else
		free(m);
}

static void
make_run(struct work *work)
{
	struct make	*m = (struct make *)work;

	m->is_ok = signing_key_generate(&m->key, m->alg) == 0;
}

static void
make_done(struct work *work)
{
	static struct key_row	 row;
	struct make		*m = (struct make *)work;
	ssize_t			 len;

	len = m->is_ok ? signing_key_seal(&m->key, &service.signing_seal,
	    row.sealed, sizeof(row.sealed)) : -1;
	if (len == -1) {
		log_error("a signing key cannot be made");
		is_asking = 0;
	} else {
		row.sealed_len = (size_t)len;
		text_copy(row.kid, sizeof(row.kid), m->key.kid);
		text_copy(row.alg, sizeof(row.alg), m->key.alg);
		query.done = first_done;
		store_key_add_first(service.store, &query, &row);
	}
	signing_key_wipe(&m->key);
	free(m);
}

/* Ours or another node's: read what is there now. */
static void
first_done(struct store_query *q)
{
	if (q->status == STORE_OK)
		log_info("made a first signing key");
	is_asking = 0;
	next_ms = 0;
}

static void
jwks_render(struct keyring *ring)
{
	struct text	t;
	size_t		i;

	text_init(&t, ring->jwks, sizeof(ring->jwks));
	text_add(&t, "{\"keys\":[");
	for (i = 0; i < ring->count; i++)
		text_addf(&t, "%s%s", i == 0 ? "" : ",", ring->keys[i].jwk);
	text_add(&t, "]}");
	PRECOND(text_is_ok(&t));
}
