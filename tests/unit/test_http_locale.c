/* SPDX-License-Identifier: ISC */
/* Choosing a language: RFC 4647 3.4, RFC 9110 12.4.2 and 12.5.4. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "http/locale.h"

static const struct locale_set all = {
	.tag = { "ar", "da", "de", "en", "en-GB", "es", "es-419", "fr",
	    "fr-CA", "he", "hr", "id", "nb", "pt-BR", "pt-PT", "sr",
	    "zh-HK", "zh-Hans", "zh-Hant" },
	.count = 19
};

static const struct locale_set few = {
	.tag = { "en", "no", "pt-PT", "zh-Hant" },
	.count = 4
};

static const struct {
	const struct locale_set	*set;
	const char		*ui;
	const char		*accept;
	const char		*want;
} rows[] = {
	/* nothing, or nothing of use */
	{ &all, NULL, NULL, "en" },
	{ &all, "", "", "en" },
	{ &all, "xx yy", "zz", "en" },
	{ &all, NULL, "*", "en" },
	{ &all, NULL, "*-CH", "en" },
	/* order and weights */
	{ &all, NULL, "de", "de" },
	{ &all, NULL, "da, en-gb;q=0.8, en;q=0.7", "da" },
	{ &all, NULL, "en;q=0.7,da;q=0.8", "da" },
	{ &all, NULL, "en;q=0.001,da;q=0.002", "da" },
	{ &all, NULL, "fr;q=0.5, de;q=0.5", "fr" },
	{ &all, NULL, "xx, de ; q=0.9 , fr;q=1.000", "fr" },
	{ &all, NULL, " \tde\t;\tQ=1 ", "de" },
	{ &all, NULL, "*;q=0.9, de;q=0.1", "de" },
	/* q=0 is a refusal */
	{ &all, NULL, "de;q=0", "en" },
	{ &all, NULL, "de;q=0.000, fr;q=0.1", "fr" },
	{ &all, NULL, "de-CH, de;q=0, fr;q=0.1", "fr" },
	{ &all, NULL, "zh-TW, zh-hant;q=0", "zh-Hans" },
	{ &all, NULL, "pt-XX, pt-BR;q=0", "pt-PT" },
	/* broken weights are no ranges */
	{ &all, NULL, "de;q=2, fr;q=0.1", "fr" },
	{ &all, NULL, "de;q=1.001, fr;q=0.1", "fr" },
	{ &all, NULL, "de;q=, fr;q=0.1", "fr" },
	{ &all, NULL, "de;q=-1, fr;q=0.1", "fr" },
	{ &all, NULL, "de;x=1, fr;q=0.1", "fr" },
	{ &all, NULL, "de q=1, fr;q=0.1", "fr" },
	{ &all, NULL, "d\xc3\xa9, fr;q=0.1", "fr" },
	{ &all, NULL, ",,;,;q=1,de", "de" },
	/* case, truncation (RFC 4647 3.4: zh-Hant-CN-x-private1-private2) */
	{ &all, NULL, "DE-at", "de" },
	{ &all, NULL, "EN-gb", "en-GB" },
	{ &all, NULL, "fr-ca", "fr-CA" },
	{ &all, NULL, "zh-Hant-CN-x-private1-private2", "zh-Hant" },
	{ &all, NULL, "de-x-private1", "de" },
	{ &all, NULL, "sr-Cyrl-RS", "sr" },
	/* kin */
	{ &all, NULL, "zh-TW,zh;q=0.9,en;q=0.8", "zh-Hant" },
	{ &all, NULL, "zh-HK", "zh-HK" },
	{ &few, NULL, "zh-HK", "zh-Hant" },
	{ &all, NULL, "zh-Hant-HK", "zh-HK" },
	{ &all, NULL, "zh-MO", "zh-HK" },
	{ &all, NULL, "zh-CN", "zh-Hans" },
	{ &all, NULL, "zh-SG", "zh-Hans" },
	{ &all, NULL, "zh", "zh-Hans" },
	{ &few, NULL, "zh", "zh-Hant" },
	{ &all, NULL, "pt", "pt-BR" },
	{ &few, NULL, "pt", "pt-PT" },
	{ &all, NULL, "pt-AO", "pt-PT" },
	{ &few, NULL, "pt-BR", "pt-PT" },
	{ &all, NULL, "es-MX", "es-419" },
	{ &all, NULL, "es-ES", "es" },
	{ &all, NULL, "en-AU", "en-GB" },
	{ &few, NULL, "en-AU", "en" },
	{ &all, NULL, "no", "nb" },
	{ &all, NULL, "nn-NO", "nb" },
	{ &few, NULL, "nb-NO", "no" },
	{ &all, NULL, "iw-IL", "he" },
	{ &all, NULL, "in", "id" },
	/* the request's wish before the browser's */
	{ &all, "fr-CA de", "ar", "fr-CA" },
	{ &all, "xx de", "ar", "de" },
	{ &all, "xx", "ar", "ar" },
	{ &all, "  xx   de  ", NULL, "de" },
	{ &all, "de;q=x fr", NULL, "fr" },
	/* a tag that is a beginning of another is not it */
	{ &all, NULL, "d", "en" },
	{ &all, NULL, "den", "en" },
	{ &all, NULL, "z", "en" },
	{ &all, NULL, "-", "en" },
	{ &all, NULL, "--de", "en" }
};

static void
test_table(void **state)
{
	char		 got[LOCALE_LEN];
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		locale_choose_from(got, rows[i].set, rows[i].ui,
		    rows[i].accept);
		if (strcmp(got, rows[i].want) != 0)
			fail_msg("%s | %s: %s, not %s", rows[i].ui,
			    rows[i].accept, got, rows[i].want);
	}
}

/* 16 KB of commas, of one tag, of many: the 32nd range counts, no later one. */
static void
test_huge(void **state)
{
	static char	 header[16384];
	char		 got[LOCALE_LEN];
	size_t		 i;

	(void)state;
	memset(header, ',', sizeof(header) - 1);
	memcpy(header + 16000, "de", 2);
	locale_choose_from(got, &all, header, header);
	assert_string_equal(got, "en");
	memset(header, 'a', sizeof(header) - 1);
	locale_choose_from(got, &all, header, header);
	assert_string_equal(got, "en");
	for (i = 0; i < 100; i++)
		memcpy(header + 3 * i, "xx,", 3);
	header[300] = '\0';
	memcpy(header + 3 * 31, "de,", 3);
	locale_choose_from(got, &all, NULL, header);
	assert_string_equal(got, "de");
	memcpy(header + 3 * 31, "xx,de", 5);
	locale_choose_from(got, &all, NULL, header);
	assert_string_equal(got, "en");
}

static void
test_embedded(void **state)
{
	char		 got[LOCALE_LEN];

	(void)state;
	locale_choose(got, "en-US", NULL);
	assert_string_equal(got, "en");
	locale_choose(got, "tlh", "i-klingon, x-none");
	assert_string_equal(got, "en");
}

static void
test_tag(void **state)
{
	char		 got[LOCALE_LEN];

	(void)state;
	assert_int_equal(locale_tag(got, "locales/zh-Hant.json"), 0);
	assert_string_equal(got, "zh-Hant");
	assert_int_equal(locale_tag(got, "locales/.json"), -1);
	assert_int_equal(locale_tag(got, "page.html"), -1);
	assert_int_equal(locale_tag(got, "locales/en.txt"), -1);
	assert_int_equal(locale_tag(got, "locales/a-very-long-language.json"),
	    -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_huge),
		cmocka_unit_test(test_embedded),
		cmocka_unit_test(test_tag)
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
