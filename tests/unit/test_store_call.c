/* SPDX-License-Identifier: ISC */
/*
 * Statements for many: who shares a call, that each gets what is its own, and
 * what an error does to those who shared one.
 */
#include "store_client.h"

#define MANY	200

/* The columns of T_PUT_MANY, without the first. */
enum { COL_ID, COL_DATA, COL_SHARED, COL_COUNT, COL_XACT };

static void
put_as(enum store_kind kind, struct store *s, struct ask *a, const char *id,
    const char *shared, const void *data, size_t len)
{
	struct store_params	p;

	params_init(&p);
	params_text(&p, id);
	params_text(&p, shared);
	params_bytes(&p, data, len);
	a->q.done = note;
	a->q.arg = a;
	store_ask(s, &a->q, T_PUT_MANY, kind, &p, id, strlen(id));
}

static void
put(struct store *s, struct ask *a, const char *id, const char *shared,
    const void *data, size_t len)
{
	put_as(STORE_WRITE, s, a, id, shared, data, len);
}

/* What has no row: an element that is NULL, none, or all there is. */
static void
test_each_has_its_own(void **state)
{
	static const uint8_t	 bytes[] = { 0, 255, '"', '\\', '{', 0 };
	struct store		*s = open_store(conninfo, 1, 3000);
	struct ask		 a[MANY] = { { .answers = 0 } };
	uint8_t			 out[sizeof(bytes)];
	char			 id[24], xact[24];
	long			 largest;
	int			 i;

	(void)state;
	run_ready(s);
	for (i = 0; i < MANY; i++) {
		snprintf(id, sizeof(id), "{\"k,%d\\", i);
		put(s, &a[i], id, "all", i % 3 == 0 ? NULL : bytes,
		    i % 3 == 1 ? 0 : sizeof(bytes));
	}
	run_answered(s, a, MANY);
	largest = 0;
	for (i = 0; i < MANY; i++) {
		assert_int_equal(a[i].status, STORE_OK);
		assert_int_equal(rows_count(&a[i].q), 1);
		snprintf(id, sizeof(id), "{\"k,%d\\", i);
		assert_string_equal(rows_text(&a[i].q, 0, COL_ID), id);
		assert_string_equal(rows_text(&a[i].q, 0, COL_SHARED), "all");
		assert_int_equal(rows_is_null(&a[i].q, 0, COL_DATA),
		    i % 3 == 0);
		assert_int_equal(rows_bytes(&a[i].q, 0, COL_DATA, out,
		    sizeof(out)), i % 3 == 2 ? sizeof(bytes) : 0);
		if (i % 3 == 2)
			assert_memory_equal(out, bytes, sizeof(bytes));
		if (rows_number(&a[i].q, 0, COL_COUNT) > largest)
			largest = rows_number(&a[i].q, 0, COL_COUNT);
		/* All in one commit, however many calls. */
		snprintf(xact, sizeof(xact), "%s", rows_text(&a[0].q, 0,
		    COL_XACT));
		assert_string_equal(rows_text(&a[i].q, 0, COL_XACT), xact);
	}
	assert_int_equal(largest, 64);
	assert_int_equal(sql("SELECT count(*) FROM item"), MANY);
	/* An answer that others share goes with the last of them. */
	store_query_drop(&a[0].q);
	assert_int_equal(rows_count(&a[0].q), 0);
	snprintf(id, sizeof(id), "{\"k,%d\\", MANY - 1);
	assert_string_equal(rows_text(&a[MANY - 1].q, 0, COL_ID), id);
	drop_all(a, MANY);
	close_store(s);
}

/* The same key is asked one after the other: the second sees the first. */
static void
test_one_key(void **state)
{
	struct store	*s = open_store(conninfo, 2, 3000);
	struct ask	 a[MANY] = { { .answers = 0 } };
	int		 i, done;

	(void)state;
	run_ready(s);
	for (i = 0; i < MANY; i++)
		put(s, &a[i], i % 2 == 0 ? "even" : "odd", "all", NULL, 0);
	run_answered(s, a, MANY);
	for (i = 0, done = 0; i < MANY; i++) {
		assert_in_range(a[i].status, STORE_OK, STORE_NONE);
		done += a[i].status == STORE_OK;
		assert_int_equal(rows_count(&a[i].q), a[i].status == STORE_OK);
	}
	assert_int_equal(done, 2);
	drop_all(a, MANY);
	close_store(s);
}

/*
 * Who differs in what a call has once does not share one. Those who read stand
 * together by it; those who write stand by their keys, whatever they share.
 */
