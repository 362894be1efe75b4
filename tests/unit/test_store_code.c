/* SPDX-License-Identifier: ISC */
/*
 * Codes and grants against a real database: taken at most once, bound to what
 * they were made for, and revoked by a second use (RFC 6749 4.1.2, RFC 7636
 * 4.6).
 */
#include "store_schema.h"

#include <sys/mman.h>
#include <sys/wait.h>

#include "crypto/random.h"
#include "store/code.h"
#include "store/grant.h"

#define CHALLENGE	"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
#define PARALLEL	64
#define PROCESSES	8
#define ROUNDS		20

/* What the processes of a race share. */
struct shared {
	volatile int	 round;
	int		 ready;
	int		 taken[ROUNDS];
	uint8_t		 digest[CODE_DIGEST];
};

static void
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

static struct code_take
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

static void
assert_refused(const struct code_take *t, enum code_refusal why)
{
	store_code_take(store, &query, t);
	assert_int_equal(answer(), STORE_NONE);
	store_code_refuse(store, &query, t);
	assert_int_equal(answer(), STORE_OK);
	assert_int_equal(store_code_refusal(&query), why);
}

static enum store_status
grant_status(const struct grant_id *id)
{
	store_grant_find(store, &query, id, 0);
	return (answer());
}

static void
test_take_gives_all_back(void **state)
{
	struct code_take	t;
	struct code		c, got;
	struct grant		g;

	(void)state;
	code_make(&c, CHALLENGE);
	t = take_of(&c);
	store_code_take(store, &query, &t);
	assert_int_equal(answer(), STORE_OK);
	assert_int_equal(store_code_get(&query, &got), 0);
	assert_string_equal(got.client_id, c.client_id);
	assert_string_equal(got.business, c.business);
	assert_string_equal(got.customer_id, c.customer_id);
	assert_string_equal(got.redirect_uri, c.redirect_uri);
	assert_string_equal(got.scope, c.scope);
	assert_string_equal(got.nonce, c.nonce);
	assert_string_equal(got.challenge, c.challenge);
	assert_int_equal(got.response_key_len, c.response_key_len);
	assert_memory_equal(got.response_key, c.response_key,
	    c.response_key_len);
	assert_true(grant_id_is_valid(got.grant.text));
	assert_true(got.now - got.auth_time >= 0);
	assert_true(got.now - got.auth_time < 60);

	assert_int_equal(grant_status(&got.grant), STORE_OK);
	assert_int_equal(store_grant_get(&query, &g), 0);
	assert_string_equal(g.id.text, got.grant.text);
	assert_string_equal(g.customer_id, c.customer_id);
	assert_int_equal(g.auth_time, got.auth_time);
}

static void
test_take_without_extras(void **state)
{
	struct code_take	t;
	struct code		c, got;

	(void)state;
	code_make(&c, "");
	c.nonce[0] = '\0';
	c.response_key_len = 0;
	random_bytes(c.digest, sizeof(c.digest));
	store_code_put(store, &query, &c, 60);
	assert_int_equal(answer(), STORE_OK);
	t = take_of(&c);
	t.redirect_uri = NULL;
	store_code_take(store, &query, &t);
	assert_int_equal(answer(), STORE_OK);
	assert_int_equal(store_code_get(&query, &got), 0);
	assert_int_equal(got.response_key_len, 0);
	assert_string_equal(got.nonce, "");
	assert_string_equal(got.challenge, "");
}

