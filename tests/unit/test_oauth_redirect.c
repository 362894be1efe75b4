/* SPDX-License-Identifier: ISC */
/* Redirect URIs and the responses built on them. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

#include "oauth/redirect.h"

#define APPLE	"https://auth.businesschat.apple.com"
#define ISS	"https://op.example.com:8443"
#define ISS_URI	"iss=https%3A%2F%2Fop.example.com%3A8443"

static const struct {
	const char	*uri;
	int		 is_good;
} registrable[] = {
	{ APPLE, 1 },
	{ "https://msp.example/cb?tenant=7&x=(a),b;c='d'", 1 },
	{ "https://msp.example:8443/cb", 1 },
	{ "https://msp.example:65535", 1 },
	{ "https://[2001:db8::1]:8443/cb", 1 },
	{ "https://xn--bcher-kva.example/%C3%A9", 1 },
	{ "http://localhost:3000/cb", 1 },
	{ "http://127.0.0.1/cb", 1 },
	{ "http://[::1]:80/cb", 1 },
	{ "", 0 },
	{ "https:", 0 },
	{ "https://", 0 },
	{ "https:///cb", 0 },
	{ "https://:443/cb", 0 },
	{ "https://msp.example:/cb", 0 },
	{ "https://msp.example:0/cb", 0 },
	{ "https://msp.example:65536/cb", 0 },
	{ "https://msp.example:+443/cb", 0 },
	{ "https://msp.example:443x/cb", 0 },
	{ "https://[::1/cb", 0 },
	{ "https://[::1]x/cb", 0 },
	{ "http://msp.example/cb", 0 },
	{ "http://localhost.evil.example/cb", 0 },
	{ "http://127.0.0.1.evil.example/cb", 0 },
	{ "http://localhost@evil.example/", 0 },
	{ "https://user@msp.example/cb", 0 },
	{ "https://user:pw@msp.example/cb", 0 },
	{ "https://msp.example\\@evil.example/", 0 },
	{ "https://msp.example/cb#", 0 },
	{ "https://msp.example/cb#frag", 0 },
	{ "https://*.example/cb", 0 },
	{ "https://msp.example/*", 0 },
	{ "https://msp.example/a b", 0 },
	{ "https://msp.example/\r\nSet-Cookie:x", 0 },
	{ "https://b\xc3\xbc" "cher.example/", 0 },
	{ "https://msp.example/\x7f", 0 },
	{ "https://msp.example/\"><script>", 0 },
	{ "HTTPS://msp.example/cb", 0 },
	{ "//msp.example/cb", 0 },
	{ "/cb", 0 },
	{ "javascript:alert(1)", 0 },
	{ "messages-auth://x", 0 },
};

static void
test_is_registrable(void **state)
{
	const char	*why;
	size_t		 i;
	int		 is_good;

	(void)state;
	for (i = 0; i < sizeof(registrable) / sizeof(registrable[0]); i++) {
		why = "unset";
		is_good = redirect_is_registrable(registrable[i].uri, &why);
		if (is_good != registrable[i].is_good)
			fail_msg("<%s>: %s", registrable[i].uri,
			    why ? why : "taken");
		assert_true(is_good == (why == NULL));
	}
}

static void
test_registrable_reasons(void **state)
{
	static const struct {
		const char	*uri;
		const char	*word;
	} rows[] = {
		{ "https://user@msp.example/cb", "(@)" },
		{ "https://msp.example/cb#x", "(#)" },
		{ "https://*.example/cb", "(*)" },
		{ "https:///cb", "no host" },
		{ "http://msp.example/cb", "localhost" },
		{ "msp.example", "https://" },
		{ "", "https://" },
	};
	const char	*why;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_false(redirect_is_registrable(rows[i].uri, &why));
		assert_non_null(strstr(why, rows[i].word));
	}
}

static void
test_registrable_length(void **state)
{
	char		 uri[2050];
	const char	*why;

	(void)state;
	memset(uri, 'a', sizeof(uri));
	memcpy(uri, "https://msp.example/", 20);
	uri[2048] = '\0';
	assert_false(redirect_is_registrable(uri, &why));
	uri[2047] = '\0';
	assert_true(redirect_is_registrable(uri, &why));
}

/* RFC 9700 4.1.1: what a looser comparison would let through. */
static void
test_match(void **state)
{
	static const char	list[] = APPLE " https://msp.example/cb";
	static const char *const bad[] = {
		"", " ", "https://msp.example/", "https://msp.example/cb/",
		"https://msp.example/CB", "https://msp.example/cb?x=1",
		"https://msp.example/cb#", "https://msp.example/cb/../cb",
		"https://msp.example:443/cb", "https://MSP.example/cb",
		"https://msp.example/%63b", APPLE "/", APPLE ".evil.example",
		APPLE " https://msp.example/cb",
		" https://auth.businesschat.apple.com",
		"https://auth.businesschat.apple.co",
	};
	size_t	i;

	(void)state;
	assert_true(redirect_match(list, APPLE));
	assert_true(redirect_match(list, "https://msp.example/cb"));
	assert_false(redirect_match("", APPLE));
	assert_false(redirect_match("", ""));
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (redirect_match(list, bad[i]))
			fail_msg("<%s> matches", bad[i]);
	}
}

