/* SPDX-License-Identifier: ISC */
/*
 * Passwords: Argon2id through libsodium for our own, crypt_r for what was
 * imported. Slow on purpose: never on the event loop.
 */
#ifndef LOGIN_PASSWORD_H
#define LOGIN_PASSWORD_H

#include <stddef.h>

#define PASSWORD_LEN_MAX	1024	/* bytes; longer is refused, not cut */
#define PASSWORD_HASH_LEN	512	/* NUL included */

struct password_cost {
	unsigned	 memory_kib;	/* Argon2id m, at least 8 */
	unsigned	 passes;	/* Argon2id t, at least 1 */
};

/* OWASP's lowest for Argon2id: 19 MiB, 2 passes. */
#define PASSWORD_MEMORY_KIB	19456
#define PASSWORD_PASSES		2

/* Once per process, before threads. 0, or -1. */
int	password_init(void);
/* Hash into PHC text ("$argon2id$…"). 0, or -1. */
int	password_hash(char out[PASSWORD_HASH_LEN], const char *password,
	    size_t len, const struct password_cost *);
/*
 * 1 if password is what made hash. An empty or unknown form of hash, and an
 * unknown user (hash NULL), costs one Argon2id of cost and is 0.
 */
int	password_verify(const char *hash, const char *password, size_t len,
	    const struct password_cost *);
/* 1 if hash is not Argon2id of at least this cost. */
int	password_is_stale(const char *hash, const struct password_cost *);
/* 1 if the text has a form that password_verify can judge. */
int	password_hash_is_known(const char *hash);

#endif
