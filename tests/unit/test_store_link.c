/* SPDX-License-Identifier: ISC */
/* Links against a real database: whose an opaque ID is. */
#include "store_schema.h"

#include "store/link.h"

#define OPAQUE	"urn:mbid:AQAAY45PVG4jg/ni/q6r+Yuu9d7="

static void
assert_put(const struct link_put *l, enum link_outcome expected)
{
	store_link_put(store, &query, l);
	assert_int_equal(answer(), STORE_OK);
	assert_int_equal(store_link_outcome(&query), expected);
}

static void
test_link(void **state)
{
	struct link_put	l = { "default", OPAQUE, "A", 2000, 0, "msp" };
	struct link_row	row;

	(void)state;
	assert_put(&l, LINK_CREATED);
	l.auth_time = 1000;
	assert_put(&l, LINK_EXISTED);
	store_link_find(store, &query, "default", OPAQUE);
	assert_int_equal(answer(), STORE_OK);
	assert_int_equal(store_link_get(&query, 0, &row), 0);
	assert_string_equal(row.opaque_id, OPAQUE);
	assert_string_equal(row.last_sign_in_at, "1970-01-01T00:33:20Z");

	l.customer_id = "B";
	assert_put(&l, LINK_FOREIGN);
	l.may_replace = 1;
	assert_put(&l, LINK_MOVED);
	assert_put(&l, LINK_EXISTED);
	store_link_find_customer(store, &query, "default", "A");
	assert_int_equal(answer(), STORE_NONE);
	/* Case counts, and so does the business. */
	store_link_find(store, &query, "default", "urn:mbid:aQAAY45PVG4jg/"
	    "ni/q6r+Yuu9d7=");
	assert_int_equal(answer(), STORE_NONE);
	store_link_find(store, &query, "another", OPAQUE);
	assert_int_equal(answer(), STORE_NONE);

	store_link_delete(store, &query, "another", OPAQUE, "cli");
	assert_int_equal(answer(), STORE_NONE);
	store_link_delete(store, &query, "default", OPAQUE, "cli");
	assert_int_equal(answer(), STORE_OK);
	l.may_replace = 0;
	assert_put(&l, LINK_CREATED);
	/* Nothing that tells an opaque ID is in the audit. */
	assert_string_equal(sql("SELECT count(*) FROM audit"
	    " WHERE audit::text LIKE '%urn:mbid%'"), "0");
	assert_string_equal(sql("SELECT string_agg(event, ' ' ORDER BY at)"
	    " FROM audit WHERE event LIKE 'link.%'"),
	    "link.moved link.deleted");
}

/* Of puts in one batch, the first decides for all of them. */
static void
test_links_of_one_batch(void **state)
{
	static struct store_query	queries[32];
	struct link_put			l = { "default", OPAQUE "b", NULL, 1,
	    0, "msp" };
	int				counts[4] = { 0, 0, 0, 0 }, i;

	(void)state;
	for (i = 0; i < 32; i++) {
		l.customer_id = i % 2 == 0 ? "even" : "odd";
		store_link_put(store, &queries[i], &l);
	}
	for (i = 0; i < 32; i++) {
		assert_int_equal(store_wait(store, &queries[i]), 0);
		counts[store_link_outcome(&queries[i])]++;
		store_query_drop(&queries[i]);
	}
	assert_int_equal(counts[LINK_CREATED], 1);
	assert_int_equal(counts[LINK_EXISTED], 15);
	assert_int_equal(counts[LINK_MOVED], 0);
	assert_int_equal(counts[LINK_FOREIGN], 16);
}

int
main(void)
{
	static const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_link),
		cmocka_unit_test(test_links_of_one_batch),
	};

	return (cmocka_run_group_tests(tests, schema_setup, schema_drop));
}
