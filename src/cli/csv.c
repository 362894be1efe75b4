/* SPDX-License-Identifier: ISC */
/* CSV, read line by line from a file of any size. */
#include <string.h>

#include "cli/csv.h"

enum line_state { LINE_READ, LINE_END, LINE_LONG, LINE_NUL };

static enum line_state	line_read(struct csv *, size_t *);
static size_t		 field_plain(const char *);
static char		*field_unquote(char *, char **, const char **);

int
csv_next(struct csv *c, char **fields, int max, const char **why)
{
	size_t	len;

	for (;;) {
		switch (line_read(c, &len)) {
		case LINE_END:
			return (0);
		case LINE_LONG:
			*why = "the line is too long";
			return (-1);
		case LINE_NUL:
			*why = "the line has a NUL byte";
			return (-1);
		case LINE_READ:
			break;
		}
		/* What some programs put at the start of a UTF-8 file. */
		if (c->line == 1 && strncmp(c->text, "\xef\xbb\xbf", 3) == 0)
			memmove(c->text, c->text + 3, len - 2);
		if (c->text[0] != '\0')
			return (csv_split(c->text, fields, max, why));
	}
}

int
csv_split(char *line, char **fields, int max, const char **why)
{
	char	*p;
	int	 n;

	for (n = 0, p = line; n < max; p++) {
		if (*p == '"') {
			p = field_unquote(p, &fields[n++], why);
			if (p == NULL)
				return (-1);
		} else {
			fields[n++] = p;
			p += field_plain(p);
			if (*p == '"') {
				*why = "a quote stands inside a field that "
				    "does not begin with one";
				return (-1);
			}
		}
		if (*p == '\0')
			return (n);
		*p = '\0';
	}
	*why = "there are too many fields";
	return (-1);
}

/*
 * The length of a field without quotes. An Argon2 hash has commas among its
 * parameters, and exports seldom quote it: there a comma ends the field only
 * behind the fourth '$', where salt and hash are.
 */
static size_t
field_plain(const char *p)
{
	static const char	 argon2[] = "$argon2";
	const char		*q;
	int			 dollars;

	if (strncmp(p, argon2, sizeof(argon2) - 1) != 0)
		return (strcspn(p, ",\""));
	for (q = p, dollars = 0; *q != '\0' && *q != '"'; q++) {
		dollars += *q == '$';
		if (*q == ',' && dollars >= 4)
			return ((size_t)(q - p));
	}
	return (dollars >= 4 ? (size_t)(q - p) : strcspn(p, ",\""));
}

/* The field at a quote, in place; what stands behind it, or NULL. */
static char *
field_unquote(char *p, char **field, const char **why)
{
	char	*to;

	*field = to = ++p;
	for (;; p++) {
		if (*p == '\0') {
			*why = "a quote is not closed on its line";
			return (NULL);
		}
		if (*p == '"' && *++p != '"')
			break;
		*to++ = *p;
	}
	if (*p != ',' && *p != '\0') {
		*why = "something stands behind a closing quote";
		return (NULL);
	}
	*to = '\0';
	return (p);
}

static enum line_state
line_read(struct csv *c, size_t *len)
{
	size_t	n;
	int	ch, has_nul;

	has_nul = 0;
	for (n = 0; (ch = getc_unlocked(c->file)) != EOF; n++) {
		c->bytes++;
		if (ch == '\n')
			break;
		has_nul |= ch == '\0';
		if (n < sizeof(c->text) - 1)
			c->text[n] = (char)ch;
	}
	if (ch == EOF && n == 0)
		return (LINE_END);
	c->line++;
	if (n > sizeof(c->text) - 1)
		return (LINE_LONG);
	if (has_nul)
		return (LINE_NUL);
	if (n > 0 && c->text[n - 1] == '\r')
		n--;
	c->text[n] = '\0';
	*len = n;
	return (LINE_READ);
}
