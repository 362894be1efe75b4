/* SPDX-License-Identifier: ISC */
/* Importing customers against a real database. */
#include "store_schema.h"

#include "store/customer.h"
#include "store/import.h"

static char	err[512];
static char	said[1024];	/* the bad lines and why */

static void
bad(void *arg, uint64_t line, const char *why)
{
	size_t	n;

	(void)arg;
	n = strlen(said);
	snprintf(said + n, sizeof(said) - n, "%d: %s\n", (int)line, why);
}

static struct store_import *
begin(const char *business)
{
	struct store_import	*im;

	said[0] = '\0';
	im = store_import_begin(conninfo, business, err, sizeof(err));
	if (im == NULL)
		fail_msg("%s", err);
	return (im);
}

static void
row(struct store_import *im, uint64_t line, const char *id, const char *login)
{
	assert_int_equal(store_import_row(im, line, id, login, "$6$h", NULL,
	    err, sizeof(err)), 0);
}

static void
assert_commit(struct store_import *im, uint64_t added, uint64_t changed)
{
	uint64_t	a, c;

	if (store_import_commit(im, &a, &c, bad, NULL, err,
	    sizeof(err)) == -1)
		fail_msg("%s", err);
	assert_int_equal(a, added);
	assert_int_equal(c, changed);
	store_import_end(im);
}

static void
test_add_and_change(void **state)
{
	static const char	odd[] = "tab\t\\ back\\N \"quote\" \xc3\xa4";
	struct store_import	*im;
	struct customer		 c;

	(void)state;
	im = begin("default");
	row(im, 1, "A", "anna@example.org");
	row(im, 2, odd, "odd\\.");
	row(im, 3, "\\N", "\\.");
	assert_commit(im, 3, 0);
	assert_string_equal(said, "");
	store_customer_find(store, &query, "default", "ODD\\.");
	assert_int_equal(answer(), STORE_OK);
	assert_int_equal(store_customer_get(&query, 0, &c), 0);
	assert_string_equal(c.customer_id, odd);
	assert_string_equal(c.password_hash, "$6$h");

	im = begin("default");
	row(im, 1, "A", "anna@example.org");
	row(im, 2, "\\N", "new@example.org");
	assert_commit(im, 0, 1);

	/* Another business has customers of its own. */
	im = begin("other");
	row(im, 1, "A", "anna@example.org");
	assert_commit(im, 1, 0);
	assert_string_equal(said, "");
}

static void
test_bad_lines(void **state)
{
	struct store_import	*im;

	(void)state;
	im = begin("default");
	row(im, 10, "B", "b@example.org");
	row(im, 20, "B", "b2@example.org");
	row(im, 30, "C", "B@EXAMPLE.ORG");
	row(im, 40, "D", "Anna@example.org");
	row(im, 50, "E", "e@example.org");
	assert_commit(im, 2, 0);
	assert_string_equal(said,
	    "20: the customer id is already on line 10\n"
	    "30: the login is already on line 10\n"
	    "40: the login belongs to another customer\n");
}

static void
test_left_half_way(void **state)
{
	struct store_import	*im;
	struct customer		 c;

	(void)state;
	im = begin("default");
	row(im, 1, "Z", "z@example.org");
	store_import_end(im);
	store_customer_find(store, &query, "default", "z@example.org");
	assert_int_equal(answer(), STORE_OK);
	assert_int_equal(store_customer_get(&query, 0, &c), 0);
	assert_string_equal(c.customer_id, "");
	store_import_end(NULL);
	assert_null(store_import_begin("host=/nowhere", "default", err,
	    sizeof(err)));
	assert_string_not_equal(err, "");
}

/* A new customer may have an ID that was deleted a moment ago. */
static void
test_deleted_before(void **state)
{
	struct store_import	*im;

	(void)state;
	store_customer_delete(store, &query, "default", "A");
	assert_int_equal(answer(), STORE_OK);
	im = begin("default");
	row(im, 1, "A", "anna@example.org");
	assert_commit(im, 1, 0);
	assert_string_equal(sql("SELECT count(*) FROM revocations"
	    " WHERE subject = 'A' AND revoked_at > now()"), "0");
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_add_and_change),
		cmocka_unit_test(test_bad_lines),
		cmocka_unit_test(test_left_half_way),
		cmocka_unit_test(test_deleted_before),
	};

	return (cmocka_run_group_tests(tests, schema_setup, schema_drop));
}
