/* SPDX-License-Identifier: ISC */
/* The template engine, and the languages it is filled from. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "http/page.h"
#include "http/page_asset.h"
#include "http/page_template.h"
#include "http/page_words.h"

static struct page_template template;

/* Names "a", "b", "c": 0, 1, 2. */
static int
find(const char *name, size_t len)
{
	return (len == 1 && *name >= 'a' && *name <= 'c' ? *name - 'a' : -1);
}

static const struct {
	const char	*src;
	const char	*want;		/* with a="<1>", b="", c word */
} good[] = {
	{ "", "" },
	{ "plain { } } text", "plain { } } text" },
	{ "{{a}}", "&lt;1&gt;" },
	{ "x{{a}}{{a}}y{{b}}z", "x&lt;1&gt;&lt;1&gt;yz" },
	{ "{{#a}}yes{{/a}}{{^a}}no{{/a}}", "yes" },
	{ "{{#b}}yes{{/b}}{{^b}}no{{/b}}", "no" },
	{ "{{#a}}1{{#b}}2{{/b}}3{{^b}}4{{a}}{{/b}}{{/a}}5",
	    "134&lt;1&gt;5" },
	{ "{{#b}}{{#a}}{{a}}{{/a}}{{/b}}!", "!" },
	{ "{{#a}}{{/a}}", "" },
	{ "{{c}}", "hi R&amp;D, {brand" }
};

static void
test_good(void **state)
{
	const struct page_value values[] = { { "<1>", 0 }, { NULL, 0 },
	    { "hi {brand}, {brand", 1 } };
	struct text	 t;
	char		 mem[256];
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		if (page_template_parse(&template, good[i].src,
		    strlen(good[i].src), find) == -1)
			fail_msg("%s: %s", good[i].src, template.err);
		text_init(&t, mem, sizeof(mem));
		page_template_render(&t, &template, values, "R&D");
		assert_string_equal(t.p, good[i].want);
	}
}

static const struct {
	const char	*src;
	const char	*err;
} bad[] = {
	{ "{{d}}", "line 1: \"d\" is not a name" },
	{ "\n\n{{ a}}", "line 3: \" a\" is not a name" },
	{ "{{}}", "line 1: \"\" is not a name" },
	{ "{{{a}}", "line 1: \"{a\" is not a name" },
	{ "{{&a}}", "line 1: \"&a\" is not a name" },
	{ "{{#d}}{{/d}}", "line 1: \"d\" is not a name" },
	{ "{{#a}}", "line 1: \"a\" is not closed" },
	{ "{{#a}}\n{{^b}}{{/a}}", "line 2: \"a\" is closed while another" },
	{ "{{/a}}", "line 1: \"a\" is closed but not open" },
	{ "{{#a}}{{/a}}{{/a}}", "line 1: \"a\" is closed but not open" },
	{ "{{a", "line 1: \"\" has no }} behind it" },
	{ "{{a}", "line 1: \"\" has no }} behind it" },
	{ "{{", "line 1: \"\" has no }} behind it" },
	{ "{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}",
	    "line 1: \"a\" is nested too deep" }
};

static void
test_bad(void **state)
{
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(page_template_parse(&template, bad[i].src,
		    strlen(bad[i].src), find), -1);
		if (strncmp(template.err, bad[i].err,
		    strlen(bad[i].err)) != 0)
			fail_msg("%s: %s", bad[i].src, template.err);
	}
}

static void
test_too_many(void **state)
{
	static char	 src[5 * (TEMPLATE_SEGMENTS_MAX + 1)];
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(src); i += 5)
		memcpy(src + i, "{{a}}", 5);
	assert_int_equal(page_template_parse(&template, src, sizeof(src) - 5,
	    find), 0);
	assert_int_equal(page_template_parse(&template, src, sizeof(src),
	    find), -1);
	assert_non_null(strstr(template.err, "too many"));
}

/* English with one text exchanged for another, as a language of that tag. */
static int
add_changed(const char *path, const char *from, const char *to, char *err,
    size_t errlen)
{
	const struct asset *en = page_asset_find("locales/en.json");
	const char	*src, *at;
	char		*json;
	size_t		 cap;
	int		 len, rc;

	assert_non_null(en);
	src = (const char *)en->data;
	at = strstr(src, from);
	assert_non_null(at);
	cap = en->len + strlen(to) + 1;
	json = malloc(cap);
	assert_non_null(json);
	len = snprintf(json, cap, "%.*s%s%s", (int)(at - src), src, to,
	    at + strlen(from));
	rc = page_words_add(path, json, (size_t)len, err, errlen);
	free(json);
	return (rc);
}

