/* SPDX-License-Identifier: ISC */
/* application/x-www-form-urlencoded, as sent by the good and by the rest. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "http/form.h"

static struct oauth_params	params;
static char			mem[FORM_BODY_MAX + 64];
static size_t			used;

static enum form_error
parse_len(const char *text, size_t len)
{
	memset(&params, 0, sizeof(params));
	used = 0;

	return (form_parse(&params, text, len, mem, sizeof(mem), &used));
}

static enum form_error
parse(const char *text)
{
	return (parse_len(text, strlen(text)));
}

static enum form_error
parse_unescaped(const char *text)
{
	memset(&params, 0, sizeof(params));
	used = 0;

	return (form_parse_unescaped(&params, text, strlen(text), mem,
	    sizeof(mem), &used));
}

/* RFC 6749 4.1.1 and 4.1.3, the examples. */
static void
test_rfc6749(void **state)
{
	(void)state;
	assert_int_equal(parse("response_type=code&client_id=s6BhdRkqt3"
	    "&state=xyz&redirect_uri=https%3A%2F%2Fclient%2Eexample%2Ecom"
	    "%2Fcb"), FORM_OK);
	assert_string_equal(params.value[P_RESPONSE_TYPE], "code");
	assert_string_equal(params.value[P_CLIENT_ID], "s6BhdRkqt3");
	assert_string_equal(params.value[P_STATE], "xyz");
	assert_string_equal(params.value[P_REDIRECT_URI],
	    "https://client.example.com/cb");
	assert_null(params.value[P_SCOPE]);
	assert_null(params.duplicate);
}

/* What Kore's own parser cuts: "state=YWJj==". */
static void
test_first_equals_ends_name(void **state)
{
	static const struct {
		const char	*raw;
		const char	*value;
	} rows[] = {
		{ "YWJj==", "YWJj==" },
		{ "a+b/c==", "a b/c==" },
		{ "a%2Bb%2fc%3D%3d", "a+b/c==" },
		{ "=", "=" },
		{ "%26%25%3d", "&%=" },
		{ "caf%C3%A9", "caf\xc3\xa9" },
		{ "caf\xc3\xa9", "caf\xc3\xa9" },
		{ "%0d%0a", "\r\n" },
	};
	char	text[128];
	size_t	i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(text, sizeof(text), "state=%s&scope=x", rows[i].raw);
		assert_int_equal(parse(text), FORM_OK);
		assert_string_equal(params.value[P_STATE], rows[i].value);
		assert_int_equal(params.raw_state_len, strlen(rows[i].raw));
		assert_memory_equal(params.raw_state, rows[i].raw,
		    params.raw_state_len);
		assert_string_equal(params.value[P_SCOPE], "x");
	}
}

static void
test_empty_is_absent(void **state)
{
	static const char *const texts[] = { "", "&", "&&&", "scope", "scope=",
	    "=x", "=", "&scope=&", "state=", "unknown=1", "Scope=x",
	    "scope%00=x", "%zz=1", "scop=e" };
	size_t	i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_int_equal(parse(texts[i]), FORM_OK);
		assert_null(params.value[P_SCOPE]);
		assert_null(params.value[P_STATE]);
		assert_null(params.raw_state);
		assert_null(params.duplicate);
	}
	assert_int_equal(form_parse(&params, NULL, 0, mem, 1, &used), FORM_OK);
}

/* RFC 6749 3.1; with no value left, no check can trust one of the two. */
static void
test_duplicates(void **state)
{
	static const char *const texts[] = {
		"scope=a&scope=b", "scope=a&scope=a", "scope=&scope=b",
		"scope=a&scope=", "scope&scope", "scope=a&scope=b&scope=c",
		"scope=a&x=1&scop%65=b", "%73cope=a&scope=b",
	};
	size_t	i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_int_equal(parse(texts[i]), FORM_OK);
		assert_string_equal(params.duplicate, "scope");
		assert_null(params.value[P_SCOPE]);
	}
	assert_int_equal(parse("state=a&state=b"), FORM_OK);
	assert_string_equal(params.duplicate, "state");
	assert_null(params.raw_state);
	assert_int_equal(params.raw_state_len, 0);
	assert_int_equal(parse("foo=1&foo=2&scope=a"), FORM_OK);
	assert_null(params.duplicate);
	assert_string_equal(params.value[P_SCOPE], "a");
}

