/* SPDX-License-Identifier: ISC */
/* Cookies, read and written. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

#include "http/cookie.h"

static void
test_find(void **state)
{
	static const struct {
		const char	*header;
		const char	*value;		/* of "sid", NULL: none */
	} rows[] = {
		/* RFC 6265 3.1 */
		{ "sid=31d4d96e407aad42", "31d4d96e407aad42" },
		{ "sid=31d4; lang=en-US", "31d4" },
		{ "lang=en-US; sid=31d4", "31d4" },
		{ "lang=en-US;sid=31d4", "31d4" },
		{ "lang=en-US;\t sid=31d4 \t; x=y", "31d4" },
		{ ";;; sid=a;", "a" },
		{ "sid=a=b==", "a=b==" },
		{ "sid=", "" },
		{ "sid= ", "" },
		{ "=sid; sid=a", "a" },
		{ "", NULL },
		{ ";", NULL },
		{ "sid", NULL },
		{ "sid ; x=sid=a", NULL },
		{ "sid =a", NULL },
		{ "SID=a", NULL },
		{ "xsid=a; sidx=b; s=c", NULL },
		{ "__Host-sid=a", NULL },
		/* one planted beside ours */
		{ "sid=a; sid=b", NULL },
		{ "sid=a; x=y; sid=a", NULL },
	};
	char	out[32];
	size_t	i;
	int	rc;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		rc = cookie_find(rows[i].header, "sid", out, sizeof(out));
		if (rc != (rows[i].value == NULL ? -1 : 0))
			fail_msg("<%s>: %d", rows[i].header, rc);
		assert_string_equal(out,
		    rows[i].value == NULL ? "" : rows[i].value);
	}
	assert_int_equal(cookie_find(NULL, "sid", out, sizeof(out)), -1);
	assert_int_equal(cookie_find("=a", "", out, sizeof(out)), -1);
}

static void
test_find_length(void **state)
{
	char	out[8];

	(void)state;
	assert_int_equal(cookie_find("a=1234567", "a", out, 8), 0);
	assert_string_equal(out, "1234567");
	assert_int_equal(cookie_find("a=12345678", "a", out, 8), -1);
	assert_string_equal(out, "");
}

static void
test_format(void **state)
{
	char	out[128];

	(void)state;
	assert_int_equal(cookie_format(out, sizeof(out), "__Host-flow-x1", "v",
	    600, 1), 0);
	assert_string_equal(out, "__Host-flow-x1=v; Path=/; Max-Age=600; "
	    "HttpOnly; SameSite=Lax; Secure");
	assert_int_equal(cookie_format(out, sizeof(out), "flow", "v", 1, 0),
	    0);
	assert_string_equal(out,
	    "flow=v; Path=/; Max-Age=1; HttpOnly; SameSite=Lax");
	/* deleting keeps no value */
	assert_int_equal(cookie_format(out, sizeof(out), "__Host-flow", "v", 0,
	    1), 0);
	assert_string_equal(out, "__Host-flow=; Path=/; Max-Age=0; "
	    "HttpOnly; SameSite=Lax; Secure");
}

static void
test_format_refuses(void **state)
{
	static const struct {
		const char	*name;
		const char	*value;
		int		 secure;
	} rows[] = {
		{ "__Host-flow", "v", 0 },
		{ "", "v", 1 },
		{ "a=b", "v", 1 },
		{ "a b", "v", 1 },
		{ "a;b", "v", 1 },
		{ "a\r\nb", "v", 1 },
		{ "a", "v; Domain=evil.example", 1 },
		{ "a", "v\r\nSet-Cookie: x=y", 1 },
		{ "a", "v w", 1 },
		{ "a", "\"v\"", 1 },
		{ "a", "v,w", 1 },
		{ "a", "v\\w", 1 },
		{ "a", "\xc3\xa9", 1 },
	};
	char	out[128];
	size_t	i, len;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (cookie_format(out, sizeof(out), rows[i].name,
		    rows[i].value, 9, rows[i].secure) != -1)
			fail_msg("row %zu: %s", i, out);
		assert_string_equal(out, "");
	}
	len = strlen("a=b; Path=/; Max-Age=9; HttpOnly; SameSite=Lax");
	assert_int_equal(cookie_format(out, len + 1, "a", "b", 9, 0), 0);
	assert_int_equal(cookie_format(out, len, "a", "b", 9, 0), -1);
	assert_string_equal(out, "");
	assert_int_equal(cookie_format(out, 0, "a", "b", 9, 0), -1);
}

/* What is written is found again. */
static void
test_round(void **state)
{
	char	line[128], value[16];

	(void)state;
	assert_int_equal(cookie_format(line, sizeof(line), "__Host-f", "A-z_9",
	    60, 1), 0);
	assert_int_equal(cookie_find(line, "__Host-f", value, sizeof(value)),
	    0);
	assert_string_equal(value, "A-z_9");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_find_length),
		cmocka_unit_test(test_format),
		cmocka_unit_test(test_format_refuses),
		cmocka_unit_test(test_round),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
