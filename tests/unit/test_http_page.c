/* SPDX-License-Identifier: ISC */
/* The pages: every state, and what a stranger's text can do in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "http/page.h"
#include "http/page_file.h"

#define XSS	"\"'><script>alert(1)</script>&{{flow}}{brand}"
#define ESCAPED	"&quot;&#39;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;" \
		"{{flow}}{brand}"

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

static void
test_every_state(void **state)
{
	struct page	 p;
	int		 i;

	(void)state;
	for (i = 0; i < PAGE_STATE_MAX; i++) {
		p = page_of((enum page_state)i);
		render(&p);
		assert_true(html.len > 800 && html.len < 20480);
		assert_int_equal(strncmp(html.p, "<!doctype html>", 15), 0);
		assert_has("<html lang=\"en\" dir=\"ltr\">");
		assert_has("<meta charset=\"utf-8\">");
		assert_has("name=\"viewport\" content=\"width=device-width");
		assert_has("name=\"color-scheme\" content=\"light dark\"");
		assert_has(page_file_get(PAGE_FILE_STYLE)->path);
		assert_int_equal(count("<h1>"), 1);
		assert_int_equal(count("<main>"), 1);
		assert_has("https://example.com/help?a=1&amp;b=2");
		assert_int_equal(count("<script "),
		    (size_t)page_has_script(&p));
		assert_int_equal(count("src="), count("<script "));
		assert_has_not("style=");
		assert_has_not(" onclick");
		assert_has_not("{{");
		assert_has_not("}}");
		assert_int_equal(count("<form "), count("</form>"));
		assert_int_equal(count("<p"), count("</p>") + count("<path"));
		assert_int_equal(count("<div"), count("</div>"));
		assert_int_equal(count("<li>"), count("</li>"));
		assert_int_equal(count("<button"), count("</button>"));
	}
}

static void
test_login(void **state)
{
	struct page	 p = page_of(PAGE_LOGIN);

	(void)state;
	p.username = NULL;
	render(&p);
	assert_has("<form method=\"post\" action=\"/oauth/authorize\">");
	assert_has("name=\"flow\" value=\"0123456789abcdefghijkl.QUJD\"");
	assert_has("autocomplete=\"username\"");
	assert_has("autocomplete=\"current-password\"");
	assert_has("type=\"password\"");
	assert_has("inputmode=\"email\"");
	assert_has("autocapitalize=\"none\"");
	assert_has("autocorrect=\"off\"");
	assert_has("spellcheck=\"false\"");
	assert_has("maxlength=\"1024\"");
	assert_has("name=\"username\" value=\"\"");
	assert_int_equal(count(" required"), 2);
	assert_has_not("role=\"alert\"");
	assert_has_not("aria-invalid");
	assert_has_not("aria-describedby");
	assert_has_not("autofocus");
	assert_has_not("nothing matches");	/* detail */
	p.username = "ada@example.com";		/* login_hint */
	render(&p);
	assert_has("value=\"ada@example.com\"");
}

static void
test_wrong(void **state)
{
	struct page	 p = page_of(PAGE_WRONG);

	(void)state;
	render(&p);
	assert_has("id=\"alert\" role=\"alert\"");
	assert_int_equal(count("aria-describedby=\"alert\""), 2);
	assert_int_equal(count("aria-invalid=\"true\""), 2);
	assert_int_equal(count(" autofocus"), 1);
	assert_true(strstr(html.p, " autofocus") >
	    strstr(html.p, "id=\"password\""));
	assert_has("value=\"ada@example.com\"");
	assert_has("user name or password");
}

static void
test_try_again(void **state)
{
	static const enum page_state states[] = { PAGE_BUSY, PAGE_OUTAGE,
	    PAGE_THROTTLED };
	struct page	 p;
	size_t		 i;

	(void)state;
	for (i = 0; i < 3; i++) {
		p = page_of(states[i]);
		render(&p);
		assert_has("action=\"/oauth/authorize\"");
		assert_has("value=\"ada@example.com\"");
		assert_has("role=\"alert\"");
		assert_has_not("aria-invalid");
		p.flow = "";
		render(&p);
		assert_has_not("<form");
		assert_has_not("<input");
		assert_has("nothing matches");
		p.flow = NULL;
		render(&p);
		assert_has_not("<form");
	}
}

