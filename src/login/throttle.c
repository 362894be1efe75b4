/* SPDX-License-Identifier: ISC */
/*
 * A bucket is one number: the time at which it is full again. Spending moves
 * it ahead by what one attempt takes to come back; there is an attempt left as
 * long as it is less than the whole bucket ahead.
 */
#include <ctype.h>
#include <string.h>

#include "crypto/digest.h"
#include "crypto/random.h"
#include "login/throttle.h"

static size_t	 set_of(const uint8_t *);
static struct throttle_entry *find(struct throttle *, const uint8_t *);

void
throttle_init(struct throttle *t, unsigned attempts, unsigned window)
{
	memset(t, 0, sizeof(*t));
	t->attempts = attempts;
	if (attempts > 0)
		t->refill_ms = (uint64_t)window * 1000 / attempts;
	random_bytes(t->salt, sizeof(t->salt));
}

/* As the database compares user names: without case, of ASCII at least. */
void
throttle_key(const struct throttle *t, uint8_t key[THROTTLE_KEY_LEN],
    const char *login, const void *network, size_t len)
{
	uint8_t		 part[2 * THROTTLE_KEY_LEN];
	char		 lower[256];
	size_t		 i;

	for (i = 0; login[i] != '\0' && i < sizeof(lower); i++)
		lower[i] = (char)tolower((unsigned char)login[i]);
	digest_hmac(part, t->salt, sizeof(t->salt), lower, i);
	digest_hmac(part + THROTTLE_KEY_LEN, t->salt, sizeof(t->salt),
	    network, len);
	digest_sha256(key, part, sizeof(part));
}

unsigned
throttle_check(const struct throttle *t, const uint8_t key[THROTTLE_KEY_LEN],
    uint64_t now_ms)
{
	const struct throttle_entry *e;
	uint64_t	 room, wait;
	size_t		 i;

	if (t->attempts == 0)
		return (0);
	room = (t->attempts - 1) * t->refill_ms;
	e = &t->entry[set_of(key)];
	for (i = 0; i < THROTTLE_WAYS; i++, e++) {
		if (memcmp(e->key, key, THROTTLE_KEY_LEN) != 0)
			continue;
		if (e->full_ms <= now_ms + room)
			return (0);
		wait = (e->full_ms - now_ms - room + 999) / 1000;
		return (wait > 0 ? (unsigned)wait : 1);
	}
	return (0);
}

void
throttle_spend(struct throttle *t, const uint8_t key[THROTTLE_KEY_LEN],
    uint64_t now_ms)
{
	struct throttle_entry *e;

	if (t->attempts == 0)
		return;
	e = find(t, key);
	if (memcmp(e->key, key, THROTTLE_KEY_LEN) != 0) {
		memcpy(e->key, key, THROTTLE_KEY_LEN);
		e->full_ms = 0;
	}
	if (e->full_ms < now_ms)
		e->full_ms = now_ms;
	e->full_ms += t->refill_ms;
}

void
throttle_refund(struct throttle *t, const uint8_t key[THROTTLE_KEY_LEN])
{
	struct throttle_entry *e = find(t, key);

	if (memcmp(e->key, key, THROTTLE_KEY_LEN) == 0 &&
	    e->full_ms >= t->refill_ms)
		e->full_ms -= t->refill_ms;
}

void
throttle_forgive(struct throttle *t, const uint8_t key[THROTTLE_KEY_LEN])
{
	struct throttle_entry *e = find(t, key);

	if (memcmp(e->key, key, THROTTLE_KEY_LEN) == 0)
		memset(e, 0, sizeof(*e));
}

static size_t
set_of(const uint8_t *key)
{
	size_t		 sets = THROTTLE_ENTRIES / THROTTLE_WAYS;

	return ((((size_t)key[0] << 8 | key[1]) % sets) * THROTTLE_WAYS);
}

/*
 * The entry of a key, or the one that it may have: of the few it can stand in
 * the one that is full the soonest, so that a flood of other keys takes what
 * was spent least first. As much work for every key.
 */
static struct throttle_entry *
find(struct throttle *t, const uint8_t *key)
{
	struct throttle_entry *e = &t->entry[set_of(key)], *least = e;
	size_t		 i;

	for (i = 0; i < THROTTLE_WAYS; i++, e++) {
		if (memcmp(e->key, key, THROTTLE_KEY_LEN) == 0)
			return (e);
		if (e->full_ms < least->full_ms)
			least = e;
	}
	return (least);
}
