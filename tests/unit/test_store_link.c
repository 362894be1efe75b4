/* SPDX-License-Identifier: ISC */
/* Links against a real database: whose an opaque ID is. */
#include "store_schema.h"

#include "base/text.h"
#include "store/link.h"

#define EXPIRES	INT64_C(9000000000)	/* a token's end, far off */
#define OPAQUE	"urn:mbid:AQAAY45PVG4jg/ni/q6r+Yuu9d7="

static void
assert_put(const struct link_put *l, enum link_outcome expected)
{
	store_link_put(store, &query, l);
	assert_int_equal(answer(), STORE_OK);
	assert_int_equal(store_link_outcome(&query), expected);
}

/* Of a sign-in so many seconds after the beginning of 1970. */
static struct grant_id
grant_of(const char *customer, int auth_time)
{
	struct grant_id	id;
	char		text[512];

	snprintf(text, sizeof(text), "INSERT INTO grants (client_id, business,"
	    " customer_id, scope, auth_time, expires_at) VALUES ('msp',"
	    " 'default', '%s', 'openid', to_timestamp(%d), now() +"
	    " interval '1 hour') RETURNING day - date '1970-01-01' || '-' ||"
	    " grant_id", customer, auth_time);
	assert_int_equal(text_copy(id.text, sizeof(id.text), sql(text)), 0);
	return (id);
}

static void
test_link(void **state)
{
	struct grant_id	later = grant_of("A", 2000), a = grant_of("A", 1000);
	struct grant_id	b = grant_of("B", 1000);
	struct link_put	l = { &later, EXPIRES, OPAQUE, 0 };
	struct link_row	row;

	(void)state;
	assert_put(&l, LINK_CREATED);
	assert_string_equal(store_link_customer(&query), "A");
	l.grant = &a;
	assert_put(&l, LINK_EXISTED);
	store_link_find(store, &query, "default", OPAQUE);
	assert_int_equal(answer(), STORE_OK);
	assert_int_equal(store_link_get(&query, 0, &row), 0);
	assert_string_equal(row.opaque_id, OPAQUE);
	assert_string_equal(row.last_sign_in_at, "1970-01-01T00:33:20Z");

	l.grant = &b;
	assert_put(&l, LINK_FOREIGN);
	assert_string_equal(store_link_customer(&query), "B");
	l.may_replace = 1;
	assert_put(&l, LINK_MOVED);
	assert_string_equal(store_link_customer(&query), "B");
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

/* Who shows a token that does not stand ties nothing. */
static void
test_link_needs_its_grant(void **state)
{
	struct grant_id	c = grant_of("C", 1000), none = c, odd;
	struct link_put	l = { &c, 1, OPAQUE "c", 0 };
	int		may_replace;

	(void)state;
	none.text[strlen(none.text) - 1] ^= 1;
	snprintf(odd.text, sizeof(odd.text), "no grant");
	for (may_replace = 0; may_replace < 2; may_replace++) {
		l.may_replace = may_replace;
		l.grant = &c;
		l.expires = 1;
		store_link_put(store, &query, &l);
		assert_int_equal(answer(), STORE_NONE);
		l.expires = EXPIRES;
		l.grant = &none;
		store_link_put(store, &query, &l);
		assert_int_equal(answer(), STORE_NONE);
		l.grant = &odd;
		store_link_put(store, &query, &l);
		assert_int_equal(answer(), STORE_NONE);
	}
	(void)sql("UPDATE grants SET revoked_at = now()"
	    " WHERE customer_id = 'C'");
	l.grant = &c;
	store_link_put(store, &query, &l);
	assert_int_equal(answer(), STORE_NONE);
	store_link_find(store, &query, "default", OPAQUE "c");
	assert_int_equal(answer(), STORE_NONE);
}

/* Of puts in one batch, the first decides for all of them. */
static void
test_links_of_one_batch(void **state)
{
	static struct store_query	queries[32];
	struct grant_id			ids[2] = { grant_of("even", 1),
	    grant_of("odd", 1) };
	struct link_put			l = { NULL, EXPIRES, OPAQUE "b", 0 };
	int				counts[4] = { 0, 0, 0, 0 }, i;

	(void)state;
	for (i = 0; i < 32; i++) {
		l.grant = &ids[i % 2];
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
		cmocka_unit_test(test_link_needs_its_grant),
		cmocka_unit_test(test_links_of_one_batch),
	};

	return (cmocka_run_group_tests(tests, schema_setup, schema_drop));
}