/* Query and body are one set of parameters. */
static void
test_two_texts(void **state)
{
	(void)state;
	assert_int_equal(parse("client_id=a&scope="), FORM_OK);
	assert_int_equal(form_parse(&params, "code=c", 6, mem, sizeof(mem),
	    &used), FORM_OK);
	assert_string_equal(params.value[P_CLIENT_ID], "a");
	assert_string_equal(params.value[P_CODE], "c");
	assert_null(params.duplicate);
	assert_int_equal(form_parse(&params, "scope=b", 7, mem, sizeof(mem),
	    &used), FORM_OK);
	assert_string_equal(params.duplicate, "scope");
	assert_int_equal(form_parse(&params, "client_id=a", 11, mem,
	    sizeof(mem), &used), FORM_OK);
	assert_string_equal(params.duplicate, "client_id");
	assert_null(params.value[P_CLIENT_ID]);
}

static void
test_refusals(void **state)
{
	static const struct {
		const char	*text;
		enum form_error	 error;
	} rows[] = {
		{ "scope=%", FORM_SYNTAX },
		{ "scope=%4", FORM_SYNTAX },
		{ "scope=a%4&state=1", FORM_SYNTAX },
		{ "scope=%4g", FORM_SYNTAX },
		{ "scope=%%41", FORM_SYNTAX },
		{ "scope=% 1", FORM_SYNTAX },
		{ "scope=%00", FORM_NUL },
		{ "scope=a%00b", FORM_NUL },
		{ "scope=%ff", FORM_UTF8 },
		{ "scope=%c3", FORM_UTF8 },
		{ "scope=%c0%80", FORM_UTF8 },
		{ "scope=%ed%a0%80", FORM_UTF8 },
		{ "scope=\xff", FORM_UTF8 },
		/* of parameters we do not know nothing is read */
		{ "x=%&y=%00&z=%ff&scope=a", FORM_OK },
	};
	size_t	i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (parse(rows[i].text) != rows[i].error)
			fail_msg("%s", rows[i].text);
		if (rows[i].error != FORM_OK)
			assert_null(params.value[P_SCOPE]);
		assert_true(strlen(form_error_text(rows[i].error)) > 0);
	}
	assert_int_equal(parse_len("x=1\0&scope=a", 12), FORM_NUL);
	assert_int_equal(parse_len("scope=a\0b", 9), FORM_NUL);
	assert_string_equal(form_error_text((enum form_error)99),
	    form_error_text(FORM_SYNTAX));
}

static void
test_limits(void **state)
{
	static char	text[FORM_BODY_MAX + 1];
	size_t		i;

	(void)state;
	for (i = 0; i < FORM_PAIRS_MAX; i++)
		memcpy(text + i * 2, "x&", 2);
	assert_int_equal(parse_len(text, FORM_PAIRS_MAX * 2), FORM_OK);
	text[FORM_PAIRS_MAX * 2] = 'x';
	assert_int_equal(parse_len(text, FORM_PAIRS_MAX * 2 + 1),
	    FORM_TOO_MANY);

	memset(text, 'a', sizeof(text));
	memcpy(text, "scope=", 6);
	assert_int_equal(parse_len(text, FORM_BODY_MAX), FORM_OK);
	assert_int_equal(strlen(params.value[P_SCOPE]), FORM_BODY_MAX - 6);
	assert_int_equal(parse_len(text, FORM_BODY_MAX + 1), FORM_NO_SPACE);
}

/* mem is written to its end and not past it. */
static void
test_memory(void **state)
{
	struct oauth_params	p;
	char			small[8];
	size_t			n;

	(void)state;
	memset(&p, 0, sizeof(p));
	n = 0;
	assert_int_equal(form_parse(&p, "code=abc&scope=def", 18, small, 8,
	    &n), FORM_OK);
	assert_int_equal(n, 8);
	assert_string_equal(p.value[P_CODE], "abc");
	assert_string_equal(p.value[P_SCOPE], "def");
	assert_int_equal(form_parse(&p, "nonce=x", 7, small, 8, &n),
	    FORM_NO_SPACE);
	memset(&p, 0, sizeof(p));
	n = 0;
	memset(small, '#', sizeof(small));
	assert_int_equal(form_parse(&p, "code=abc", 8, small, 3, &n),
	    FORM_NO_SPACE);
	assert_int_equal(small[3], '#');
	assert_null(p.value[P_CODE]);
}

