/* SPDX-License-Identifier: ISC */
/* What the tests of codes share: one to take, and how it is refused. */
#ifndef TESTS_STORE_CODES_H
#define TESTS_STORE_CODES_H

#include "store_schema.h"

#include "crypto/random.h"
#include "store/code.h"
#include "store/grant.h"

static inline void
code_make(struct code *c, const char *challenge)
{
	memset(c, 0, sizeof(*c));
	random_bytes(c->digest, sizeof(c->digest));
	snprintf(c->client_id, sizeof(c->client_id), "msp");
	snprintf(c->business, sizeof(c->business), "default");
	snprintf(c->customer_id, sizeof(c->customer_id), "C-1");
	snprintf(c->redirect_uri, sizeof(c->redirect_uri),
	    "https://msp.example/cb");
	snprintf(c->scope, sizeof(c->scope), "openid profile");
	snprintf(c->nonce, sizeof(c->nonce), "n\xc3\xb6nce");
	snprintf(c->challenge, sizeof(c->challenge), "%s", challenge);
	c->response_key_len = sizeof(c->response_key);
	random_bytes(c->response_key, sizeof(c->response_key));
	store_code_put(store, &query, c, 60);
	assert_int_equal(answer(), STORE_OK);
}

static inline struct code_take
take_of(const struct code *c)
{
	struct code_take	t;

	memset(&t, 0, sizeof(t));
	t.digest = c->digest;
	t.client_id = c->client_id;
	t.redirect_uri = c->redirect_uri;
	t.challenge = c->challenge[0] == '\0' ? NULL : c->challenge;
	t.grant_lifetime = 3600;
	t.refresh_lifetime = 7200;
	return (t);
}

static inline void
assert_refused(const struct code_take *t, enum code_refusal why)
{
	store_code_take(store, &query, t);
	assert_int_equal(answer(), STORE_NONE);
	store_code_refuse(store, &query, t);
	assert_int_equal(answer(), STORE_OK);
	assert_int_equal(store_code_refusal(&query), why);
}

static inline enum store_status
grant_status(const struct grant_id *id)
{
	store_grant_find(store, &query, id, 0);
	return (answer());
}

#endif
