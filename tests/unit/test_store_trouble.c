/* SPDX-License-Identifier: ISC */
/*
 * The database client when the database is away, slow, hung, cut off, of the
 * wrong version, or read-only: every question still has one honest answer.
 */
#include "store_client.h"

static char	via[4096];	/* conninfo through the relay */

static int
setup_relay(void **state)
{
	if (setup_all(state) == -1)
		return (-1);
	relay_init(via, sizeof(via));

	return (0);
}

static int
teardown_relay(void **state)
{
	return (rmdir(relay.dir) == 0 ? teardown_all(state) : -1);
}

static int
teardown_each(void **state)
{
	(void)state;
	relay_close();

	return (0);
}

/* Wait until the control connection sees that many rows. */
static void
run_count(struct store *s, const char *text, long n)
{
	uint64_t	end = now_ms() + 5000;

	while (sql(text) != n) {
		if (now_ms() > end)
			fail_msg("%s is not %ld", text, n);
		turn(s);
	}
}

/* Nobody there at first; refused at once, not after the deadline. */
static void
test_comes_later(void **state)
{
	struct store	*s = open_store(via, 2, 3000);
	struct ask	 a[2] = { { .answers = 0 } };
	uint64_t	 start;

	(void)state;
	run_why(s, "No such file or directory");
	start = now_ms();
	ask(s, &a[0], T_PUT, STORE_WRITE, "a", NULL);
	run_answered(s, a, 1);
	assert_true(now_ms() - start < 200);
	assert_int_equal(a[0].status, STORE_UNAVAILABLE);

	relay_open();
	run_ready(s);
	ask(s, &a[1], T_PUT, STORE_WRITE, "a", NULL);
	run_answered(s, a, 2);
	assert_int_equal(a[1].status, STORE_OK);
	drop_all(a, 2);
	close_store(s);
}

/* The server ends the session in the middle of a batch. */
static void
test_session_ended(void **state)
{
	struct store	*s = open_store(conninfo, 1, 3000);
	struct ask	 a[4] = { { .answers = 0 } };
	char		 text[128];

	(void)state;
	(void)sql("INSERT INTO item VALUES ('there', 0)");
	run_ready(s);
	ask(s, &a[0], T_GET, STORE_READ, "there", NULL);
	run_answered(s, a, 1);
	(void)snprintf(text, sizeof(text), "SELECT pg_terminate_backend(%s)",
	    rows_text(&a[0].q, 0, 1));
	ask(s, &a[1], T_SLEEP, STORE_WRITE, "2", NULL);
	ask(s, &a[2], T_PUT, STORE_WRITE, "new", NULL);
	run_ms(s, 50);
	ask(s, &a[3], T_PUT, STORE_WRITE, "unsent", NULL);
	(void)sql(text);
	run_answered(s, a, 4);
	assert_int_equal(a[1].status, STORE_UNKNOWN);
	assert_int_equal(a[2].status, STORE_UNKNOWN);
	/* There was no other connection to take it. */
	assert_int_equal(a[3].status, STORE_UNAVAILABLE);
	run_ready(s);
	ask(s, &a[0], T_PUT, STORE_WRITE, "after", NULL);
	while (a[0].answers < 2)
		turn(s);
	assert_int_equal(a[0].status, STORE_OK);
	assert_int_equal(sql("SELECT count(*) FROM item"), 2);
	drop_all(a, 4);
	close_store(s);
}

/* Reads in flight and all that waits go on over the other connection. */
static void
test_other_takes_over(void **state)
{
	struct store	*s = open_store(conninfo, 2, 3000);
	struct ask	 a[22] = { { .answers = 0 } };
	char		 name[20][16], text[256];
	int		 i;

	(void)state;
	run_ready(s);
	run_ms(s, 200);
	/* Two sleeping reads: each connection has one, and a queue behind. */
	ask(s, &a[20], T_SLEEP, STORE_READ, "0.5", NULL);
	store_flush(s);
	ask(s, &a[21], T_SLEEP, STORE_READ, "0.5", NULL);
	store_flush(s);
	run_ms(s, 50);
	for (i = 0; i < 20; i++) {
		(void)snprintf(name[i], sizeof(name[i]), "w%d", i);
		ask(s, &a[i], T_PUT, STORE_WRITE, name[i], NULL);
	}
	(void)snprintf(text, sizeof(text), "SELECT count(*) FROM (SELECT "
	    "pg_terminate_backend(pid) FROM pg_stat_activity "
	    "WHERE query LIKE '%%pg_sleep%%' AND pid <> pg_backend_pid() "
	    "AND application_name = 'ambauth' AND state = 'active' "
	    "ORDER BY pid LIMIT 1) AS t");
	assert_int_equal(sql(text), 1);
	run_answered(s, a, 22);
	for (i = 0; i < 22; i++) {
		assert_int_equal(a[i].answers, 1);
		assert_int_equal(a[i].status, STORE_OK);
	}
	assert_int_equal(sql("SELECT count(*) FROM item"), 20);
	drop_all(a, 22);
	close_store(s);
}

