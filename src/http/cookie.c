/* SPDX-License-Identifier: ISC */
/* Cookies. */
#include <string.h>

#include "base/text.h"
#include "http/cookie.h"

#define ALNUM		"ABCDEFGHIJKLMNOPQRSTUVWXYZ" \
			"abcdefghijklmnopqrstuvwxyz0123456789"
#define NAME_CHARS	ALNUM "!#$%&'*+-.^_`|~"		/* RFC 9110 5.6.2 */
/* RFC 6265 4.1.1, cookie-octet: no space, '"', ',', ';', '\' or control */
#define VALUE_CHARS	ALNUM "!#$%&'()*+-./:<=>?@[]^_`{|}~"
#define BLANK		" \t"

static int	is_made_of(const char *, const char *);

/*
 * A name that comes twice has no value: somebody planted one of the two from a
 * sibling host or another path, and which comes first is theirs to choose.
 */
int
cookie_find(const char *header, const char *name, char *out, size_t cap)
{
	const char	*found = NULL;
	size_t		 found_len = 0, len, name_len = strlen(name);

	if (cap > 0)
		out[0] = '\0';
	if (header == NULL || name_len == 0)
		return (-1);

	for (; *header != '\0'; header += len + (header[len] == ';')) {
		header += strspn(header, BLANK);
		len = strcspn(header, ";");
		if (len <= name_len || header[name_len] != '=' ||
		    memcmp(header, name, name_len) != 0)
			continue;
		if (found != NULL)
			return (-1);
		found = header + name_len + 1;
		found_len = len - name_len - 1;
	}
	if (found == NULL)
		return (-1);
	while (found_len > 0 && strchr(BLANK, found[found_len - 1]) != NULL)
		found_len--;

	return (text_copy_bytes(out, cap, found, found_len));
}

int
cookie_format(char *out, size_t cap, const char *name, const char *value,
    unsigned seconds, int secure)
{
	struct text	t;

	if (cap == 0)
		return (-1);
	out[0] = '\0';
	if (name[0] == '\0' || !is_made_of(name, NAME_CHARS) ||
	    !is_made_of(value, VALUE_CHARS))
		return (-1);
	/* Browsers drop a "__Host-" cookie that is not Secure, silently. */
	if (!secure && strncmp(name, "__Host-", 7) == 0)
		return (-1);

	text_init(&t, out, cap);
	text_addf(&t, "%s=%s; Path=/; Max-Age=%u; HttpOnly; SameSite=Lax",
	    name, seconds > 0 ? value : "", seconds);
	if (secure)
		text_add(&t, "; Secure");
	if (!text_is_ok(&t)) {
		out[0] = '\0';
		return (-1);
	}

	return (0);
}

static int
is_made_of(const char *s, const char *set)
{
	return (s[strspn(s, set)] == '\0');
}
