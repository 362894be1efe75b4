/* SPDX-License-Identifier: ISC */
/*
 * The words of the pages, one JSON file a language: an object of strings. The
 * keys of locales/en.json are the keys of all; one that is missing or left
 * over stops the start, naming file and key. "{brand}" in a sentence stands
 * for the name of the business.
 */
#ifndef HTTP_PAGE_WORDS_H
#define HTTP_PAGE_WORDS_H

#include <stddef.h>

#include "http/locale.h"

#define PAGE_WORDS_MAX		64	/* keys of a language */
#define PAGE_WORDS_BRAND	"{brand}"

struct page_words {
	char		 tag[LOCALE_LEN];
	const char	*word[PAGE_WORDS_MAX];	/* by page_words_find */
	void		*json;			/* owns them */
};

/* Read every embedded language. 0, or -1 with why in err. */
int	page_words_init(char *err, size_t errlen);
/*
 * Read one more, len bytes of JSON that came from path; the first ever must be
 * the one all others are compared with. 0, or -1 with why in err.
 */
int	page_words_add(const char *path, const void *json, size_t len,
	    char *err, size_t errlen);
/* Where the word of a key stands in each language, or -1. */
int	page_words_find(const char *key, size_t len);
/* The words of a language; of the first if it is not there. */
const struct page_words	*page_words_get(const char *tag);

#endif
