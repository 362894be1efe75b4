/* SPDX-License-Identifier: ISC */
/*
 * Tags of a page that the server under test has written: every length in it is
 * the other side's choice, so a tag is spans of the page and each step forward
 * is bounded by its end.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "cli/html_tag.h"

struct cursor {
	const char	*p;
	const char	*end;
};

static void	tag_read(struct html_tag *, struct cursor *);
static int	attr_read(struct html_attr *, struct cursor *);
static void	value_read(struct html_attr *, struct cursor *);
static void	comment_skip(struct cursor *);
static void	raw_text_skip(struct cursor *, struct span);
static void	space_skip(struct cursor *);
static size_t	reference_read(const char *, size_t, struct text *);
static size_t	number_read(const char *, size_t, unsigned long *);
static void	utf8_add(struct text *, unsigned long);

/* What looks like a tag inside these is text. */
static const char *const raw_text_elements[] = {
	"script", "style", "textarea", "title", NULL
};

/* The named references that matter in attribute values. */
static const struct {
	const char	*name;
	const char	*text;
} references[] = {
	{ "&amp;", "&" }, { "&lt;", "<" }, { "&gt;", ">" },
	{ "&quot;", "\"" }, { "&apos;", "'" }, { NULL, NULL }
};

int
html_tag_next(struct html_tag *tag, const char **p, const char *end)
{
	struct cursor	 c = { *p, end };
	int		 found = 0;

	while (!found && c.p < c.end) {
		if (*c.p++ != '<' || c.p == c.end)
			continue;
		if (c.end - c.p >= 3 && memcmp(c.p, "!--", 3) == 0) {
			comment_skip(&c);
			continue;
		}
		memset(tag, 0, sizeof(*tag));
		tag->is_end = *c.p == '/';
		c.p += tag->is_end;
		if (c.p == c.end || !isalpha((unsigned char)*c.p))
			continue;
		tag_read(tag, &c);
		found = 1;
	}
	*p = c.p;
	return (found);
}

int
html_tag_get(const struct html_tag *tag, const char *name, char *out,
    size_t cap)
{
	struct text	 t;
	struct span	 v;
	size_t		 i, n;

	text_init(&t, out, cap);
	for (i = 0; i < tag->attr_count; i++)
		if (html_word_is(tag->attr[i].name, name))
			break;
	if (i == tag->attr_count)
		return (0);
	v = tag->attr[i].value;
	for (i = 0; i < v.len; i += n) {
		if ((n = reference_read(v.p + i, v.len - i, &t)) > 0)
			continue;
		text_add_bytes(&t, v.p + i, 1);
		n = 1;
	}
	return (text_is_ok(&t) ? 0 : -1);
}

int
html_word_is(struct span s, const char *word)
{
	return (s.len == strlen(word) &&
	    (s.len == 0 || strncasecmp(s.p, word, s.len) == 0));
}

static void
tag_read(struct html_tag *tag, struct cursor *c)
{
	struct html_attr	 attr;

	tag->name.p = c->p;
	while (c->p < c->end && *c->p != '>' && *c->p != '/' &&
	    !isspace((unsigned char)*c->p))
		c->p++;
	tag->name.len = (size_t)(c->p - tag->name.p);
	while (attr_read(&attr, c) == 0)
		if (tag->attr_count < HTML_ATTRS_MAX)
			tag->attr[tag->attr_count++] = attr;
	if (c->p < c->end)
		c->p++;
	if (!tag->is_end)
		raw_text_skip(c, tag->name);
}

/* 0 with the next attribute, or -1 at '>' or the end. */
static int
attr_read(struct html_attr *attr, struct cursor *c)
{
	memset(attr, 0, sizeof(*attr));
	while (c->p < c->end && (*c->p == '/' || *c->p == '=' ||
	    isspace((unsigned char)*c->p)))
		c->p++;
	if (c->p == c->end || *c->p == '>')
		return (-1);
	attr->name.p = c->p;
	while (c->p < c->end && *c->p != '=' && *c->p != '>' &&
	    *c->p != '/' && !isspace((unsigned char)*c->p))
		c->p++;
	attr->name.len = (size_t)(c->p - attr->name.p);
	space_skip(c);
	if (c->p < c->end && *c->p == '=') {
		c->p++;
		space_skip(c);
		value_read(attr, c);
	}
	return (0);
}

