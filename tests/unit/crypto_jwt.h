/* SPDX-License-Identifier: ISC */
/* Signing what a test has as a tree of JSON. */
#ifndef TESTS_CRYPTO_JWT_H
#define TESTS_CRYPTO_JWT_H

#include <stdlib.h>
#include <string.h>

#include "crypto/jwt.h"

static inline int
jwt_tree_sign(char *out, size_t cap, const struct signing_key *key,
    const char *typ, const json_t *claims)
{
	struct text	 t;
	char		*json, mem[2 * JWT_TEXT_LEN];
	int		 rc;

	json = json_dumps(claims, JSON_COMPACT);
	text_init(&t, mem, sizeof(mem));
	text_add(&t, json == NULL ? "" : json);
	rc = jwt_text_sign(out, cap, key, typ, &t);
	free(json);
	return (rc);
}

#endif
