/* SPDX-License-Identifier: ISC */
/* Scopes (RFC 6749 3.3). */
#include <string.h>

#include "base/text.h"
#include "oauth/list.h"
#include "oauth/scope.h"

/* scope-token = 1*( %x21 / %x23-5B / %x5D-7E ), one space between two. */
int
scope_is_valid(const char *scope)
{
	const char	*p;

	for (p = scope; *p != '\0'; p++) {
		if (*p == ' ') {
			if (p == scope || p[1] == ' ' || p[1] == '\0')
				return (0);
		} else if (*p < 0x21 || *p > 0x7e || *p == '"' || *p == '\\') {
			return (0);
		}
	}

	return (p != scope);
}

int
scope_has(const char *list, const char *scope)
{
	return (list_has(list, scope, strlen(scope)));
}

int
scope_is_within(const char *wanted, const char *allowed)
{
	const char	*word;
	size_t		 len;

	while ((len = list_next(&wanted, &word)) > 0) {
		if (!list_has(allowed, word, len))
			return (0);
	}

	return (1);
}

int
scope_normalise(char *out, size_t cap, const char *wanted)
{
	struct text	 t;
	const char	*word;
	size_t		 len;

	text_init(&t, out, cap);
	while ((len = list_next(&wanted, &word)) > 0) {
		if (list_has(out, word, len))
			continue;
		if (t.len > 0)
			text_add(&t, " ");
		text_add_bytes(&t, word, len);
	}

	if (!text_is_ok(&t)) {
		out[0] = '\0';
		return (-1);
	}

	return (0);
}
