/* SPDX-License-Identifier: ISC */
/* Base64: RFC 4648 10, and every text that a loose decoder would also take. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/base64.h"

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

static void
test_vectors(void **state)
{
	/* RFC 4648 10 */
	static const struct {
		const char	*plain, *text, *url;
	} cases[] = {
		{ "", "", "" },
		{ "f", "Zg==", "Zg" },
		{ "fo", "Zm8=", "Zm8" },
		{ "foo", "Zm9v", "Zm9v" },
		{ "foob", "Zm9vYg==", "Zm9vYg" },
		{ "fooba", "Zm9vYmE=", "Zm9vYmE" },
		{ "foobar", "Zm9vYmFy", "Zm9vYmFy" },
	};
	char	 text[16], plain[8];
	size_t	 i, len;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		len = strlen(cases[i].plain);
		assert_int_equal(base64_encode(text, BASE64_LEN(len),
		    cases[i].plain, len), strlen(cases[i].text));
		assert_string_equal(text, cases[i].text);
		assert_int_equal(base64_decode(plain, len, text, strlen(text)),
		    len);
		assert_memory_equal(plain, cases[i].plain, len);

		assert_int_equal(base64url_encode(text, BASE64URL_LEN(len),
		    cases[i].plain, len), strlen(cases[i].url));
		assert_string_equal(text, cases[i].url);
		assert_int_equal(base64url_decode(plain, len, text,
		    strlen(text)), len);
		assert_memory_equal(plain, cases[i].plain, len);
	}
}

static void
test_alphabets(void **state)
{
	static const uint8_t	 bytes[] = { 0xfb, 0xff, 0xbf };
	char			 text[8];
	uint8_t			 out[3];

	(void)state;
	assert_int_equal(base64_encode(text, sizeof(text), bytes, 3), 4);
	assert_string_equal(text, "+/+/");
	assert_int_equal(base64url_encode(text, sizeof(text), bytes, 3), 4);
	assert_string_equal(text, "-_-_");
	assert_int_equal(base64_decode(out, 3, "+/+/", 4), 3);
	assert_memory_equal(out, bytes, 3);
	assert_int_equal(base64url_decode(out, 3, "-_-_", 4), 3);
	assert_memory_equal(out, bytes, 3);
	assert_int_equal(base64_decode(out, 3, "-_-_", 4), -1);
	assert_int_equal(base64url_decode(out, 3, "+/+/", 4), -1);
}

static void
test_refused(void **state)
{
	static const struct {
		const char	*text;
		size_t		 len;
	} bad[] = {
		{ "Z", 1 }, { "Zg", 2 }, { "Zg=", 3 }, { "Zg===", 5 },
		{ "Zh==", 4 },		/* stray bits */
		{ "Zm9=", 4 },
		{ "=", 1 }, { "==", 2 }, { "====", 4 }, { "Z===", 4 },
		{ "Zg==Zg==", 8 },	/* padding inside */
		{ "Z=g=", 4 }, { " Zm9", 4 }, { "Zm9v\n", 5 },
		{ "Zm9v\n   ", 8 }, { "Zm\0v", 4 }, { "Zm9v\0\0\0\0", 8 },
		{ "Zm9\x80", 4 }, { "Zm9.", 4 },
	};
	uint8_t	 out[16];
	size_t	 i;

	(void)state;
	for (i = 0; i < COUNT(bad); i++) {
		assert_int_equal(base64_decode(out, sizeof(out), bad[i].text,
		    bad[i].len), -1);
	}
}

static void
test_url_refused(void **state)
{
	static const struct {
		const char	*text;
		size_t		 len;
	} bad[] = {
		{ "Z", 1 }, { "A", 1 }, { "Zm9vA", 5 },	/* 6 bits of a byte */
		{ "Zg==", 4 }, { "Zm8=", 4 }, { "Zh", 2 },
		{ "Zm9", 3 }, { "Zm9vY", 5 }, { "Zm\0v", 4 }, { "Zm9v ", 5 },
		{ "Zg\0\0", 4 }, { "Zm8\0", 4 },
	};
	uint8_t	 out[16];
	size_t	 i;

	(void)state;
	for (i = 0; i < COUNT(bad); i++) {
		assert_int_equal(base64url_decode(out, sizeof(out),
		    bad[i].text, bad[i].len), -1);
	}
}

static void
test_room(void **state)
{
	uint8_t	 out[3];
	char	 text[5];

	(void)state;
	assert_int_equal(base64_encode(text, 4, "foo", 3), -1);
	assert_int_equal(base64_encode(text, 5, "foo", 3), 4);
	assert_int_equal(base64url_encode(text, 2, "f", 1), -1);
	assert_int_equal(base64url_encode(text, 3, "f", 1), 2);
	assert_int_equal(base64_encode(text, 5, "foo", SIZE_MAX), -1);
	assert_int_equal(base64_decode(out, 2, "Zm9v", 4), -1);
	assert_int_equal(base64_decode(out, 3, "Zm9v", 4), 3);
	assert_int_equal(base64_decode(out, 1, "Zg==", 4), 1);
	assert_int_equal(base64_decode(out, 0, "Zg==", 4), -1);
	assert_int_equal(base64_decode(out, 0, "", 0), 0);
}

/* All lengths: what went in comes out, and one more character is refused. */
static void
test_round_trip(void **state)
{
	uint8_t	 in[64], out[64];
	char	 text[BASE64_LEN(64) + 1];
	size_t	 i, len;
	ssize_t	 n;

	(void)state;
	for (i = 0; i < sizeof(in); i++)
		in[i] = (uint8_t)(i * 151 + 7);
	for (len = 0; len <= sizeof(in); len++) {
		n = base64url_encode(text, sizeof(text), in, len);
		assert_int_equal(n, BASE64URL_LEN(len) - 1);
		assert_int_equal(base64url_decode(out, sizeof(out), text,
		    (size_t)n), len);
		assert_memory_equal(in, out, len);
		n = base64_encode(text, sizeof(text), in, len);
		assert_int_equal(n, BASE64_LEN(len) - 1);
		assert_int_equal(base64_decode(out, sizeof(out), text,
		    (size_t)n), len);
		assert_memory_equal(in, out, len);
		text[n] = 'A';
		assert_int_equal(base64_decode(out, sizeof(out), text,
		    (size_t)n + 1), -1);
	}
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_alphabets),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_url_refused),
		cmocka_unit_test(test_room),
		cmocka_unit_test(test_round_trip),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