static void
value_read(struct html_attr *attr, struct cursor *c)
{
	const char	*q;

	if (c->p == c->end)
		return;
	if (*c->p == '"' || *c->p == '\'') {
		attr->value.p = c->p + 1;
		q = memchr(c->p + 1, *c->p, (size_t)(c->end - c->p - 1));
		if (q == NULL)
			q = c->end;
		attr->value.len = (size_t)(q - attr->value.p);
		c->p = q < c->end ? q + 1 : q;
		return;
	}
	attr->value.p = c->p;
	while (c->p < c->end && *c->p != '>' && !isspace((unsigned char)*c->p))
		c->p++;
	attr->value.len = (size_t)(c->p - attr->value.p);
}

static void
comment_skip(struct cursor *c)
{
	const char	*q;

	q = memmem(c->p + 3, (size_t)(c->end - c->p - 3), "-->", 3);
	c->p = q == NULL ? c->end : q + 3;
}

static void
raw_text_skip(struct cursor *c, struct span name)
{
	size_t	 i;

	for (i = 0; raw_text_elements[i] != NULL; i++)
		if (html_word_is(name, raw_text_elements[i]))
			break;
	if (raw_text_elements[i] == NULL)
		return;
	while ((size_t)(c->end - c->p) >= name.len + 2) {
		if (c->p[0] == '<' && c->p[1] == '/' &&
		    strncasecmp(c->p + 2, name.p, name.len) == 0)
			return;
		c->p++;
	}
	c->p = c->end;
}

static void
space_skip(struct cursor *c)
{
	while (c->p < c->end && isspace((unsigned char)*c->p))
		c->p++;
}

/* Append what the reference at p means. Bytes read, or 0: it is none. */
static size_t
reference_read(const char *p, size_t len, struct text *t)
{
	unsigned long	 point;
	size_t		 i, n;

	if (p[0] != '&')
		return (0);
	for (i = 0; references[i].name != NULL; i++) {
		n = strlen(references[i].name);
		if (n <= len && memcmp(p, references[i].name, n) == 0) {
			text_add(t, references[i].text);
			return (n);
		}
	}
	if ((n = number_read(p, len, &point)) > 0)
		utf8_add(t, point);
	return (n);
}

/* "&#43;", "&#x2B;": bytes read, or 0. */
static size_t
number_read(const char *p, size_t len, unsigned long *point)
{
	static const char	 digits[] = "0123456789abcdef";
	const char		*d;
	unsigned long		 base;
	size_t			 i;

	*point = 0;
	if (len < 4 || p[1] != '#')
		return (0);
	base = p[2] == 'x' || p[2] == 'X' ? 16 : 10;
	for (i = base == 16 ? 3 : 2; i < len && p[i] != ';'; i++) {
		d = memchr(digits, tolower((unsigned char)p[i]), base);
		if (d == NULL || *point > 0x10ffff)
			return (0);
		*point = *point * base + (unsigned long)(d - digits);
	}
	if (i == len || *point == 0 || *point > 0x10ffff)
		return (0);
	return (i + 1);
}

static void
utf8_add(struct text *t, unsigned long c)
{
	unsigned char	 b[4];
	size_t		 n = 0;

	if (c < 0x80)
		b[n++] = (unsigned char)c;
	else if (c < 0x800)
		b[n++] = (unsigned char)(0xc0 | c >> 6);
	else if (c < 0x10000)
		b[n++] = (unsigned char)(0xe0 | c >> 12);
	else
		b[n++] = (unsigned char)(0xf0 | c >> 18);
	if (c >= 0x10000)
		b[n++] = (unsigned char)(0x80 | (c >> 12 & 0x3f));
	if (c >= 0x800)
		b[n++] = (unsigned char)(0x80 | (c >> 6 & 0x3f));
	if (c >= 0x80)
		b[n++] = (unsigned char)(0x80 | (c & 0x3f));
	text_add_bytes(t, b, n);
}
