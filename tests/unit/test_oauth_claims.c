/* SPDX-License-Identifier: ISC */
/* Claims of tokens, introspection and metadata. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

#include "oauth/claims.h"

#define ISS	"https://op.example.com"
#define NOW	1795000000

static const struct token_subject subject = {
	.issuer = ISS,
	.client_id = "amb",
	.business = "default",
	.customer_id = "C-1001",
	.scope = "openid orders",
	.grant = "17.42",
	.nonce = "n-0S6_WzA2Mj",
	.auth_time = NOW - 5,
	.now = NOW,
	.lifetime = 3600,
};

/* What was written, read by somebody else. */
static json_t *
tree(const struct text *t)
{
	assert_true(text_is_ok(t));
	return (json_loadb(t->p, t->len, JSON_REJECT_DUPLICATES, NULL));
}

static json_t *
access_token(const struct token_subject *s, const char *jti)
{
	struct text	t;
	char		mem[2048];

	text_init(&t, mem, sizeof(mem));
	claims_access_token(&t, s, jti);
	return (tree(&t));
}

static json_t *
id_token(const struct token_subject *s, const char *access_token)
{
	struct text	t;
	char		mem[2048];

	text_init(&t, mem, sizeof(mem));
	claims_id_token(&t, s, access_token);
	return (tree(&t));
}

static json_t *
introspection(const struct token_subject *s, const char *jti)
{
	struct text	t;
	char		mem[2048];

	text_init(&t, mem, sizeof(mem));
	claims_introspection(&t, s, jti);
	return (tree(&t));
}

static void
assert_member(json_t *o, const char *name, const char *wanted)
{
	const char	*s = json_string_value(json_object_get(o, name));

	if (s == NULL || strcmp(s, wanted) != 0)
		fail_msg("%s is %s, not %s", name, s ? s : "none", wanted);
}

static void
assert_number(json_t *o, const char *name, json_int_t wanted)
{
	assert_true(json_is_integer(json_object_get(o, name)));
	assert_true(json_integer_value(json_object_get(o, name)) == wanted);
}

/* RFC 9068 2.2: every claim it requires. */
static void
test_access_token(void **state)
{
	json_t	*o = access_token(&subject, "jti-1");

	(void)state;
	assert_non_null(o);
	assert_int_equal(json_object_size(o), 11);
	assert_member(o, "iss", ISS);
	assert_member(o, "sub", "C-1001");
	assert_member(o, "aud", ISS);
	assert_member(o, "client_id", "amb");
	assert_member(o, "scope", "openid orders");
	assert_member(o, "jti", "jti-1");
	assert_member(o, "grant", "17.42");
	assert_member(o, "business", "default");
	assert_number(o, "iat", NOW);
	assert_number(o, "exp", NOW + 3600);
	assert_number(o, "auth_time", NOW - 5);
	json_decref(o);
}

static void
test_access_token_read(void **state)
{
	struct access_token	 t;
	json_t			*o = access_token(&subject, "jti-1");

	(void)state;
	assert_int_equal(claims_access_token_read(&t, o, ISS, NOW), 0);
	assert_string_equal(t.client_id, "amb");
	assert_string_equal(t.customer_id, "C-1001");
	assert_string_equal(t.business, "default");
	assert_string_equal(t.scope, "openid orders");
	assert_string_equal(t.grant, "17.42");
	assert_string_equal(t.jti, "jti-1");
	assert_true(t.issued == NOW);
	assert_true(t.expires == NOW + 3600);

	/* RFC 7519 4.1.4: "on or after" is too late. */
	assert_int_equal(claims_access_token_read(&t, o, ISS, NOW + 3599), 0);
	assert_int_equal(claims_access_token_read(&t, o, ISS, NOW + 3600), -1);
	assert_null(t.customer_id);
	assert_int_equal(claims_access_token_read(&t, o, ISS "/", NOW), -1);
	json_decref(o);
}

/* Each claim left out, of another type, or of another value. */
static void
test_access_token_read_refuses(void **state)
{
	static const char *const names[] = { "iss", "aud", "client_id", "sub",
	    "business", "scope", "grant", "jti", "iat", "exp" };
	static const char *const values[] = { "null", "[]", "{}", "true",
	    "1.5", "-1" };
	struct access_token	 t;
	json_t			*o;
	size_t			 i, j;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		o = access_token(&subject, "jti-1");
		json_object_del(o, names[i]);
		assert_int_equal(claims_access_token_read(&t, o, ISS, NOW),
		    -1);
		for (j = 0; j < sizeof(values) / sizeof(values[0]); j++) {
			json_object_set_new(o, names[i], json_loads(values[j],
			    JSON_DECODE_ANY, NULL));
			if (claims_access_token_read(&t, o, ISS, NOW) != -1)
				fail_msg("%s: %s", names[i], values[j]);
		}
		json_decref(o);
	}
	assert_int_equal(claims_access_token_read(&t, NULL, ISS, NOW), -1);

	o = access_token(&subject, "jti-1");
	json_object_set_new(o, "sub", json_string(""));
	assert_int_equal(claims_access_token_read(&t, o, ISS, NOW), -1);
	json_object_set_new(o, "sub", json_string("C-1001"));
	json_object_set_new(o, "scope", json_string(""));
	assert_int_equal(claims_access_token_read(&t, o, ISS, NOW), 0);
	json_object_set_new(o, "iat", json_integer(NOW + 3600));
	assert_int_equal(claims_access_token_read(&t, o, ISS, NOW), -1);
	json_decref(o);
}

