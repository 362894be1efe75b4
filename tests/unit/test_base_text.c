/* SPDX-License-Identifier: ISC */
/* Bounded text: its edges, its escapes, and UTF-8 as attackers write it. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

static void
test_exact_fit(void **state)
{
	struct text	 t;
	char		 mem[6];

	(void)state;
	text_init(&t, mem, sizeof(mem));
	text_add(&t, "abc");
	text_add_bytes(&t, "de", 2);
	assert_true(text_is_ok(&t));
	assert_int_equal(t.len, 5);
	assert_string_equal(mem, "abcde");

	text_add(&t, "");
	assert_true(text_is_ok(&t));
	text_add(&t, "f");
	assert_false(text_is_ok(&t));
	assert_string_equal(mem, "abcde");
}

static void
test_overflow_is_remembered(void **state)
{
	struct text	 t;
	char		 mem[4];

	(void)state;
	text_init(&t, mem, sizeof(mem));
	text_add(&t, "too long");
	assert_false(text_is_ok(&t));
	/* A later piece that would fit must not close the gap. */
	text_add(&t, "x");
	text_addf(&t, "%d", 1);
	text_add_uri(&t, "y", 1);
	text_add_html(&t, "z", 1);
	assert_string_equal(mem, "");
	assert_false(text_is_ok(&t));
}

static void
test_smallest(void **state)
{
	struct text	 t;
	char		 mem[1];

	(void)state;
	text_init(&t, mem, sizeof(mem));
	assert_string_equal(mem, "");
	text_add_bytes(&t, NULL, 0);
	assert_true(text_is_ok(&t));
	text_addf(&t, "%s", "a");
	assert_false(text_is_ok(&t));
	assert_string_equal(mem, "");
}

static void
test_addf(void **state)
{
	struct text	 t;
	char		 mem[8];

	(void)state;
	text_init(&t, mem, sizeof(mem));
	text_addf(&t, "%d-%s", 12, "abcd");
	assert_true(text_is_ok(&t));
	assert_string_equal(mem, "12-abcd");
	text_addf(&t, "%c", 'x');
	assert_false(text_is_ok(&t));
	assert_string_equal(mem, "12-abcd");
}

static void
test_uri(void **state)
{
	static const char	 in[] = "aZ0-._~ +/=&?#%:@\0\n\xc3\xa9";
	struct text		 t;
	char			 mem[128];

	(void)state;
	text_init(&t, mem, sizeof(mem));
	text_add_uri(&t, in, sizeof(in) - 1);
	assert_string_equal(mem, "aZ0-._~%20%2B%2F%3D%26%3F%23%25%3A%40%00%0A"
	    "%C3%A9");

	/* An escape is added whole or not at all. */
	text_init(&t, mem, 5);
	text_add_uri(&t, "ab&", 3);
	assert_false(text_is_ok(&t));
	assert_string_equal(mem, "ab");
}

static void
test_html(void **state)
{
	static const char	 in[] =
	    "<a href=\"x\" title='y'>&amp;\0\xc3\xa9";
	struct text		 t;
	char			 mem[128];

	(void)state;
	text_init(&t, mem, sizeof(mem));
	text_add_html(&t, in, sizeof(in) - 1);
	assert_string_equal(mem, "&lt;a href=&quot;x&quot; title=&#39;y&#39;"
	    "&gt;&amp;amp;&#xFFFD;\xc3\xa9");

	text_init(&t, mem, 4);
	text_add_html(&t, "<", 1);
	assert_false(text_is_ok(&t));
	assert_string_equal(mem, "");
}

static void
test_copy(void **state)
{
	char	 dst[4] = "old";

	(void)state;
	assert_int_equal(text_copy(dst, sizeof(dst), "abc"), 0);
	assert_string_equal(dst, "abc");
	assert_int_equal(text_copy(dst, sizeof(dst), "abcd"), -1);
	assert_string_equal(dst, "");
	assert_int_equal(text_copy_bytes(dst, sizeof(dst), "xyzzy", 3), 0);
	assert_string_equal(dst, "xyz");
	assert_int_equal(text_copy_bytes(dst, sizeof(dst), NULL, 0), 0);
	assert_string_equal(dst, "");
	assert_int_equal(text_copy_bytes(dst, sizeof(dst), "x", SIZE_MAX), -1);
}

static void
test_number(void **state)
{
	static const char *const	 bad[] = {
		"", " 1", "1 ", "+1", "-", "--1", "0x10", "1e3", "1.0", "a",
		"11", "-1", "99999999999999999999", "\xd9\xa1",
	};
	size_t				 i;
	long				 n;

	(void)state;
	assert_int_equal(text_number("0", 0, 10, &n), 0);
	assert_int_equal(n, 0);
	assert_int_equal(text_number("10", 0, 10, &n), 0);
	assert_int_equal(n, 10);
	assert_int_equal(text_number("007", 0, 10, &n), 0);
	assert_int_equal(n, 7);
	assert_int_equal(text_number("-5", -5, 5, &n), 0);
	assert_int_equal(n, -5);
	for (i = 0; i < COUNT(bad); i++)
		assert_int_equal(text_number(bad[i], 0, 10, &n), -1);
	assert_int_equal(text_number("9223372036854775808", LONG_MIN, LONG_MAX,
	    &n), -1);
}

static void
test_utf8(void **state)
{
	static const struct {
		const char	*text;
		size_t		 len;
		int		 ok;
	} cases[] = {
		{ "", 0, 1 },
		{ "plain", 5, 1 },
		{ "\xc2\x80", 2, 1 },
		{ "\xe0\xa0\x80", 3, 1 },
		{ "\xed\x9f\xbf", 3, 1 },
		{ "\xee\x80\x80", 3, 1 },
		{ "\xf0\x90\x80\x80", 4, 1 },
		{ "\xf4\x8f\xbf\xbf", 4, 1 },
		{ "a\0b", 3, 0 },
		{ "\x80", 1, 0 },		/* a tail alone */
		{ "\xc0\xaf", 2, 0 },		/* overlong slash */
		{ "\xc1\xbf", 2, 0 },
		{ "\xc0\x80", 2, 0 },		/* overlong NUL */
		{ "\xe0\x9f\xbf", 3, 0 },	/* overlong */
		{ "\xed\xa0\x80", 3, 0 },	/* surrogate */
		{ "\xf0\x8f\xbf\xbf", 4, 0 },	/* overlong */
		{ "\xf4\x90\x80\x80", 4, 0 },	/* beyond U+10FFFF */
		{ "\xf5\x80\x80\x80", 4, 0 },
		{ "\xff", 1, 0 },
		{ "\xc3", 1, 0 },		/* cut off */
		{ "\xe2\x82", 2, 0 },
		{ "\xf0\x9f\x98", 3, 0 },
		{ "\xe2\x82\xc3", 3, 0 },
		{ "\xf0\x9f\x98" "a", 4, 0 },
	};
	size_t	 i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		assert_int_equal(text_is_utf8(cases[i].text, cases[i].len),
		    cases[i].ok);
	}
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_exact_fit),
		cmocka_unit_test(test_overflow_is_remembered),
		cmocka_unit_test(test_smallest),
		cmocka_unit_test(test_addf),
		cmocka_unit_test(test_uri),
		cmocka_unit_test(test_html),
		cmocka_unit_test(test_copy),
		cmocka_unit_test(test_number),
		cmocka_unit_test(test_utf8),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
