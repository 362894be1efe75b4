/* SPDX-License-Identifier: ISC */
/*
 * The database client while all is well with the database: what goes in and
 * out, who shares a commit, and what an error does to those who share it.
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
test_columns(void **state)
{
	static const uint8_t	 bytes[] = { 0, 1, '\\', 'x', 0, 255, 0 };
	struct store_params	 p;
	struct store		*s = open_store(conninfo, 1, 3000);
	struct ask		 a = { .q.done = note };
	uint8_t			 out[sizeof(bytes)];

	(void)state;
	run_ready(s);
	params_init(&p);
	params_text(&p, "h\xc3\xa9 'quoted' \\ $1");
	params_bytes(&p, bytes, sizeof(bytes));
	params_number(&p, INT64_MIN);
	params_bool(&p, 1);
	params_bytes(&p, "", 0);
	params_bytes(&p, NULL, 0);
	a.q.arg = &a;
	store_ask(s, &a.q, T_ECHO, STORE_READ, &p, NULL, 0);
	memset(&p, 'x', sizeof(p));	/* they were copied */
	run_answered(s, &a, 1);

	assert_int_equal(a.status, STORE_OK);
	assert_int_equal(rows_count(&a.q), 1);
	assert_string_equal(rows_text(&a.q, 0, 0), "h\xc3\xa9 'quoted' \\ $1");
	assert_int_equal(rows_bytes(&a.q, 0, 1, out, sizeof(out)),
	    sizeof(bytes));
	assert_memory_equal(out, bytes, sizeof(bytes));
	assert_int_equal(rows_bytes(&a.q, 0, 1, out, sizeof(out) - 1), -1);
	assert_int_equal(rows_bytes(&a.q, 0, 0, out, sizeof(out)), -1);
	assert_true(rows_number(&a.q, 0, 2) == INT64_MIN);
	assert_true(rows_bool(&a.q, 0, 3));
	assert_true(rows_is_null(&a.q, 0, 4));
	assert_string_equal(rows_text(&a.q, 0, 4), "");
	assert_false(rows_is_null(&a.q, 0, 5));
	assert_int_equal(rows_bytes(&a.q, 0, 5, out, sizeof(out)), 0);
	assert_true(rows_is_null(&a.q, 0, 6));
	store_query_drop(&a.q);
	assert_int_equal(rows_count(&a.q), 0);
	store_query_drop(&a.q);
	close_store(s);
}

/* More than sockets hold, both ways, and several of it at once. */
static void
test_large(void **state)
{
	static uint8_t		 in[700000], out[700000];
	struct store_params	 p;
	struct store		*s = open_store(conninfo, 1, 8000);
	struct ask		 a[3] = { { .answers = 0 } };
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(in); i++)
		in[i] = (uint8_t)(i * 31 + i / 256);
	run_ready(s);
	for (i = 0; i < 3; i++) {
		params_init(&p);
		params_text(&p, "");
		params_bytes(&p, in, sizeof(in));
		params_number(&p, (int64_t)i);
		params_bool(&p, 0);
		params_bytes(&p, NULL, 0);
		params_bytes(&p, NULL, 0);
		a[i].q.done = note;
		a[i].q.arg = &a[i];
		store_ask(s, &a[i].q, T_ECHO, STORE_READ, &p, &i, sizeof(i));
	}
	run_answered(s, a, 3);
	for (i = 0; i < 3; i++) {
		assert_int_equal(a[i].status, STORE_OK);
		assert_int_equal(rows_number(&a[i].q, 0, 2), i);
		memset(out, 0, sizeof(out));
		assert_int_equal(rows_bytes(&a[i].q, 0, 1, out, sizeof(out)),
		    sizeof(out));
		assert_memory_equal(in, out, sizeof(out));
	}
	drop_all(a, 3);
	close_store(s);
}

static void
test_none_and_command(void **state)
{
	struct store	*s = open_store(conninfo, 2, 3000);
	struct ask	 a[3] = { { .answers = 0 } };

	(void)state;
	run_ready(s);
	ask(s, &a[0], T_GET, STORE_READ, "nobody", NULL);
	ask(s, &a[1], T_ADD, STORE_WRITE, "nobody", NULL);
	ask(s, &a[2], T_TOUCH, STORE_WRITE, "nobody", NULL);
	run_answered(s, a, 3);
	assert_int_equal(a[0].status, STORE_NONE);
	assert_int_equal(a[1].status, STORE_NONE);
	assert_int_equal(a[2].status, STORE_OK);
	assert_int_equal(rows_count(&a[0].q), 0);
	drop_all(a, 3);
	close_store(s);
}

