/* SPDX-License-Identifier: ISC */
/*
 * What askers may do to the database client: ask too much, forget what they
 * asked, ask and forget from inside an answer.
 */
#include "store_client.h"

#define MANY	50

/* Names key0, key1, … for tests that need many. */
static const char *
key(int i)
{
	static char	 name[512][16];

	assert_in_range(i, 0, 511);
	(void)snprintf(name[i], sizeof(name[i]), "key%d", i);

	return (name[i]);
}

static void
test_queue_is_bounded(void **state)
{
	struct store_options	 o = {
		.conninfo = conninfo,
		.connections = 2,
		.timeout_ms = 3000,
		.queue_max = 10,
		.loop = &test_loop,
	};
	struct store		*s = store_open(&o);
	struct ask		 a[MANY] = { { .answers = 0 } };
	char			 why[STORE_WHY_LEN];
	int			 i;

	(void)state;
	run_ready(s);
	for (i = 0; i < MANY; i++)
		ask(s, &a[i], T_PUT, STORE_WRITE, key(i), NULL);
	assert_false(store_is_ready(s, why, sizeof(why)));
	assert_non_null(strstr(why, "wait"));
	run_answered(s, a, MANY);
	for (i = 0; i < MANY; i++)
		assert_int_equal(a[i].status, i < 10 ? STORE_OK :
		    STORE_UNAVAILABLE);
	assert_true(store_is_outage(a[10].status));
	assert_false(store_is_outage(STORE_CONFLICT));
	assert_true(store_is_ready(s, why, sizeof(why)));
	drop_all(a, MANY);
	close_store(s);
}

/* Forget questions unsent, in flight and answered: never told, nothing lost. */
static void
test_drop(void **state)
{
	struct store	*s = open_store(conninfo, 1, 3000);
	struct ask	 a[4] = { { .answers = 0 } };

	(void)state;
	store_query_drop(&a[0].q);
	run_ready(s);
	assert_true(store_is_idle(s));
	ask(s, &a[0], T_PUT, STORE_WRITE, "unsent", NULL);
	assert_false(store_is_idle(s));
	store_query_drop(&a[0].q);
	store_query_drop(&a[0].q);
	assert_true(store_is_idle(s));
	ask(s, &a[1], T_PUT, STORE_WRITE, "sent", NULL);
	ask(s, &a[2], T_PUT, STORE_WRITE, "kept", NULL);
	store_flush(s);
	store_query_drop(&a[1].q);
	assert_false(store_is_idle(s));
	/* Asked anew while pending: only the new question counts. */
	ask(s, &a[3], T_PUT, STORE_WRITE, "never", NULL);
	ask(s, &a[3], T_GET, STORE_READ, "kept", NULL);
	run_answered(s, &a[2], 2);
	assert_int_equal(a[0].answers + a[1].answers, 0);
	assert_int_equal(a[2].answers, 1);
	assert_int_equal(a[3].answers, 1);
	assert_int_equal(rows_number(&a[3].q, 0, 0), 0);
	assert_true(store_is_idle(s));
	assert_int_equal(sql("SELECT count(*) FROM item "
	    "WHERE id IN ('unsent', 'never')"), 0);
	assert_int_equal(sql("SELECT count(*) FROM item "
	    "WHERE id IN ('sent', 'kept')"), 2);
	drop_all(a, 4);
	close_store(s);
}

static struct store	*chain_store;
static struct ask	*chain_others;

/* Asks again on the very same query, and drops one not yet answered. */
static void
again(struct store_query *q)
{
	struct ask	*a = q->arg;

	note(q);
	assert_int_equal(q->status, STORE_OK);
	assert_int_equal(rows_number(q, 0, 0), a->answers);
	if (chain_others != NULL) {
		store_query_drop(&chain_others[0].q);
		store_query_drop(&chain_others[1].q);
		chain_others = NULL;
	}
	if (a->answers == 100)
		store_query_drop(q);
	else
		ask(chain_store, a, T_ADD, STORE_WRITE, "chain", NULL);
}

static void
test_ask_in_done(void **state)
{
	struct ask	 a = { .q.done = again };
	struct ask	 others[2] = { { .answers = 0 } };

	(void)state;
	(void)sql("INSERT INTO item VALUES ('chain', 0)");
	chain_store = open_store(conninfo, 1, 3000);
	chain_others = others;
	run_ready(chain_store);
	/* Of one batch with it: whoever is told first drops the others. */
	ask(chain_store, &a, T_ADD, STORE_WRITE, "chain", NULL);
	ask(chain_store, &others[0], T_PUT, STORE_WRITE, "a", NULL);
	ask(chain_store, &others[1], T_PUT, STORE_WRITE, "b", NULL);
	while (a.answers < 100)
		turn(chain_store);
	assert_true(others[0].answers + others[1].answers < 3);
	assert_int_equal(sql("SELECT n FROM item WHERE id = 'chain'"), 100);
	assert_null(a.q.rows);
	close_store(chain_store);
}

