/* SPDX-License-Identifier: ISC */
/* The authorization request (RFC 6749 4.1.1), one refusal a row. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/base64.h"
#include "oauth/authorize.h"

#define URI		"https://msp.example/cb"
#define CHALLENGE	"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

static struct authorize_request	out;
static enum authorize_audience	who;
static struct oauth_verdict	verdict;

static struct authorize_client
client_make(void)
{
	struct authorize_client	c = {
		.redirect_uris = "https://auth.businesschat.apple.com " URI,
		.scopes = "openid orders",
		.response_keys = "",
	};

	return (c);
}

static struct oauth_params
params_make(void)
{
	struct oauth_params	p;

	memset(&p, 0, sizeof(p));
	p.value[P_CLIENT_ID] = "amb";
	p.value[P_REDIRECT_URI] = URI;
	p.value[P_RESPONSE_TYPE] = "code";
	p.value[P_SCOPE] = "openid";
	p.value[P_STATE] = "a b";
	p.raw_state = "a+b&";
	p.raw_state_len = 3;

	return (p);
}

/* Stands in for the curve check: 65 bytes of base64 are a point. */
static int
key_check(uint8_t key[97], size_t *len, const char *text)
{
	ssize_t	n = base64_decode(key, 97, text, strlen(text));

	*len = n == 65 ? 65 : 0;

	return (n == 65 ? 0 : -1);
}

static enum oauth_error
check(const struct oauth_params *p, const struct authorize_client *c)
{
	memset(&out, 0xff, sizeof(out));
	memset(&verdict, 0xff, sizeof(verdict));

	return (authorize_check(&out, &who, &verdict, p, c, key_check));
}

static void
test_good(void **state)
{
	struct authorize_client	c = client_make();
	struct oauth_params	p = params_make();

	(void)state;
	assert_int_equal(check(&p, &c), OAUTH_OK);
	assert_string_equal(out.redirect_uri, URI);
	assert_string_equal(out.raw_state, "a+b");
	assert_string_equal(out.scope, "openid");
	assert_int_equal(out.mode, MODE_QUERY);
	assert_string_equal(out.challenge, "");
	assert_int_equal(out.response_key_len, 0);
}

static void
test_everything(void **state)
{
	struct authorize_client	c = client_make();
	struct oauth_params	p = params_make();

	(void)state;
	c.is_pkce_required = 1;
	p.value[P_SCOPE] = "orders openid orders";
	p.value[P_RESPONSE_MODE] = "form_post";
	p.value[P_CODE_CHALLENGE] = CHALLENGE;
	p.value[P_CODE_CHALLENGE_METHOD] = "S256";
	p.value[P_NONCE] = "n-0S6_WzA2Mj";
	p.value[P_PROMPT] = "login consent select_account";
	p.value[P_MAX_AGE] = "0";
	p.value[P_LOGIN_HINT] = "ada@example.com";
	p.value[P_UI_LOCALES] = "fr-CA fr en";
	assert_int_equal(check(&p, &c), OAUTH_OK);
	assert_string_equal(out.scope, "orders openid");
	assert_int_equal(out.mode, MODE_FORM_POST);
	assert_string_equal(out.challenge, CHALLENGE);
	assert_string_equal(out.nonce, "n-0S6_WzA2Mj");
	assert_string_equal(out.login_hint, "ada@example.com");
	assert_string_equal(out.ui_locales, "fr-CA fr en");
}

/* Nobody but the customer may learn of these: no redirect. */
static void
test_page(void **state)
{
	struct authorize_client	c = client_make();
	struct oauth_params	p = params_make();

	(void)state;
	assert_int_equal(check(&p, NULL), OAUTH_INVALID_CLIENT);
	assert_int_equal(who, AUTHORIZE_PAGE);
	assert_string_equal(out.redirect_uri, "");
	assert_string_equal(out.raw_state, "");

	p.value[P_CLIENT_ID] = NULL;
	assert_int_equal(check(&p, &c), OAUTH_INVALID_REQUEST);
	assert_int_equal(who, AUTHORIZE_PAGE);

	p = params_make();
	c.is_disabled = 1;
	assert_int_equal(check(&p, &c), OAUTH_UNAUTHORIZED_CLIENT);
	assert_int_equal(who, AUTHORIZE_PAGE);
}

static void
test_page_redirect(void **state)
{
	static const char *const foreign[] = { NULL, URI "/", URI " " URI,
	    "https://msp.example/", "https://evil.example/" };
	struct authorize_client	c = client_make();
	struct oauth_params	p = params_make();
	size_t			i;

	(void)state;
	/* Not even when everything else is wrong as well. */
	p.value[P_RESPONSE_TYPE] = "token";
	p.value[P_RESPONSE_MODE] = "bad";
	p.duplicate = "scope";
	for (i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
		p.value[P_REDIRECT_URI] = foreign[i];
		assert_int_equal(check(&p, &c), OAUTH_INVALID_REQUEST);
		assert_int_equal(who, AUTHORIZE_PAGE);
		assert_string_equal(out.redirect_uri, "");
	}
}

