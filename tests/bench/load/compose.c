/* SPDX-License-Identifier: ISC */
/* Requests' text, and what is looked for in responses. */
#include <sys/random.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compose.h"

static const char	digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/* 1: goes as it is (RFC 3986 2.3). */
static char		is_plain[256];
static char		run[16];		/* of this run, 15 letters */

static size_t	entity_take(struct span, char *);

int
compose_open(void)
{
	unsigned char	random[sizeof(run) - 1];
	size_t		i;

	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return (-1);
	for (i = 0; i < sizeof(random); i++)
		run[i] = digits[random[i] % 62];
	for (i = 0; i < sizeof(digits) - 1; i++)
		is_plain[(unsigned char)digits[i]] = 1;
	for (i = 0; i < 4; i++)
		is_plain[(unsigned char)"-._~"[i]] = 1;
	return (0);
}

void
compose_unique(char out[STATE_LEN])
{
	static uint64_t	count;
	uint64_t	left = ++count;
	int		i;

	memcpy(out, run, sizeof(run) - 1);
	for (i = 26; i >= 15; i--) {
		out[i] = digits[left % 62];
		left /= 62;
	}
	out[27] = '\0';
}

void
compose_form(struct text *t, const char *s, size_t len)
{
	size_t	n;

	while (len > 0) {
		for (n = 0; n < len && is_plain[(unsigned char)s[n]]; n++)
			;
		text_add_bytes(t, s, n);
		if (n < len) {
			text_add_uri(t, s + n, 1);
			n++;
		}
		s += n;
		len -= n;
	}
}

void
compose_get_end(struct text *t, const struct setup *s, const char *token)
{
	text_add(t, " HTTP/1.1\r\nHost: ");
	text_add(t, s->authority);
	if (token != NULL) {
		text_add(t, "\r\nAuthorization: Bearer ");
		text_add(t, token);
	}
	text_add(t, "\r\nUser-Agent: ambauth-load\r\nAccept: */*\r\n\r\n");
}

void
compose_post_end(struct text *t, const struct setup *s,
    const struct text *body)
{
	char	length[32];

	snprintf(length, sizeof(length), "%zu", body->len);
	text_add(t, "Host: ");
	text_add(t, s->authority);
	text_add(t, "\r\nUser-Agent: ambauth-load\r\nAccept: */*\r\n"
	    "Content-Type: application/x-www-form-urlencoded\r\n"
	    "Content-Length: ");
	text_add(t, length);
	text_add(t, "\r\n\r\n");
	text_add_bytes(t, body->p, body->len);
	if (!text_is_ok(body))
		t->overflow = 1;
}

size_t
compose_unescape(char *out, size_t cap, struct span in)
{
	struct span	rest;
	size_t		i, n, len = 0;

	for (i = 0; i < in.len && len < cap; i += n) {
		rest.p = in.p + i;
		rest.len = in.len - i;
		if (in.p[i] != '&' ||
		    (n = entity_take(rest, &out[len])) == 0) {
			out[len] = in.p[i];
			n = 1;
		}
		len++;
	}
	return (len);
}

/* Bytes of the entity that s begins with, or 0; its character in *out. */
static size_t
entity_take(struct span s, char *out)
{
	static const struct {
		const char	*text;
		char		 character;
	} named[] = {
		{ "&amp;", '&' },
		{ "&quot;", '"' },
		{ "&lt;", '<' },
		{ "&gt;", '>' },
		{ "&apos;", '\'' },
	};
	char	digits_text[8], *end;
	size_t	i, len;
	long	code;

	for (i = 0; i < sizeof(named) / sizeof(named[0]); i++) {
		len = strlen(named[i].text);
		if (s.len >= len && memcmp(s.p, named[i].text, len) == 0) {
			*out = named[i].character;
			return (len);
		}
	}
	for (len = 0; len < s.len && len < 10 && s.p[len] != ';'; len++)
		;
	if (len < 3 || len == s.len || len > 8 || s.p[1] != '#')
		return (0);
	memcpy(digits_text, s.p + 2, len - 2);
	digits_text[len - 2] = '\0';
	code = digits_text[0] == 'x' ? strtol(digits_text + 1, &end, 16) :
	    strtol(digits_text, &end, 10);
	if (*end != '\0' || code < 1 || code > 127)
		return (0);
	*out = (char)code;
	return (len + 1);
}

struct span
compose_param(struct span url, const char *name)
{
	struct span	 value = { NULL, 0 };
	const char	*p = url.p, *end = url.p + url.len, *next;
	size_t		 len = strlen(name);

	while (p != NULL && p < end) {
		next = memchr(p, '&', (size_t)(end - p));
		if (p == url.p)
			next = memchr(p, '?', (size_t)(end - p));
		else if ((size_t)(end - p) > len && p[len] == '=' &&
		    memcmp(p, name, len) == 0) {
			value.p = p + len + 1;
			value.len = (size_t)((next != NULL ? next : end) -
			    value.p);
			break;
		}
		p = next == NULL ? NULL : next + 1;
	}
	return (value);
}

struct span
compose_member(struct span json, const char *name)
{
	struct span	 value = { NULL, 0 };
	const char	*p, *end;
	char		 mark[64];
	int		 len;

	len = snprintf(mark, sizeof(mark), "\"%s\":\"", name);
	p = memmem(json.p, json.len, mark, (size_t)len);
	if (p == NULL)
		return (value);
	p += len;
	end = memchr(p, '"', json.len - (size_t)(p - json.p));
	if (end != NULL) {
		value.p = p;
		value.len = (size_t)(end - p);
	}
	return (value);
}
