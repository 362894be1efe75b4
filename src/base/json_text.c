/* SPDX-License-Identifier: ISC */
/* Writing JSON; see json_text.h. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/json_text.h"

static void	name_add(struct text *, const char *);
static void	string_add(struct text *, const char *, size_t);
static int	is_plain(unsigned char);

void
json_text_open(struct text *t)
{
	text_add_bytes(t, "{", 1);
}

void
json_text_string(struct text *t, const char *name, const char *value)
{
	size_t	len;

	if (value == NULL)
		return;
	len = strlen(value);
	if (!text_is_utf8(value, len))
		t->overflow = 1;
	name_add(t, name);
	string_add(t, value, len);
}

void
json_text_number(struct text *t, const char *name, int64_t value)
{
	name_add(t, name);
	text_add_number(t, value);
}

void
json_text_raw(struct text *t, const char *name, const char *value)
{
	name_add(t, name);
	text_add(t, value);
}

void
json_text_close(struct text *t)
{
	text_add_bytes(t, "}", 1);
}

static void
name_add(struct text *t, const char *name)
{
	if (t->len > 0 && t->p[t->len - 1] != '{')
		text_add_bytes(t, ",", 1);
	text_add_bytes(t, "\"", 1);
	text_add(t, name);
	text_add_bytes(t, "\":", 2);
}

/* Runs of what needs no escape at once; RFC 8259 7 has two and the controls. */
static void
string_add(struct text *t, const char *s, size_t len)
{
	static const char	hex[] = "0123456789abcdef";
	unsigned char		c;
	char			escape[] = "\\u0000";
	size_t			i, run;

	text_add_bytes(t, "\"", 1);
	for (i = 0; i < len; i++) {
		for (run = i; run < len && is_plain((unsigned char)s[run]);
		    run++)
			continue;
		text_add_bytes(t, s + i, run - i);
		if ((i = run) == len)
			break;
		c = (unsigned char)s[i];
		if (c >= ' ') {
			escape[1] = (char)c;
			text_add_bytes(t, escape, 2);
			escape[1] = 'u';
			continue;
		}
		escape[4] = hex[c >> 4];
		escape[5] = hex[c & 15];
		text_add_bytes(t, escape, 6);
	}
	text_add_bytes(t, "\"", 1);
}

static int
is_plain(unsigned char c)
{
	return (c >= ' ' && c != '"' && c != '\\');
}