/* The device's token request, as it comes from iOS 15 on. */
static void
test_apple_device(void **state)
{
	(void)state;
	assert_int_equal(parse_unescaped("client_id=amb.1&code=Splx-l_O"
	    "&grant_type=authorization_code"
	    "&redirect_uri=https://auth.businesschat.apple.com"
	    "&client_secret=a+b/c=&d?e=f%2Fg"), FORM_OK);
	assert_string_equal(params.value[P_CLIENT_ID], "amb.1");
	assert_string_equal(params.value[P_CODE], "Splx-l_O");
	assert_string_equal(params.value[P_GRANT_TYPE], "authorization_code");
	assert_string_equal(params.value[P_REDIRECT_URI],
	    "https://auth.businesschat.apple.com");
	assert_string_equal(params.value[P_CLIENT_SECRET], "a+b/c=&d?e=f/g");
	assert_null(params.duplicate);
}

static void
test_unescaped_edges(void **state)
{
	(void)state;
	/* unknown names: skipped in front, part of the value behind */
	assert_int_equal(parse_unescaped("foo=1&bar&code=a&baz=2"), FORM_OK);
	assert_string_equal(params.value[P_CODE], "a&baz=2");
	assert_int_equal(parse_unescaped("code=a&&client_id=b&"), FORM_OK);
	assert_string_equal(params.value[P_CODE], "a&");
	assert_string_equal(params.value[P_CLIENT_ID], "b&");
	assert_int_equal(parse_unescaped("code=a&client_id"), FORM_OK);
	assert_string_equal(params.value[P_CODE], "a&client_id");
	assert_int_equal(parse_unescaped("code=a&code=b"), FORM_OK);
	assert_string_equal(params.duplicate, "code");
	assert_null(params.value[P_CODE]);
	assert_int_equal(parse_unescaped("code=%zz"), FORM_SYNTAX);
	assert_int_equal(parse_unescaped("code=%00"), FORM_NUL);
	assert_int_equal(parse_unescaped(""), FORM_OK);
}

static void
test_decode(void **state)
{
	char	out[8];

	(void)state;
	assert_int_equal(form_decode(out, sizeof(out), "a%20b+c", 7, 1), 5);
	assert_string_equal(out, "a b c");
	assert_int_equal(form_decode(out, sizeof(out), "a+%2b", 5, 0), 3);
	assert_string_equal(out, "a++");
	assert_int_equal(form_decode(out, sizeof(out), "", 0, 1), 0);
	assert_string_equal(out, "");
	assert_int_equal(form_decode(out, 8, "1234567", 7, 1), 7);
	assert_int_equal(form_decode(out, 7, "1234567", 7, 1), -1);
	assert_int_equal(form_decode(out, 0, "", 0, 1), -1);
	assert_int_equal(form_decode(out, sizeof(out), "%00", 3, 1), -1);
	assert_int_equal(form_decode(out, sizeof(out), "%0", 2, 1), -1);
	/* the two digits must lie inside len */
	assert_int_equal(form_decode(out, sizeof(out), "%41", 2, 1), -1);
}

static void
test_has(void **state)
{
	static const struct {
		const char	*text;
		int		 has;
	} cases[] = {
		{ "flow=x", 1 }, { "flow=", 1 }, { "a=b&flow=x&c=d", 1 },
		{ "a=&flow=", 1 }, { "&&flow=x", 1 }, { "flow=x&flow=y", 1 },
		{ "", 0 }, { "flow", 0 }, { "flo", 0 }, { "a=flow=x", 0 },
		{ "flows=x", 0 }, { "xflow=x", 0 }, { "a=b&flow", 0 },
		{ "FLOW=x", 0 }, { "%66low=x", 0 }, { "a=%26flow=x", 0 },
		{ "&", 0 }, { "=flow", 0 },
	};
	size_t	i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (form_has(cases[i].text, strlen(cases[i].text), "flow") !=
		    cases[i].has)
			fail_msg("%s", cases[i].text);
	/* Not a byte behind the end. */
	assert_false(form_has("flow=x", 4, "flow"));
	assert_true(form_has("flow=x", 5, "flow"));
	assert_true(form_has("\0&flow=x", 8, "flow"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rfc6749),
		cmocka_unit_test(test_first_equals_ends_name),
		cmocka_unit_test(test_empty_is_absent),
		cmocka_unit_test(test_duplicates),
		cmocka_unit_test(test_two_texts),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_apple_device),
		cmocka_unit_test(test_unescaped_edges),
		cmocka_unit_test(test_decode),
		cmocka_unit_test(test_has),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
