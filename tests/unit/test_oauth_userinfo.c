/* SPDX-License-Identifier: ISC */
/* What user info tells, by scope, of attributes that an operator wrote. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "oauth/userinfo.h"

static const char	attributes[] =
    "{\"name\":\"Anna Muster\",\"given_name\":\"Anna\",\"nickname\":\"\","
    "\"middle_name\":null,\"updated_at\":1700000000,"
    "\"email\":\"anna@example.org\",\"email_verified\":true,"
    "\"phone_number\":\"+41 44 000 00 00\","
    "\"address\":{\"country\":\"CH\"},\"tier\":\"gold\","
    "\"orders\":[1,2],\"sub\":\"C-1\",\"iss\":\"https://evil.example\","
    "\"active\":true,\"\":1}";

static void
check(const char *scope, const char *wanted)
{
	json_t	*have, *in, *want;

	assert_non_null(in = json_loads(attributes, 0, NULL));
	assert_non_null(want = json_loads(wanted, 0, NULL));
	assert_non_null(have = userinfo_claims("C-1001", scope, in));
	if (!json_equal(have, want))
		fail_msg("%s gives %s", scope, json_dumps(have, 0));
	json_decref(have);
	json_decref(want);
	json_decref(in);
}

/* OpenID Connect Core 5.4. */
static void
test_by_scope(void **state)
{
	(void)state;
	check("", "{\"sub\":\"C-1001\"}");
	check("openid", "{\"sub\":\"C-1001\"}");
	check("openid profiles emai", "{\"sub\":\"C-1001\"}");
	check("openid profile", "{\"sub\":\"C-1001\",\"name\":\"Anna Muster\","
	    "\"given_name\":\"Anna\",\"updated_at\":1700000000}");
	check("email openid", "{\"sub\":\"C-1001\","
	    "\"email\":\"anna@example.org\",\"email_verified\":true}");
	check("openid phone", "{\"sub\":\"C-1001\","
	    "\"phone_number\":\"+41 44 000 00 00\"}");
	check("openid address", "{\"sub\":\"C-1001\","
	    "\"address\":{\"country\":\"CH\"}}");
	check("openid customer", "{\"sub\":\"C-1001\",\"tier\":\"gold\","
	    "\"orders\":[1,2]}");
	check("openid customer email", "{\"sub\":\"C-1001\","
	    "\"tier\":\"gold\",\"orders\":[1,2],"
	    "\"email\":\"anna@example.org\",\"email_verified\":true}");
}

static void
test_no_attributes(void **state)
{
	json_t	*have;

	(void)state;
	have = userinfo_claims("C-1", "openid profile customer", NULL);
	assert_int_equal(json_object_size(have), 1);
	json_decref(have);
}

/* A strict client refuses the whole answer for one member. */
static void
test_wrong_types_stay_out(void **state)
{
	static const char *const	texts[] = {
		"{\"name\":1}", "{\"name\":[\"Anna\"]}", "{\"email\":{}}",
		"{\"email_verified\":\"true\"}", "{\"email_verified\":1}",
		"{\"updated_at\":\"2026-01-01\"}", "{\"address\":\"Bern\"}",
		"{\"phone_number\":41440000000}", "{\"name\":true}",
		"[]", "\"name\"", "1",
	};
	json_t	*have, *in;
	size_t	 i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_non_null(in = json_loads(texts[i], JSON_DECODE_ANY,
		    NULL));
		have = userinfo_claims("C-1", "openid profile email phone "
		    "address customer", in);
		if (json_object_size(have) != 1)
			fail_msg("%s", texts[i]);
		json_decref(have);
		json_decref(in);
	}
}

static void
test_is_wanted(void **state)
{
	(void)state;
	assert_false(userinfo_is_wanted(""));
	assert_false(userinfo_is_wanted("openid"));
	assert_false(userinfo_is_wanted("openid orders customers"));
	assert_true(userinfo_is_wanted("openid email"));
	assert_true(userinfo_is_wanted("customer"));
}

static void
test_read(void **state)
{
	static const char *const	good[] = {
		"{}", " {\n} ", "{\"name\":\"Zo\xc3\xab\"}",
		"{\"tier\":{\"a\":[1,null]}}", "{\"name\":null}",
	};
	static const char *const	bad[] = {
		"", " ", "[]", "1", "\"x\"", "null", "{", "{}{}", "{} x",
		"{\"a\":1,\"a\":2}", "{\"a\":\"\\u0000\"}", "{\"a\":\"\xff\"}",
		"{\"sub\":\"C-1\"}", "{\"iss\":null}", "{\"name\":1}",
		"{\"email_verified\":\"yes\"}", "{\"\":1}", "{'a':1}",
	};
	json_t		*out;
	char		 why[64];
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_null(userinfo_read(&out, good[i], strlen(good[i]), why,
		    sizeof(why)));
		assert_true(json_is_object(out));
		json_decref(out);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (userinfo_read(&out, bad[i], strlen(bad[i]), why,
		    sizeof(why)) == NULL)
			fail_msg("%s is taken", bad[i]);
		assert_null(out);
		assert_true(why[0] != '\0');
	}
	/* By its length, not by a NUL behind it. */
	assert_null(userinfo_read(&out, "{}{", 2, why, sizeof(why)));
	json_decref(out);
}

/* Said where it can be read: of a name and what it must be. */
static void
test_says_what_is_wrong(void **state)
{
	json_t	*out;
	char	 why[64];

	(void)state;
	assert_string_equal(userinfo_read(&out, "{\"name\":1}", 10, why,
	    sizeof(why)), "\"name\" must be text");
	assert_string_equal(userinfo_read(&out, "{\"sub\":\"x\"}", 11, why,
	    sizeof(why)), "\"sub\" is the server's to say");
	assert_string_equal(userinfo_read(&out, "[]", 2, why, sizeof(why)),
	    "is no JSON object");
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_by_scope),
		cmocka_unit_test(test_no_attributes),
		cmocka_unit_test(test_wrong_types_stay_out),
		cmocka_unit_test(test_is_wanted),
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_says_what_is_wrong),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