/* What is asked in one turn shares one transaction; a later turn does not. */
static void
test_one_commit(void **state)
{
	struct store	*s = open_store(conninfo, 1, 3000);
	struct ask	 a[MANY + 1] = { { .answers = 0 } };
	const char	*xid;
	int		 i;

	(void)state;
	run_ready(s);
	for (i = 0; i < MANY; i++)
		ask(s, &a[i], T_PUT, STORE_WRITE, key(i), NULL);
	store_flush(s);
	ask(s, &a[MANY], T_PUT, STORE_WRITE, key(MANY), NULL);
	run_answered(s, a, MANY + 1);
	xid = rows_text(&a[0].q, 0, 0);
	for (i = 0; i < MANY; i++) {
		assert_int_equal(a[i].status, STORE_OK);
		assert_string_equal(rows_text(&a[i].q, 0, 0), xid);
	}
	assert_string_not_equal(rows_text(&a[MANY].q, 0, 0), xid);
	assert_int_equal(sql("SELECT count(DISTINCT xmin::text) FROM item"),
	    2);
	drop_all(a, MANY + 1);
	close_store(s);
}

/* One bad member: each of the others is done once, and answered once. */
static void
test_error_in_batch(void **state)
{
	struct store	*s = open_store(conninfo, 1, 3000);
	struct ask	 a[MANY] = { { .answers = 0 } };
	int		 i;

	(void)state;
	(void)sql("INSERT INTO item VALUES ('key7', 0), ('key20', 0)");
	run_ready(s);
	for (i = 0; i < MANY; i++)
		ask(s, &a[i], i % 5 == 3 ? T_DIVIDE : T_PUT, STORE_WRITE,
		    i % 5 == 3 ? "0" : key(i), NULL);
	run_answered(s, a, MANY);
	run_ms(s, 20);
	for (i = 0; i < MANY; i++) {
		assert_int_equal(a[i].answers, 1);
		assert_int_equal(a[i].status, i % 5 == 3 ? STORE_FAILED :
		    i == 7 || i == 20 ? STORE_CONFLICT : STORE_OK);
	}
	assert_int_equal(sql("SELECT count(*) FROM item"), MANY - MANY / 5);
	drop_all(a, MANY);
	close_store(s);
}

/* A deferred constraint fails at the commit, where no member is to blame. */
static void
test_error_at_commit(void **state)
{
	struct store	*s = open_store(conninfo, 1, 3000);
	struct ask	 a[4] = { { .answers = 0 } };

	(void)state;
	run_ready(s);
	ask(s, &a[0], T_PUT, STORE_WRITE, "parent", NULL);
	ask(s, &a[1], T_CHILD, STORE_WRITE, "child1", "nobody");
	ask(s, &a[2], T_PUT, STORE_WRITE, "other", NULL);
	run_answered(s, a, 3);
	assert_int_equal(a[0].status, STORE_OK);
	assert_int_equal(a[1].status, STORE_CONFLICT);
	assert_int_equal(a[2].status, STORE_OK);
	ask(s, &a[3], T_CHILD, STORE_WRITE, "child2", "parent");
	run_answered(s, a, 4);
	assert_int_equal(a[3].status, STORE_OK);
	assert_int_equal(sql("SELECT count(*) FROM item"), 2);
	assert_int_equal(sql("SELECT count(*) FROM child"), 1);
	drop_all(a, 4);
	close_store(s);
}

/* The server asks for another try: three more, and no fourth. */
static void
test_retry(void **state)
{
	struct store	*s = open_store(conninfo, 1, 3000);
	struct ask	 a[3] = { { .answers = 0 } };

	(void)state;
	run_ready(s);
	ask(s, &a[0], T_RAISE, STORE_WRITE, "40001", "3");
	run_answered(s, a, 1);
	assert_int_equal(a[0].status, STORE_OK);
	assert_int_equal(sql("SELECT last_value FROM attempts"), 4);

	(void)sql("ALTER SEQUENCE attempts RESTART");
	ask(s, &a[1], T_RAISE, STORE_WRITE, "40P01", "99");
	run_answered(s, a, 2);
	assert_int_equal(a[1].status, STORE_FAILED);
	assert_int_equal(sql("SELECT last_value FROM attempts"), 4);

	ask(s, &a[2], T_RAISE, STORE_WRITE, "57014", "99");
	run_answered(s, a, 3);
	assert_int_equal(a[2].status, STORE_TIMEOUT);
	drop_all(a, 3);
	close_store(s);
}

