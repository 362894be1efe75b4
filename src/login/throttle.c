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

/* 38 bits of milliseconds are eight years since the machine was started. */
#define TIME_BITS	38
#define TIME_MASK	((UINT64_C(1) << TIME_BITS) - 1)

static size_t	 set_of(const uint8_t *);
static uint64_t	 tag_of(const uint8_t *);
static int	 has_tag(uint64_t, uint64_t);
static size_t	 find(const struct throttle *, const uint8_t *, uint64_t *);
static int	 put(struct throttle *, size_t, uint64_t, uint64_t);

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
	uint64_t	 entry, full, room, wait;

	if (t->attempts == 0)
		return (0);
	room = (t->attempts - 1) * t->refill_ms;
	(void)find(t, key, &entry);
	full = entry & TIME_MASK;
	if (!has_tag(entry, tag_of(key)) || full <= now_ms + room)
		return (0);
	wait = (full - now_ms - room + 999) / 1000;
	return (wait > 0 ? (unsigned)wait : 1);
}

void
throttle_spend(struct throttle *t, const uint8_t key[THROTTLE_KEY_LEN],
    uint64_t now_ms)
{
	uint64_t	 entry, full, tag = tag_of(key);
	size_t		 i;

	if (t->attempts == 0)
		return;
	do {
		i = find(t, key, &entry);
		full = has_tag(entry, tag) ? entry & TIME_MASK : 0;
		if (full < now_ms)
			full = now_ms;
		full = (full + t->refill_ms) & TIME_MASK;
	} while (!put(t, i, entry, tag | full));
}

void
throttle_refund(struct throttle *t, const uint8_t key[THROTTLE_KEY_LEN])
{
	uint64_t	 entry, tag = tag_of(key);
	size_t		 i;

	do {
		i = find(t, key, &entry);
		if (!has_tag(entry, tag) ||
		    (entry & TIME_MASK) < t->refill_ms)
			return;
	} while (!put(t, i, entry, entry - t->refill_ms));
}

void
throttle_forgive(struct throttle *t, const uint8_t key[THROTTLE_KEY_LEN])
{
	uint64_t	 entry, tag = tag_of(key);
	size_t		 i;

	do {
		i = find(t, key, &entry);
		if (!has_tag(entry, tag))
			return;
	} while (!put(t, i, entry, 0));
}

static size_t
set_of(const uint8_t *key)
{
	size_t		 sets = THROTTLE_ENTRIES / THROTTLE_WAYS;

	return ((((size_t)key[0] << 8 | key[1]) % sets) * THROTTLE_WAYS);
}

/* Of the bytes that the set is not told by. */
static uint64_t
tag_of(const uint8_t *key)
{
	uint64_t	 tag;

	memcpy(&tag, key + 2, sizeof(tag));
	return (tag & ~TIME_MASK);
}

/* Of two keys in a set, one in 67 million has the tag of the other. */
static int
has_tag(uint64_t entry, uint64_t tag)
{
	return (entry != 0 && (entry & ~TIME_MASK) == tag);
}

/*
 * The entry of a key, or the one that it may have: of the few it can stand in
 * the one that is full the soonest, so that a flood of other keys takes what
 * was spent least first. As much work for every key.
 */
static size_t
find(const struct throttle *t, const uint8_t *key, uint64_t *entry)
{
	uint64_t	 e, tag = tag_of(key);
	size_t		 first = set_of(key), least = first, i;

	*entry = UINT64_MAX;
	for (i = first; i < first + THROTTLE_WAYS; i++) {
		e = __atomic_load_n(&t->entry[i], __ATOMIC_RELAXED);
		if (has_tag(e, tag)) {
			*entry = e;
			return (i);
		}
		if (i == first || (e & TIME_MASK) < (*entry & TIME_MASK)) {
			least = i;
			*entry = e;
		}
	}
	return (least);
}

/* 0: somebody else was there; look again. */
static int
put(struct throttle *t, size_t i, uint64_t old, uint64_t new)
{
	return (__atomic_compare_exchange_n(&t->entry[i], &old, new, 0,
	    __ATOMIC_RELAXED, __ATOMIC_RELAXED));
}
