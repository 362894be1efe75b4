/* SPDX-License-Identifier: ISC */
/* JSON as it is written here, read by jansson. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/json_text.h"

static json_t *
read_text(const struct text *t)
{
	assert_true(text_is_ok(t));
	return (json_loadb(t->p, t->len, JSON_REJECT_DUPLICATES, NULL));
}

static void
test_members(void **state)
{
	struct text	t;
	char		mem[256];

	(void)state;
	text_init(&t, mem, sizeof(mem));
	json_text_open(&t);
	json_text_close(&t);
	assert_string_equal(mem, "{}");
	text_init(&t, mem, sizeof(mem));
	json_text_open(&t);
	json_text_string(&t, "none", NULL);
	json_text_string(&t, "a", "");
	json_text_number(&t, "b", INT64_MIN);
	json_text_number(&t, "c", INT64_MAX);
	json_text_number(&t, "d", 0);
	json_text_raw(&t, "e", "[true]");
	json_text_string(&t, "f", "{");
	json_text_string(&t, "g", "h\xc3\xa9");
	json_text_close(&t);
	assert_string_equal(mem, "{\"a\":\"\",\"b\":-9223372036854775808,"
	    "\"c\":9223372036854775807,\"d\":0,\"e\":[true],\"f\":\"{\","
	    "\"g\":\"h\xc3\xa9\"}");
}

/* Each byte that stands for itself, alone and in company. */
static void
test_every_character(void **state)
{
	struct text	 t;
	char		 mem[256], one[8];
	json_t		*o;
	int		 c, i;

	(void)state;
	for (c = 1; c < 0x80; c++) {
		for (i = 0; i < 4; i++) {
			memset(one, 'x', sizeof(one));
			one[i] = (char)c;
			one[4] = '\0';
			text_init(&t, mem, sizeof(mem));
			json_text_open(&t);
			json_text_string(&t, "s", one);
			json_text_close(&t);
			o = read_text(&t);
			assert_non_null(o);
			assert_string_equal(json_string_value(
			    json_object_get(o, "s")), one);
			json_decref(o);
		}
	}
}

/* All or nothing: who reads it must not find half a character. */
static void
test_what_cannot_be_written(void **state)
{
	static const char *const bad[] = { "\xc3", "a\xff",
	    "\xed\xa0\x80", "\xc0\x80", "x\xf5\x80\x80\x80" };
	struct text	t;
	char		mem[64];
	size_t		i, cap;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		text_init(&t, mem, sizeof(mem));
		json_text_open(&t);
		json_text_string(&t, "s", bad[i]);
		json_text_close(&t);
		assert_false(text_is_ok(&t));
	}
	for (cap = 1; cap <= sizeof("{\"s\":\"\\u0001\"}"); cap++) {
		text_init(&t, mem, cap);
		json_text_open(&t);
		json_text_string(&t, "s", "\1");
		json_text_close(&t);
		assert_int_equal(text_is_ok(&t),
		    cap == sizeof("{\"s\":\"\\u0001\"}"));
	}
}

int
main(void)
{
	static const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_every_character),
		cmocka_unit_test(test_what_cannot_be_written),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
