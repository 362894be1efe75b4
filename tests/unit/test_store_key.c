/* SPDX-License-Identifier: ISC */
/*
 * Signing keys and customers' claims against a real database: one first key of
 * each algorithm, and JSON that is an object.
 */
#include "store_schema.h"

#include "store/customer.h"
#include "store/key.h"

static void
test_first_key_is_one(void **state)
{
	struct key_row	k;

	(void)state;
	store_key_list(store, &query);
	assert_int_equal(answer(), STORE_NONE);
	memset(&k, 0, sizeof(k));
	snprintf(k.kid, sizeof(k.kid), "one");
	snprintf(k.alg, sizeof(k.alg), "ES256");
	k.sealed_len = sizeof(k.sealed);
	memset(k.sealed, 0xff, sizeof(k.sealed));
	store_key_add_first(store, &query, &k);
	assert_int_equal(answer(), STORE_OK);
	snprintf(k.kid, sizeof(k.kid), "two");
	store_key_add_first(store, &query, &k);
	assert_int_equal(answer(), STORE_NONE);
	store_key_list(store, &query);
	assert_int_equal(answer(), STORE_OK);
	assert_int_equal(store_key_count(&query), 1);
	assert_int_equal(store_key_get(&query, 0, &k), 0);
	assert_string_equal(k.kid, "one");
	assert_int_equal(k.sealed_len, sizeof(k.sealed));
	assert_true(k.is_signing);

	/* Each algorithm has a first one of its own. */
	snprintf(k.kid, sizeof(k.kid), "rsa");
	snprintf(k.alg, sizeof(k.alg), "RS256");
	store_key_add_first(store, &query, &k);
	assert_int_equal(answer(), STORE_OK);
	snprintf(k.kid, sizeof(k.kid), "rsa-2");
	store_key_add_first(store, &query, &k);
	assert_int_equal(answer(), STORE_NONE);
	store_key_list(store, &query);
	assert_int_equal(answer(), STORE_OK);
	assert_int_equal(store_key_count(&query), 2);
	assert_int_equal(store_key_get(&query, 1, &k), 0);
	assert_string_equal(k.kid, "rsa");
	assert_true(k.is_signing);
}

static void
test_claims(void **state)
{
	struct customer	c;

	(void)state;
	memset(&c, 0, sizeof(c));
	snprintf(c.customer_id, sizeof(c.customer_id), "K-1");
	snprintf(c.login, sizeof(c.login), "claims@example.org");
	store_customer_add(store, &query, "default", &c);
	assert_int_equal(answer(), STORE_OK);
	store_customer_claims(store, &query, "default", "K-1");
	assert_int_equal(answer(), STORE_OK);
	assert_string_equal(store_customer_claims_get(&query), "{}");
	store_customer_set_claims(store, &query, "default", "K-1",
	    "{\"name\":\"Zo\xc3\xab\"}");
	assert_int_equal(answer(), STORE_OK);
	store_customer_claims(store, &query, "default", "K-1");
	assert_int_equal(answer(), STORE_OK);
	assert_string_equal(store_customer_claims_get(&query),
	    "{\"name\": \"Zo\xc3\xab\"}");
	/* Not an object, no JSON, another business, nobody. */
	store_customer_set_claims(store, &query, "default", "K-1", "[]");
	assert_int_equal(answer(), STORE_CONFLICT);
	store_customer_set_claims(store, &query, "default", "K-1", "{");
	assert_int_equal(answer(), STORE_FAILED);
	store_customer_set_claims(store, &query, "rival", "K-1", "{}");
	assert_int_equal(answer(), STORE_NONE);
	store_customer_claims(store, &query, "default", "K-0");
	assert_int_equal(answer(), STORE_NONE);
	assert_string_equal(store_customer_claims_get(&query), "");
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_first_key_is_one),
		cmocka_unit_test(test_claims),
	};

	return (cmocka_run_group_tests(tests, schema_setup, schema_drop));
}
