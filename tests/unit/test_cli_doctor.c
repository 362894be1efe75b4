/* SPDX-License-Identifier: ISC */
/* What the doctor reads off headers and URLs, and that its table is sound. */
#include <limits.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/doctor.h"

static void
test_max_age(void **state)
{
	static const struct {
		const char	*value;
		long		 age;
	} rows[] = {
		{ "max-age=31536000", 31536000 },
		{ "MAX-AGE=60; includeSubDomains", 60 },
		{ "public, max-age=7, immutable", 7 },
		{ "max-age=\"12\"", 12 },
		{ "max-age=0", 0 },
		{ "max-age=1, max-age=2", 1 },
		{ "max-age=99999999999999999999", LONG_MAX },
		{ "", -1 }, { "no-store", -1 }, { "max-age", -1 },
		{ "max-age=", -1 }, { "max-age=x", -1 }, { "max-age=-5", -1 },
		{ "s-maxage=60", -1 }, { "x-max-age=60", -1 },
		{ " ,;,", -1 },
	};
	size_t	 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(doctor_max_age(rows[i].value), rows[i].age);
}

static void
test_has_word(void **state)
{
	(void)state;
	assert_true(doctor_has_word("no-store", "no-store"));
	assert_true(doctor_has_word("private,No-Store , x", "no-store"));
	assert_true(doctor_has_word("\tstylesheet preload", "preload"));
	assert_false(doctor_has_word("no-store-x", "no-store"));
	assert_false(doctor_has_word("x-no-store", "no-store"));
	assert_false(doctor_has_word("no-stor", "no-store"));
	assert_false(doctor_has_word("", "no-store"));
}

/* A URL of somebody else's that begins as ours does. */
static void
test_is_own(void **state)
{
	static struct doctor	 d;

	(void)state;
	assert_int_equal(text_copy(d.setup.issuer, sizeof(d.setup.issuer),
	    "https://a.example"), 0);
	assert_true(doctor_is_own(&d, "https://a.example"));
	assert_true(doctor_is_own(&d, "https://a.example/oauth/token"));
	assert_false(doctor_is_own(&d, "https://a.example.evil.example/"));
	assert_false(doctor_is_own(&d, "https://a.example@evil.example/"));
	assert_false(doctor_is_own(&d, "https://a.example:444/"));
	assert_false(doctor_is_own(&d, "http://a.example/"));
	assert_false(doctor_is_own(&d, "https://a.exampl"));
	assert_false(doctor_is_own(&d, ""));
}

static void
test_promises(void **state)
{
	static struct doctor	 d;

	(void)state;
	d.metadata = json_pack("{s:[s,i,s], s:s}", "list", "S256", 1, "x",
	    "text", "plain");
	assert_non_null(d.metadata);
	assert_true(doctor_promises(&d, "list", "S256"));
	assert_true(doctor_promises(&d, "list", "x"));
	assert_false(doctor_promises(&d, "list", "1"));
	assert_false(doctor_promises(&d, "list", "S25"));
	assert_false(doctor_promises(&d, "text", "plain"));
	assert_false(doctor_promises(&d, "none", "plain"));
	json_decref(d.metadata);
}

static void
test_query(void **state)
{
	static struct doctor	 d;
	struct doctor_options	 o;
	struct text		 t;
	char			 query[512];

	(void)state;
	memset(&o, 0, sizeof(o));
	o.client_id = "a&b=c";
	d.options = &o;
	text_init(&t, query, sizeof(query));
	doctor_query(&d, &t, "https://x.example/cb?d=e&f", "code");
	assert_string_equal(query, "client_id=a%26b%3Dc&redirect_uri="
	    "https%3A%2F%2Fx.example%2Fcb%3Fd%3De%26f&response_type=code"
	    "&scope=openid&state=doctor&nonce=doctor");
}

/* Identifiers are what scripts look for: each once, each with its needs. */
static void
test_table(void **state)
{
	const struct doctor_check	*c, *other;
	size_t				 n = 0;

	(void)state;
	for (c = doctor_checks; c->id != NULL; c++, n++) {
		assert_non_null(c->title);
		assert_non_null(c->run);
		assert_true(strlen(c->title) <= 26);
		assert_true(c == doctor_checks ||
		    (c->needs & DOCTOR_CONNECTION) != 0);
		for (other = c + 1; other->id != NULL; other++) {
			assert_string_not_equal(c->id, other->id);
			assert_true(c->run != other->run);
		}
	}
	assert_true(n > 40);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_max_age),
		cmocka_unit_test(test_has_word),
		cmocka_unit_test(test_is_own),
		cmocka_unit_test(test_promises),
		cmocka_unit_test(test_query),
		cmocka_unit_test(test_table),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
