/* SPDX-License-Identifier: ISC */
/* Words separated by spaces. */
#include <string.h>

#include "oauth/list.h"

size_t
list_next(const char **list, const char **word)
{
	size_t	len;

	*word = *list + strspn(*list, " ");
	len = strcspn(*word, " ");
	*list = *word + len;

	return (len);
}

int
list_has(const char *list, const char *word, size_t len)
{
	const char	*have;
	size_t		 n;

	while ((n = list_next(&list, &have)) > 0) {
		if (n == len && memcmp(have, word, len) == 0)
			return (1);
	}

	return (0);
}
