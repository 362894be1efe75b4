/* SPDX-License-Identifier: ISC */
/* The token request and the client behind it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/digest.h"
#include "oauth/token.h"

/* RFC 6749 2.3.1 and 4.1.3. */
#define ID	"s6BhdRkqt3"
#define SECRET	"7Fjfp0ZBr1KtDRbnfVdmIw"
#define CODE	"SplxlOBeZQQYbYS6WxSbIA"
#define URI	"https://client.example.com/cb"
/* RFC 7636 appendix B. */
#define VERIFIER	"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
#define CHALLENGE	"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

#define ANY	(OAUTH_AUTH_NONE | OAUTH_AUTH_BASIC | OAUTH_AUTH_POST)

static struct oauth_verdict	verdict;

static void
test_credentials(void **state)
{
	static const struct {
		const char		*basic_id, *basic_secret;
		const char		*body_id, *body_secret;
		enum oauth_error	 error;
		const char		*id, *secret;
		int			 is_basic;
	} rows[] = {
		{ ID, SECRET, NULL, NULL, OAUTH_OK, ID, SECRET, 1 },
		{ NULL, NULL, ID, SECRET, OAUTH_OK, ID, SECRET, 0 },
		{ NULL, NULL, ID, NULL, OAUTH_OK, ID, NULL, 0 },
		/* the same client_id in both places is harmless */
		{ ID, SECRET, ID, NULL, OAUTH_OK, ID, SECRET, 1 },
		/* an empty secret is none */
		{ ID, "", NULL, NULL, OAUTH_OK, ID, NULL, 1 },
		{ NULL, NULL, NULL, NULL, OAUTH_INVALID_CLIENT, NULL, NULL,
		    0 },
		{ NULL, NULL, NULL, SECRET, OAUTH_INVALID_CLIENT, NULL, NULL,
		    0 },
		{ ID, SECRET, ID, SECRET, OAUTH_INVALID_REQUEST, NULL, NULL,
		    0 },
		{ ID, SECRET, NULL, SECRET, OAUTH_INVALID_REQUEST, NULL, NULL,
		    0 },
		{ ID, SECRET, "other", NULL, OAUTH_INVALID_REQUEST, NULL, NULL,
		    0 },
	};
	struct client_credentials	c;
	struct oauth_params		p;
	size_t				i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		memset(&p, 0, sizeof(p));
		p.value[P_CLIENT_ID] = rows[i].body_id;
		p.value[P_CLIENT_SECRET] = rows[i].body_secret;
		memset(&c, 0xff, sizeof(c));
		if (token_credentials(&c, &verdict, rows[i].basic_id,
		    rows[i].basic_secret, &p) != rows[i].error)
			fail_msg("row %zu: %s", i, verdict.description);
		assert_ptr_equal(c.client_id, rows[i].id);
		assert_ptr_equal(c.secret, rows[i].secret);
		assert_int_equal(c.is_basic, rows[i].is_basic);
	}
}

static void
test_credentials_duplicate(void **state)
{
	struct client_credentials	c;
	struct oauth_params		p;

	(void)state;
	memset(&p, 0, sizeof(p));
	p.duplicate = "client_id";
	assert_int_equal(token_credentials(&c, &verdict, ID, SECRET, &p),
	    OAUTH_INVALID_REQUEST);
	assert_null(c.client_id);
}

