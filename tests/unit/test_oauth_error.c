/* SPDX-License-Identifier: ISC */
/* Errors: names, statuses, and descriptions that cannot leave their quotes. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

#include "oauth/error.h"
#include "oauth/params.h"

static const struct {
	enum oauth_error	 error;
	const char		*name;
	int			 status;
} rows[] = {
	{ OAUTH_INVALID_REQUEST, "invalid_request", 400 },
	{ OAUTH_INVALID_CLIENT, "invalid_client", 401 },
	{ OAUTH_INVALID_GRANT, "invalid_grant", 400 },
	{ OAUTH_INVALID_SCOPE, "invalid_scope", 400 },
	{ OAUTH_UNAUTHORIZED_CLIENT, "unauthorized_client", 400 },
	{ OAUTH_UNSUPPORTED_GRANT_TYPE, "unsupported_grant_type", 400 },
	{ OAUTH_UNSUPPORTED_RESPONSE_TYPE, "unsupported_response_type", 400 },
	{ OAUTH_ACCESS_DENIED, "access_denied", 400 },
	{ OAUTH_SERVER_ERROR, "server_error", 500 },
	{ OAUTH_TEMPORARILY_UNAVAILABLE, "temporarily_unavailable", 503 },
	{ OAUTH_LOGIN_REQUIRED, "login_required", 400 },
	{ OAUTH_REQUEST_NOT_SUPPORTED, "request_not_supported", 400 },
	{ OAUTH_REQUEST_URI_NOT_SUPPORTED, "request_uri_not_supported", 400 },
	{ OAUTH_INVALID_TOKEN, "invalid_token", 401 },
	{ OAUTH_INSUFFICIENT_SCOPE, "insufficient_scope", 403 },
	{ OAUTH_UNSUPPORTED_TOKEN_TYPE, "unsupported_token_type", 400 },
	{ OAUTH_ERROR_MAX, "server_error", 500 },
	{ (enum oauth_error)999, "server_error", 500 },
};

static void
test_rows(void **state)
{
	size_t	i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_string_equal(oauth_error_name(rows[i].error),
		    rows[i].name);
		assert_int_equal(oauth_error_status(rows[i].error),
		    rows[i].status);
	}
	/* Each error is in the list, and in the table behind it. */
	assert_int_equal(i, OAUTH_ERROR_MAX + 1);
	for (i = 1; i < OAUTH_ERROR_MAX; i++)
		assert_true(strlen(oauth_error_name((enum oauth_error)i)) > 0);
}

/* RFC 6749 5.2: no '"', no '\', nothing outside printable ASCII. */
static void
test_description_is_safe(void **state)
{
	struct oauth_verdict	v;

	(void)state;
	assert_int_equal(oauth_refuse(&v, OAUTH_INVALID_SCOPE, "%s is %d",
	    "a\"b\\c\r\nd\x7f\xc3\xa9", 7), OAUTH_INVALID_SCOPE);
	assert_int_equal(v.error, OAUTH_INVALID_SCOPE);
	assert_string_equal(v.description, "a?b?c??d??? is 7");
}

static void
test_description_is_cut(void **state)
{
	struct oauth_verdict	v;
	char			huge[4096];

	(void)state;
	memset(huge, 'x', sizeof(huge) - 1);
	huge[sizeof(huge) - 1] = '\0';
	oauth_refuse(&v, OAUTH_INVALID_REQUEST, "%s", huge);
	assert_int_equal(strlen(v.description), sizeof(v.description) - 1);
}

static void
test_param_names(void **state)
{
	size_t	i, j;

	(void)state;
	assert_true(P_MAX <= 64);	/* bits of oauth_params.seen */
	for (i = 0; i < P_MAX; i++) {
		assert_non_null(oauth_param_names[i]);
		for (j = 0; j < i; j++)
			assert_string_not_equal(oauth_param_names[i],
			    oauth_param_names[j]);
	}
	assert_string_equal(oauth_param_names[P_RESPONSE_ENCRYPTION_KEY],
	    "response_encryption_key");
	assert_string_equal(oauth_param_names[P_ACTION], "action");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_description_is_safe),
		cmocka_unit_test(test_description_is_cut),
		cmocka_unit_test(test_param_names),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
