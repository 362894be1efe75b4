/* SPDX-License-Identifier: ISC */
/* The pages at the end of a sign-in, and those of a client with a brand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "http/page.h"

static char	 mem[PAGE_LEN_MAX];
static struct text html;

static int
init(void **state)
{
	(void)state;
	return (page_init());
}

static struct page
page_of(enum page_state state)
{
	struct page	 p = {
		.state = state, .locale = "en", .brand_name = "Northwind",
		.help_url = "https://example.com/help?a=1&b=2",
		.flow = "0123456789abcdefghijkl.QUJD",
		.username = "ada@example.com", .detail = "nothing matches",
		.action = "https://msp.example/cb?x=1&y=2", .code = "c0de",
		.state_value = "a+b/c==", .iss = "https://login.example",
		.error_description = "a sentence"
	};

	return (p);
}

/* Render into html. */
static const char *
render(const struct page *p)
{
	text_init(&html, mem, sizeof(mem));
	assert_int_equal(page_render(&html, p), 0);
	return (html.p);
}

static void
assert_has(const char *needle)
{
	if (strstr(html.p, needle) == NULL)
		fail_msg("missing: %s\nin: %s", needle, html.p);
}

static void
assert_has_not(const char *needle)
{
	if (strstr(html.p, needle) != NULL)
		fail_msg("there: %s\nin: %s", needle, html.p);
}

static size_t
count(const char *needle)
{
	const char	*s = html.p;
	size_t		 n;

	for (n = 0; (s = strstr(s, needle)) != NULL; n++)
		s += strlen(needle);
	return (n);
}

/* From a page that is too old there is a way back, from others none. */
static void
test_expired(void **state)
{
	struct page	 p = page_of(PAGE_EXPIRED);

	(void)state;
	render(&p);
	assert_has("name=\"flow\" value=\"0123456789abcdefghijkl.QUJD\"");
	assert_has("name=\"action\" value=\"cancel\"");
	assert_has("Back to Messages");
	assert_has_not("type=\"password\"");
	assert_has_not("<script");
	p.flow = "";
	render(&p);
	assert_has_not("<form");
	assert_has("Go back to Messages");
}

/* The first button is the one that Return presses. */
static void
test_cancel(void **state)
{
	struct page	 p = page_of(PAGE_LOGIN);
	const char	*cancel, *submit;

	(void)state;
	render(&p);
	submit = strstr(html.p, "<button type=\"submit\" data-busy=");
	cancel = strstr(html.p, "name=\"action\" value=\"cancel\"");
	assert_non_null(submit);
	assert_non_null(cancel);
	assert_true(submit < cancel);
	assert_int_equal(count("formnovalidate"), 1);
}

static void
test_callback(void **state)
{
	static const enum page_state states[] = { PAGE_CALLBACK_SUCCESS,
	    PAGE_CALLBACK_FAILURE, PAGE_CALLBACK_CANCEL };
	struct page	 p;
	size_t		 i;

	(void)state;
	for (i = 0; i < 3; i++) {
		p = page_of(states[i]);
		p.messages_url = "messages-auth://?status=x&error_code=1";
		render(&p);
		assert_has("href=\"messages-auth://?status=x&amp;"
		    "error_code=1\"");
		assert_has(i == 0 ? "class=\"mark done\"" :
		    "class=\"mark bad\"");
		assert_has_not("<form");
		assert_has_not("<script");
		p.messages_url = "javascript:alert(1)";
		render(&p);
		assert_has_not("javascript");
		p.messages_url = NULL;
		render(&p);
		assert_has_not("Back to Messages");
	}
}

static void
test_brand(void **state)
{
	struct page	 p = page_of(PAGE_LOGIN);

	(void)state;
	render(&p);
	assert_has_not("class=\"logo\"");
	assert_has("class=\"mark\"");
	p.has_logo = 1;
	p.style = "/assets/brand-x.css";
	p.forgot_url = "https://example.com/forgot";
	p.privacy_url = "https://example.com/privacy";
	render(&p);
	assert_has("class=\"logo\"");
	assert_has_not("class=\"mark\"");
	assert_has("href=\"/assets/brand-x.css\"");
	assert_has("https://example.com/forgot");
	assert_has("https://example.com/privacy");
	assert_int_equal(count("<p class=\"brand\">Northwind</p>"), 1);
	p.state = PAGE_USED;
	render(&p);
	assert_has("class=\"logo\"");
	assert_has("class=\"mark bad\"");
	assert_has_not("https://example.com/forgot");
	assert_has("https://example.com/privacy");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_expired),
		cmocka_unit_test(test_cancel),
		cmocka_unit_test(test_callback),
		cmocka_unit_test(test_brand)
	};

	return (cmocka_run_group_tests(tests, init, NULL));
}