/* Who has what, and how it is shown. */
static void
test_client_check(void **state)
{
	static const struct {
		int		 has_secret, has_old;
		unsigned	 methods;
		const char	*secret;
		int		 is_basic;
		int		 is_disabled;
		int		 is_good;
	} rows[] = {
		{ 1, 0, ANY, "now", 0, 0, 1 },
		{ 1, 0, ANY, "now", 1, 0, 1 },
		{ 1, 1, ANY, "now", 1, 0, 1 },
		{ 1, 1, ANY, "old", 1, 0, 1 },
		{ 1, 0, ANY, "old", 1, 0, 0 },
		{ 1, 1, ANY, "nowx", 1, 0, 0 },
		{ 1, 1, ANY, "", 1, 0, 0 },
		{ 1, 0, OAUTH_AUTH_BASIC, "now", 1, 0, 1 },
		{ 1, 0, OAUTH_AUTH_BASIC, "now", 0, 0, 0 },
		{ 1, 0, OAUTH_AUTH_POST, "now", 0, 0, 1 },
		{ 1, 0, OAUTH_AUTH_POST, "now", 1, 0, 0 },
		{ 1, 0, ANY, "now", 0, 1, 0 },
		/* a client that has a secret must use it */
		{ 1, 0, ANY, NULL, 0, 0, 0 },
		{ 0, 1, ANY, NULL, 0, 0, 0 },
		{ 0, 0, OAUTH_AUTH_NONE, NULL, 0, 0, 1 },
		{ 0, 0, OAUTH_AUTH_NONE, NULL, 1, 0, 1 },
		{ 0, 0, OAUTH_AUTH_NONE, NULL, 0, 1, 0 },
		{ 0, 0, OAUTH_AUTH_POST, NULL, 0, 0, 0 },
		{ 0, 0, ANY, "now", 0, 0, 0 },
		{ 0, 0, ANY, "", 0, 0, 0 },
		{ 0, 0, 0, NULL, 0, 0, 0 },
	};
	uint8_t				now[DIGEST_LEN], old[DIGEST_LEN];
	struct client_credentials	c;
	struct token_client		t;
	size_t				i;
	enum oauth_error		wanted;

	(void)state;
	digest_sha256(now, "now", 3);
	digest_sha256(old, "old", 3);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		memset(&t, 0, sizeof(t));
		t.secret = rows[i].has_secret ? now : NULL;
		t.old_secret = rows[i].has_old ? old : NULL;
		t.auth_methods = rows[i].methods;
		t.is_disabled = rows[i].is_disabled;
		c.client_id = ID;
		c.secret = rows[i].secret;
		c.is_basic = rows[i].is_basic;
		wanted = rows[i].is_good ? OAUTH_OK : OAUTH_INVALID_CLIENT;
		if (token_client_check(&verdict, &c, &t) != wanted)
			fail_msg("row %zu", i);
	}
}

/* Zeros are no secret, and an unknown client reads like a wrong secret. */
static void
test_client_unknown(void **state)
{
	static const uint8_t		zeros[DIGEST_LEN];
	struct client_credentials	c = { ID, "x", 1 };
	struct token_client		t = { .auth_methods = ANY,
					    .secret = zeros };
	struct oauth_verdict		unknown;

	(void)state;
	assert_int_equal(token_client_check(&verdict, &c, &t),
	    OAUTH_INVALID_CLIENT);
	assert_int_equal(token_client_check(&unknown, &c, NULL),
	    OAUTH_INVALID_CLIENT);
	assert_string_equal(unknown.description, verdict.description);
	c.secret = NULL;
	assert_int_equal(token_client_check(&unknown, &c, NULL),
	    OAUTH_INVALID_CLIENT);
	assert_string_equal(unknown.description, verdict.description);
}

static struct oauth_params
params_make(void)
{
	struct oauth_params	p;

	memset(&p, 0, sizeof(p));
	p.value[P_GRANT_TYPE] = "authorization_code";
	p.value[P_CODE] = CODE;
	p.value[P_REDIRECT_URI] = URI;
	p.value[P_REFRESH_TOKEN] = "tGzv3JOkF0XG5Qx2TlKWIA";

	return (p);
}

static struct token_client
client_make(void)
{
	struct token_client	c = {
		.auth_methods = ANY,
		.grant_types = OAUTH_GRANT_CODE | OAUTH_GRANT_REFRESH,
	};

	return (c);
}

static void
test_code(void **state)
{
	struct token_client	c = client_make();
	struct oauth_params	p = params_make();
	struct token_request	r;

	(void)state;
	memset(&r, 0xff, sizeof(r));
	assert_int_equal(token_check(&r, &verdict, &p, &c, 0), OAUTH_OK);
	assert_int_equal(r.grant, GRANT_CODE);
	assert_string_equal(r.code, CODE);
	assert_string_equal(r.redirect_uri, URI);
	assert_string_equal(r.challenge, "");
	assert_null(r.refresh_token);

	p.value[P_CODE_VERIFIER] = VERIFIER;
	assert_int_equal(token_check(&r, &verdict, &p, &c, 0), OAUTH_OK);
	assert_string_equal(r.challenge, CHALLENGE);
}

