/* SPDX-License-Identifier: ISC */
/*
 * A code is taken at most once (RFC 6749 4.1.2): of those who try at the same
 * time, in one batch, on many connections, or on a node of another version.
 */
#include "store_codes.h"

#include <sys/mman.h>
#include <sys/wait.h>

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

/* Of one batch too, each gets the lifetime that is its client's. */
static void
test_lifetimes_of_one_batch(void **state)
{
	static struct store_query	queries[PARALLEL];
	static struct code		codes[PARALLEL];
	struct code_take		t;
	struct code			got;
	char				text[256];
	int				i;

	(void)state;
	for (i = 0; i < PARALLEL; i++)
		code_make(&codes[i], "");
	for (i = 0; i < PARALLEL; i++) {
		t = take_of(&codes[i]);
		t.grant_lifetime = 1000 * (1 + (unsigned)i % 3);
		store_code_take(store, &queries[i], &t);
	}
	for (i = 0; i < PARALLEL; i++) {
		assert_int_equal(store_wait(store, &queries[i]), 0);
		assert_int_equal(store_code_get(&queries[i], &got), 0);
		store_query_drop(&queries[i]);
		snprintf(text, sizeof(text), "SELECT extract(epoch FROM"
		    " expires_at)::bigint - %lld BETWEEN -1 AND 1"
		    " FROM grants WHERE grant_id = '%s'",
		    (long long)got.now + 1000 * (1 + i % 3),
		    strchr(got.grant.text, '-') + 1);
		assert_string_equal(sql(text), "t");
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
		cmocka_unit_test(test_older_node_cannot_take_again),
		cmocka_unit_test(test_takes_of_one_batch),
		cmocka_unit_test(test_lifetimes_of_one_batch),
		cmocka_unit_test(test_takes_of_many_connections),
	};

	return (cmocka_run_group_tests(tests, schema_setup, schema_drop));
}
