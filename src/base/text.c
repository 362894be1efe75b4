/* SPDX-License-Identifier: ISC */
/*
 * Bounded text. Once something did not fit, nothing more is added: what is
 * there stays a clean beginning, and text_is_ok tells that it is not all.
 */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"

static size_t	utf8_sequence(const unsigned char *, size_t);

/* What HTML must not see raw; NUL has no reference, so it is replaced. */
static const char *const html_escape[256] = {
	['\0'] = "&#xFFFD;",
	['"'] = "&quot;",
	['&'] = "&amp;",
	['\''] = "&#39;",
	['<'] = "&lt;",
	['>'] = "&gt;",
};

void
text_init(struct text *t, char *mem, size_t cap)
{
	PRECOND(mem != NULL && cap > 0);

	t->p = mem;
	t->len = 0;
	t->cap = cap;
	t->overflow = 0;
	t->p[0] = '\0';
}

void
text_add(struct text *t, const char *s)
{
	text_add_bytes(t, s, strlen(s));
}

void
text_add_bytes(struct text *t, const void *bytes, size_t len)
{
	if (t->overflow || len >= t->cap - t->len) {
		t->overflow = 1;
		return;
	}
	if (len > 0)
		memcpy(t->p + t->len, bytes, len);
	t->len += len;
	t->p[t->len] = '\0';
}

void
text_addf(struct text *t, const char *fmt, ...)
{
	va_list	 args;
	size_t	 room;
	int	 len;

	if (t->overflow)
		return;

	room = t->cap - t->len;
	va_start(args, fmt);
	len = vsnprintf(t->p + t->len, room, fmt, args);
	va_end(args);

	if (len < 0 || (size_t)len >= room) {
		t->p[t->len] = '\0';
		t->overflow = 1;
		return;
	}
	t->len += (size_t)len;
}

/* Without printf, which costs more than many a line that has a number. */
void
text_add_number(struct text *t, int64_t n)
{
	char		digits[24], *p = digits + sizeof(digits);
	uint64_t	rest = n < 0 ? -(uint64_t)n : (uint64_t)n;

	do
		*--p = (char)('0' + rest % 10);
	while ((rest /= 10) > 0);
	if (n < 0)
		*--p = '-';
	text_add_bytes(t, p, (size_t)(digits + sizeof(digits) - p));
}

int
text_is_alnum(char c)
{
	return ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	    (c >= 'A' && c <= 'Z'));
}

void
text_add_uri(struct text *t, const char *s, size_t len)
{
	static const char	 hex[] = "0123456789ABCDEF";
	unsigned char		 c;
	char			 escape[3];
	size_t			 i;

	for (i = 0; i < len && !t->overflow; i++) {
		c = (unsigned char)s[i];
		if (text_is_alnum(s[i]) || (c != '\0' &&
		    strchr("-._~", c) != NULL)) {
			text_add_bytes(t, &c, 1);
			continue;
		}
		escape[0] = '%';
		escape[1] = hex[c >> 4];
		escape[2] = hex[c & 15];
		text_add_bytes(t, escape, sizeof(escape));
	}
}

void
text_add_html(struct text *t, const char *s, size_t len)
{
	const char	*escape;
	size_t		 i;

	for (i = 0; i < len && !t->overflow; i++) {
		escape = html_escape[(unsigned char)s[i]];
		if (escape != NULL)
			text_add(t, escape);
		else
			text_add_bytes(t, s + i, 1);
	}
}

int
text_is_ok(const struct text *t)
{
	return (!t->overflow);
}

int
text_copy(char *dst, size_t cap, const char *src)
{
	return (text_copy_bytes(dst, cap, src, strlen(src)));
}

int
text_copy_bytes(char *dst, size_t cap, const void *src, size_t len)
{
	PRECOND(cap > 0);

	if (len >= cap) {
		dst[0] = '\0';
		return (-1);
	}
	if (len > 0)
		memcpy(dst, src, len);
	dst[len] = '\0';

	return (0);
}

int
text_number(const char *s, long lo, long hi, long *out)
{
	const char	*digits;
	char		*end;
	long		 value;

	*out = 0;

	/* strtol also takes white space and '+', which nobody means. */
	digits = s[0] == '-' ? s + 1 : s;
	if (!isdigit((unsigned char)digits[0]))
		return (-1);

	errno = 0;
	value = strtol(s, &end, 10);
	if (errno != 0 || *end != '\0' || value < lo || value > hi)
		return (-1);
	*out = value;

	return (0);
}

int
text_is_utf8(const char *s, size_t len)
{
	size_t	 i, step;

	for (i = 0; i < len; i += step) {
		step = 1;
		if (s[i] > 0 && (unsigned char)s[i] < 0x80)
			continue;
		step = utf8_sequence((const unsigned char *)s + i, len - i);
		if (step == 0)
			return (0);
	}

	return (1);
}

/*
 * Bytes of the character that p begins with, or 0. The bounds of the second
 * byte are RFC 3629 4: they keep out overlong forms (which hide a '/' or a NUL
 * from checks made on bytes), surrogates, and what lies beyond U+10FFFF.
 */
static size_t
utf8_sequence(const unsigned char *p, size_t len)
{
	static const struct {
		unsigned char	 first, last, lo, hi;
		size_t		 len;
	} forms[] = {
		{ 0x01, 0x7f, 0x00, 0x00, 1 },
		{ 0xc2, 0xdf, 0x80, 0xbf, 2 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3 },
		{ 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 },
		{ 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 },
		{ 0xf1, 0xf3, 0x80, 0xbf, 4 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};
	size_t	 i, form;

	for (form = 0; form < sizeof(forms) / sizeof(forms[0]); form++) {
		if (p[0] >= forms[form].first && p[0] <= forms[form].last)
			break;
	}
	if (form == sizeof(forms) / sizeof(forms[0]) || forms[form].len > len)
		return (0);
	if (forms[form].len > 1 &&
	    (p[1] < forms[form].lo || p[1] > forms[form].hi))
		return (0);
	for (i = 2; i < forms[form].len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return (0);
	}

	return (forms[form].len);
}