static void
test_refresh(void **state)
{
	struct token_client	c = client_make();
	struct oauth_params	p = params_make();
	struct token_request	r;

	(void)state;
	p.value[P_GRANT_TYPE] = "refresh_token";
	p.value[P_REDIRECT_URI] = NULL;
	p.value[P_SCOPE] = "openid";
	assert_int_equal(token_check(&r, &verdict, &p, &c, 0), OAUTH_OK);
	assert_int_equal(r.grant, GRANT_REFRESH);
	assert_string_equal(r.refresh_token, "tGzv3JOkF0XG5Qx2TlKWIA");
	assert_string_equal(r.scope, "openid");
	assert_null(r.code);

	p.value[P_SCOPE] = NULL;
	assert_int_equal(token_check(&r, &verdict, &p, &c, 0), OAUTH_OK);
	assert_null(r.scope);
	p.value[P_SCOPE] = "openid  orders";
	assert_int_equal(token_check(&r, &verdict, &p, &c, 0),
	    OAUTH_INVALID_SCOPE);
	p.value[P_SCOPE] = NULL;
	p.value[P_REFRESH_TOKEN] = NULL;
	assert_int_equal(token_check(&r, &verdict, &p, &c, 0),
	    OAUTH_INVALID_REQUEST);
}

static void
test_refusals(void **state)
{
	static const struct {
		enum oauth_param	 param;
		const char		*value;
		enum oauth_error	 error;
	} rows[] = {
		{ P_GRANT_TYPE, NULL, OAUTH_INVALID_REQUEST },
		{ P_GRANT_TYPE, "password", OAUTH_UNSUPPORTED_GRANT_TYPE },
		{ P_GRANT_TYPE, "Authorization_Code",
		    OAUTH_UNSUPPORTED_GRANT_TYPE },
		{ P_GRANT_TYPE, "refresh_token", OAUTH_UNAUTHORIZED_CLIENT },
		{ P_CODE, NULL, OAUTH_INVALID_REQUEST },
		{ P_REDIRECT_URI, NULL, OAUTH_INVALID_REQUEST },
		{ P_CODE_VERIFIER, "short", OAUTH_INVALID_REQUEST },
		{ P_CODE_VERIFIER, VERIFIER "+", OAUTH_INVALID_REQUEST },
	};
	struct token_client	c = client_make();
	struct oauth_params	p;
	struct token_request	r;
	size_t			i;

	(void)state;
	c.grant_types = OAUTH_GRANT_CODE;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		p = params_make();
		p.value[rows[i].param] = rows[i].value;
		if (token_check(&r, &verdict, &p, &c, 0) != rows[i].error)
			fail_msg("row %zu: %s", i, verdict.description);
		assert_int_equal(verdict.error, rows[i].error);
	}
	p = params_make();
	p.duplicate = "code";
	assert_int_equal(token_check(&r, &verdict, &p, &c, 0),
	    OAUTH_INVALID_REQUEST);
	assert_string_equal(verdict.description, "code was sent twice");
	c.grant_types = OAUTH_GRANT_REFRESH;
	p = params_make();
	assert_int_equal(token_check(&r, &verdict, &p, &c, 0),
	    OAUTH_UNAUTHORIZED_CLIENT);
}

/* Query and no redirect_uri: the Apple device's alone. */
static void
test_apple(void **state)
{
	struct token_client	c = client_make();
	struct oauth_params	p = params_make();
	struct token_request	r;

	(void)state;
	assert_int_equal(token_check(&r, &verdict, &p, &c, 1),
	    OAUTH_INVALID_REQUEST);
	c.is_apple_device = 1;
	assert_int_equal(token_check(&r, &verdict, &p, &c, 1), OAUTH_OK);
	p.value[P_REDIRECT_URI] = NULL;
	assert_int_equal(token_check(&r, &verdict, &p, &c, 1), OAUTH_OK);
	assert_null(r.redirect_uri);
	assert_int_equal(token_check(&r, &verdict, &p, &c, 0), OAUTH_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_credentials),
		cmocka_unit_test(test_credentials_duplicate),
		cmocka_unit_test(test_client_check),
		cmocka_unit_test(test_client_unknown),
		cmocka_unit_test(test_code),
		cmocka_unit_test(test_refresh),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_apple),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
