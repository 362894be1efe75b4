/* SPDX-License-Identifier: ISC */
/* What every endpoint of a worker shares; app sets it up. */
#ifndef ENDPOINT_SERVICE_H
#define ENDPOINT_SERVICE_H

#include <stddef.h>

#include "base/settings.h"
#include "crypto/jwt.h"
#include "crypto/seal.h"
#include "crypto/signing_key.h"
#include "login/password.h"
#include "login/throttle.h"
#include "store/store.h"

#define KEYRING_MAX	8
#define KEYRING_JWKS_LEN (KEYRING_MAX * SIGNING_KEY_JWK_LEN)

struct keyring {
	/* The first of an algorithm is the one that signs. */
	struct signing_key	 keys[KEYRING_MAX];
	size_t			 count;		/* 0: not loaded */
	char			 jwks[KEYRING_JWKS_LEN];	/* RFC 7517 5 */
};

/*
 * Of all workers of a node, in memory that they share: no locks, for whoever
 * holds one may end at any moment.
 */
struct service_shared {
	struct throttle		 throttle;
	struct jwt_seen		 seen;		/* access tokens */
};

struct service {
	const struct settings	*settings;
	struct store		*store;
	struct seal_key		 flow_key;
	struct seal_key		 signing_seal;
	struct seal_key		 webhook_seal;
	struct password_cost	 password_cost;
	struct service_shared	*shared;
	struct keyring		 keyring;
	struct jwt_memory	 tokens;		/* access tokens */
	char			 why[STORE_WHY_LEN];	/* of the keys */
	int			 is_draining;	/* told to stop */
};

/* The worker's. */
extern struct service	service;

/* The key that signs with this algorithm now, or NULL: not there yet. */
const struct signing_key *service_signing_key(const char *alg);
/* 1 if sign-ins can be served; else why says what is missing. */
int	service_is_ready(char *why, size_t len);

#endif