static void
test_refusals(void **state)
{
	static const uint8_t	nobody[CODE_DIGEST];
	struct code_take	t;
	struct code		c;

	(void)state;
	code_make(&c, CHALLENGE);
	t = take_of(&c);
	t.client_id = "other";
	assert_refused(&t, CODE_FOREIGN_CLIENT);
	t = take_of(&c);
	t.redirect_uri = "https://msp.example/cb/";
	assert_refused(&t, CODE_WRONG_REDIRECT);
	t = take_of(&c);
	t.challenge = NULL;
	assert_refused(&t, CODE_VERIFIER_MISSING);
	t.challenge = "F9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
	assert_refused(&t, CODE_WRONG_VERIFIER);
	t.digest = nobody;
	assert_refused(&t, CODE_UNKNOWN);

	/* None of that used it up. */
	t = take_of(&c);
	store_code_take(store, &query, &t);
	assert_int_equal(answer(), STORE_OK);

	code_make(&c, "");
	t = take_of(&c);
	t.challenge = CHALLENGE;
	assert_refused(&t, CODE_VERIFIER_UNASKED);

	random_bytes(c.digest, sizeof(c.digest));
	store_code_put(store, &query, &c, 0);
	assert_int_equal(answer(), STORE_OK);
	t = take_of(&c);
	assert_refused(&t, CODE_EXPIRED);
}

static void
test_second_use_revokes(void **state)
{
	struct code_take	t;
	struct code		c, got;
	uint8_t			refresh[32];
	uint16_t		day;

	(void)state;
	code_make(&c, "");
	random_bytes(refresh, sizeof(refresh));
	t = take_of(&c);
	t.refresh_digest = refresh;
	store_code_take(store, &query, &t);
	assert_int_equal(answer(), STORE_OK);
	assert_int_equal(store_code_get(&query, &got), 0);
	day = (uint16_t)strtoul(got.grant.text, NULL, 10);

	store_grant_refresh(store, &query, "msp", day, refresh);
	assert_int_equal(answer(), STORE_OK);
	store_grant_refresh(store, &query, "other", day, refresh);
	assert_int_equal(answer(), STORE_NONE);
	store_grant_refresh(store, &query, "msp", day + 1, refresh);
	assert_int_equal(answer(), STORE_NONE);

	/* Whatever else is wrong with it. */
	t.client_id = "other";
	assert_refused(&t, CODE_REUSED);
	assert_int_equal(grant_status(&got.grant), STORE_NONE);
	store_grant_refresh(store, &query, "msp", day, refresh);
	assert_int_equal(answer(), STORE_NONE);
}

static void
test_revoke(void **state)
{
	static const char *const	bad[] = { "", "garbage", "20777-",
	    "0-00000000-0000-4000-8000-000000000000",
	    "99999-00000000-0000-4000-8000-000000000000",
	    "20777-00000000-0000-4000-8000-00000000000G",
	    "20777-00000000-0000-4000-8000-0000000000000" };
	struct code_take		t;
	struct grant_id			id;
	struct code			c, got;
	uint8_t				refresh[32];
	size_t				i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(id.text, sizeof(id.text), "%s", bad[i]);
		assert_false(grant_id_is_valid(bad[i]));
		assert_int_equal(grant_status(&id), STORE_NONE);
	}
	code_make(&c, "");
	random_bytes(refresh, sizeof(refresh));
	t = take_of(&c);
	t.refresh_digest = refresh;
	store_code_take(store, &query, &t);
	assert_int_equal(answer(), STORE_OK);
	assert_int_equal(store_code_get(&query, &got), 0);

	store_grant_revoke(store, &query, "other", &got.grant);
	assert_int_equal(answer(), STORE_NONE);
	assert_int_equal(grant_status(&got.grant), STORE_OK);
	store_grant_revoke_refresh(store, &query, "msp",
	    (uint16_t)strtoul(got.grant.text, NULL, 10), refresh);
	assert_int_equal(answer(), STORE_OK);
	assert_int_equal(grant_status(&got.grant), STORE_NONE);
	store_grant_revoke(store, &query, "msp", &got.grant);
	assert_int_equal(answer(), STORE_OK);
}

/*
 * A node of the version before, which marks the code and chooses the grant's
 * key: it is given the one key that the code has, and that one is taken.
 */
