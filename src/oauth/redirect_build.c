/* SPDX-License-Identifier: ISC */
/* The authorization response as a URL (RFC 6749 4.1.2, RFC 9207 2). */
#include <string.h>

#include "base/text.h"
#include "oauth/redirect.h"

static int	is_location(const char *);
static void	add_name(struct text *, const char *, char *);
static void	add_value(struct text *, const char *, const char *, char *);
static void	add_state(struct text *, const char *, size_t);

int
redirect_build(char *out, size_t cap, const struct authorization_response *r)
{
	struct text	t;
	const char	*uri = r->redirect_uri;
	char		separator;

	out[0] = '\0';
	if (r->mode == MODE_FORM_POST || !is_location(uri))
		return (-1);

	if (r->mode == MODE_FRAGMENT)
		separator = '#';
	else
		separator = strchr(uri, '?') == NULL ? '?' : '&';

	text_init(&t, out, cap);
	text_add(&t, uri);
	/* "…?" and "…?a=b&" have their separator already. */
	if (separator == '&' && strchr("?&", uri[strlen(uri) - 1]) != NULL)
		separator = '\0';

	if (r->error != NULL) {
		add_value(&t, "error", oauth_error_name(r->error->error),
		    &separator);
		if (r->error->description[0] != '\0')
			add_value(&t, "error_description",
			    r->error->description, &separator);
	} else {
		add_value(&t, "code", r->code, &separator);
	}
	if (r->raw_state != NULL && r->raw_state_len > 0) {
		add_name(&t, "state", &separator);
		add_state(&t, r->raw_state, r->raw_state_len);
	}
	add_value(&t, "iss", r->iss, &separator);

	if (!text_is_ok(&t)) {
		out[0] = '\0';
		return (-1);
	}

	return (0);
}

/* Printable ASCII without space and '#': no line end leaves this header. */
static int
is_location(const char *uri)
{
	const char	*p;

	for (p = uri; *p != '\0'; p++) {
		if (*p < 0x21 || *p > 0x7e || *p == '#')
			return (0);
	}

	return (p != uri);
}

static void
add_name(struct text *t, const char *name, char *separator)
{
	if (*separator != '\0')
		text_add_bytes(t, separator, 1);
	*separator = '&';
	text_add(t, name);
	text_add(t, "=");
}

static void
add_value(struct text *t, const char *name, const char *value, char *separator)
{
	add_name(t, name, separator);
	text_add_uri(t, value, strlen(value));
}

/*
 * Byte for byte, since the client compares what it sent. Only a byte that
 * would break the header or the URL is escaped: controls, space, non-ASCII,
 * the delimiters '"' '<' '>' '#', and '&', behind which another parameter
 * would begin.
 */
static void
add_state(struct text *t, const char *raw, size_t len)
{
	unsigned char	c;
	size_t		i;

	for (i = 0; i < len; i++) {
		c = (unsigned char)raw[i];
		if (c < 0x21 || c > 0x7e || memchr("\"<>#&", c, 5) != NULL)
			text_addf(t, "%%%02X", c);
		else
			text_add_bytes(t, &raw[i], 1);
	}
}
