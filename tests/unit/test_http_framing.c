/* SPDX-License-Identifier: ISC */
/* Where a request ends (RFC 9112 6), and who would like it to end elsewhere. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "http/framing.h"

#define GET	"GET / HTTP/1.1\r\nHost: a\r\n"
#define POST	"POST /oauth/token HTTP/1.1\r\nHost: a\r\n"

static const struct {
	const char	*block;
	enum framing	 framing;
} rows[] = {
	{ GET, FRAMING_OK },
	{ "GET / HTTP/1.1\r\nHost: a", FRAMING_OK },
	{ "GET /?a=b&c=%20 HTTP/1.0\r\nHost:a\r\n", FRAMING_OK },
	{ "HEAD / HTTP/1.1\r\n", FRAMING_OK },
	{ GET "Content-Length: 0\r\n", FRAMING_OK },
	{ GET "X-Text: caf\xc3\xa9\tx\r\nEmpty:\r\n", FRAMING_OK },
	{ POST "Content-Length: 5\r\n", FRAMING_OK },
	{ POST "content-LENGTH:\t5 \t\r\n", FRAMING_OK },
	{ POST "Content-Length: 0\r\n", FRAMING_OK },
	{ "PUT / HTTP/1.1\r\nContent-Length: 1\r\n", FRAMING_OK },
	{ "DELETE / HTTP/1.1\r\nHost: a\r\n", FRAMING_OK },
	{ "OPTIONS * HTTP/1.1\r\nHost: a\r\n", FRAMING_OK },

	{ POST, FRAMING_NO_LENGTH },
	{ "PUT / HTTP/1.1\r\nHost: a\r\n", FRAMING_NO_LENGTH },
	{ "PATCH / HTTP/1.1\r\nHost: a\r\n", FRAMING_NO_LENGTH },

	{ POST "Transfer-Encoding: chunked\r\n", FRAMING_TRANSFER },
	{ POST "transfer-encoding:identity\r\n", FRAMING_TRANSFER },
	{ POST "Transfer-Encoding:\r\n", FRAMING_TRANSFER },
	{ POST "Content-Length: 5\r\nTransfer-Encoding: x\r\n",
	    FRAMING_TRANSFER },
	{ GET "Transfer-Encoding: chunked\r\n", FRAMING_TRANSFER },

	/* one length, of digits (RFC 9112 6.3) */
	{ POST "Content-Length: 5\r\nContent-Length: 5\r\n", FRAMING_BAD },
	{ POST "Content-Length: 5\r\nContent-Length: 6\r\n", FRAMING_BAD },
	{ POST "Content-Length: 5,5\r\n", FRAMING_BAD },
	{ POST "Content-Length: +5\r\n", FRAMING_BAD },
	{ POST "Content-Length: -5\r\n", FRAMING_BAD },
	{ POST "Content-Length: 0x5\r\n", FRAMING_BAD },
	{ POST "Content-Length: 5 5\r\n", FRAMING_BAD },
	{ POST "Content-Length: 5a\r\n", FRAMING_BAD },
	{ POST "Content-Length: \r\n", FRAMING_BAD },
	{ POST "Content-Length:\r\n", FRAMING_BAD },
	{ POST "Content-Length: 9999999999999999999\r\n", FRAMING_BAD },
	{ GET "Content-Length: 5\r\n", FRAMING_BAD },
	{ "HEAD / HTTP/1.1\r\nContent-Length: 1\r\n", FRAMING_BAD },
	{ "DELETE / HTTP/1.1\r\nContent-Length: 1\r\n", FRAMING_BAD },
	{ "OPTIONS / HTTP/1.1\r\nContent-Length: 1\r\n", FRAMING_BAD },

	/* names (RFC 9112 5.1, 5.2) */
	{ POST "Content-Length : 5\r\n", FRAMING_BAD },
	{ POST "Content-Length\t: 5\r\n", FRAMING_BAD },
	{ POST " Content-Length: 5\r\n", FRAMING_BAD },
	{ GET "X: a\r\n folded\r\n", FRAMING_BAD },
	{ GET "X: a\r\n\tfolded\r\n", FRAMING_BAD },
	{ GET ": no name\r\n", FRAMING_BAD },
	{ GET "no colon\r\n", FRAMING_BAD },
	{ GET "nocolon\r\n", FRAMING_BAD },
	{ GET "na(me: x\r\n", FRAMING_BAD },
	{ GET "n\xc3\xa9: x\r\n", FRAMING_BAD },
	{ GET "\r\n", FRAMING_BAD },
	{ GET "Host: b\r\n", FRAMING_BAD },
	{ GET "hOST: a\r\n", FRAMING_BAD },
	{ GET "Host-Name: a\r\n", FRAMING_BAD },
	{ GET "hostile: a\r\n", FRAMING_BAD },

	/* line ends (RFC 9112 2.2) */
	{ "GET / HTTP/1.1\nHost: a\n", FRAMING_BAD },
	{ GET "X: a\nContent-Length: 5\r\n", FRAMING_BAD },
	{ GET "X: a\rContent-Length: 5\r\n", FRAMING_BAD },
	{ GET "X: a\r\r\n", FRAMING_BAD },
	{ GET "X: a\r", FRAMING_BAD },
	{ GET "X: a\n", FRAMING_BAD },
	{ GET "X: a\x01\r\n", FRAMING_BAD },
	{ GET "X: a\x7f\r\n", FRAMING_BAD },

	/* the request line */
	{ "", FRAMING_BAD },
	{ "\r\n" GET, FRAMING_BAD },
	{ "GET\r\n", FRAMING_BAD },
	{ "GET /\r\nHost: a\r\n", FRAMING_BAD },
	{ "GET  HTTP/1.1\r\n", FRAMING_BAD },
	{ "GET  / HTTP/1.1\r\n", FRAMING_BAD },
	{ "GET /  HTTP/1.1\r\n", FRAMING_BAD },
	{ "GET / a HTTP/1.1\r\n", FRAMING_BAD },
	{ "GET\t/ HTTP/1.1\r\n", FRAMING_BAD },
	{ " GET / HTTP/1.1\r\n", FRAMING_BAD },
	{ "get / HTTP/1.1\r\n", FRAMING_BAD },
	{ "post / HTTP/1.1\r\nContent-Length: 1\r\n", FRAMING_BAD },
	{ "TRACE / HTTP/1.1\r\n", FRAMING_BAD },
	{ "HOST: / HTTP/1.1\r\n", FRAMING_BAD },
	{ "GET / HTTP/2.0\r\n", FRAMING_BAD },
	{ "GET / HTTP/1.12\r\n", FRAMING_BAD },
	{ "GET / http/1.1\r\n", FRAMING_BAD },
	{ "PRI * HTTP/2.0\r\n", FRAMING_BAD },
};