static void
test_older_node_cannot_take_again(void **state)
{
	struct code_take	t;
	struct code		c, got;
	char			text[512];

	(void)state;
	code_make(&c, "");
	t = take_of(&c);
	store_code_take(store, &query, &t);
	assert_int_equal(answer(), STORE_OK);
	assert_int_equal(store_code_get(&query, &got), 0);
	snprintf(text, sizeof(text), "UPDATE codes SET taken_at = now(),"
	    " grant_day = ambauth_today() + 1, grant_id = gen_random_uuid()"
	    " WHERE ambauth_code_grant(code_sha256) = '%s'"
	    " RETURNING grant_day - date '1970-01-01' || '-' || grant_id",
	    strchr(got.grant.text, '-') + 1);
	assert_string_equal(sql(text), got.grant.text);
	assert_refused(&t, CODE_REUSED);
}

/* What was got for the callback hosted here, that alone may take. */
static void
test_code_of_a_state_is_not_taken(void **state)
{
	struct code_take	t;
	struct code		c;

	(void)state;
	code_make(&c, "");
	random_bytes(c.digest, sizeof(c.digest));
	random_bytes(c.state, sizeof(c.state));
	c.has_state = 1;
	store_code_put(store, &query, &c, 60);
	assert_int_equal(answer(), STORE_OK);
	t = take_of(&c);
	assert_refused(&t, CODE_UNKNOWN);
}

/* One batch, one transaction: the second statement sees the first. */
static void
test_takes_of_one_batch(void **state)
{
	static struct store_query	queries[PARALLEL];
	struct code_take		t;
	struct code			c;
	int				i, round, taken;

	(void)state;
	for (round = 0; round < ROUNDS; round++) {
		code_make(&c, "");
		t = take_of(&c);
		taken = 0;
		for (i = 0; i < PARALLEL; i++)
			store_code_take(store, &queries[i], &t);
		for (i = 0; i < PARALLEL; i++) {
			assert_int_equal(store_wait(store, &queries[i]), 0);
			taken += queries[i].status == STORE_OK;
			store_query_drop(&queries[i]);
		}
		assert_int_equal(taken, 1);
	}
}

/* Many connections at once: the others wait for the first. */
static void
test_takes_of_many_connections(void **state)
{
	struct shared		*shared;
	struct store_query	 q;
	struct code_take	 t;
	struct store		*s;
	struct code		 c;
	char			 err[256];
	int			 i, round, status;

	(void)state;
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(shared != MAP_FAILED);
	for (i = 0; i < PROCESSES; i++) {
		if (fork() != 0)
			continue;
		memset(&q, 0, sizeof(q));
		memset(&t, 0, sizeof(t));
		t.digest = shared->digest;
		t.client_id = "msp";
		t.grant_lifetime = 60;
		s = store_open_blocking(conninfo, err, sizeof(err));
		for (round = 0; s != NULL && round < ROUNDS; round++) {
			__sync_fetch_and_add(&shared->ready, 1);
			while (shared->round <= round)
				usleep(50);
			store_code_take(s, &q, &t);
			if (store_wait(s, &q) == -1)
				_exit(1);
			if (q.status == STORE_OK)
				__sync_fetch_and_add(&shared->taken[round], 1);
		}
		_exit(s == NULL);
	}
	for (round = 0; round < ROUNDS; round++) {
		while (__sync_fetch_and_add(&shared->ready, 0) <
		    PROCESSES * (round + 1))
			usleep(50);
		code_make(&c, "");
		memcpy(shared->digest, c.digest, sizeof(c.digest));
		__sync_synchronize();
		shared->round = round + 1;
	}
	for (i = 0; i < PROCESSES; i++) {
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	for (round = 0; round < ROUNDS; round++)
		assert_int_equal(shared->taken[round], 1);
	munmap(shared, sizeof(*shared));
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_take_gives_all_back),
		cmocka_unit_test(test_take_without_extras),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_second_use_revokes),
		cmocka_unit_test(test_revoke),
		cmocka_unit_test(test_older_node_cannot_take_again),
		cmocka_unit_test(test_code_of_a_state_is_not_taken),
		cmocka_unit_test(test_takes_of_one_batch),
		cmocka_unit_test(test_takes_of_many_connections),
	};

	return (cmocka_run_group_tests(tests, schema_setup, schema_drop));
}