/* Committed, but the word of it is lost: neither success nor failure. */
static void
test_outcome_unknown(void **state)
{
	struct store	*s = open_store(via, 1, 3000);
	struct ask	 a = { .answers = 0 };

	(void)state;
	relay_open();
	run_ready(s);
	relay.is_mute = 1;
	ask(s, &a, T_PUT, STORE_WRITE, "a", NULL);
	run_count(s, "SELECT count(*) FROM item", 1);
	assert_int_equal(a.answers, 0);
	relay_cut();
	run_answered(s, &a, 1);
	assert_int_equal(a.status, STORE_UNKNOWN);
	assert_int_equal(sql("SELECT count(*) FROM item"), 1);
	store_query_drop(&a.q);
	close_store(s);
}

/* The network swallows everything: in time an answer, then a new connection. */
static void
test_hung(void **state)
{
	struct store	*s = open_store(via, 1, 300);
	struct ask	 a[3] = { { .answers = 0 } };
	char		 why[STORE_WHY_LEN];
	uint64_t	 start;

	(void)state;
	relay_open();
	run_ready(s);
	relay.is_deaf = relay.is_mute = 1;
	start = now_ms();
	ask(s, &a[0], T_PUT, STORE_WRITE, "a", NULL);
	store_flush(s);
	ask(s, &a[1], T_PUT, STORE_WRITE, "b", NULL);
	run_answered(s, a, 2);
	assert_int_equal(a[0].status, STORE_TIMEOUT);
	assert_int_equal(a[1].status, STORE_TIMEOUT);
	assert_in_range(now_ms() - start, 290, 1500);
	assert_true(store_is_ready(s, why, sizeof(why)));
	run_why(s, "does not answer");
	assert_in_range(now_ms() - start, 590, 2500);
	/* Connecting hangs as well. */
	run_why(s, "connecting took too long");
	relay_cut();
	relay.is_deaf = relay.is_mute = 0;
	run_ready(s);
	ask(s, &a[2], T_PUT, STORE_WRITE, "c", NULL);
	run_answered(s, a, 3);
	assert_int_equal(a[2].status, STORE_OK);
	drop_all(a, 3);
	close_store(s);
}

/* The statement's own deadline; the connection is good for the next one. */
static void
test_slow_statement(void **state)
{
	struct store	*s = open_store(conninfo, 1, 300);
	struct ask	 a[4] = { { .answers = 0 } };
	uint64_t	 start;

	(void)state;
	run_ready(s);
	ask(s, &a[3], T_PUT, STORE_WRITE, "before", NULL);
	run_answered(s, &a[3], 1);
	start = now_ms();
	ask(s, &a[0], T_SLEEP, STORE_WRITE, "5", NULL);
	store_flush(s);
	ask(s, &a[1], T_PUT, STORE_WRITE, "waits", NULL);
	run_answered(s, a, 2);
	assert_in_range(now_ms() - start, 290, 1500);
	assert_int_equal(a[0].status, STORE_TIMEOUT);
	assert_int_equal(a[1].status, STORE_TIMEOUT);
	ask(s, &a[2], T_PUT, STORE_WRITE, "after", NULL);
	run_answered(s, a, 3);
	assert_int_equal(a[2].status, STORE_OK);
	/* One session did it all. */
	assert_string_equal(rows_text(&a[3].q, 0, 1),
	    rows_text(&a[2].q, 0, 1));
	drop_all(a, 4);
	close_store(s);
}

/* Who waits for a lock gives up in time for the others of its batch. */
static void
test_locked_row(void **state)
{
	struct store	*s = open_store(conninfo, 1, 1000);
	struct ask	 a[3] = { { .answers = 0 } };

	(void)state;
	(void)sql("INSERT INTO item VALUES ('held', 0), ('y', 0), ('z', 0)");
	run_ready(s);
	(void)sql("BEGIN; SELECT 1 FROM item WHERE id = 'held' FOR UPDATE");
	ask(s, &a[0], T_ADD, STORE_WRITE, "held", NULL);
	ask(s, &a[1], T_ADD, STORE_WRITE, "y", NULL);
	ask(s, &a[2], T_ADD, STORE_WRITE, "z", NULL);
	run_answered(s, a, 3);
	(void)sql("ROLLBACK");
	assert_int_equal(a[0].status, STORE_TIMEOUT);
	assert_int_equal(a[1].status, STORE_OK);
	assert_int_equal(a[2].status, STORE_OK);
	drop_all(a, 3);
	close_store(s);
}

