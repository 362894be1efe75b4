/* SPDX-License-Identifier: ISC */
/*
 * The part of HTTP/1.1 that the server speaks: a status line, a few headers
 * that matter here, a body of Content-Length bytes. Anything else is broken.
 */
#include <string.h>
#include <strings.h>

#include "response.h"

enum field {
	LENGTH,
	LOCATION,
	COOKIE,
	CONNECTION,
	RETRY_AFTER,
	ENCODING,
	FIELDS
};

static const struct {
	const char	*name;
	size_t		 len;
} fields[FIELDS] = {
	[LENGTH] = { "content-length", 14 },
	[LOCATION] = { "location", 8 },
	[COOKIE] = { "set-cookie", 10 },
	[CONNECTION] = { "connection", 10 },
	[RETRY_AFTER] = { "retry-after", 11 },
	[ENCODING] = { "transfer-encoding", 17 },
};

static int	head_parse(struct response *);
static int	line_take(struct response *, const char *, size_t, int *);
static int	field_take(struct response *, enum field, const char *, size_t,
		    int *);
static int	length_take(struct response *, const char *, size_t);

void
response_reset(struct response *r)
{
	memset(r, 0, offsetof(struct response, buffer));
}

enum response_verdict
response_parse(struct response *r)
{
	const char	*end;

	if (r->head_len == 0) {
		end = memmem(r->buffer, r->len, "\r\n\r\n", 4);
		if (end == NULL)
			return (r->len < sizeof(r->buffer) ? RESPONSE_MORE :
			    RESPONSE_BROKEN);
		r->head_len = (size_t)(end - r->buffer) + 4;
		if (head_parse(r) == -1 ||
		    r->body_len > sizeof(r->buffer) - r->head_len)
			return (RESPONSE_BROKEN);
	}
	if (r->len < r->head_len + r->body_len)
		return (RESPONSE_MORE);
	r->body.p = r->buffer + r->head_len;
	r->body.len = r->body_len;
	/* Bytes beyond it would be an answer that nobody asked for. */
	return (r->len == r->head_len + r->body_len ? RESPONSE_WHOLE :
	    RESPONSE_BROKEN);
}

static int
head_parse(struct response *r)
{
	const char	*p = r->buffer, *end = p + r->head_len - 2, *eol;
	int		 has_length = 0, i;

	if (r->head_len < 16 || memcmp(p, "HTTP/1.1 ", 9) != 0)
		return (-1);
	for (i = 9; i < 12; i++) {
		if (p[i] < '0' || p[i] > '9')
			return (-1);
		r->status = r->status * 10 + (p[i] - '0');
	}
	p = memchr(p, '\n', r->head_len);
	for (p++; p < end; p = eol + 2) {
		eol = memmem(p, (size_t)(end - p) + 2, "\r\n", 2);
		if (line_take(r, p, (size_t)(eol - p), &has_length) == -1)
			return (-1);
	}
	if (r->status < 200)
		return (-1);
	return (has_length || r->status == 204 || r->status == 304 ? 0 : -1);
}

static int
line_take(struct response *r, const char *p, size_t len, int *has_length)
{
	size_t	name_len;
	int	i;

	for (i = 0; i < FIELDS; i++) {
		name_len = fields[i].len;
		if (len <= name_len || p[name_len] != ':' ||
		    (p[0] | 0x20) != fields[i].name[0] ||
		    strncasecmp(p, fields[i].name, name_len) != 0)
			continue;
		for (name_len++; name_len < len && p[name_len] == ' ';)
			name_len++;
		return (field_take(r, (enum field)i, p + name_len,
		    len - name_len, has_length));
	}
	return (0);
}

static int
field_take(struct response *r, enum field field, const char *p, size_t len,
    int *has_length)
{
	const char	*end;

	switch (field) {
	case LENGTH:
		*has_length = 1;
		return (length_take(r, p, len));
	case LOCATION:
		r->location.p = p;
		r->location.len = len;
		return (0);
	case COOKIE:
		end = memchr(p, ';', len);
		if (r->cookie.p == NULL) {
			r->cookie.p = p;
			r->cookie.len = end != NULL ? (size_t)(end - p) : len;
		}
		return (0);
	case CONNECTION:
		r->is_close = len == 5 && strncasecmp(p, "close", 5) == 0;
		return (0);
	case RETRY_AFTER:
		r->has_retry_after = len > 0;
		return (0);
	default:
		return (-1);
	}
}

static int
length_take(struct response *r, const char *p, size_t len)
{
	size_t	i;

	if (len == 0 || len > 7)
		return (-1);
	r->body_len = 0;
	for (i = 0; i < len; i++) {
		if (p[i] < '0' || p[i] > '9')
			return (-1);
		r->body_len = r->body_len * 10 + (size_t)(p[i] - '0');
	}
	return (0);
}
