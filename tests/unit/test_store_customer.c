/* SPDX-License-Identifier: ISC */
/*
 * Customers and clients against a real database: who is let in, and what
 * locking and disabling revoke.
 */
#include "store_schema.h"

#include "crypto/random.h"
#include "store/client.h"
#include "store/code.h"
#include "store/customer.h"
#include "store/grant.h"
#include "store/link.h"
#include "store/maintain.h"

#define OPAQUE	"urn:mbid:AQAAY45PVG4jg/ni/q6r+Yuu9d7="

static int64_t	read_at;	/* of the next code, 0: now */

static void
customer_add(const char *id, const char *login, enum store_status expected)
{
	struct customer	c;

	memset(&c, 0, sizeof(c));
	snprintf(c.customer_id, sizeof(c.customer_id), "%s", id);
	snprintf(c.login, sizeof(c.login), "%s", login);
	snprintf(c.password_hash, sizeof(c.password_hash), "$6$old");
	store_customer_add(store, &query, "default", &c);
	assert_int_equal(answer(), expected);
}

static void
code_put(struct code *c, const char *client_id, const char *customer_id)
{
	memset(c, 0, sizeof(*c));
	random_bytes(c->digest, sizeof(c->digest));
	snprintf(c->client_id, sizeof(c->client_id), "%s", client_id);
	snprintf(c->business, sizeof(c->business), "default");
	snprintf(c->customer_id, sizeof(c->customer_id), "%s", customer_id);
	snprintf(c->redirect_uri, sizeof(c->redirect_uri), "https://a/b");
	snprintf(c->scope, sizeof(c->scope), "openid");
	c->read_at = read_at;
	store_code_put(store, &query, c, 60);
	assert_int_equal(answer(), STORE_OK);
}

static enum store_status
code_try(const struct code *c)
{
	struct code_take	t;

	memset(&t, 0, sizeof(t));
	t.digest = c->digest;
	t.client_id = c->client_id;
	t.grant_lifetime = 3600;
	store_code_take(store, &query, &t);
	return (answer());
}

/* The code becomes a grant. */
static void
code_take(struct code *c)
{
	assert_int_equal(code_try(c), STORE_OK);
	assert_int_equal(store_code_get(&query, c), 0);
}

static int
grant_stands(const struct code *c)
{
	store_grant_find(store, &query, &c->grant, 0);
	return (answer() == STORE_OK);
}

static void
test_login_has_no_case(void **state)
{
	struct customer	c;

	(void)state;
	customer_add("C-1", "\xc3\x84nna@Example.org", STORE_OK);
	customer_add("C-1", "other@example.org", STORE_CONFLICT);
	customer_add("C-2", "\xc3\xa4NNA@example.ORG", STORE_CONFLICT);
	store_customer_find(store, &query, "default",
	    "\xc3\xa4nna@exAMPLE.org");
	assert_int_equal(answer(), STORE_OK);
	assert_int_equal(store_customer_get(&query, 0, &c), 0);
	assert_string_equal(c.customer_id, "C-1");
	assert_string_equal(c.password_hash, "$6$old");
	assert_int_equal(c.is_locked, 0);
	store_customer_find(store, &query, "another",
	    "\xc3\xa4NNA@example.org");
	assert_int_equal(answer(), STORE_OK);
	assert_int_equal(store_customer_get(&query, 0, &c), 0);
	assert_string_equal(c.customer_id, "");
	assert_string_equal(c.password_hash, "");
	assert_string_equal(c.login, "\xc3\xa4nna@example.org");
	assert_int_equal(c.is_locked, 0);
	/* What the database lowers and tolower(3) does not: a Kelvin sign. */
	store_customer_find(store, &query, "another", "\xe2\x84\xaaIM");
	assert_int_equal(answer(), STORE_OK);
	assert_int_equal(store_customer_get(&query, 0, &c), 0);
	assert_string_equal(c.login, "kim");

	store_customer_rehash(store, &query, "default", "C-1", "$6$not",
	    "$6$new");
	assert_int_equal(answer(), STORE_NONE);
	store_customer_rehash(store, &query, "default", "C-1", "$6$old",
	    "$6$new");
	assert_int_equal(answer(), STORE_OK);
}

static void
test_lock_revokes(void **state)
{
	struct customer	c;
	struct code	before, under_way, after;

	(void)state;
	customer_add("L-1", "lock@example.org", STORE_OK);
	code_put(&before, "msp", "L-1");
	code_take(&before);
	code_put(&under_way, "msp", "L-1");
	assert_true(grant_stands(&before));
	store_customer_lock(store, &query, "default", "L-1", 1);
	assert_int_equal(answer(), STORE_OK);
	store_customer_find(store, &query, "default", "lock@example.org");
	assert_int_equal(answer(), STORE_OK);
	assert_int_equal(store_customer_get(&query, 0, &c), 0);
	assert_int_equal(c.is_locked, 1);

	/* Nor what was signed in before, and not yet redeemed. */
	assert_int_equal(code_try(&under_way), STORE_NONE);
	assert_false(grant_stands(&before));
	/* Nor what slips through between check and lock. */
	code_put(&after, "msp", "L-1");
	assert_int_equal(code_try(&after), STORE_NONE);

	store_customer_lock(store, &query, "default", "L-1", 0);
	assert_int_equal(answer(), STORE_OK);
	assert_false(grant_stands(&before));
	assert_int_equal(code_try(&under_way), STORE_NONE);
	code_put(&after, "msp", "L-1");
	code_take(&after);
	assert_true(grant_stands(&after));
	store_customer_lock(store, &query, "default", "L-0", 1);
	assert_int_equal(answer(), STORE_NONE);
}