static void
test_schema_version(void **state)
{
	struct store	*s;

	(void)state;
	(void)sql("UPDATE schema_version SET version = 6");
	s = open_store(conninfo, 1, 3000);
	run_why(s, "schema is version 6, this binary needs 7: run "
	    "`ambauth migrate`");
	(void)sql("UPDATE schema_version SET version = 8");
	run_why(s, "schema is version 8, this binary needs 7: install the "
	    "ambauth that matches");
	(void)sql("DELETE FROM schema_version");
	run_why(s, "no schema: run `ambauth migrate`");
	(void)sql("INSERT INTO schema_version VALUES (7)");
	run_ready(s);
	close_store(s);

	(void)sql("ALTER TABLE schema_version RENAME TO elsewhere");
	s = open_store(conninfo, 1, 3000);
	run_why(s, "no schema: run `ambauth migrate`");
	(void)sql("ALTER TABLE elsewhere RENAME TO schema_version");
	run_ready(s);
	close_store(s);

	(void)sql("ALTER TABLE item RENAME n TO m");
	s = open_store(conninfo, 1, 3000);
	run_why(s, "does not fit the schema");
	(void)sql("ALTER TABLE item RENAME TO elsewhere");
	run_why(s, "tables of the schema are missing: run `ambauth migrate`");
	(void)sql("ALTER TABLE elsewhere RENAME TO item");
	(void)sql("ALTER TABLE item RENAME m TO n");
	run_ready(s);
	close_store(s);
}

/* A server that has become a standby: not an error of who asked. */
static void
test_read_only(void **state)
{
	char		 info[4096];
	struct store	*s;
	struct ask	 a[2] = { { .answers = 0 } };

	(void)state;
	(void)snprintf(info, sizeof(info), "%s options='-c search_path=%s "
	    "-c default_transaction_read_only=on'", conninfo, schema);
	s = open_store(info, 2, 3000);
	run_ready(s);
	ask(s, &a[0], T_PUT, STORE_WRITE, "a", NULL);
	ask(s, &a[1], T_GET, STORE_READ, "a", NULL);
	run_answered(s, a, 2);
	assert_int_equal(a[0].status, STORE_UNAVAILABLE);
	assert_true(a[1].status == STORE_NONE ||
	    a[1].status == STORE_UNAVAILABLE);
	run_ready(s);
	drop_all(a, 2);
	close_store(s);
}

/* An operator redefines a view under the running server. */
static void
test_view_redefined(void **state)
{
	struct store	*s = open_store(conninfo, 1, 3000);
	struct ask	 a[2] = { { .answers = 0 } };

	(void)state;
	run_ready(s);
	ask(s, &a[0], T_VIEW, STORE_READ, NULL, NULL);
	run_answered(s, a, 1);
	assert_int_equal(rows_number(&a[0].q, 0, 0), 1);
	(void)sql("DROP VIEW view_of_item");
	(void)sql("CREATE VIEW view_of_item AS SELECT '2'::text AS v");
	ask(s, &a[0], T_VIEW, STORE_READ, NULL, NULL);
	while (a[0].answers < 2)
		turn(s);
	assert_int_equal(a[0].status, STORE_UNAVAILABLE);
	run_ready(s);
	ask(s, &a[1], T_VIEW, STORE_READ, NULL, NULL);
	run_answered(s, a, 2);
	assert_int_equal(rows_number(&a[1].q, 0, 0), 2);
	drop_all(a, 2);
	close_store(s);
}

/* Closing answers nobody, whatever is on its way. */
static void
test_close_amid(void **state)
{
	struct store	*s = open_store(conninfo, 2, 3000);
	struct ask	 a[30] = { { .answers = 0 } };
	int		 i;

	(void)state;
	run_ready(s);
	for (i = 0; i < 20; i++)
		ask(s, &a[i], T_SLEEP, STORE_READ, "0.2", NULL);
	run_ms(s, 20);
	for (i = 20; i < 30; i++)
		ask(s, &a[i], T_SLEEP, STORE_READ, "0.2", NULL);
	close_store(s);
	for (i = 0; i < 30; i++) {
		assert_int_equal(a[i].answers, 0);
		assert_null(a[i].q.op);
	}
	drop_all(a, 30);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup_each, teardown_each)
	const struct CMUnitTest	tests[] = {
		T(test_comes_later),
		T(test_session_ended),
		T(test_other_takes_over),
		T(test_outcome_unknown),
		T(test_hung),
		T(test_slow_statement),
		T(test_locked_row),
		T(test_schema_version),
		T(test_read_only),
		T(test_view_redefined),
		T(test_close_amid),
	};

	return (cmocka_run_group_tests(tests, setup_relay, teardown_relay));
}
