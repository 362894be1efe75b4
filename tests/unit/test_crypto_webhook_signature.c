/* SPDX-License-Identifier: ISC */
/* The signature of a webhook's event: against HMAC vectors made elsewhere. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/webhook_signature.h"

#define SECRET	"whsec-Jx3n0d2-4_"

static void
test_text(void **state)
{
	static const char	body[] =
	    "{\"id\":\"1\",\"type\":\"link.created\"}";
	char			out[WEBHOOK_SIGNATURE_LEN];

	(void)state;
	assert_int_equal(webhook_signature(out, SECRET, 1763675000, body,
	    strlen(body)), 0);
	assert_string_equal(out, "t=1763675000,v1="
	    "51b442d2534c1ea60d76f262baa7ff96159d4aec9e66e739b842093d2aef29fa");
	/* The dot stands even before nothing. */
	assert_int_equal(webhook_signature(out, SECRET, 0, "", 0), 0);
	assert_string_equal(out, "t=0,v1="
	    "88513c2f0724855418fdbd8bf2736aa998993c366bfe3d0559032b226c43408f");
	/* The longest time there is fits. */
	assert_int_equal(webhook_signature(out, SECRET, INT64_MAX, "", 0), 0);
	assert_memory_equal(out, "t=9223372036854775807,v1=", 25);
	assert_int_equal(strlen(out), 25 + 64);
}

/* A change of time, body or secret each gives another signature. */
static void
test_binds(void **state)
{
	char	first[WEBHOOK_SIGNATURE_LEN], other[WEBHOOK_SIGNATURE_LEN];

	(void)state;
	assert_int_equal(webhook_signature(first, SECRET, 1, "2.x", 3), 0);
	/* "1." "2.x" and "12." "x" must not be signed alike. */
	assert_int_equal(webhook_signature(other, SECRET, 12, ".x", 2), 0);
	assert_string_not_equal(strchr(first, ','), strchr(other, ','));
	assert_int_equal(webhook_signature(other, SECRET, 2, "2.x", 3), 0);
	assert_string_not_equal(strchr(first, ','), strchr(other, ','));
	assert_int_equal(webhook_signature(other, SECRET, 1, "2.y", 3), 0);
	assert_string_not_equal(strchr(first, ','), strchr(other, ','));
	assert_int_equal(webhook_signature(other, SECRET "x", 1, "2.x", 3), 0);
	assert_string_not_equal(strchr(first, ','), strchr(other, ','));
	/* A body may hold any byte. */
	assert_int_equal(webhook_signature(first, SECRET, 1, "a\0b", 3), 0);
	assert_int_equal(webhook_signature(other, SECRET, 1, "a\0c", 3), 0);
	assert_string_not_equal(first, other);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_binds),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