/* The hash was read, the customer got another one, then the code was put. */
static void
test_old_hash_signs_nobody_in(void **state)
{
	struct customer	 c;
	struct code	 code;
	int		 i;

	(void)state;
	customer_add("O-1", "old@example.org", STORE_OK);
	for (i = 0; i < 2; i++) {
		store_customer_find(store, &query, "default",
		    "old@example.org");
		assert_int_equal(answer(), STORE_OK);
		assert_int_equal(store_customer_get(&query, 0, &c), 0);
		assert_true(c.read_at > 0);
		if (i == 0)
			store_customer_set_password(store, &query, "default",
			    "O-1", "$6$new");
		else
			store_customer_lock(store, &query, "default", "O-1",
			    1);
		assert_int_equal(answer(), STORE_OK);
		if (i == 1) {
			store_customer_lock(store, &query, "default", "O-1",
			    0);
			assert_int_equal(answer(), STORE_OK);
		}
		read_at = c.read_at;
		code_put(&code, "msp", "O-1");
		read_at = 0;
		assert_int_equal(code_try(&code), STORE_NONE);
	}
	code_put(&code, "msp", "O-1");
	code_take(&code);
	assert_true(grant_stands(&code));
}

static void
test_password_and_delete_revoke(void **state)
{
	struct code	c;
	struct link_put	link = { &c.grant, INT64_C(9000000000), OPAQUE "d", 0 };

	(void)state;
	customer_add("P-1", "password@example.org", STORE_OK);
	code_put(&c, "msp", "P-1");
	code_take(&c);
	store_customer_set_password(store, &query, "default", "P-1", "$6$x");
	assert_int_equal(answer(), STORE_OK);
	assert_false(grant_stands(&c));
	code_put(&c, "msp", "P-1");
	code_take(&c);
	assert_true(grant_stands(&c));

	store_link_put(store, &query, &link);
	assert_int_equal(answer(), STORE_OK);
	store_customer_delete(store, &query, "default", "P-1");
	assert_int_equal(answer(), STORE_OK);
	assert_false(grant_stands(&c));
	store_link_find(store, &query, "default", link.opaque_id);
	assert_int_equal(answer(), STORE_NONE);

	/* Another one of that ID is not held to it. */
	customer_add("P-1", "again@example.org", STORE_OK);
	code_put(&c, "msp", "P-1");
	code_take(&c);
	assert_true(grant_stands(&c));
}

static void
client_make(struct client *c, const char *client_id)
{
	memset(c, 0, sizeof(*c));
	snprintf(c->client_id, sizeof(c->client_id), "%s", client_id);
	snprintf(c->business, sizeof(c->business), "default");
	snprintf(c->name, sizeof(c->name), "A \"client\"");
	snprintf(c->scopes, sizeof(c->scopes), "openid profile");
	snprintf(c->redirect_uris, sizeof(c->redirect_uris),
	    "https://a.example/cb https://b.example/cb");
	c->auth_methods = CLIENT_AUTH_BASIC | CLIENT_AUTH_POST;
	c->grant_types = CLIENT_GRANT_CODE | CLIENT_GRANT_REFRESH;
	c->has_secret = 1;
	memset(c->secret, 7, sizeof(c->secret));
	c->is_pkce_required = 1;
	c->access_token_seconds = 900;
	snprintf(c->id_token_alg, sizeof(c->id_token_alg), "RS256");
	store_client_add(store, &query, c);
	assert_int_equal(answer(), STORE_OK);
}

static void
test_client(void **state)
{
	static const uint8_t	secret[CLIENT_SECRET_DIGEST] = { 8 };
	struct client		c, got;
	struct code		code;

	(void)state;
	client_make(&c, "client-1");
	store_client_find(store, &query, "client-1");
	assert_int_equal(answer(), STORE_OK);
	assert_int_equal(store_client_get(&query, 0, &got), 0);
	snprintf(c.created_at, sizeof(c.created_at), "%s", got.created_at);
	assert_memory_equal(&c, &got, sizeof(c));

	store_client_rotate_secret(store, &query, "client-1", secret, 60);
	assert_int_equal(answer(), STORE_OK);
	store_client_find(store, &query, "client-1");
	assert_int_equal(answer(), STORE_OK);
	assert_int_equal(store_client_get(&query, 0, &got), 0);
	assert_memory_equal(got.secret, secret, sizeof(secret));
	assert_true(got.has_old_secret);
	assert_memory_equal(got.old_secret, c.secret, sizeof(secret));
	store_client_rotate_secret(store, &query, "client-1", secret, 0);
	assert_int_equal(answer(), STORE_OK);
	store_client_find(store, &query, "client-1");
	assert_int_equal(answer(), STORE_OK);
	assert_int_equal(store_client_get(&query, 0, &got), 0);
	assert_false(got.has_old_secret);

	code_put(&code, "client-1", "C-1");
	code_take(&code);
	assert_true(grant_stands(&code));
	store_client_disable(store, &query, "client-1");
	assert_int_equal(answer(), STORE_OK);
	assert_false(grant_stands(&code));
	store_client_add(store, &query, &c);
	assert_int_equal(answer(), STORE_CONFLICT);
}