static const struct {
	const char	*from;
	const char	*to;
	const char	*err;
} broken[] = {
	{ "\"note\": ", "\"not\": ",
	    "locales/xx.json: key \"note\" is missing" },
	{ "\"note\": ", "\"more\": \"x\", \"note\": ",
	    "locales/xx.json: key \"more\" is left over" },
	{ "\"note\": ", "\"note\": \"x\", \"note\": ",
	    "locales/xx.json: line " },
	{ "\"Password\"", "\"\"",
	    "locales/xx.json: key \"label.password\" is not a text, or empty" },
	{ "\"Password\"", "7",
	    "locales/xx.json: key \"label.password\" is not a text, or empty" },
	{ "\"Password\"", "[\"x\"]",
	    "locales/xx.json: key \"label.password\" is not a text, or empty" },
	{ "\"Password\"", "\"{Brand}\"",
	    "locales/xx.json: key \"label.password\" has a placeholder other" },
	{ "\"Password\"", "\"{brand} {\"",
	    "locales/xx.json: key \"label.password\" has a placeholder other" },
	{ "\"ltr\"", "\"up\"",
	    "locales/xx.json: key \"dir\" is neither \"ltr\" nor \"rtl\"" },
	{ "\"ltr\"", "\"ltr", "locales/xx.json: line " },
	{ "\"Password\"", "\"\\u0000\"", "locales/xx.json: line " },
	{ "\"Password\"", "\"\xff\"", "locales/xx.json: line " }
};

static void
test_broken_language(void **state)
{
	char		 err[256];
	size_t		 i;

	(void)state;
	assert_int_equal(page_init(), 0);
	for (i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		assert_int_equal(add_changed("locales/xx.json",
		    broken[i].from, broken[i].to, err, sizeof(err)), -1);
		if (strncmp(err, broken[i].err, strlen(broken[i].err)) != 0)
			fail_msg("%s, not %s", err, broken[i].err);
	}
	assert_int_equal(page_words_add("locales/xx.json", "", 0, err,
	    sizeof(err)), -1);
	assert_int_equal(page_words_add("locales/xx.json", "[]", 2, err,
	    sizeof(err)), -1);
	assert_string_equal(err, "locales/xx.json: not an object");
	assert_int_equal(page_words_add("xx.json", "{}", 2, err,
	    sizeof(err)), -1);
	/* None of them left anything behind. */
	assert_string_equal(page_words_get("xx")->tag, "en");
}

static void
test_another_language(void **state)
{
	char		 err[256], mem[PAGE_LEN_MAX];
	struct text	 t;
	struct page	 p = { .state = PAGE_LOGIN, .locale = "xx-RTL",
	    .brand_name = "<R&D>", .flow = "x" };

	(void)state;
	assert_int_equal(page_init(), 0);
	assert_int_equal(add_changed("locales/xx-RTL.json",
	    "\"ltr\",\n\t\"login.title\": \"Sign in\"",
	    "\"rtl\",\n\t\"login.title\": \"<{brand}>\"", err, sizeof(err)),
	    0);
	text_init(&t, mem, sizeof(mem));
	assert_int_equal(page_render(&t, &p), 0);
	assert_non_null(strstr(t.p, "<html lang=\"xx-RTL\" dir=\"rtl\">"));
	assert_non_null(strstr(t.p,
	    "<h1>&lt;&lt;R&amp;D&gt;&gt;</h1>"));
	/* One that is not there is English, and says so. */
	p.locale = "xx";
	text_init(&t, mem, sizeof(mem));
	assert_int_equal(page_render(&t, &p), 0);
	assert_non_null(strstr(t.p, "<html lang=\"en\" dir=\"ltr\">"));
	p.locale = NULL;
	text_init(&t, mem, sizeof(mem));
	assert_int_equal(page_render(&t, &p), 0);
	assert_non_null(strstr(t.p, "<html lang=\"en\" dir=\"ltr\">"));
	/* Starting anew forgets what was added. */
	assert_int_equal(page_init(), 0);
	assert_string_equal(page_words_get("xx-RTL")->tag, "en");
}

static void
test_too_many_languages(void **state)
{
	const struct asset *en = page_asset_find("locales/en.json");
	char		 path[64], err[256];
	int		 i, rc = 0;

	(void)state;
	assert_int_equal(page_init(), 0);
	for (i = 0; i < LOCALE_MAX + 1 && rc == 0; i++) {
		snprintf(path, sizeof(path), "locales/x%d.json", i);
		rc = page_words_add(path, en->data, en->len, err,
		    sizeof(err));
	}
	assert_int_equal(rc, -1);
	assert_non_null(strstr(err, "more than 64 languages"));
	assert_int_equal(page_init(), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_broken_language),
		cmocka_unit_test(test_another_language),
		cmocka_unit_test(test_too_many_languages)
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