static void
test_origin(void **state)
{
	static const struct {
		const char	*uri;
		const char	*origin;	/* NULL: none */
	} rows[] = {
		{ APPLE, APPLE },
		{ "https://msp.example:8443/cb?x", "https://msp.example:8443" },
		{ "https://msp.example?x=1", "https://msp.example" },
		{ "http://[::1]:80/", "http://[::1]:80" },
		{ "messages-auth://?status=success", "messages-auth:" },
		{ "https://a.example;script-src:*/", NULL },
		{ "https://a@b.example/", NULL },
		{ "https:///x", NULL },
		{ "http:evil", NULL },
		{ "no colon", NULL },
		{ "9p://x", NULL },
		{ "a b://x", NULL },
		{ ":x", NULL },
		{ "", NULL },
	};
	char	out[64];
	size_t	i;
	int	rc;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		rc = redirect_origin(out, sizeof(out), rows[i].uri);
		if (rc != (rows[i].origin == NULL ? -1 : 0))
			fail_msg("<%s>: %d", rows[i].uri, rc);
		assert_string_equal(out,
		    rows[i].origin == NULL ? "" : rows[i].origin);
	}
	assert_int_equal(redirect_origin(out, strlen(APPLE), APPLE), -1);
	assert_int_equal(redirect_origin(out, strlen(APPLE) + 1, APPLE), 0);
}

static void
build(char *out, size_t cap, const char *uri, enum response_mode mode,
    const char *state, const struct oauth_verdict *error)
{
	struct authorization_response	r;

	memset(&r, 0, sizeof(r));
	r.redirect_uri = uri;
	r.mode = mode;
	r.code = error == NULL ? "SplxlOBeZQQYbYS6WxSbIA" : NULL;
	r.raw_state = state;
	r.raw_state_len = state == NULL ? 0 : strlen(state);
	r.iss = ISS;
	r.error = error;
	assert_int_equal(redirect_build(out, cap, &r), 0);
}

/* RFC 6749 4.1.2 and 3.1.2: the query component is kept. */
static void
test_build_code(void **state)
{
	char	out[1024];

	(void)state;
	build(out, sizeof(out), "https://client.example.com/cb", MODE_QUERY,
	    "xyz", NULL);
	assert_string_equal(out, "https://client.example.com/cb"
	    "?code=SplxlOBeZQQYbYS6WxSbIA&state=xyz&" ISS_URI);
	build(out, sizeof(out), "https://c.example/cb?a=b", MODE_QUERY, NULL,
	    NULL);
	assert_string_equal(out, "https://c.example/cb?a=b"
	    "&code=SplxlOBeZQQYbYS6WxSbIA&" ISS_URI);
	build(out, sizeof(out), "https://c.example/cb?", MODE_QUERY, "", NULL);
	assert_string_equal(out, "https://c.example/cb"
	    "?code=SplxlOBeZQQYbYS6WxSbIA&" ISS_URI);
	build(out, sizeof(out), "https://c.example/cb?a=b&", MODE_QUERY, NULL,
	    NULL);
	assert_string_equal(out, "https://c.example/cb?a=b"
	    "&code=SplxlOBeZQQYbYS6WxSbIA&" ISS_URI);
	build(out, sizeof(out), "https://c.example/cb?a=b", MODE_FRAGMENT,
	    "xyz", NULL);
	assert_string_equal(out, "https://c.example/cb?a=b"
	    "#code=SplxlOBeZQQYbYS6WxSbIA&state=xyz&" ISS_URI);
	build(out, sizeof(out), APPLE, MODE_QUERY, NULL, NULL);
	assert_string_equal(out, APPLE
	    "?code=SplxlOBeZQQYbYS6WxSbIA&" ISS_URI);
}

