/* SPDX-License-Identifier: ISC */
/*
 * What the simulation reads and judges without a server: the redirect, the
 * policy, the device's escaping.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/simulate.h"

#define APPLE	"https://auth.businesschat.apple.com"
#define MSP	"https://msp.example/cb?tenant=7"

static void
test_redirect(void **state)
{
	struct sim_redirect	 r;

	(void)state;
	assert_null(sim_redirect_read(&r, APPLE "?code=a-b.c_d~&state=+/a=="
	    "&iss=https%3A%2F%2Fop.example%3A8443", APPLE));
	assert_string_equal(r.code, "a-b.c_d~");
	assert_string_equal(r.iss, "https://op.example:8443");
	assert_string_equal(r.error, "");
	assert_int_equal(r.raw_state.len, 5);
	assert_memory_equal(r.raw_state.p, "+/a==", 5);
	/* The state stays raw, whichever way it was encoded. */
	assert_null(sim_redirect_read(&r, MSP "&state=%2B%2f%3D&code=x", MSP));
	assert_int_equal(r.raw_state.len, 9);
	assert_memory_equal(r.raw_state.p, "%2B%2f%3D", 9);
	assert_null(sim_redirect_read(&r, MSP "&error=access_denied"
	    "&error_description=not+to%20day", MSP));
	assert_string_equal(r.error, "access_denied");
	assert_string_equal(r.description, "not to day");
	assert_string_equal(r.code, "");
	assert_null(r.raw_state.p);
	assert_null(sim_redirect_read(&r, APPLE "?code=x&state=&states=y",
	    APPLE));
	assert_non_null(r.raw_state.p);
	assert_int_equal(r.raw_state.len, 0);
}

static void
test_redirect_wrong(void **state)
{
	static const struct {
		const char	*location;
		const char	*uri;
	} rows[] = {
		{ "", APPLE },
		{ APPLE, APPLE },
		{ APPLE "/?code=x", APPLE },
		{ APPLE ".evil.example?code=x", APPLE },
		{ APPLE "@evil.example?code=x", APPLE },
		{ APPLE "#code=x", APPLE },
		{ APPLE "?code=x#y", APPLE },
		{ "http://auth.businesschat.apple.com?code=x", APPLE },
		{ "/oauth/authorize?code=x", APPLE },
		{ MSP "?code=x", MSP },
		{ MSP "1&code=x", MSP },
		{ "https://msp.example/cb?code=x", MSP },
		{ APPLE "?code=x&code=x", APPLE },
		{ APPLE "?code=x&state=a&state=a", APPLE },
		{ APPLE "?iss=a&code=x&iss=b", APPLE },
		{ APPLE "?code=%zz", APPLE },
		{ APPLE "?code=a%00b", APPLE },
	};
	struct sim_redirect	 r;
	char			 text[SIM_CODE_LEN + 64] = APPLE "?code=";
	size_t			 i, n = strlen(text);

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_non_null(sim_redirect_read(&r, rows[i].location,
		    rows[i].uri));
	/* Amazon Connect takes 2,048 characters of code, and no more. */
	memset(text + n, 'x', 2048);
	text[n + 2048] = '\0';
	assert_null(sim_redirect_read(&r, text, APPLE));
	assert_int_equal(strlen(r.code), 2048);
	text[n + 2048] = 'x';
	text[n + 2049] = '\0';
	assert_non_null(sim_redirect_read(&r, text, APPLE));
	assert_string_equal(r.code, "");
}

static void
test_csp(void **state)
{
	static const struct {
		const char	*policy;
		int		 is_strict;
	} rows[] = {
		{ "default-src 'none'; style-src 'self'; frame-ancestors "
		    "'none'; form-action 'self' " APPLE, 1 },
		{ "DEFAULT-SRC 'self';frame-ancestors 'none';form-action "
		    APPLE, 1 },
		{ "", 0 },
		{ "style-src 'self'; frame-ancestors 'none'; form-action "
		    APPLE, 0 },
		{ "default-src https:; frame-ancestors 'none'; form-action "
		    APPLE, 0 },
		{ "default-src 'none'; script-src 'unsafe-inline'; "
		    "frame-ancestors 'none'; form-action " APPLE, 0 },
		{ "default-src 'none'; img-src *; frame-ancestors 'none'; "
		    "form-action " APPLE, 0 },
		{ "default-src 'none'; img-src data:; frame-ancestors 'none'; "
		    "form-action " APPLE, 1 },
		{ "default-src 'none'; img-src data:; script-src data:; "
		    "frame-ancestors 'none'; form-action " APPLE, 0 },
		{ "default-src 'self' data:; frame-ancestors 'none'; "
		    "form-action " APPLE, 0 },
		{ "default-src 'none'; img-src http:; frame-ancestors 'none'; "
		    "form-action " APPLE, 0 },
		{ "default-src 'none'; form-action " APPLE, 0 },
		{ "default-src 'none'; frame-ancestors 'none'", 0 },
		{ "default-src 'none'; frame-ancestors 'none'; form-action "
		    "'self'", 0 },
		{ "default-src 'none'; frame-ancestors 'none'; form-action "
		    APPLE ".evil.example", 0 },
		{ "default-src 'none'; frame-ancestors " APPLE "; "
		    "form-action 'self'", 0 },
		{ "default-src-x 'none'; frame-ancestors 'none'; "
		    "form-action " APPLE, 0 },
	};
	size_t	 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(sim_csp_check(rows[i].policy, APPLE) == NULL,
		    rows[i].is_strict);
}