/* The log names statement and SQLSTATE; it never quotes a value. */
static void
test_log_has_no_values(void **state)
{
	struct store	*s = open_store(conninfo, 1, 3000);
	struct ask	 a[2] = { { .answers = 0 } };
	char		 log[4096];
	ssize_t		 n;
	int		 fds[2], saved;

	(void)state;
	run_ready(s);
	assert_int_equal(pipe(fds), 0);
	saved = dup(STDERR_FILENO);
	assert_int_equal(dup2(fds[1], STDERR_FILENO), STDERR_FILENO);
	ask(s, &a[0], T_RAISE, STORE_WRITE, "XX000", "99");
	ask(s, &a[1], T_DIVIDE, STORE_WRITE, "sesame-in-value", NULL);
	run_answered(s, a, 2);
	assert_int_equal(dup2(saved, STDERR_FILENO), STDERR_FILENO);
	(void)close(saved);
	(void)close(fds[1]);
	n = read(fds[0], log, sizeof(log) - 1);
	assert_true(n > 0);
	log[n] = '\0';
	(void)close(fds[0]);

	assert_int_equal(a[0].status, STORE_FAILED);
	assert_int_equal(a[1].status, STORE_FAILED);
	assert_non_null(strstr(log, store_statements[T_RAISE].name));
	assert_non_null(strstr(log, "XX000"));
	assert_non_null(strstr(log, "22P02"));
	assert_null(strstr(log, "sesame"));
	drop_all(a, 2);
	close_store(s);
}

/*
 * Two stores with the same keys, one asking upwards, one downwards: batches
 * that locked in the order of arrival would deadlock at once.
 */
static void
test_no_deadlock(void **state)
{
	struct store	*s[2];
	struct ask	 a[2][32];
	char		 text[128];
	long		 before;
	int		 i, j, round;

	(void)state;
	(void)snprintf(text, sizeof(text), "SELECT deadlocks FROM "
	    "pg_stat_database WHERE datname = current_database()");
	before = sql(text);
	(void)sql("INSERT INTO item SELECT 'key' || i "
	    "FROM generate_series(0, 31) AS i");
	memset(a, 0, sizeof(a));
	for (i = 0; i < 2; i++) {
		s[i] = open_store(conninfo, 2, 3000);
		run_ready(s[i]);
	}
	for (round = 0; round < 40; round++) {
		for (i = 0; i < 2; i++)
			for (j = 0; j < 32; j++)
				ask(s[i], &a[i][j], T_ADD, STORE_WRITE,
				    key(i == 0 ? j : 31 - j), NULL);
		for (i = 0; i < 64; i++) {
			while (a[i / 32][i % 32].answers <= round) {
				turn(s[0]);
				turn(s[1]);
			}
			assert_int_equal(a[i / 32][i % 32].status, STORE_OK);
		}
	}
	assert_int_equal(sql("SELECT min(n) FROM item"), 80);
	assert_int_equal(sql("SELECT max(n) FROM item"), 80);
	(void)sql("SELECT pg_stat_clear_snapshot()");
	assert_int_equal(sql(text), before);
	drop_all(a[0], 32);
	drop_all(a[1], 32);
	store_close(s[0]);
	close_store(s[1]);
}

/* A read sees what an answered write has committed, on any connection. */
static void
test_many(void **state)
{
	struct store	*s = open_store(conninfo, 3, 5000);
	struct ask	 w[100], r[100];
	int		 i, round;

	(void)state;
	(void)sql("INSERT INTO item SELECT 'key' || i "
	    "FROM generate_series(0, 99) AS i");
	memset(w, 0, sizeof(w));
	memset(r, 0, sizeof(r));
	run_ready(s);
	for (round = 1; round <= 50; round++) {
		for (i = 0; i < 100; i++)
			ask(s, &w[i], T_ADD, STORE_WRITE, key(i), NULL);
		for (i = 0; i < 100; i++) {
			while (w[i].answers < round)
				turn(s);
			ask(s, &r[i], T_GET, STORE_READ, key(i), NULL);
		}
		for (i = 0; i < 100; i++) {
			while (r[i].answers < round)
				turn(s);
			assert_int_equal(rows_number(&r[i].q, 0, 0), round);
		}
	}
	drop_all(w, 100);
	drop_all(r, 100);
	close_store(s);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test_setup(test_columns, setup_each),
		cmocka_unit_test_setup(test_large, setup_each),
		cmocka_unit_test_setup(test_none_and_command, setup_each),
		cmocka_unit_test_setup(test_one_commit, setup_each),
		cmocka_unit_test_setup(test_error_in_batch, setup_each),
		cmocka_unit_test_setup(test_error_at_commit, setup_each),
		cmocka_unit_test_setup(test_retry, setup_each),
		cmocka_unit_test_setup(test_log_has_no_values, setup_each),
		cmocka_unit_test_setup(test_no_deadlock, setup_each),
		cmocka_unit_test_setup(test_many, setup_each),
	};

	return (cmocka_run_group_tests(tests, setup_all, teardown_all));
}
