/* SPDX-License-Identifier: ISC */
/* The login page's form, as a browser and as an attacker would write it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/html_form.h"

static struct html_page	page;

static int
read_page(const char *text)
{
	return (html_page_read(&page, text, strlen(text)));
}

static const char *
value_of(const char *name)
{
	const struct html_input	*in = html_input_find(&page, name);

	return (in == NULL ? NULL : in->value);
}

static void
test_form(void **state)
{
	const struct html_input	*in;

	(void)state;
	assert_int_equal(read_page("<!doctype html><html><body>"
	    "<form method=\"post\" action=\"/oauth/authorize\">"
	    "<input type=\"hidden\" name=\"flow\" value=\"abc-_\">"
	    "<label>Name <input name=\"username\" type=\"email\" "
	    "autocomplete=\"username\" value=\"ann\" required></label>"
	    "<input name=\"password\" type=\"password\" "
	    "autocomplete=\"current-password\">"
	    "<button type=\"submit\">Sign in</button></form></body>"), 0);
	assert_int_equal(page.password_forms, 1);
	assert_int_equal(page.input_count, 3);
	assert_string_equal(page.method, "post");
	assert_string_equal(page.action, "/oauth/authorize");
	assert_string_equal(value_of("flow"), "abc-_");
	assert_string_equal(value_of("username"), "ann");
	assert_string_equal(page.insecure, "");
	in = html_input_find_autocomplete(&page, "username");
	assert_non_null(in);
	assert_string_equal(in->name, "username");
	assert_string_equal(in->type, "email");
	in = html_input_find_autocomplete(&page, "current-password");
	assert_non_null(in);
	assert_string_equal(in->name, "password");
	assert_null(html_input_find_autocomplete(&page, "new-password"));
	assert_null(html_input_find(&page, "user"));
}

static void
test_form_sloppy(void **state)
{
	(void)state;
	assert_int_equal(read_page("<FORM Method = POST ACTION=/a/b >"
	    "<INPUT TYPE = Hidden NAME=flow value=x/y=z>"
	    "<input name='u' value = 'it\"s' autocomplete=\n"
	    "'Section-a  USERNAME webauthn'/>"
	    "<input/name=\"p\"type=\"password\"><input type=checkbox>"), 0);
	assert_int_equal(page.password_forms, 1);
	assert_string_equal(page.method, "post");
	assert_string_equal(page.action, "/a/b");
	assert_string_equal(value_of("flow"), "x/y=z");
	assert_string_equal(value_of("u"), "it\"s");
	assert_string_equal(value_of("p"), "");
	assert_non_null(html_input_find_autocomplete(&page, "username"));
	assert_null(html_input_find_autocomplete(&page, "user"));
	assert_int_equal(page.input_count, 3);
	assert_int_equal(read_page("<form><input type=password name=p>"), 0);
	assert_string_equal(page.method, "get");
	assert_string_equal(page.action, "");
}

/* What looks like markup in comments and raw text is none. */
static void
test_form_hidden_markup(void **state)
{
	(void)state;
	assert_int_equal(read_page("<title><form></title>"
	    "<!-- <form><input type=password name=no> -->"
	    "<script>x = \"<form><input type=password name=no>\";</SCRIPT>"
	    "<style><input name=no></style>"
	    "<form method=post><textarea><input name=no></textarea>"
	    "<input type=password name=p></form>"), 0);
	assert_int_equal(page.password_forms, 1);
	assert_int_equal(page.input_count, 1);
	assert_null(value_of("no"));
	assert_non_null(value_of("p"));
}

static void
test_form_several(void **state)
{
	(void)state;
	assert_int_equal(read_page("<form action=/language><input name=l>"
	    "</form><input name=outside>"
	    "<form action=/in method=post><input type=password name=p></form>"
	    "<form action=/other><input type=password name=q></form>"), 0);
	assert_int_equal(page.password_forms, 2);
	assert_string_equal(page.action, "/in");
	assert_int_equal(page.input_count, 1);
	assert_non_null(value_of("p"));
	/* A nested form does not end or change the outer one. */
	assert_int_equal(read_page("<form action=/in><form action=/evil>"
	    "<input type=password name=p></form>"), 0);
	assert_string_equal(page.action, "/in");
	assert_int_equal(page.password_forms, 1);
	assert_int_equal(read_page("<p>no form"), 0);
	assert_int_equal(page.password_forms, 0);
	assert_int_equal(page.input_count, 0);
	assert_int_equal(read_page("<form action=/s><input name=s></form>"),
	    0);
	assert_int_equal(page.password_forms, 0);
	assert_int_equal(page.input_count, 0);
}

/* Return presses the first submit button only. */
static void
test_form_buttons(void **state)
{
	static const char	 start[] = "<form><input type=password name=p>";
	char			 text[512];

	(void)state;
	(void)snprintf(text, sizeof(text), "%s%s", start,
	    "<button type=button name=show value=1></button>"
	    "<button name=action value=sign-in></button>"
	    "<button name=action2 value=cancel></button>");
	assert_int_equal(read_page(text), 0);
	assert_int_equal(page.input_count, 2);
	assert_string_equal(value_of("action"), "sign-in");
	/* The first has no name, so nothing is sent for it or the second. */
	(void)snprintf(text, sizeof(text), "%s%s", start,
	    "<button>Sign in</button><input type=submit name=action "
	    "value=cancel><input type=reset name=r>");
	assert_int_equal(read_page(text), 0);
	assert_int_equal(page.input_count, 1);
}

