/* SPDX-License-Identifier: ISC */
/* gzip for files, and who takes it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ZLIB_CONST
#include <zlib.h>

#include "http/compress.h"

static void
test_accepted(void **state)
{
	static const char *const yes[] = { "gzip", "GZIP", "x-gzip",
	    "gzip, deflate, br", "br;q=1.0, gzip;q=0.001", "*", "br , gzip",
	    "deflate,\tgzip ;q=0.5", "*;q=0, gzip", "identity;q=0, *" };
	static const char *const no[] = { "", "br", "gzip;q=0", "gzip;q=0.000",
	    "gzip; q=0", "gzip ;Q=0.0", "*;q=0", "gzip;q=0, *", "gzipped",
	    "zip", ",,,", ";;;", " ", "gzi p", "q=1" };
	size_t		 i;

	(void)state;
	assert_int_equal(compress_is_accepted(NULL), 0);
	for (i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
		if (!compress_is_accepted(yes[i]))
			fail_msg("no: %s", yes[i]);
	}
	for (i = 0; i < sizeof(no) / sizeof(no[0]); i++) {
		if (compress_is_accepted(no[i]))
			fail_msg("yes: %s", no[i]);
	}
}

static void
test_gzip(void **state)
{
	static char	 data[50000], back[sizeof(data)];
	z_stream	 z;
	void		*packed;
	size_t		 i, len;

	(void)state;
	for (i = 0; i < sizeof(data); i++)
		data[i] = "abcabd"[i % 6];
	assert_int_equal(compress_gzip(&packed, &len, data, sizeof(data)), 0);
	assert_true(len < sizeof(data) / 10);
	assert_memory_equal(packed, "\x1f\x8b\x08", 3);	/* RFC 1952 2.3 */
	memset(&z, 0, sizeof(z));
	assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
	z.next_in = packed;
	z.avail_in = (uInt)len;
	z.next_out = (Bytef *)back;
	z.avail_out = sizeof(back);
	assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
	assert_int_equal(z.total_out, sizeof(data));
	assert_memory_equal(back, data, sizeof(data));
	inflateEnd(&z);
	free(packed);
}

/* What would grow stays as it is. */
static void
test_incompressible(void **state)
{
	void		*packed = &packed;
	size_t		 len = 1;

	(void)state;
	assert_int_equal(compress_gzip(&packed, &len, "x", 1), -1);
	assert_null(packed);
	assert_int_equal(len, 0);
	assert_int_equal(compress_gzip(&packed, &len, "", 0), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_accepted),
		cmocka_unit_test(test_gzip),
		cmocka_unit_test(test_incompressible)
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
