/* SPDX-License-Identifier: ISC */
/* response_encryption_key as devices, and others, write it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "apple/ecies.h"
#include "apple/response_key.h"
#include "base/base64.h"

/* P-384 with '+' in it, and P-256. */
static const char	p384[] =
    "BNY+I93aHVkXnNWKVLdrMJLXpQ1BsyHYoiv6UNi4rDUsRx3sNNhW8FNy9yUwxYprAwwfj1Zk"
    "oJ61Fs+SwjIbGPtXi52arvSbPglyBN4uAxtP3VP3LCP4JtSEjdgsgsretA==";
static const char	p256[] =
    "BO7yX+QgX47QUZHe2lhSyp3lC3SQS8/M3lA8Kr7XMJxRjkdaOiYJOHUaq46DK48UZdEJo2EM"
    "82PL42Z1g1M3kTA=";

static int
is_taken(const char *text)
{
	uint8_t	 out[RESPONSE_KEY_MAX];
	size_t	 len;
	int	 result;

	len = 1;
	result = response_key_get(out, &len, text);
	assert_int_equal(len > 0, result == 0);

	return (result == 0);
}

static void
test_both_curves(void **state)
{
	uint8_t	 out[RESPONSE_KEY_MAX];
	char	 text[BASE64_LEN(RESPONSE_KEY_MAX)];
	size_t	 len;

	(void)state;
	assert_int_equal(response_key_get(out, &len, p384), 0);
	assert_int_equal(len, 97);
	assert_true(base64_encode(text, sizeof(text), out, len) > 0);
	assert_string_equal(text, p384);
	assert_int_equal(response_key_get(out, &len, p256), 0);
	assert_int_equal(len, 65);
	assert_true(base64_encode(text, sizeof(text), out, len) > 0);
	assert_string_equal(text, p256);
}

/* Devices leave '+' as it is, and a form decoder makes it a space. */
static void
test_space_is_plus(void **state)
{
	uint8_t	 out[RESPONSE_KEY_MAX], same[RESPONSE_KEY_MAX];
	char	 text[sizeof(p384)], *p;
	size_t	 len;

	(void)state;
	memcpy(text, p384, sizeof(p384));
	while ((p = strchr(text, '+')) != NULL)
		*p = ' ';
	assert_string_not_equal(text, p384);
	assert_int_equal(response_key_get(out, &len, text), 0);
	assert_int_equal(response_key_get(same, &len, p384), 0);
	assert_memory_equal(out, same, len);
}

static void
test_refused(void **state)
{
	char	 huge[5000], text[sizeof(p384) + 8], zero[133];
	size_t	 i, len;

	(void)state;
	len = sizeof(p384) - 1;
	assert_false(is_taken(""));
	assert_false(is_taken(" "));
	assert_false(is_taken("===="));
	for (i = 0; i < len; i++) {
		memcpy(text, p384, sizeof(p384));
		text[i] = '\0';
		assert_false(is_taken(text));
		/* base64url, quotes, what a header or a page would mind */
		memcpy(text, p384, sizeof(p384));
		text[i] = "-_\n\"<&%"[i % 7];
		assert_false(is_taken(text));
	}
	memcpy(text, p384, sizeof(p384));
	memcpy(text + len, "A", 2);
	assert_false(is_taken(text));
	memcpy(text + len, "AAAA", 5);
	assert_false(is_taken(text));
	memset(huge, 'A', sizeof(huge) - 1);
	huge[sizeof(huge) - 1] = '\0';
	assert_false(is_taken(huge));

	/* The right length and beginning, but no point. */
	memset(zero, 'A', 130);
	memcpy(zero, "BA", 2);
	memcpy(zero + 130, "==", 3);
	assert_int_equal(strlen(zero), 132);
	assert_false(is_taken(zero));
	memcpy(zero, "AA", 2);
	assert_false(is_taken(zero));
	/* Swapped case: another point, if it were one. */
	memcpy(text, p384, sizeof(p384));
	text[20] ^= 0x20;
	assert_false(is_taken(text));
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_both_curves),
		cmocka_unit_test(test_space_is_plus),
		cmocka_unit_test(test_refused),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