/* A table of another make behind the view: read, and never written. */
static void
test_view_of_an_operator(void **state)
{
	struct customer	c;

	(void)state;
	(void)sql("CREATE TABLE crm (id bigint PRIMARY KEY,"
	    " mail varchar(200), pw varchar(300), active boolean)");
	(void)sql("INSERT INTO crm VALUES (42, 'Zoe@Shop.example', '$6$z',"
	    " false), (43, NULL, NULL, NULL)");
	(void)sql("CREATE OR REPLACE VIEW customer_by_login AS"
	    " SELECT 'default'::text AS business,"
	    " lower(mail::text) AS login, id::text AS customer_id,"
	    " pw::text AS password_hash, NOT active AS is_locked,"
	    " '{}'::jsonb AS claims FROM crm");
	store_customer_find(store, &query, "default", "zoe@SHOP.example");
	assert_int_equal(answer(), STORE_OK);
	assert_int_equal(store_customer_get(&query, 0, &c), 0);
	assert_string_equal(c.customer_id, "42");
	assert_string_equal(c.password_hash, "$6$z");
	assert_int_equal(c.is_locked, 1);
	store_customer_rehash(store, &query, "default", "42", "$6$z", "$6$y");
	assert_int_equal(answer(), STORE_NONE);
}

/* A day long gone, with a row in it. */
static void
old_partition_make(const char *more)
{
	(void)sql("CREATE TABLE codes_20200101 (LIKE codes INCLUDING ALL)");
	(void)sql("ALTER TABLE codes ATTACH PARTITION codes_20200101"
	    " FOR VALUES FROM ('2020-01-01') TO ('2020-01-02')");
	(void)sql("INSERT INTO codes (day, code_sha256, client_id, business,"
	    " customer_id, redirect_uri, scope, expires_at)"
	    " VALUES ('2020-01-01', '', '', '', '', '', '', now())");
	(void)sql(more);
}

static void
maintain_and_expect(int result, const char *old_is_there)
{
	char	err[256];

	assert_int_equal(maintain_run(conninfo, err, sizeof(err)), result);
	assert_string_equal(sql("SELECT to_regclass('codes_20200101')"
	    " IS NOT NULL"), old_is_there);
}

static void
test_maintain(void **state)
{
	(void)state;
	old_partition_make("SELECT 1");
	maintain_and_expect(0, "f");
	assert_string_equal(sql("SELECT to_regclass('codes' || to_char("
	    "ambauth_today() + 7, '_YYYYMMDD')) IS NOT NULL"), "t");
	maintain_and_expect(0, "f");
}

/* Wherever a round ends, the next one goes on; what is not ours, stays. */
static void
test_maintain_goes_on(void **state)
{
	(void)state;
	old_partition_make("COMMENT ON TABLE codes_20200101 IS"
	    " 'ambauth: to be dropped'");
	maintain_and_expect(0, "f");
	old_partition_make("COMMENT ON TABLE codes_20200101 IS"
	    " 'ambauth: to be dropped'");
	(void)sql("ALTER TABLE codes DETACH PARTITION codes_20200101");
	maintain_and_expect(0, "f");
	old_partition_make("ALTER TABLE codes DETACH PARTITION"
	    " codes_20200101");
	maintain_and_expect(0, "t");
	(void)sql("DROP TABLE codes_20200101");
}

/* Another node is at it. */
static void
test_maintain_once(void **state)
{
	(void)state;
	old_partition_make("SELECT pg_advisory_lock(hashtext("
	    "'ambauth_retention'))");
	maintain_and_expect(0, "t");
	(void)sql("SELECT pg_advisory_unlock_all()");
	maintain_and_expect(0, "f");
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_login_has_no_case),
		cmocka_unit_test(test_lock_revokes),
		cmocka_unit_test(test_old_hash_signs_nobody_in),
		cmocka_unit_test(test_password_and_delete_revoke),
		cmocka_unit_test(test_client),
		cmocka_unit_test(test_maintain),
		cmocka_unit_test(test_maintain_goes_on),
		cmocka_unit_test(test_maintain_once),
		cmocka_unit_test(test_view_of_an_operator),
	};

	return (cmocka_run_group_tests(tests, schema_setup, schema_drop));
}
