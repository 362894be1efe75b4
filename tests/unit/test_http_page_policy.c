/* SPDX-License-Identifier: ISC */
/* What goes with a page: status, policy, style sheet, words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "crypto/digest.h"
#include "http/colour.h"
#include "http/page.h"
#include "http/page_asset.h"
#include "http/page_file.h"

static char	 mem[16 * PAGE_LEN_MAX];
static struct text html;

static const struct page page = {
	.locale = "en", .brand_name = "Northwind", .flow = "x",
	.help_url = "https://example.com/help", .detail = "nothing matches",
	.forgot_url = "https://example.com/forgot",
	.privacy_url = "https://example.com/privacy",
	.messages_url = "messages-auth://?status=success",
	.action = "https://msp.example/cb", .code = "c0de"
};

static int
init(void **state)
{
	(void)state;
	return (page_init());
}

static void
test_status(void **state)
{
	(void)state;
	assert_int_equal(page_status(PAGE_LOGIN), 200);
	assert_int_equal(page_status(PAGE_WRONG), 200);
	assert_int_equal(page_status(PAGE_THROTTLED), 429);
	assert_int_equal(page_status(PAGE_BUSY), 503);
	assert_int_equal(page_status(PAGE_OUTAGE), 503);
	assert_int_equal(page_status(PAGE_EXPIRED), 400);
	assert_int_equal(page_status(PAGE_UNKNOWN_CLIENT), 400);
	assert_int_equal(page_status(PAGE_BAD_REQUEST), 400);
	assert_int_equal(page_status(PAGE_USED), 400);
	assert_int_equal(page_status(PAGE_FORM_POST), 200);
	assert_int_equal(page_status(PAGE_CALLBACK_SUCCESS), 200);
	assert_int_equal(page_status(PAGE_CALLBACK_FAILURE), 400);
	assert_int_equal(page_status(PAGE_CALLBACK_CANCEL), 200);
}

static void
test_style(void **state)
{
	uint8_t		 digest[DIGEST_LEN];
	char		 want[64];
	const struct page_file *f = page_file_get(PAGE_FILE_STYLE);
	const char	*css = f->data;
	size_t		 len = f->len;

	(void)state;
	assert_int_equal(len, strlen(css));
	assert_non_null(strstr(css, "prefers-color-scheme: dark"));
	assert_non_null(strstr(css, "prefers-contrast: more"));
	assert_non_null(strstr(css, "prefers-reduced-motion: reduce"));
	assert_null(strstr(css, "url("));
	assert_null(strstr(css, "@import"));
	digest_sha256(digest, css, len);
	snprintf(want, sizeof(want), "/assets/style-%02x%02x%02x%02x%02x%02x"
	    "%02x%02x.css", digest[0], digest[1], digest[2], digest[3],
	    digest[4], digest[5], digest[6], digest[7]);
	assert_string_equal(f->path, want);
	assert_non_null(f->gzip);
	assert_true(f->gzip_len < f->len / 2);
	assert_ptr_equal(page_file_find(want), f);
	assert_ptr_equal(page_file_find(page_file_get(PAGE_FILE_SCRIPT)->path),
	    page_file_get(PAGE_FILE_SCRIPT));
	assert_null(page_file_find("/assets/style-0000000000000000.css"));
	/* The grounds that colours are checked against are the page's. */
	assert_non_null(strstr(css, "--sheet: #fff;"));
	assert_non_null(strstr(css, "--sheet: " COLOUR_DARK ";"));
}

static void
test_csp(void **state)
{
	static const char *const bad[] = { "https://a; script-src *",
	    "https://a https://b", "https://a,b", "https://a\r\nX: y",
	    "'unsafe-inline'", "*", "https://*.a", "https://a\"" };
	char		 csp[512];
	size_t		 i;

	(void)state;
	assert_int_equal(page_csp(csp, sizeof(csp), "", 0), 0);
	assert_string_equal(csp, "default-src 'none'; style-src 'self'; "
	    "img-src data:; form-action 'self'; base-uri 'none'; "
	    "frame-ancestors 'none'");
	assert_int_equal(page_csp(csp, sizeof(csp),
	    "https://auth.businesschat.apple.com", 1), 0);
	assert_non_null(strstr(csp, "; script-src 'self'; form-action 'self' "
	    "https://auth.businesschat.apple.com messages-auth:; base-uri"));
	assert_int_equal(page_csp(csp, sizeof(csp), "messages-auth:", 1), 0);
	assert_non_null(strstr(csp, "form-action 'self' messages-auth:; "));
	assert_int_equal(page_csp(csp, sizeof(csp), "http://[::1]:8080", 1), 0);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(page_csp(csp, sizeof(csp), bad[i], 1), -1);
	assert_int_equal(page_csp(csp, 40, "", 0), -1);
}

/* Every word of English is on some page: none is kept for nothing. */
static void
test_no_idle_word(void **state)
{
	const struct asset *en = page_asset_find("locales/en.json");
	const char	*key, *word;
	json_t		*root, *value;
	struct page	 p = page;
	char		 part[256];
	int		 i;

	(void)state;
	text_init(&html, mem, sizeof(mem));
	for (i = 0; i < PAGE_STATE_MAX; i++) {
		p = page;
		p.state = (enum page_state)i;
		assert_int_equal(page_render(&html, &p), 0);
		p.flow = "";
		p.error = "access_denied";
		assert_int_equal(page_render(&html, &p), 0);
		p.error = "server_error";
		assert_int_equal(page_render(&html, &p), 0);
	}
	assert_non_null(en);
	root = json_loadb((const char *)en->data, en->len, 0, NULL);
	assert_true(json_object_size(root) > 10);
	json_object_foreach(root, key, value) {
		word = json_string_value(value);
		snprintf(part, sizeof(part), "%.*s",
		    (int)strcspn(word, "{"), word);
		if (strstr(html.p, part) == NULL)
			fail_msg("\"%s\" is on no page", key);
	}
	json_decref(root);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_style),
		cmocka_unit_test(test_csp),
		cmocka_unit_test(test_no_idle_word)
	};

	return (cmocka_run_group_tests(tests, init, NULL));
}
