/* SPDX-License-Identifier: ISC */
/* Colours and their contrast, and the style sheets made of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "http/colour.h"
#include "http/page.h"
#include "http/page_brand.h"

#define DIGEST	"00112233445566778899aabbccddeeff"

static struct page_brand
brand_of(const char *accent, const char *dark, const char *type)
{
	struct page_brand b = { accent, dark, type,
	    type[0] == '\0' ? "" : DIGEST, 600, 100 };

	return (b);
}

static double
contrast(const char *a, const char *b)
{
	struct colour	 ca, cb;

	assert_int_equal(colour_parse(&ca, a), 0);
	assert_int_equal(colour_parse(&cb, b), 0);
	return (colour_contrast(&ca, &cb));
}

static void
test_parse(void **state)
{
	static const char *const bad[] = { "", "#", "#12", "#12345",
	    "#1234567", "123456", "#12345g", "#-12345", "red", "# 12345",
	    "#12 456", "#0x1234" };
	struct colour	 c;
	char		 text[COLOUR_TEXT_LEN];
	size_t		 i;

	(void)state;
	assert_int_equal(colour_parse(&c, "#0A7fFf"), 0);
	colour_text(text, &c);
	assert_string_equal(text, "#0a7fff");
	assert_int_equal(colour_parse(&c, "#fA0"), 0);
	colour_text(text, &c);
	assert_string_equal(text, "#ffaa00");
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(colour_parse(&c, bad[i]), -1);
}

/* Values that WCAG's own and others' calculators give. */
static void
test_contrast(void **state)
{
	(void)state;
	assert_float_equal(contrast("#000000", "#ffffff"), 21.0, 0.001);
	assert_float_equal(contrast("#777777", "#ffffff"), 4.478, 0.001);
	assert_float_equal(contrast("#767676", "#ffffff"), 4.542, 0.001);
	assert_float_equal(contrast("#ff0000", "#ffffff"), 3.998, 0.001);
	assert_float_equal(contrast("#0000ff", "#ffffff"), 8.592, 0.001);
	assert_float_equal(contrast("#123456", "#123456"), 1.0, 0.001);
	assert_float_equal(contrast("#ffffff", "#777777"),
	    contrast("#777777", "#ffffff"), 0.0001);
}

/* Whatever the colour, its words can be read, pressed even better. */
static void
test_ink(void **state)
{
	struct colour	 c, ink, pressed;
	int		 i;

	(void)state;
	for (i = 0; i < 4096; i++) {
		c.r = (uint8_t)((i >> 8) * 17);
		c.g = (uint8_t)((i >> 4 & 15) * 17);
		c.b = (uint8_t)((i & 15) * 17);
		ink = colour_ink(&c);
		pressed = colour_pressed(&c);
		assert_true(colour_contrast(&c, &ink) >= COLOUR_RATIO_TEXT);
		assert_true(colour_contrast(&pressed, &ink) >=
		    colour_contrast(&c, &ink) - 0.0001);
	}
}

static void
test_path(void **state)
{
	struct page_brand b = brand_of("", "", "");
	char		 path[PAGE_FILE_PATH_LEN], other[PAGE_FILE_PATH_LEN];
	char		 id[PAGE_BRAND_CLIENT_LEN], longest[128];

	(void)state;
	page_brand_path(path, &b, "acme");
	assert_string_equal(path, page_file_get(PAGE_FILE_STYLE)->path);
	assert_int_equal(page_brand_client(id, path), -1);
	b = brand_of("#c8283c", "", "");
	page_brand_path(path, &b, "acme.css-1_~");
	assert_int_equal(page_brand_client(id, path), 0);
	assert_string_equal(id, "acme.css-1_~");
	b = brand_of("#c8283d", "", "");
	page_brand_path(other, &b, "acme.css-1_~");
	assert_string_not_equal(path, other);
	b = brand_of("#c8283c", "", "image/png");
	page_brand_path(other, &b, "acme.css-1_~");
	assert_string_not_equal(path, other);
	memset(longest, 'x', 127);
	longest[127] = '\0';
	page_brand_path(path, &b, longest);
	assert_int_equal(page_brand_client(id, path), 0);
	assert_string_equal(id, longest);
}

static void
test_no_path(void **state)
{
	static const char *const bad[] = { "", "/", "/assets/",
	    "/assets/brand-", "/assets/brand-0123456789abcdef-.css",
	    "/assets/brand-0123456789abcdef-x", "/assets/brand-.css",
	    "/assets/brand-0123456789abcdef.css",
	    "/assets/other-0123456789abcdef-x.css" };
	char		 id[PAGE_BRAND_CLIENT_LEN], path[400];
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(page_brand_client(id, bad[i]), -1);
	snprintf(path, sizeof(path), "/assets/brand-0123456789abcdef-%0200d"
	    ".css", 1);
	assert_int_equal(page_brand_client(id, path), -1);
}

static void
test_sheet(void **state)
{
	struct page_brand b = brand_of("#c8283c", "#ff8899", "image/png");
	struct page_file f;

	(void)state;
	assert_int_equal(page_brand_make(&f, &b, "acme", "aGVsbG8="), 0);
	assert_non_null(strstr(f.data, "--brand: #c8283c;"));
	assert_non_null(strstr(f.data, "--on-brand: #ffffff;"));
	assert_non_null(strstr(f.data, "--brand-dark: #ff8899;"));
	assert_non_null(strstr(f.data, "--on-brand-dark: #000000;"));
	assert_non_null(strstr(f.data, "--logo: "
	    "url(data:image/png;base64,aGVsbG8=);"));
	/* 600 by 100 has to become 240 by 40. */
	assert_non_null(strstr(f.data, "--logo-width: 240px;"));
	assert_non_null(strstr(f.data, "--logo-height: 40px;"));
	assert_int_equal(f.len, strlen(f.data));
	assert_non_null(f.gzip);
	page_brand_free(&f);
	assert_null(f.data);
	b = brand_of("#c8283c", "", "");
	assert_int_equal(page_brand_make(&f, &b, "acme", ""), 0);
	assert_non_null(strstr(f.data, "--brand-dark: #c8283c;"));
	assert_null(strstr(f.data, "--logo: "));
	page_brand_free(&f);
}

static int
init(void **state)
{
	(void)state;
	return (page_init());
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_contrast),
		cmocka_unit_test(test_ink),
		cmocka_unit_test(test_path),
		cmocka_unit_test(test_no_path),
		cmocka_unit_test(test_sheet)
	};

	return (cmocka_run_group_tests(tests, init, NULL));
}