/* RFC 6749 4.1.2.1; RFC 9207 2.2 puts iss on errors too. */
static void
test_build_error(void **state)
{
	struct oauth_verdict	v;
	char			out[1024];

	(void)state;
	oauth_refuse(&v, OAUTH_ACCESS_DENIED, "not today & never");
	build(out, sizeof(out), "https://client.example/cb", MODE_QUERY,
	    "N1zVbeMRPyg8WUJVrTPm_g", &v);
	assert_string_equal(out, "https://client.example/cb"
	    "?error=access_denied"
	    "&error_description=not%20today%20%26%20never"
	    "&state=N1zVbeMRPyg8WUJVrTPm_g&" ISS_URI);
	oauth_refuse(&v, OAUTH_LOGIN_REQUIRED, "%s", "");
	build(out, sizeof(out), "https://client.example/cb", MODE_FRAGMENT,
	    NULL, &v);
	assert_string_equal(out,
	    "https://client.example/cb#error=login_required&" ISS_URI);
}

/* The example of RFC 9207 2.1. */
static void
test_build_rfc9207(void **state)
{
	struct authorization_response	r;
	char				out[256];

	(void)state;
	memset(&r, 0, sizeof(r));
	r.redirect_uri = "https://client.example/cb";
	r.code = "x1848ZT64p4IirMPT0R-X3141MFPTuBX-VFL_cvaplMH58";
	r.raw_state = "ZWVlNDBlYzA1NjdkMDNhYjg3ZjUxZjAyNGQzMTM2NzI";
	r.raw_state_len = strlen(r.raw_state);
	r.iss = "https://honest.as.example";
	assert_int_equal(redirect_build(out, sizeof(out), &r), 0);
	assert_string_equal(out, "https://client.example/cb"
	    "?code=x1848ZT64p4IirMPT0R-X3141MFPTuBX-VFL_cvaplMH58"
	    "&state=ZWVlNDBlYzA1NjdkMDNhYjg3ZjUxZjAyNGQzMTM2NzI"
	    "&iss=https%3A%2F%2Fhonest.as.example");
}

static void
test_build_state(void **state)
{
	static const struct {
		const char	*raw;
		const char	*sent;
	} rows[] = {
		{ "a+b/c==", "a+b/c==" },
		{ "a%2Bb%2fc%3D%3d", "a%2Bb%2fc%3D%3d" },
		{ "-._~!$'()*,;:@?[]{}|^`\\", "-._~!$'()*,;:@?[]{}|^`\\" },
		{ "a b", "a%20b" },
		{ "a\r\nLocation: x", "a%0D%0ALocation:%20x" },
		{ "a#b\"c<d>e", "a%23b%22c%3Cd%3Ee" },
		{ "a&code=evil", "a%26code=evil" },
		{ "\xc3\xa9\x7f\x01", "%C3%A9%7F%01" },
	};
	char		 out[1024];
	const char	*p;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		build(out, sizeof(out), APPLE, MODE_QUERY, rows[i].raw, NULL);
		assert_non_null(p = strstr(out, "&state="));
		p += strlen("&state=");
		assert_true(strncmp(p, rows[i].sent, strlen(rows[i].sent)) ==
		    0);
		assert_string_equal(p + strlen(rows[i].sent), "&" ISS_URI);
	}
}

static void
test_build_refuses(void **state)
{
	static const char *const bad[] = {
		"", "https://a.example/\r\nX: y", "https://a.example/\n",
		"https://a.example/ b", "https://a.example/#f",
		"https://a.example/\xc3\xa9",
	};
	struct authorization_response	r;
	char				out[256];
	size_t				i, len;

	(void)state;
	memset(&r, 0, sizeof(r));
	r.code = "c";
	r.iss = ISS;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		r.redirect_uri = bad[i];
		out[0] = 'x';
		assert_int_equal(redirect_build(out, sizeof(out), &r), -1);
		assert_string_equal(out, "");
	}

	r.redirect_uri = APPLE;
	r.mode = MODE_FORM_POST;
	assert_int_equal(redirect_build(out, sizeof(out), &r), -1);

	r.mode = MODE_QUERY;
	len = strlen(APPLE "?code=c&" ISS_URI);
	assert_int_equal(redirect_build(out, len, &r), -1);
	assert_string_equal(out, "");
	assert_int_equal(redirect_build(out, len + 1, &r), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_is_registrable),
		cmocka_unit_test(test_registrable_reasons),
		cmocka_unit_test(test_registrable_length),
		cmocka_unit_test(test_match),
		cmocka_unit_test(test_origin),
		cmocka_unit_test(test_build_code),
		cmocka_unit_test(test_build_error),
		cmocka_unit_test(test_build_rfc9207),
		cmocka_unit_test(test_build_state),
		cmocka_unit_test(test_build_refuses),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
