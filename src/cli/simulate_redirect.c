/* SPDX-License-Identifier: ISC */
/* What the simulation reads off a redirect and a policy: plain text, judged. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "cli/simulate.h"
#include "http/form.h"

static const char	*pair_read(struct sim_redirect *, unsigned *,
			    const char *, size_t);
static const char	*open_word_find(const char *);
static const char	*directive_find(const char *, const char *, size_t *);
static int		 words_have(const char *, size_t, const char *);

/* What is read, and where it goes. */
static const struct {
	const char	*name;
	size_t		 offset;
	size_t		 cap;
} fields[] = {
	{ "code", offsetof(struct sim_redirect, code), SIM_CODE_LEN },
	{ "iss", offsetof(struct sim_redirect, iss), 256 },
	{ "error", offsetof(struct sim_redirect, error), 64 },
	{ "error_description", offsetof(struct sim_redirect, description),
	    256 },
};
#define FIELDS		(sizeof(fields) / sizeof(fields[0]))

/*
 * The prefix must end where the query begins: "https://a.example" is also how
 * "https://a.example.evil.example" starts.
 */
const char *
sim_redirect_read(struct sim_redirect *out, const char *location,
    const char *redirect_uri)
{
	const char	*p, *bad;
	size_t		 n = strlen(redirect_uri);
	unsigned	 seen = 0;

	memset(out, 0, sizeof(*out));
	if (strncmp(location, redirect_uri, n) != 0)
		return ("it does not begin with the redirect URI");
	p = location + n;
	if (*p != (strchr(redirect_uri, '?') == NULL ? '?' : '&'))
		return ("no query follows the redirect URI");
	if (strchr(p, '#') != NULL)
		return ("it has a fragment");
	do {
		n = strcspn(++p, "&");
		if ((bad = pair_read(out, &seen, p, n)) != NULL)
			return (bad);
		p += n;
	} while (*p == '&');
	return (NULL);
}

const char *
sim_csp_check(const char *policy, const char *origin)
{
	const char	*list, *word;
	size_t		 n;

	if ((list = directive_find(policy, "default-src", &n)) == NULL)
		return ("it has no default-src");
	if (!words_have(list, n, "'none'") && !words_have(list, n, "'self'"))
		return ("default-src is neither 'none' nor 'self'");
	if ((word = open_word_find(policy)) != NULL)
		return (word);
	if (directive_find(policy, "frame-ancestors", &n) == NULL)
		return ("it has no frame-ancestors");
	if ((list = directive_find(policy, "form-action", &n)) == NULL)
		return ("it has no form-action");
	/* Browsers apply form-action to the redirect after the form. */
	if (!words_have(list, n, origin))
		return ("form-action lacks the redirect URI's origin");
	return (NULL);
}

int
sim_text_is_unreserved(const char *s)
{
	for (; *s != '\0'; s++)
		if (!isalnum((unsigned char)*s) && strchr("-._~", *s) == NULL)
			return (0);
	return (1);
}

void
sim_text_add_device(struct text *t, const char *s)
{
	for (; *s != '\0'; s++) {
		if (strchr("!$'()*+,/:?@", *s) != NULL)
			text_add_bytes(t, s, 1);
		else
			text_add_uri(t, s, 1);
	}
}

int
sim_text_is_raw_value(const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s == '%') {
			if (!isxdigit((unsigned char)s[1]) ||
			    !isxdigit((unsigned char)s[2]))
				return (0);
			s += 2;
		} else if (!isalnum((unsigned char)*s) &&
		    strchr("-._~!$'()*+,/:;=?@", *s) == NULL)
			return (0);
	}
	return (1);
}

static const char *
pair_read(struct sim_redirect *out, unsigned *seen, const char *p, size_t len)
{
	char		*field;
	const char	*eq = memchr(p, '=', len);
	size_t		 i, n = eq == NULL ? len : (size_t)(eq - p);
	long		 got = 0;

	for (i = 0; i < FIELDS; i++)
		if (strlen(fields[i].name) == n &&
		    memcmp(p, fields[i].name, n) == 0)
			break;
	if (i == FIELDS && (n != 5 || memcmp(p, "state", n) != 0))
		return (NULL);
	/* RFC 6749 3.1: included once; which one would the receiver take? */
	if (*seen & 1U << i)
		return ("it has one of its parameters twice");
	*seen |= 1U << i;
	if (i == FIELDS) {
		out->raw_state.p = eq == NULL ? p + n : eq + 1;
		out->raw_state.len = eq == NULL ? 0 : len - n - 1;
		return (NULL);
	}
	field = (char *)out + fields[i].offset;
	if (eq != NULL)
		got = form_decode(field, fields[i].cap, eq + 1, len - n - 1, 1);
	if (got < 0) {
		field[0] = '\0';
		return ("one of its parameters cannot be decoded");
	}
	return (NULL);
}

/*
 * A source that lets in what the page did not bring, or NULL. An image out of
 * a data: URL runs nothing and tells nobody; a script or style from one would.
 */
static const char *
open_word_find(const char *policy)
{
	static const char *const open[] = {
		"'unsafe-inline'", "'unsafe-eval'", "'unsafe-hashes'", "http:",
		"*", "data:"
	};
	static const char	 images[] = "img-src ";
	size_t			 i, n, count;

	for (; *policy != '\0'; policy += n + (policy[n] == ';')) {
		policy += strspn(policy, " \t");
		n = strcspn(policy, ";");
		count = sizeof(open) / sizeof(open[0]);
		if (strncasecmp(policy, images, sizeof(images) - 1) == 0)
			count--;
		for (i = 0; i < count; i++)
			if (words_have(policy, n, open[i]))
				return (open[i]);
	}
	return (NULL);
}

/* The sources of a directive, n bytes, or NULL. */
static const char *
directive_find(const char *policy, const char *name, size_t *n)
{
	size_t	 len = strlen(name);

	for (;;) {
		policy += strspn(policy, "; \t");
		if (*policy == '\0')
			return (NULL);
		*n = strcspn(policy, ";");
		if (*n >= len && strncasecmp(policy, name, len) == 0 &&
		    (*n == len || policy[len] == ' ')) {
			*n -= len;
			return (policy + len);
		}
		policy += *n;
	}
}

static int
words_have(const char *list, size_t len, const char *word)
{
	const char	*end = list + len;
	size_t		 n;

	for (; list < end; list += n) {
		while (list < end && strchr("; \t", *list) != NULL)
			list++;
		for (n = 0; list + n < end &&
		    strchr("; \t", list[n]) == NULL; n++)
			;
		if (n == strlen(word) && strncasecmp(list, word, n) == 0)
			return (1);
	}
	return (0);
}
