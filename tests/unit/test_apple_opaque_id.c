/* SPDX-License-Identifier: ISC */
/* Opaque IDs: the example of Apple's documentation, and what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "apple/opaque_id.h"

static const char	example[] =
    "urn:mbid:AQAAY45PVG4jg/ni/q6rWSYuu9d7Ga6K22bxp0iUmPkdOwxr3yAbisjOmtYFzw6L"
    "jDqhABFFHD/nFz6S2U5rBEcSqO7Eg0B5ikXukFD/x+6hPeOuR0Bvb3JDbU24DLlT/E5Yj9aB"
    "zFVASwfwStWnuGMX/+FXmAs=";

static void
test_example(void **state)
{
	char	 out[OPAQUE_ID_MAX + 1], text[sizeof(example)], *p;

	(void)state;
	assert_int_equal(opaque_id_get(out, example), 0);
	assert_string_equal(out, example);

	memcpy(text, example, sizeof(example));
	while ((p = strchr(text, '+')) != NULL)
		*p = ' ';
	assert_string_not_equal(text, example);
	assert_int_equal(opaque_id_get(out, text), 0);
	assert_string_equal(out, example);
}

static void
test_taken(void **state)
{
	char	 out[OPAQUE_ID_MAX + 1];

	(void)state;
	assert_int_equal(opaque_id_get(out, "urn:mbid:a"), 0);
	assert_string_equal(out, "urn:mbid:a");
	assert_int_equal(opaque_id_get(out, "urn:mbid:-_AZaz09+/="), 0);
	assert_string_equal(out, "urn:mbid:-_AZaz09+/=");
}

static void
test_refused(void **state)
{
	static const char *const	 bad[] = {
		"", "a", "urn:mbid", "urn:mbid:", "URN:MBID:abc",
		"urn:biz:abc", " urn:mbid:abc", "urn:mbid:ab\nc",
		"urn:mbid:ab\tc", "urn:mbid:a%2Fb", "urn:mbid:a:b",
		"urn:mbid:a'b", "urn:mbid:a\"b", "urn:mbid:a\\b",
		"urn:mbid:a<b", "urn:mbid:a;b", "urn:mbid:a,b",
		"urn:mbid:a\x7f", "urn:mbid:\xc3\xa9",
	};
	char				 out[OPAQUE_ID_MAX + 1];
	size_t				 i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		memset(out, 'x', sizeof(out));
		assert_int_equal(opaque_id_get(out, bad[i]), -1);
		assert_string_equal(out, "");
	}
}

static void
test_lengths(void **state)
{
	char	 out[OPAQUE_ID_MAX + 1], text[5000];
	size_t	 len;

	(void)state;
	memset(text, 'A', sizeof(text));
	memcpy(text, OPAQUE_ID_PREFIX, sizeof(OPAQUE_ID_PREFIX) - 1);
	for (len = OPAQUE_ID_MAX - 2; len <= OPAQUE_ID_MAX + 2; len++) {
		text[len] = '\0';
		assert_int_equal(opaque_id_get(out, text),
		    len <= OPAQUE_ID_MAX ? 0 : -1);
		assert_int_equal(strlen(out), len <= OPAQUE_ID_MAX ? len : 0);
		text[len] = 'A';
	}
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(opaque_id_get(out, text), -1);
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_example),
		cmocka_unit_test(test_taken),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_lengths),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