/* One parameter changed, one answer; the answer carries state and mode. */
static void
test_redirect(void **state)
{
	static const struct {
		enum oauth_param	 param;
		const char		*value;
		enum oauth_error	 error;
	} rows[] = {
		{ P_RESPONSE_TYPE, NULL, OAUTH_INVALID_REQUEST },
		{ P_RESPONSE_TYPE, "token", OAUTH_UNSUPPORTED_RESPONSE_TYPE },
		{ P_RESPONSE_TYPE, "code token",
		    OAUTH_UNSUPPORTED_RESPONSE_TYPE },
		{ P_RESPONSE_TYPE, "Code", OAUTH_UNSUPPORTED_RESPONSE_TYPE },
		{ P_REQUEST, "e30.e30.", OAUTH_REQUEST_NOT_SUPPORTED },
		{ P_REQUEST_URI, "urn:x", OAUTH_REQUEST_URI_NOT_SUPPORTED },
		{ P_SCOPE, "openid admin", OAUTH_INVALID_SCOPE },
		{ P_SCOPE, "openid  orders", OAUTH_INVALID_SCOPE },
		{ P_SCOPE, " ", OAUTH_INVALID_SCOPE },
		{ P_SCOPE, "OpenID", OAUTH_INVALID_SCOPE },
		{ P_RESPONSE_ENCRYPTION_KEY, "AAAA", OAUTH_INVALID_REQUEST },
		/* RFC 7636 4.3: no method means plain. */
		{ P_CODE_CHALLENGE, CHALLENGE, OAUTH_INVALID_REQUEST },
		{ P_CODE_CHALLENGE_METHOD, "S256", OAUTH_INVALID_REQUEST },
		{ P_MAX_AGE, "-1", OAUTH_INVALID_REQUEST },
		{ P_MAX_AGE, "1.5", OAUTH_INVALID_REQUEST },
		{ P_MAX_AGE, "99999999999999999999", OAUTH_INVALID_REQUEST },
		{ P_PROMPT, "none", OAUTH_LOGIN_REQUIRED },
		{ P_PROMPT, "none login", OAUTH_INVALID_REQUEST },
		{ P_PROMPT, "create", OAUTH_INVALID_REQUEST },
		{ P_PROMPT, "login ", OAUTH_INVALID_REQUEST },
	};
	struct authorize_client	c = client_make();
	struct oauth_params	p;
	size_t			i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		p = params_make();
		p.value[P_RESPONSE_MODE] = "fragment";
		p.value[rows[i].param] = rows[i].value;
		if (check(&p, &c) != rows[i].error)
			fail_msg("row %zu: %s, %s", i,
			    oauth_error_name(verdict.error),
			    verdict.description);
		assert_int_equal(verdict.error, rows[i].error);
		assert_true(verdict.description[0] != '\0');
		assert_int_equal(who, AUTHORIZE_REDIRECT);
		assert_string_equal(out.redirect_uri, URI);
		assert_string_equal(out.raw_state, "a+b");
		assert_int_equal(out.mode, MODE_FRAGMENT);
	}
}

static void
test_mode(void **state)
{
	static const char *const bad[] = { "jwt", "Query", "query ", "web" };
	struct authorize_client	c = client_make();
	struct oauth_params	p = params_make();
	size_t			i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		p.value[P_RESPONSE_MODE] = bad[i];
		assert_int_equal(check(&p, &c), OAUTH_INVALID_REQUEST);
		assert_int_equal(who, AUTHORIZE_REDIRECT);
		assert_int_equal(out.mode, MODE_QUERY);
		assert_string_equal(out.raw_state, "a+b");
	}
	/* An error in form_post is posted too. */
	p.value[P_RESPONSE_MODE] = "form_post";
	p.value[P_RESPONSE_TYPE] = "token";
	assert_int_equal(check(&p, &c), OAUTH_UNSUPPORTED_RESPONSE_TYPE);
	assert_int_equal(out.mode, MODE_FORM_POST);
}

/* RFC 6749 3.1: no parameter twice. */
static void
test_duplicate(void **state)
{
	struct authorize_client	c = client_make();
	struct oauth_params	p = params_make();

	(void)state;
	p.duplicate = "scope";
	p.value[P_SCOPE] = NULL;
	assert_int_equal(check(&p, &c), OAUTH_INVALID_REQUEST);
	assert_int_equal(who, AUTHORIZE_REDIRECT);
	assert_string_equal(verdict.description, "scope was sent twice");
}