static void
test_errors(void **state)
{
	static const enum page_state states[] = { PAGE_USED,
	    PAGE_UNKNOWN_CLIENT, PAGE_BAD_REQUEST };
	struct page	 p;
	size_t		 i;

	(void)state;
	for (i = 0; i < 3; i++) {
		p = page_of(states[i]);
		render(&p);
		assert_has("nothing matches");
		assert_has("Go back to Messages");
		assert_has_not("<form");
		assert_has_not("ada@example.com");
		assert_has_not("c0de");
		assert_has_not("msp.example");
		p.detail = "";
		render(&p);
		assert_has_not("class=\"detail\"");
	}
	p = page_of(PAGE_UNKNOWN_CLIENT);
	render(&p);
	assert_has("a place that Northwind knows");
}

static void
test_form_post(void **state)
{
	struct page	 p = page_of(PAGE_FORM_POST);

	(void)state;
	render(&p);
	assert_has("action=\"https://msp.example/cb?x=1&amp;y=2\"");
	assert_has("name=\"code\" value=\"c0de\"");
	assert_has("name=\"state\" value=\"a+b/c==\"");
	assert_has("name=\"iss\" value=\"https://login.example\"");
	assert_has("<button type=\"submit\">Continue</button>");
	assert_has_not("name=\"error\"");
	assert_has_not("name=\"error_description\"");
	assert_has_not("name=\"flow\"");
	p.state_value = NULL;
	p.error = "access_denied";
	render(&p);
	assert_has("name=\"error\" value=\"access_denied\"");
	assert_has("name=\"error_description\" value=\"a sentence\"");
	assert_has_not("name=\"code\"");
	assert_has_not("name=\"state\"");
	assert_has("Sign-in canceled");
	p.error = "server_error";
	render(&p);
	assert_has("not signed in");
	assert_has("class=\"mark bad\"");
}

/* Whatever arrives in whichever field, it stays text. */
static void
test_escaping(void **state)
{
	struct page	 p;
	int		 i;

	(void)state;
	for (i = 0; i < PAGE_STATE_MAX; i++) {
		p = page_of((enum page_state)i);
		p.brand_name = p.flow = p.username = p.detail = p.action = XSS;
		p.code = p.state_value = p.iss = p.error_description = XSS;
		p.help_url = p.forgot_url = p.privacy_url = "https://" XSS;
		p.messages_url = "messages-auth:" XSS;
		p.style = XSS;
		render(&p);
		assert_has_not("<script>");
		assert_has_not("\"'");
		assert_has_not("'>");
		assert_has(ESCAPED);
		if (i == PAGE_FORM_POST) {
			p.error = XSS;
			render(&p);
			assert_has_not("<script>");
			assert_has("name=\"error\" value=\"" ESCAPED "\"");
		}
	}
}

static void
test_links(void **state)
{
	static const char *const bad[] = { "", "javascript:alert(1)",
	    "JaVaScRiPt:alert(1)", " https://x", "data:text/html,x",
	    "http://x", "//x", "/x" };
	static const char *const good[] = { "https://x.example/",
	    "HTTPS://x.example/", "mailto:help@x.example", "tel:+4912345" };
	struct page	 p = page_of(PAGE_LOGIN);
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		p.help_url = bad[i];
		render(&p);
		assert_has_not("<a ");
	}
	p.help_url = NULL;
	render(&p);
	assert_has_not("<a ");
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		p.help_url = good[i];
		render(&p);
		assert_has(good[i]);
	}
}

/* A user name of 30 KB must not cost the customer the page. */
static void
test_long_username(void **state)
{
	static char	 name[30000];
	struct page	 p = page_of(PAGE_WRONG);

	(void)state;
	p.username = name;
	memset(name, '"', 255);
	render(&p);
	assert_int_equal(count("&quot;"), 255);
	name[255] = '"';
	render(&p);
	assert_has("name=\"username\" value=\"\"");
	memset(name, '"', sizeof(name) - 1);
	render(&p);
	assert_has("name=\"username\" value=\"\"");
}

static void
test_overflow(void **state)
{
	struct page	 p = page_of(PAGE_LOGIN);
	size_t		 len;

	(void)state;
	render(&p);
	len = html.len;
	text_init(&html, mem, len + 1);
	assert_int_equal(page_render(&html, &p), 0);
	text_init(&html, mem, len);
	assert_int_equal(page_render(&html, &p), -1);
	text_init(&html, mem, 1);
	assert_int_equal(page_render(&html, &p), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_state),
		cmocka_unit_test(test_login),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_try_again),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_form_post),
		cmocka_unit_test(test_escaping),
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_long_username),
		cmocka_unit_test(test_overflow)
	};

	return (cmocka_run_group_tests(tests, init, NULL));
}
