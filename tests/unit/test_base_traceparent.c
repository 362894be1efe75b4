/* SPDX-License-Identifier: ISC */
/* traceparent: the examples of W3C Trace Context, and all that is not one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/traceparent.h"

#define ID	"4bf92f3577b34da6a3ce929d0e0e4736"
#define PARENT	"00f067aa0ba902b7"
#define NOUGHT	"00000000000000000000000000000000"

static const struct {
	const char	*value;
	int		 flags;		/* -1: not one */
} cases[] = {
	/* 3.2.3 */
	{ "00-" ID "-" PARENT "-01", 1 },
	{ "00-" ID "-" PARENT "-00", 0 },
	/* 3.2.2.5: bits that have no meaning yet */
	{ "00-" ID "-" PARENT "-ff", 1 },
	{ "00-" ID "-" PARENT "-02", 0 },
	/* 3.2.4: versions to come, with more behind a dash or without */
	{ "01-" ID "-" PARENT "-01", 1 },
	{ "cc-" ID "-" PARENT "-01-what-the-future-will-be-like", 1 },
	{ "cc-" ID "-" PARENT "-01-", 1 },
	{ "fe-" ID "-" PARENT "-00", 0 },
	{ "cc-" ID "-" PARENT "-01.what", -1 },
	{ "cc-" ID "-" PARENT "-0", -1 },
	{ "cc-" ID "-" PARENT "-010", -1 },
	/* 3.2.2.1: no version */
	{ "ff-" ID "-" PARENT "-01", -1 },
	{ "0-" ID "-" PARENT "-01", -1 },
	{ "000-" ID "-" PARENT "-01", -1 },
	{ ".0-" ID "-" PARENT "-01", -1 },
	{ "0.-" ID "-" PARENT "-01", -1 },
	{ "-" ID "-" PARENT "-01", -1 },
	{ ID "-" PARENT "-01", -1 },
	/* version 00 has an end */
	{ "00-" ID "-" PARENT "-01-", -1 },
	{ "00-" ID "-" PARENT "-01.", -1 },
	{ "00-" ID "-" PARENT "-01-what", -1 },
	{ "00-" ID "-" PARENT "-010", -1 },
	{ "00-" ID "-" PARENT "-01 ", -1 },
	{ " 00-" ID "-" PARENT "-01", -1 },
	/* 3.2.2.3, 3.2.2.4: nothing but zeros */
	{ "00-" NOUGHT "-" PARENT "-01", -1 },
	{ "00-" ID "-0000000000000000-01", -1 },
	{ "cc-" NOUGHT "-" PARENT "-01", -1 },
	/* upper case, and what is not hex */
	{ "00-4BF92F3577B34DA6A3CE929D0E0E4736-" PARENT "-01", -1 },
	{ "00-4bf92f3577b34da6a3ce929d0e0e473G-" PARENT "-01", -1 },
	{ "00-.bf92f3577b34da6a3ce929d0e0e4736-" PARENT "-01", -1 },
	{ "00-" ID "-00F067AA0BA902B7-01", -1 },
	{ "00-" ID "-00f067aa0ba902b.-01", -1 },
	{ "00-" ID "-" PARENT "-.0", -1 },
	{ "00-" ID "-" PARENT "-0.", -1 },
	{ "00-" ID "-" PARENT "-0A", -1 },
	{ "CC-" ID "-" PARENT "-01", -1 },
	/* too short, too long, other separators */
	{ "00-4bf92f3577b34da6a3ce929d0e0e473-" PARENT "-01", -1 },
	{ "00-" ID "0-" PARENT "-01", -1 },
	{ "00-" ID "-00f067aa0ba902b-01", -1 },
	{ "00-" ID "-" PARENT "0-01", -1 },
	{ "00-" ID "-" PARENT, -1 },
	{ "00-" ID "-" PARENT "-", -1 },
	{ "00-" ID "-" PARENT "-1", -1 },
	{ "00-" ID, -1 },
	{ "00_" ID "-" PARENT "-01", -1 },
	{ "00-" ID "_" PARENT "-01", -1 },
	{ "00-" ID "-" PARENT "_01", -1 },
	{ "00", -1 },
	{ "", -1 },
};

static void
test_cases(void **state)
{
	struct trace_context	c, before;
	char			id[TRACE_ID_LEN];
	size_t			i;
	int			rc;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		memset(&c, 0x5a, sizeof(c));
		before = c;
		rc = traceparent_get(&c, cases[i].value,
		    strlen(cases[i].value));
		if ((rc == 0) != (cases[i].flags != -1))
			fail_msg("%s: %d", cases[i].value, rc);
		if (rc == -1) {
			assert_memory_equal(&c, &before, sizeof(c));
			continue;
		}
		assert_int_equal(c.flags, cases[i].flags);
		trace_id_text(id, &c);
		assert_string_equal(id, ID);
		assert_memory_equal(c.request, before.request,
		    sizeof(c.request));
	}
}

/* Nothing behind the length that was given counts. */
static void
test_length(void **state)
{
	static const char	text[] = "00-" ID "-" PARENT "-01";
	struct trace_context	c;
	size_t			len;

	(void)state;
	for (len = 0; len < sizeof(text) - 1; len++)
		assert_int_equal(traceparent_get(&c, text, len), -1);
	assert_int_equal(traceparent_get(&c, text, len), 0);
	assert_int_equal(traceparent_get(&c, text, len + 1), -1);
}

static void
test_put(void **state)
{
	struct trace_context	c;
	char			out[TRACEPARENT_LEN];

	(void)state;
	memset(&c, 0, sizeof(c));
	traceparent_put(out, &c);
	assert_string_equal(out, "");
	/* Of any version, the answer is of the one that is known. */
	assert_int_equal(traceparent_get(&c, "cc-" ID "-" PARENT "-ff-x", 57),
	    0);
	traceparent_put(out, &c);
	assert_string_equal(out, "00-" ID "-" PARENT "-01");
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_length),
		cmocka_unit_test(test_put),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
