/* SPDX-License-Identifier: ISC */
/*
 * Too many wrong passwords: a bucket for each pair of user name and network, so
 * that guessing becomes slow and nobody can lock out a customer from
 * elsewhere. It is this node's alone and forgets: what guards a password is its
 * hash. One guess at each of many names is not counted: a limit for a whole
 * network would let one stranger lock out all who share a carrier's address.
 */
#ifndef LOGIN_THROTTLE_H
#define LOGIN_THROTTLE_H

#include <stddef.h>
#include <stdint.h>

#define THROTTLE_ENTRIES	4096
#define THROTTLE_KEY_LEN	32	/* a SHA-256 */
#define THROTTLE_WAYS		8	/* entries that a key may stand in */

struct throttle {
	unsigned	 attempts;	/* wrong ones in a row; 0: no limit */
	uint64_t	 refill_ms;	/* for one attempt to come back */
	uint8_t		 salt[THROTTLE_KEY_LEN];	/* nobody can aim */
	/*
	 * A part of the key above the time when all attempts are there again:
	 * one word, so that the workers of a node can share the table without
	 * a lock that one of them might die with.
	 */
	uint64_t	 entry[THROTTLE_ENTRIES];
};

/* attempts within window seconds; after that one comes back at a time. */
void	throttle_init(struct throttle *, unsigned attempts, unsigned window);
/* The key of a user name, in any case, from len bytes of a network. */
void	throttle_key(const struct throttle *, uint8_t key[THROTTLE_KEY_LEN],
	    const char *login, const void *network, size_t len);
/*
 * 0 if there is an attempt left, else the seconds until there is. now_ms:
 * CLOCK_MONOTONIC in milliseconds.
 */
unsigned throttle_check(const struct throttle *,
	    const uint8_t key[THROTTLE_KEY_LEN], uint64_t now_ms);
/* One attempt is spent: call it before the password is looked at. */
void	throttle_spend(struct throttle *, const uint8_t key[THROTTLE_KEY_LEN],
	    uint64_t now_ms);
/* It was not looked at after all: that attempt is there again. */
void	throttle_refund(struct throttle *,
	    const uint8_t key[THROTTLE_KEY_LEN]);
/* It was right: all attempts are there again. */
void	throttle_forgive(struct throttle *,
	    const uint8_t key[THROTTLE_KEY_LEN]);

#endif
