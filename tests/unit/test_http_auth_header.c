/* SPDX-License-Identifier: ISC */
/* The Authorization header. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/base64.h"
#include "http/auth_header.h"

static struct basic_auth	basic;
static const char		*bearer;

static enum auth_scheme
parse(const char *value)
{
	memset(&basic, 0xff, sizeof(basic));
	bearer = "unset";

	return (auth_header_parse(value, &basic, &bearer));
}

/* Basic credentials of text, encoded. */
static enum auth_scheme
parse_plain(const char *text, size_t len)
{
	static char	value[8192];

	memcpy(value, "Basic ", 6);
	assert_true(base64_encode(value + 6, sizeof(value) - 6, text, len) >=
	    0);

	return (parse(value));
}

static void
test_basic(void **state)
{
	static const struct {
		const char	*value;
		const char	*user;
		const char	*password;
	} rows[] = {
		/* RFC 7617 2 */
		{ "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Aladdin",
		    "open sesame" },
		/* RFC 7617 2.1 */
		{ "Basic dGVzdDoxMjPCow==", "test", "123\xc2\xa3" },
		/* RFC 6749 2.3.1 */
		{ "Basic czZCaGRSa3F0Mzo3RmpmcDBaQnIxS3REUmJuZlZkbUl3",
		    "s6BhdRkqt3", "7Fjfp0ZBr1KtDRbnfVdmIw" },
		{ "basic dGVzdDoxMjPCow==", "test", "123\xc2\xa3" },
		{ "BASIC   dGVzdDoxMjPCow==", "test", "123\xc2\xa3" },
		/* a%3Ab : %25+%2b */
		{ "Basic YSUzQWI6JTI1KyUyYg==", "a:b", "% +" },
		/* a: and a:b:c */
		{ "Basic YTo=", "a", "" },
		{ "Basic YTpiOmM=", "a", "b:c" },
	};
	size_t	i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (parse(rows[i].value) != AUTH_BASIC)
			fail_msg("%s", rows[i].value);
		assert_string_equal(basic.user, rows[i].user);
		assert_string_equal(basic.password, rows[i].password);
		assert_null(bearer);
	}
}

static void
test_bearer(void **state)
{
	(void)state;
	/* RFC 6750 2.1 */
	assert_int_equal(parse("Bearer mF_9.B5f-4.1JqM"), AUTH_BEARER);
	assert_string_equal(bearer, "mF_9.B5f-4.1JqM");
	assert_string_equal(basic.user, "");
	assert_int_equal(parse("bEARER  a~b+c/d=="), AUTH_BEARER);
	assert_string_equal(bearer, "a~b+c/d==");
}

static void
test_malformed(void **state)
{
	static const char *const values[] = {
		"", " ", "Basic", "Basic ", "Bearer", "Bearer ", "Bearer =",
		" Bearer a", "Bearer a b", "Bearer a ", "Bearer a,b",
		"Bearer a=b", "Bearer\ta", "Bearer a\tb", "Bearer \xc3\xa9",
		"Bearer a\r\nX: y", "BearerX a", "Bear a", "Digest abc",
		"Negotiate abc", "DPoP abc", "Basicx YTpi",
		"Basic YTpi=", "Basic YTp", "Basic YT pi", "Basic YTpi\n",
		"Basic Y*==", "Basic YWI=",		/* "ab": no colon */
		"Basic OmI=",				/* ":b": no user */
		"Basic Og==",				/* ":" */
		"Basic YTolMDA=",			/* a:%00 */
		"Basic YTolNA==",			/* a:%4 */
		"Basic YTr/",				/* a:\xff */
		"Basic YToK",				/* a:\n */
		"Basic YTolMGQ=",			/* a:%0d */
		"Basic YTp/",				/* a:DEL */
	};
	size_t	i;

	(void)state;
	assert_int_equal(parse(NULL), AUTH_NONE);
	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		if (parse(values[i]) != AUTH_MALFORMED)
			fail_msg("<%s>", values[i]);
		assert_null(bearer);
		assert_string_equal(basic.user, "");
		assert_string_equal(basic.password, "");
	}
	assert_int_equal(parse_plain("a\0b:c", 5), AUTH_MALFORMED);
	assert_int_equal(parse_plain("a:b\0c", 5), AUTH_MALFORMED);
}

static void
test_lengths(void **state)
{
	char	plain[4096];

	(void)state;
	memset(plain, 'u', sizeof(plain));
	plain[255] = ':';
	assert_int_equal(parse_plain(plain, 256 + 511), AUTH_BASIC);
	assert_int_equal(strlen(basic.user), 255);
	assert_int_equal(strlen(basic.password), 511);
	assert_int_equal(parse_plain(plain, 256 + 512), AUTH_MALFORMED);
	plain[255] = 'u';
	plain[256] = ':';
	assert_int_equal(parse_plain(plain, 300), AUTH_MALFORMED);
	assert_int_equal(parse_plain(plain, sizeof(plain)), AUTH_MALFORMED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_basic),
		cmocka_unit_test(test_bearer),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_lengths),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
