/* SPDX-License-Identifier: ISC */
/* Scopes (RFC 6749 3.3) and the lists they are made of. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

#include "oauth/list.h"
#include "oauth/scope.h"

static void
test_is_valid(void **state)
{
	static const struct {
		const char	*scope;
		int		 is_valid;
	} rows[] = {
		{ "openid", 1 },
		{ "openid profile email", 1 },
		{ "!", 1 }, { "#", 1 }, { "[", 1 }, { "]", 1 }, { "~", 1 },
		{ "https://example.com/a?b=c", 1 },
		{ "", 0 },
		{ " ", 0 },
		{ " openid", 0 },
		{ "openid ", 0 },
		{ "a  b", 0 },
		{ "a\tb", 0 },
		{ "a\"b", 0 },
		{ "a\\b", 0 },
		{ "a\nb", 0 },
		{ "a\x7f", 0 },
		{ "caf\xc3\xa9", 0 },
	};
	size_t	i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (scope_is_valid(rows[i].scope) != rows[i].is_valid)
			fail_msg("scope \"%s\"", rows[i].scope);
	}
}

static void
test_has(void **state)
{
	(void)state;
	assert_true(scope_has("openid profile", "openid"));
	assert_true(scope_has("openid profile", "profile"));
	assert_true(scope_has("  openid   profile ", "profile"));
	assert_false(scope_has("openid profile", "open"));
	assert_false(scope_has("openid profile", "openidx"));
	assert_false(scope_has("openid profile", "OpenID"));
	assert_false(scope_has("openid profile", "openid profile"));
	assert_false(scope_has("openid profile", ""));
	assert_false(scope_has("", "openid"));
	assert_false(scope_has("", ""));
}

static void
test_is_within(void **state)
{
	(void)state;
	assert_true(scope_is_within("b a", "a b c"));
	assert_true(scope_is_within("a a", "a"));
	assert_true(scope_is_within("", "a"));
	assert_true(scope_is_within("", ""));
	assert_false(scope_is_within("a d", "a b c"));
	assert_false(scope_is_within("a", ""));
	assert_false(scope_is_within("ab", "a b ab-c"));
}

static void
test_normalise(void **state)
{
	char	out[16];

	(void)state;
	assert_int_equal(scope_normalise(out, sizeof(out), "b a b a b"), 0);
	assert_string_equal(out, "b a");
	assert_int_equal(scope_normalise(out, sizeof(out), "ab a abc"), 0);
	assert_string_equal(out, "ab a abc");
	assert_int_equal(scope_normalise(out, sizeof(out), ""), 0);
	assert_string_equal(out, "");

	/* 15 characters and the NUL fit just so. */
	assert_int_equal(scope_normalise(out, 16, "1234567 9abcdef"), 0);
	assert_string_equal(out, "1234567 9abcdef");
	assert_int_equal(scope_normalise(out, 15, "1234567 9abcdef"), -1);
	assert_string_equal(out, "");
}

static void
test_list_next(void **state)
{
	const char	*list = "  a bcd ", *word;

	(void)state;
	assert_int_equal(list_next(&list, &word), 1);
	assert_memory_equal(word, "a", 1);
	assert_int_equal(list_next(&list, &word), 3);
	assert_memory_equal(word, "bcd", 3);
	assert_int_equal(list_next(&list, &word), 0);
	assert_int_equal(list_next(&list, &word), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_is_valid),
		cmocka_unit_test(test_has),
		cmocka_unit_test(test_is_within),
		cmocka_unit_test(test_normalise),
		cmocka_unit_test(test_list_next),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
