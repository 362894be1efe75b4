/* SPDX-License-Identifier: ISC */
/* What every endpoint of a worker shares; app sets it up. */
#ifndef ENDPOINT_SERVICE_H
#define ENDPOINT_SERVICE_H

#include <stddef.h>

#include "base/settings.h"
#include "crypto/seal.h"
#include "crypto/signing_key.h"
#include "login/password.h"
#include "store/store.h"

#define KEYRING_MAX	8
#define KEYRING_JWKS_LEN (KEYRING_MAX * SIGNING_KEY_JWK_LEN)

struct keyring {
	struct signing_key	 keys[KEYRING_MAX];	/* [0] signs */
	size_t			 count;		/* 0: not loaded */
	char			 jwks[KEYRING_JWKS_LEN];	/* RFC 7517 5 */
};

struct service {
	const struct settings	*settings;
	struct store		*store;
	struct seal_key		 flow_key;
	struct seal_key		 signing_seal;
	struct password_cost	 password_cost;
	struct keyring		 keyring;
	char			 why[STORE_WHY_LEN];	/* of the keys */
};

/* The worker's. */
extern struct service	service;

/* 1 if sign-ins can be served; else why says what is missing. */
int	service_is_ready(char *why, size_t len);

#endif
