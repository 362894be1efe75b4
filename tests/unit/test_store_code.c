/* SPDX-License-Identifier: ISC */
/*
 * Codes and grants against a real database: bound to what they were made for,
 * and revoked by a second use (RFC 6749 4.1.2, RFC 7636 4.6).
 */
#include "store_codes.h"

#define CHALLENGE	"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

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
	assert_string_equal(got.customer_id, c.customer_id);
	assert_string_equal(got.scope, c.scope);
	assert_string_equal(got.nonce, c.nonce);
	assert_int_equal(got.response_key_len, c.response_key_len);
	assert_memory_equal(got.response_key, c.response_key,
	    c.response_key_len);
	assert_true(grant_id_is_valid(got.grant.text));
	assert_true(got.now - got.auth_time >= 0);
	assert_true(got.now - got.auth_time < 60);

	assert_int_equal(grant_status(&got.grant), STORE_OK);
	assert_int_equal(store_grant_get(&query, &g), 0);
	assert_string_equal(g.id.text, got.grant.text);
	assert_string_equal(g.client_id, c.client_id);
	assert_string_equal(g.business, c.business);
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

static void
today_is(const char *offset)
{
	char	text[256];

	snprintf(text, sizeof(text), "CREATE OR REPLACE FUNCTION"
	    " ambauth_today() RETURNS date LANGUAGE sql STABLE PARALLEL SAFE"
	    " RETURN (now() AT TIME ZONE 'UTC')::date %s", offset);
	(void)sql(text);
}

/* Midnight comes between the sign-in and the MSP, once and not twice. */
static void
test_code_of_yesterday(void **state)
{
	struct code_take	t;
	struct code		c, got;

	(void)state;
	code_make(&c, CHALLENGE);
	t = take_of(&c);
	today_is("+ 1");
	store_code_take(store, &query, &t);
	assert_int_equal(answer(), STORE_OK);
	assert_int_equal(store_code_get(&query, &got), 0);
	assert_int_equal(grant_status(&got.grant), STORE_OK);
	assert_refused(&t, CODE_REUSED);
	today_is("");
	assert_refused(&t, CODE_REUSED);
}

/* In the partition of a day that is not looked at. */
static void
test_code_of_another_day(void **state)
{
	struct code_take	t;
	struct code		c;

	(void)state;
	code_make(&c, CHALLENGE);
	t = take_of(&c);
	(void)sql("UPDATE codes SET day = ambauth_today() + 2"
	    " WHERE day = ambauth_today()");
	assert_refused(&t, CODE_UNKNOWN);
	(void)sql("UPDATE codes SET day = ambauth_today()"
	    " WHERE day = ambauth_today() + 2");
	store_code_take(store, &query, &t);
	assert_int_equal(answer(), STORE_OK);
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
		cmocka_unit_test(test_code_of_a_state_is_not_taken),
		cmocka_unit_test(test_code_of_yesterday),
		cmocka_unit_test(test_code_of_another_day),
	};

	return (cmocka_run_group_tests(tests, schema_setup, schema_drop));
}