static void
test_characters(void **state)
{
	struct text	 t;
	char		 mem[128];

	(void)state;
	text_init(&t, mem, sizeof(mem));
	sim_text_add_device(&t, "https://a?b=c&d+/ \xc3\xa4%#;");
	assert_int_equal(text_is_ok(&t), 1);
	assert_string_equal(mem, "https://a?b%3Dc%26d+/%20%C3%A4%25%23%3B");
	assert_int_equal(sim_text_is_unreserved("aZ09-._~"), 1);
	assert_int_equal(sim_text_is_unreserved("a+b"), 0);
	assert_int_equal(sim_text_is_unreserved("a/b"), 0);
	assert_int_equal(sim_text_is_unreserved("ab="), 0);
	assert_int_equal(sim_text_is_unreserved("\xc3\xa4"), 0);
	assert_int_equal(sim_text_is_raw_value("a+b/c==%2B"), 1);
	assert_int_equal(sim_text_is_raw_value(""), 1);
	assert_int_equal(sim_text_is_raw_value("a&b"), 0);
	assert_int_equal(sim_text_is_raw_value("a#b"), 0);
	assert_int_equal(sim_text_is_raw_value("a b"), 0);
	assert_int_equal(sim_text_is_raw_value("a%"), 0);
	assert_int_equal(sim_text_is_raw_value("a%2"), 0);
	assert_int_equal(sim_text_is_raw_value("a%2g"), 0);
	assert_int_equal(sim_text_is_raw_value("a\r\nb"), 0);
}

static void
test_urls(void **state)
{
	char	 out[64];

	(void)state;
	assert_int_equal(sim_url_join(out, sizeof(out),
	    "https://op.example:8443/oauth/authorize?a=b",
	    "/oauth/authorize"), 0);
	assert_string_equal(out, "https://op.example:8443/oauth/authorize");
	assert_int_equal(sim_url_join(out, sizeof(out),
	    "https://op.example/oauth/authorize", ""), 0);
	assert_string_equal(out, "https://op.example/oauth/authorize");
	assert_int_equal(sim_url_join(out, sizeof(out),
	    "https://op.example/a", "//evil.example/x"), 0);
	assert_string_equal(out, "https://evil.example/x");
	assert_int_equal(sim_url_join(out, 10, "https://op.example/a", "b"),
	    -1);
	assert_int_equal(sim_url_is_loopback("http://localhost:8080/x"), 1);
	assert_int_equal(sim_url_is_loopback("http://127.0.0.1"), 1);
	assert_int_equal(sim_url_is_loopback("http://[::1]:80"), 1);
	assert_int_equal(sim_url_is_loopback("http://localhost@evil.example"),
	    0);
	assert_int_equal(sim_url_is_loopback("http://localhost.evil.example"),
	    0);
	assert_int_equal(sim_url_is_loopback("not a url"), 0);
}

/* What the server sends must not reach the terminal as it is. */
static void
test_say(void **state)
{
	struct sim	*s = calloc(1, sizeof(*s));

	(void)state;
	assert_non_null(s);
	assert_int_equal(sim_fail(s, "it is %s", "\x1b[31mred\r\n\x7f\xc3"),
	    -1);
	assert_string_equal(s->said, "it is ?[31mred????");
	free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_redirect),
		cmocka_unit_test(test_redirect_wrong),
		cmocka_unit_test(test_csp),
		cmocka_unit_test(test_characters),
		cmocka_unit_test(test_urls),
		cmocka_unit_test(test_say),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
