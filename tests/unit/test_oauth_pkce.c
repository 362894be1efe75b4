/* SPDX-License-Identifier: ISC */
/* PKCE (RFC 7636). */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

#include "oauth/pkce.h"

/* RFC 7636 appendix B. */
#define VERIFIER	"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
#define CHALLENGE	"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

static void
test_appendix_b(void **state)
{
	char	challenge[PKCE_CHALLENGE_LEN];

	(void)state;
	assert_true(pkce_verifier_is_valid(VERIFIER));
	pkce_challenge_from(challenge, VERIFIER);
	assert_string_equal(challenge, CHALLENGE);
	assert_true(pkce_challenge_is_valid(challenge));
}

static void
test_verifier_lengths(void **state)
{
	char	verifier[200];
	size_t	len;

	(void)state;
	for (len = 0; len < 140; len++) {
		memset(verifier, 'a', len);
		verifier[len] = '\0';
		assert_int_equal(pkce_verifier_is_valid(verifier),
		    len >= 43 && len <= 128);
	}
}

/* RFC 7636 4.1: ALPHA, DIGIT, "-", ".", "_", "~", and no other byte. */
static void
test_verifier_characters(void **state)
{
	static const char	good[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz0123456789-._~";
	char			verifier[44];
	int			c;

	(void)state;
	memset(verifier, 'a', 43);
	verifier[43] = '\0';
	for (c = 1; c < 256; c++) {
		verifier[20] = (char)c;
		assert_int_equal(pkce_verifier_is_valid(verifier),
		    strchr(good, c) != NULL);
	}
}

static void
test_challenge(void **state)
{
	static const char *const bad[] = {
		"",
		"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c",
		"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cMA",
		"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM=",
		"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM",
		"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw/cM",
		"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw cM",
		/* stray bits in the last character */
		"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cN",
		VERIFIER VERIFIER VERIFIER,
	};
	size_t	i;

	(void)state;
	assert_true(pkce_challenge_is_valid(CHALLENGE));
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (pkce_challenge_is_valid(bad[i]))
			fail_msg("\"%s\" is taken", bad[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_appendix_b),
		cmocka_unit_test(test_verifier_lengths),
		cmocka_unit_test(test_verifier_characters),
		cmocka_unit_test(test_challenge),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
