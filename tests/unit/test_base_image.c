/* SPDX-License-Identifier: ISC */
/* Pictures: their kind and size, and what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/image.h"

static uint8_t	 file[256];
static size_t	 file_len;
static struct image image;

static void
add(const void *p, size_t len)
{
	memcpy(file + file_len, p, len);
	file_len += len;
}

static void
png(uint32_t width, uint32_t height)
{
	uint8_t		 size[8];
	int		 i;

	for (i = 0; i < 4; i++) {
		size[i] = (uint8_t)(width >> (24 - 8 * i));
		size[4 + i] = (uint8_t)(height >> (24 - 8 * i));
	}
	file_len = 0;
	add("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16);
	add(size, 8);
	add("\x08\x06\0\0\0crc!", 9);
	add("\0\0\0\0IEND\xae\x42\x60\x82", 12);
}

static void
jpeg(uint8_t frame)
{
	file_len = 0;
	add("\xff\xd8", 2);
	add("\xff\xe0\x00\x06JFIF", 8);
	add("\xff\xff\xc4\x00\x03x", 6);	/* filling, a table */
	add("\xff", 1);
	add(&frame, 1);
	add("\x00\x0b\x08\x00\x20\x01\x40\x01\x01\x11\x00", 11);
	add("\xff\xd9", 2);
}

static const char *
check(void)
{
	return (image_check(&image, file, file_len));
}

static void
test_png(void **state)
{
	static const uint32_t bad[][2] = { { 15, 100 }, { 100, 15 },
	    { 2049, 100 }, { 100, 2049 }, { 0, 0 },
	    { 0xffffffff, 0xffffffff } };
	size_t		 i;

	(void)state;
	png(300, 120);
	assert_null(check());
	assert_string_equal(image.type, "image/png");
	assert_int_equal(image.width, 300);
	assert_int_equal(image.height, 120);
	png(16, 2048);
	assert_null(check());
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		png(bad[i][0], bad[i][1]);
		assert_non_null(check());
	}
}

static void
test_jpeg(void **state)
{
	uint8_t		 frame;

	(void)state;
	for (frame = 0xc0; frame != 0xd0; frame++) {
		jpeg(frame);
		if (frame == 0xc4 || frame == 0xc8 || frame == 0xcc) {
			assert_non_null(check());
			continue;
		}
		assert_null(check());
		assert_string_equal(image.type, "image/jpeg");
		assert_int_equal(image.width, 320);
		assert_int_equal(image.height, 32);
	}
}

/* Cut at every length, and with each byte turned: it ends, and in words. */
static void
test_broken(void **state)
{
	size_t		 i, whole;
	int		 kind;

	(void)state;
	for (kind = 0; kind < 2; kind++) {
		for (i = 0;; i++) {
			kind == 0 ? png(300, 120) : jpeg(0xc2);
			whole = file_len;
			if (i == whole)
				break;
			file_len = i;
			assert_non_null(check());
			file_len = whole;
			file[i] ^= 0xff;
			(void)check();
		}
	}
	jpeg(0xc0);
	memcpy(file + 4, "\x00\x01", 2);	/* shorter than its length */
	assert_non_null(check());
	memcpy(file + 4, "\xff\xff", 2);
	assert_non_null(check());
}

static void
test_others(void **state)
{
	static const char *const others[] = { "", "GIF89a", "<svg xmlns=",
	    "<?xml version", "RIFF....WEBP", "\x89PNG", "\xff\xd8",
	    "<script>alert(1)</script>" };
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_non_null(image_check(&image, others[i],
		    strlen(others[i])));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_png),
		cmocka_unit_test(test_jpeg),
		cmocka_unit_test(test_broken),
		cmocka_unit_test(test_others)
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