static void
test_form_references(void **state)
{
	static const struct {
		const char	*written;
		const char	*meant;
	} rows[] = {
		{ "a&amp;b&lt;&gt;&quot;&apos;", "a&b<>\"'" },
		{ "&#43;&#x2b;&#X2B;&#39;", "+++'" },
		{ "&#xe4;&#x20ac;&#x1f600;",
		    "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80" },
		{ "&amp;lt;", "&lt;" },
		{ "&", "&" },
		{ "&amp", "&amp" },
		{ "&nosuch;", "&nosuch;" },
		{ "&#;&#x;&#12", "&#;&#x;&#12" },
		{ "&#0;&#x110000;&#99999999999999999999999;",
		    "&#0;&#x110000;&#99999999999999999999999;" },
		{ "&#xfg;&#1a;", "&#xfg;&#1a;" },
	};
	char	 text[256];
	size_t	 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		(void)snprintf(text, sizeof(text), "<form><input "
		    "type=password name=p value=\"%s\">", rows[i].written);
		assert_int_equal(read_page(text), 0);
		assert_string_equal(value_of("p"), rows[i].meant);
	}
}

/* The longest value fits, one byte more does not; nor does a 13th field. */
static void
test_form_limits(void **state)
{
	static const char	 start[] =
	    "<form><input type=password name=p value=\"";
	static const char	 field[] = "<input name=a>";
	char			 text[HTML_VALUE_LEN + 256];
	size_t			 i, n = strlen(start);

	(void)state;
	memcpy(text, start, n);
	memset(text + n, 'x', HTML_VALUE_LEN);
	text[n + HTML_VALUE_LEN - 1] = '"';
	assert_int_equal(html_page_read(&page, text, n + HTML_VALUE_LEN), 0);
	assert_int_equal(strlen(value_of("p")), HTML_VALUE_LEN - 1);
	text[n + HTML_VALUE_LEN - 1] = 'x';
	text[n + HTML_VALUE_LEN] = '"';
	assert_int_equal(html_page_read(&page, text, n + HTML_VALUE_LEN + 1),
	    -1);
	n = strlen("<form>");
	for (i = 0; i < HTML_INPUTS_MAX + 1; i++, n += strlen(field)) {
		memcpy(text + n, field, strlen(field));
		if (i == HTML_INPUTS_MAX - 1)
			assert_int_equal(html_page_read(&page, text,
			    n + strlen(field)), 0);
	}
	assert_int_equal(html_page_read(&page, text, n), -1);
}

/* Cut off anywhere, and with NUL in it: read to the end and not beyond. */
static void
test_form_cut(void **state)
{
	static const char	 text[] = "<!-- x --><form action='/a' \0 >"
	    "<input type=\"password\" name=p value='&#x2b;'\0/><script>a<b"
	    "</script><input\0name=q></form></";
	char			*exact;
	size_t			 n;

	(void)state;
	for (n = 0; n < sizeof(text); n++) {
		/* Of its exact size, so that a sanitizer sees the end. */
		exact = malloc(n + (n == 0));
		assert_non_null(exact);
		memcpy(exact, text, n);
		assert_int_equal(html_page_read(&page, exact, n), 0);
		free(exact);
	}
	assert_int_equal(page.password_forms, 1);
	assert_string_equal(value_of("p"), "+");
}

static void
test_insecure(void **state)
{
	static const struct {
		const char	*text;
		int		 is_insecure;
	} rows[] = {
		{ "<img src=\"http://a.example/x.png\">", 1 },
		{ "<img SRC=HTTP://a.example/x.png>", 1 },
		{ "<link rel=stylesheet href='http://a.example/s.css'>", 1 },
		{ "<form action=http://a.example/>", 1 },
		{ "<button formaction='http://a.example/'>", 1 },
		{ "<video poster=http://a.example/p>", 1 },
		{ "<a href=\"http://a.example/\">", 0 },
		{ "<img src=\"https://a.example/x.png\">", 0 },
		{ "<img alt=\"http://a.example\" src=/x.png>", 0 },
		{ "<!-- <img src=\"http://a.example/\"> -->", 0 },
		{ "<img src=\"http\">", 0 },
	};
	size_t	 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(read_page(rows[i].text), 0);
		assert_int_equal(page.insecure[0] != '\0',
		    rows[i].is_insecure);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_form),
		cmocka_unit_test(test_form_sloppy),
		cmocka_unit_test(test_form_hidden_markup),
		cmocka_unit_test(test_form_several),
		cmocka_unit_test(test_form_buttons),
		cmocka_unit_test(test_form_references),
		cmocka_unit_test(test_form_limits),
		cmocka_unit_test(test_form_cut),
		cmocka_unit_test(test_insecure),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