/* Few wait for one turn of the loop, and those who come then go with them. */
static void
test_few_wait_a_turn(void **state)
{
	struct store	*s = open_store(conninfo, 1, 3000);
	struct ask	 a[4] = { { .answers = 0 } };

	(void)state;
	run_ready(s);
	assert_int_equal(store_turn(s), 0);
	ask(s, &a[0], T_PUT, STORE_WRITE, key(0), NULL);
	assert_int_equal(store_turn(s), 1);
	ask(s, &a[1], T_PUT, STORE_WRITE, key(1), NULL);
	assert_int_equal(store_turn(s), 0);
	/* These are in flight: who comes late keeps nobody awake. */
	ask(s, &a[2], T_PUT, STORE_WRITE, key(2), NULL);
	assert_int_equal(store_turn(s), 0);
	run_answered(s, a, 3);
	assert_string_equal(rows_text(&a[0].q, 0, 0),
	    rows_text(&a[1].q, 0, 0));
	assert_string_not_equal(rows_text(&a[0].q, 0, 0),
	    rows_text(&a[2].q, 0, 0));
	/* Alone it goes with the turn after. */
	ask(s, &a[3], T_PUT, STORE_WRITE, key(3), NULL);
	assert_int_equal(store_turn(s), 1);
	assert_int_equal(store_turn(s), 0);
	drop_all(a, 4);
	assert_false(store_is_idle(s));
	close_store(s);
}

/* Enough do not wait, nor does anybody for whom all that wait are sent. */
static void
test_many_do_not_wait(void **state)
{
	struct store	*s = open_store(conninfo, 1, 3000);
	struct ask	 a[17] = { { .answers = 0 } };
	int		 i;

	(void)state;
	run_ready(s);
	for (i = 0; i < 16; i++)
		ask(s, &a[i], T_PUT, STORE_WRITE, key(i), NULL);
	assert_int_equal(store_turn(s), 0);
	run_answered(s, a, 16);
	ask(s, &a[16], T_PUT, STORE_WRITE, key(16), NULL);
	store_flush(s);
	assert_int_equal(store_turn(s), 0);
	drop_all(a, 17);
	assert_false(store_is_idle(s));
	close_store(s);
}

/* Whose connection answered. */
static int64_t
backend(const struct ask *a)
{
	return (rows_number(&a->q, 0, 1));
}

/* Many at once are two batches: one is answered while the other runs. */
static void
test_a_connection_is_filled_first(void **state)
{
	struct store	*s = open_store(conninfo, 2, 3000);
	struct ask	 a[64];
	uint64_t	 end = now_ms() + 8000;
	int		 i;

	(void)state;
	(void)sql("INSERT INTO item SELECT 'key' || i "
	    "FROM generate_series(0, 63) AS i ON CONFLICT DO NOTHING");
	memset(a, 0, sizeof(a));
	run_ready(s);
	/* The second connection may be ready later than the first. */
	do {
		assert_true(now_ms() < end);
		for (i = 0; i < 64; i++) {
			a[i].answers = 0;
			ask(s, &a[i], T_GET, STORE_READ, key(i), NULL);
		}
		run_answered(s, a, 64);
	} while (backend(&a[0]) == backend(&a[63]));
	for (i = 0; i < 32; i++) {
		assert_int_equal(backend(&a[i]), backend(&a[0]));
		assert_int_equal(backend(&a[32 + i]), backend(&a[63]));
	}
	drop_all(a, 64);
	close_store(s);
}

/* Without a connection: refused when the turn ends, and not slept over. */
static void
test_refused_at_once(void **state)
{
	struct store	*s = open_store(conninfo, 1, 3000);
	struct ask	 a = { .answers = 0 };

	(void)state;
	assert_int_equal(store_turn(s), 0);
	ask(s, &a, T_PUT, STORE_WRITE, "refused", NULL);
	assert_int_equal(a.answers, 0);
	assert_int_equal(store_turn(s), 1);
	assert_int_equal(a.answers, 1);
	assert_int_equal(a.q.status, STORE_UNAVAILABLE);
	assert_int_equal(store_turn(s), 0);
	close_store(s);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test_setup(test_queue_is_bounded, setup_each),
		cmocka_unit_test_setup(test_drop, setup_each),
		cmocka_unit_test_setup(test_ask_in_done, setup_each),
		cmocka_unit_test_setup(test_few_wait_a_turn, setup_each),
		cmocka_unit_test_setup(test_many_do_not_wait, setup_each),
		cmocka_unit_test_setup(test_a_connection_is_filled_first,
		    setup_each),
		cmocka_unit_test_setup(test_refused_at_once, setup_each),
	};

	return (cmocka_run_group_tests(tests, setup_all, teardown_all));
}
