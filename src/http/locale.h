/* SPDX-License-Identifier: ISC */
/* Which of the page's languages to speak (RFC 4647 3.4, lookup). */
#ifndef HTTP_LOCALE_H
#define HTTP_LOCALE_H

#include <stddef.h>

#define LOCALE_LEN	16		/* a tag, NUL included */
#define LOCALE_MAX	64		/* languages there can be */

/* Languages to choose from. */
struct locale_set {
	char		 tag[LOCALE_MAX][LOCALE_LEN];
	size_t		 count;
};

/* The tag in an asset's path, "locales/<tag>.json". 0, or -1: another asset. */
int	locale_tag(char out[LOCALE_LEN], const char *path);
/*
 * The best of the embedded languages: ui_locales (space-separated, in order of
 * preference), then Accept-Language with its weights, then "en". Both may be
 * NULL.
 */
void	locale_choose(char out[LOCALE_LEN], const char *ui_locales,
	    const char *accept_language);
/* The same out of a given set. */
void	locale_choose_from(char out[LOCALE_LEN], const struct locale_set *,
	    const char *ui_locales, const char *accept_language);

#endif