static void
test_rows(void **state)
{
	enum framing	have;
	size_t		i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		have = framing_check(rows[i].block, strlen(rows[i].block));
		if (have != rows[i].framing)
			fail_msg("<%s>: %d, not %d", rows[i].block, have,
			    rows[i].framing);
	}
}

static void
test_nul(void **state)
{
	static const char	value[] = GET "X: a\0b\r\n";
	static const char	name[] = GET "X\0: b\r\n";
	static const char	target[] = "GET /\0 HTTP/1.1\r\n";

	(void)state;
	assert_int_equal(framing_check(value, sizeof(value) - 1), FRAMING_BAD);
	assert_int_equal(framing_check(name, sizeof(name) - 1), FRAMING_BAD);
	assert_int_equal(framing_check(target, sizeof(target) - 1),
	    FRAMING_BAD);
	assert_int_equal(framing_check(NULL, 0), FRAMING_BAD);
}

/* Kore drops the lines past its 25: the length could hide there. */
static void
test_line_count(void **state)
{
	char	block[1024];
	size_t	len;
	int	i;

	(void)state;
	len = strlen(GET);
	memcpy(block, GET, len);
	for (i = 2; i < FRAMING_LINES_MAX; i++, len += 6)
		memcpy(block + len, "X: a\r\n", 6);
	assert_int_equal(framing_check(block, len), FRAMING_OK);
	memcpy(block + len, "X: a\r\n", 6);
	assert_int_equal(framing_check(block, len + 6), FRAMING_TOO_MANY);
}

static void
test_length(void **state)
{
	static const struct {
		const char	*block;
		size_t		 length;
	} lengths[] = {
		{ GET, 0 },
		{ GET "Content-Length: 000\r\n", 0 },
		{ POST "Content-Length: 0\r\n", 0 },
		{ POST "Content-Length: 0012\r\n", 12 },
		{ POST "Content-Length: 999999999999999999\r\n",
		    999999999999999999 },
		{ POST, 0 },
		{ POST "Content-Length: 5\r\nContent-Length: 5\r\n", 0 },
		{ POST "Content-Length: 5\r\nTransfer-Encoding: x\r\n", 0 },
		{ "", 0 },
	};
	size_t	i;

	(void)state;
	for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++)
		assert_true(framing_length(lengths[i].block,
		    strlen(lengths[i].block)) == lengths[i].length);
}

/* Cut anywhere, it is never read past its end (seen by the sanitizers). */
static void
test_every_cut(void **state)
{
	static const char	whole[] = POST "Content-Length: 12\r\nX: a\r\n";
	enum framing		have;
	size_t			len;

	(void)state;
	for (len = 0; len < sizeof(whole) - 1; len++) {
		have = framing_check(whole, len);
		if (len < sizeof("POST /oauth/token HTTP/1.1") - 1)
			assert_int_equal(have, FRAMING_BAD);
		else
			assert_int_not_equal(have, FRAMING_TRANSFER);
	}
	assert_int_equal(framing_check(whole, len), FRAMING_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_nul),
		cmocka_unit_test(test_line_count),
		cmocka_unit_test(test_length),
		cmocka_unit_test(test_every_cut),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