static void
test_state_length(void **state)
{
	static char		raw[AUTHORIZE_STATE_LEN];
	struct authorize_client	c = client_make();
	struct oauth_params	p = params_make();

	(void)state;
	memset(raw, 's', sizeof(raw));
	p.raw_state = raw;
	p.raw_state_len = AUTHORIZE_STATE_LEN - 1;
	assert_int_equal(check(&p, &c), OAUTH_OK);
	assert_int_equal(strlen(out.raw_state), AUTHORIZE_STATE_LEN - 1);

	p.raw_state_len = AUTHORIZE_STATE_LEN;
	assert_int_equal(check(&p, &c), OAUTH_INVALID_REQUEST);
	assert_int_equal(who, AUTHORIZE_REDIRECT);
	assert_string_equal(out.raw_state, "");

	p.raw_state = NULL;
	p.raw_state_len = 0;
	assert_int_equal(check(&p, &c), OAUTH_OK);
	assert_string_equal(out.raw_state, "");
}

static void
test_scope_default(void **state)
{
	static char		wide[1100];
	struct authorize_client	c = client_make();
	struct oauth_params	p = params_make();

	(void)state;
	p.value[P_SCOPE] = NULL;
	assert_int_equal(check(&p, &c), OAUTH_OK);
	assert_string_equal(out.scope, "openid orders");

	memset(wide, 'x', 1024);
	c.scopes = wide;
	assert_int_equal(check(&p, &c), OAUTH_INVALID_SCOPE);
	wide[1023] = '\0';
	assert_int_equal(check(&p, &c), OAUTH_OK);
	assert_int_equal(strlen(out.scope), 1023);
}

static void
test_response_key(void **state)
{
	static const uint8_t	point[65] = { 0x04, 0xfb, 0xff };
	char			text[BASE64_LEN(65)];
	char			list[256] = "AAAA ";
	struct authorize_client	c = client_make();
	struct oauth_params	p = params_make();

	(void)state;
	assert_true(base64_encode(text, sizeof(text), point, 65) > 0);
	p.value[P_RESPONSE_ENCRYPTION_KEY] = text;
	assert_int_equal(check(&p, &c), OAUTH_OK);
	assert_int_equal(out.response_key_len, 65);
	assert_memory_equal(out.response_key, point, 65);

	c.response_keys = list;
	assert_int_equal(check(&p, &c), OAUTH_INVALID_REQUEST);
	assert_int_equal(who, AUTHORIZE_REDIRECT);
	snprintf(list, sizeof(list), "AAAA %s", text);
	assert_int_equal(check(&p, &c), OAUTH_OK);

	/* The list forbids others; it does not ask for a key. */
	p.value[P_RESPONSE_ENCRYPTION_KEY] = NULL;
	assert_int_equal(check(&p, &c), OAUTH_OK);
	assert_int_equal(out.response_key_len, 0);
}

static void
test_pkce(void **state)
{
	static const struct {
		const char		*challenge;
		const char		*method;
		int			 is_required;
		enum oauth_error	 error;
	} rows[] = {
		{ NULL, NULL, 0, OAUTH_OK },
		{ NULL, NULL, 1, OAUTH_INVALID_REQUEST },
		{ CHALLENGE, "S256", 0, OAUTH_OK },
		{ CHALLENGE, "S256", 1, OAUTH_OK },
		{ CHALLENGE, "plain", 0, OAUTH_INVALID_REQUEST },
		{ CHALLENGE, "s256", 0, OAUTH_INVALID_REQUEST },
		{ CHALLENGE "A", "S256", 0, OAUTH_INVALID_REQUEST },
		{ "short", "S256", 0, OAUTH_INVALID_REQUEST },
		{ NULL, "plain", 0, OAUTH_INVALID_REQUEST },
	};
	struct authorize_client	c = client_make();
	struct oauth_params	p = params_make();
	size_t			i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		p.value[P_CODE_CHALLENGE] = rows[i].challenge;
		p.value[P_CODE_CHALLENGE_METHOD] = rows[i].method;
		c.is_pkce_required = rows[i].is_required;
		if (check(&p, &c) != rows[i].error)
			fail_msg("row %zu: %s", i, verdict.description);
	}
}

static void
test_lengths(void **state)
{
	static char		text[1024];
	struct authorize_client	c = client_make();
	struct oauth_params	p = params_make();

	(void)state;
	memset(text, 'n', 511);
	p.value[P_NONCE] = text;
	assert_int_equal(check(&p, &c), OAUTH_OK);
	assert_string_equal(out.nonce, text);
	text[511] = 'n';
	assert_int_equal(check(&p, &c), OAUTH_INVALID_REQUEST);

	/* Hints too long are left out, not refused. */
	p.value[P_NONCE] = NULL;
	p.value[P_LOGIN_HINT] = text;
	p.value[P_UI_LOCALES] = text;
	assert_int_equal(check(&p, &c), OAUTH_OK);
	assert_string_equal(out.login_hint, "");
	assert_string_equal(out.ui_locales, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_everything),
		cmocka_unit_test(test_page),
		cmocka_unit_test(test_page_redirect),
		cmocka_unit_test(test_redirect),
		cmocka_unit_test(test_mode),
		cmocka_unit_test(test_duplicate),
		cmocka_unit_test(test_state_length),
		cmocka_unit_test(test_scope_default),
		cmocka_unit_test(test_response_key),
		cmocka_unit_test(test_pkce),
		cmocka_unit_test(test_lengths),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