/* An ID token of ours must not pass for an access token. */
static void
test_id_token_is_no_access_token(void **state)
{
	struct access_token	 t;
	json_t			*o = id_token(&subject, "x");

	(void)state;
	assert_int_equal(claims_access_token_read(&t, o, ISS, NOW), -1);
	json_decref(o);
}

/* at_hash: the values of OpenID Connect Core appendix A.3. */
static void
test_id_token(void **state)
{
	struct token_subject	 s = subject;
	json_t			*o, *amr;

	(void)state;
	o = id_token(&s, "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y");
	assert_non_null(o);
	assert_int_equal(json_object_size(o), 10);
	assert_member(o, "acr", "urn:oasis:names:tc:SAML:2.0:ac:classes:"
	    "PasswordProtectedTransport");
	assert_member(o, "iss", ISS);
	assert_member(o, "sub", "C-1001");
	assert_member(o, "aud", "amb");
	assert_member(o, "nonce", "n-0S6_WzA2Mj");
	assert_member(o, "at_hash", "77QmUPtjPfzWtF2AnpK9RQ");
	assert_number(o, "iat", NOW);
	assert_number(o, "exp", NOW + 3600);
	assert_number(o, "auth_time", NOW - 5);
	amr = json_object_get(o, "amr");
	assert_int_equal(json_array_size(amr), 1);
	assert_string_equal(json_string_value(json_array_get(amr, 0)), "pwd");
	json_decref(o);

	s.nonce = "";
	o = id_token(&s, "x");
	assert_null(json_object_get(o, "nonce"));
	json_decref(o);
	s.nonce = NULL;
	o = id_token(&s, "x");
	assert_non_null(o);
	assert_null(json_object_get(o, "nonce"));
	json_decref(o);
}

/* RFC 7662 2.2. */
static void
test_introspection(void **state)
{
	json_t	*o = introspection(&subject, "jti-1");

	(void)state;
	assert_non_null(o);
	assert_int_equal(json_object_size(o), 10);
	assert_true(json_is_true(json_object_get(o, "active")));
	assert_member(o, "scope", "openid orders");
	assert_member(o, "client_id", "amb");
	assert_member(o, "sub", "C-1001");
	assert_member(o, "iss", ISS);
	assert_member(o, "aud", ISS);
	assert_member(o, "token_type", "Bearer");
	assert_member(o, "jti", "jti-1");
	assert_number(o, "iat", NOW);
	assert_number(o, "exp", NOW + 3600);
	json_decref(o);
}

/* The whole document: whoever adds a line here must keep it. */
static void
test_metadata(void **state)
{
	static const char	wanted[] =
	    "{'issuer': '" ISS "',"
	    "'authorization_endpoint': '" ISS "/oauth/authorize',"
	    "'token_endpoint': '" ISS "/oauth/token',"
	    "'userinfo_endpoint': '" ISS "/oauth/userinfo',"
	    "'jwks_uri': '" ISS "/oauth/jwks',"
	    "'introspection_endpoint': '" ISS "/oauth/introspect',"
	    "'revocation_endpoint': '" ISS "/oauth/revoke',"
	    "'scopes_supported': ['openid', 'profile', 'email', 'address',"
	    " 'phone', 'customer'],"
	    "'response_types_supported': ['code'],"
	    "'response_modes_supported': ['query', 'fragment', 'form_post'],"
	    "'grant_types_supported': ['authorization_code',"
	    " 'refresh_token'],"
	    "'token_endpoint_auth_methods_supported':"
	    " ['client_secret_basic', 'client_secret_post', 'none'],"
	    "'introspection_endpoint_auth_methods_supported':"
	    " ['client_secret_basic', 'client_secret_post'],"
	    "'revocation_endpoint_auth_methods_supported':"
	    " ['client_secret_basic', 'client_secret_post', 'none'],"
	    "'code_challenge_methods_supported': ['S256'],"
	    "'subject_types_supported': ['public'],"
	    "'id_token_signing_alg_values_supported': ['ES256', 'RS256'],"
	    "'acr_values_supported': ['urn:oasis:names:tc:SAML:2.0:ac:"
	    "classes:PasswordProtectedTransport'],"
	    "'claim_types_supported': ['normal'],"
	    "'prompt_values_supported': ['none', 'login', 'consent',"
	    " 'select_account'],"
	    "'claims_supported': ['sub', 'iss', 'aud', 'exp', 'iat',"
	    " 'auth_time', 'nonce', 'at_hash', 'acr', 'amr', 'name',"
	    " 'family_name', 'given_name', 'middle_name', 'nickname',"
	    " 'preferred_username', 'profile', 'picture', 'website',"
	    " 'gender', 'birthdate', 'zoneinfo', 'locale', 'updated_at',"
	    " 'email', 'email_verified', 'address', 'phone_number',"
	    " 'phone_number_verified'],"
	    "'authorization_response_iss_parameter_supported': true,"
	    "'request_parameter_supported': false,"
	    "'request_uri_parameter_supported': false,"
	    "'claims_parameter_supported': false}";
	char	 text[sizeof(wanted)];
	json_t	*have, *want;
	size_t	 i;

	(void)state;
	for (i = 0; i < sizeof(wanted); i++)
		text[i] = wanted[i] == '\'' ? '"' : wanted[i];
	assert_non_null(want = json_loads(text, 0, NULL));
	assert_non_null(have = claims_metadata(ISS));
	assert_true(json_equal(have, want));
	json_decref(have);
	json_decref(want);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_access_token),
		cmocka_unit_test(test_access_token_read),
		cmocka_unit_test(test_access_token_read_refuses),
		cmocka_unit_test(test_id_token_is_no_access_token),
		cmocka_unit_test(test_id_token),
		cmocka_unit_test(test_introspection),
		cmocka_unit_test(test_metadata),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