static void
check_shared_parameters(enum store_kind kind)
{
	static const char *const shared[] = { "a", "b", "", NULL };
	struct store	*s = open_store(conninfo, 1, 3000);
	struct ask	 a[40] = { { .answers = 0 } };
	char		 id[24];
	const char	*own;
	int		 i, few;

	run_ready(s);
	for (i = 0, few = 0; i < 40; i++) {
		snprintf(id, sizeof(id), "key%d", i);
		put_as(kind, s, &a[i], id, shared[i % 4], NULL, 0);
	}
	run_answered(s, a, 40);
	for (i = 0; i < 40; i++) {
		assert_int_equal(a[i].status, STORE_OK);
		own = shared[i % 4];
		assert_int_equal(rows_is_null(&a[i].q, 0, COL_SHARED),
		    own == NULL);
		assert_string_equal(rows_text(&a[i].q, 0, COL_SHARED),
		    own == NULL ? "" : own);
		few += rows_number(&a[i].q, 0, COL_COUNT) < 10;
	}
	assert_true(kind == STORE_READ ? few == 0 : few > 0);
	drop_all(a, 40);
	close_store(s);
}

static void
test_shared_parameters(void **state)
{
	(void)state;
	check_shared_parameters(STORE_READ);
	(void)sql("TRUNCATE item, child");
	check_shared_parameters(STORE_WRITE);
}

/* Found or not; and of two rows for one asker, one. */
static void
test_some_have_no_row(void **state)
{
	struct store	*s = open_store(conninfo, 1, 3000);
	struct ask	 a[5] = { { .answers = 0 } };
	static const char *const ids[] = { "x", "none", "y", "", "x" };
	int		 i;

	(void)state;
	(void)sql("INSERT INTO item (id, n) VALUES ('x', 10), ('y', 20)");
	run_ready(s);
	for (i = 0; i < 5; i++)
		ask(s, &a[i], T_GET_MANY, STORE_READ, ids[i], NULL);
	store_query_drop(&a[2].q);
	run_answered(s, a, 2);
	run_answered(s, &a[3], 2);
	assert_int_equal(a[0].status, STORE_OK);
	assert_int_equal(rows_number(&a[0].q, 0, 0), 10);
	assert_int_equal(a[1].status, STORE_NONE);
	assert_int_equal(a[2].answers, 0);
	assert_int_equal(a[3].status, STORE_NONE);
	assert_int_equal(rows_number(&a[4].q, 0, 0), 10);
	drop_all(a, 5);
	close_store(s);
}

/* One that is at fault: the others have their commits all the same. */
static void
test_error_in_a_call(void **state)
{
	struct store	*s = open_store(conninfo, 1, 3000);
	struct ask	 a[50] = { { .answers = 0 } };
	char		 id[24];
	int		 i;

	(void)state;
	run_ready(s);
	for (i = 0; i < 50; i++) {
		snprintf(id, sizeof(id), "key%d", i);
		put(s, &a[i], i == 20 ? "" : id, "all", NULL, 0);
	}
	run_answered(s, a, 50);
	for (i = 0; i < 50; i++) {
		assert_int_equal(a[i].answers, 1);
		assert_int_equal(a[i].status, i == 20 ? STORE_FAILED :
		    STORE_OK);
		if (i != 20)
			assert_int_equal(rows_number(&a[i].q, 0, COL_COUNT),
			    1);
	}
	assert_int_equal(sql("SELECT count(*) FROM item"), 49);
	drop_all(a, 50);
	close_store(s);
}

/* What shares no commit stands apart, and nothing waits for it in vain. */
static void
test_alone(void **state)
{
	struct store	*s = open_store(conninfo, 1, 3000);
	struct ask	 a[9] = { { .answers = 0 } };
	char		 id[9][24];
	int		 i, j;

	(void)state;
	run_ready(s);
	for (i = 0; i < 9; i++) {
		snprintf(id[i], sizeof(id[i]), "key%d", i);
		ask(s, &a[i], T_PUT, i % 3 == 1 ? STORE_WRITE_ALONE :
		    STORE_WRITE, id[i], NULL);
	}
	run_answered(s, a, 9);
	for (i = 0; i < 9; i++) {
		assert_int_equal(a[i].status, STORE_OK);
		for (j = 0; j < i; j++) {
			if (i % 3 == 1 || j % 3 == 1)
				assert_string_not_equal(
				    rows_text(&a[i].q, 0, 0),
				    rows_text(&a[j].q, 0, 0));
		}
	}
	assert_int_equal(sql("SELECT count(*) FROM item"), 9);
	drop_all(a, 9);
	close_store(s);
}

int
main(void)
{
	static const struct CMUnitTest	tests[] = {
		cmocka_unit_test_setup(test_each_has_its_own, setup_each),
		cmocka_unit_test_setup(test_one_key, setup_each),
		cmocka_unit_test_setup(test_shared_parameters, setup_each),
		cmocka_unit_test_setup(test_some_have_no_row, setup_each),
		cmocka_unit_test_setup(test_error_in_a_call, setup_each),
		cmocka_unit_test_setup(test_alone, setup_each),
	};

	return (cmocka_run_group_tests(tests, setup_all, teardown_all));
}
