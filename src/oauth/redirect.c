/* SPDX-License-Identifier: ISC */
/* Redirect URIs: which may be registered, and how one is matched. */
#include <string.h>

#include "base/text.h"
#include "oauth/list.h"
#include "oauth/redirect.h"

#define URI_MAX		2047	/* characters */
#define ALNUM		"ABCDEFGHIJKLMNOPQRSTUVWXYZ" \
			"abcdefghijklmnopqrstuvwxyz0123456789"
/* RFC 3986 2.2 and 2.3, without '#' and without the '*' of wildcards. */
#define URI_CHARACTERS	ALNUM "-._~:/?[]@!$&'()+,;=%"

/* scheme://host[:port] at the start of a URI. */
struct origin {
	const char	*host;		/* IPv6 with its brackets */
	size_t		 host_len;
	size_t		 len;		/* characters of the whole */
	int		 is_https;
};

static const char	*find_fault(const char *);
static const char	*origin_parse(struct origin *, const char *);
static int		 is_port(const char *, size_t);
static int		 is_loopback(const struct origin *);
static int		 is_scheme(const char *, size_t);

int
redirect_is_registrable(const char *uri, const char **why)
{
	*why = find_fault(uri);

	return (*why == NULL);
}

/*
 * Byte for byte: prefixes, wildcards and normal forms are how codes were sent
 * to strangers (RFC 9700 4.1.1).
 */
int
redirect_match(const char *list, const char *uri)
{
	return (list_has(list, uri, strlen(uri)));
}

int
redirect_origin(char *out, size_t cap, const char *uri)
{
	struct origin	o;
	size_t		scheme;

	if (cap > 0)
		out[0] = '\0';
	if (origin_parse(&o, uri) == NULL)
		return (text_copy_bytes(out, cap, uri, o.len));

	scheme = strcspn(uri, ":");
	if (uri[scheme] != ':' || !is_scheme(uri, scheme))
		return (-1);

	return (text_copy_bytes(out, cap, uri, scheme + 1));
}

static const char *
find_fault(const char *uri)
{
	struct origin	 o;
	const char	*why;
	size_t		 n;

	if ((n = strspn(uri, URI_CHARACTERS)) > URI_MAX)
		return ("it is longer than 2,047 characters");
	if (uri[n] == '#')
		return ("it must not have a fragment (#)");
	if (uri[n] == '*')
		return ("it must not have a wildcard (*)");
	if (uri[n] != '\0')
		return ("it has a character that a URI may not have");
	if ((why = origin_parse(&o, uri)) != NULL)
		return (why);
	if (!o.is_https && !is_loopback(&o))
		return ("it may begin with http:// only on localhost, "
		    "127.0.0.1 or [::1]");

	return (NULL);
}

/*
 * NULL with o filled, or what is wrong. An '@' would let one host dress up as
 * another (https://good.example@evil.example), a '\' is a '/' to browsers: the
 * host has letters, digits, '.' and '-' only, or is an address in brackets.
 */
static const char *
origin_parse(struct origin *o, const char *uri)
{
	const char	*p;
	size_t		 n;

	if (strncmp(uri, "https://", 8) == 0) {
		o->is_https = 1;
		o->host = uri + 8;
	} else if (strncmp(uri, "http://", 7) == 0) {
		o->is_https = 0;
		o->host = uri + 7;
	} else {
		return ("it must begin with https://");
	}

	n = strcspn(o->host, "/?#");
	if (memchr(o->host, '@', n) != NULL)
		return ("it must not have user information (@)");

	p = o->host;
	if (*p == '[') {
		p += 1 + strspn(p + 1, "0123456789abcdefABCDEF:.");
		if (*p++ != ']')
			return ("its address in brackets is broken");
	} else {
		p += strspn(p, ALNUM ".-");
	}
	o->host_len = (size_t)(p - o->host);
	o->len = (size_t)(o->host - uri) + n;

	if (o->host_len == 0)
		return ("it has no host");
	if (o->host_len < n && !is_port(p, n - o->host_len))
		return ("its host or port has a character that is not allowed");

	return (NULL);
}

/* ":" and 1 to 65535. */
static int
is_port(const char *p, size_t len)
{
	char	digits[6];
	long	port;

	if (*p != ':' || len < 2 || len > 6)
		return (0);
	if (text_copy_bytes(digits, sizeof(digits), p + 1, len - 1) == -1)
		return (0);

	return (text_number(digits, 1, 65535, &port) == 0);
}

static int
is_loopback(const struct origin *o)
{
	return (list_has("localhost 127.0.0.1 [::1]", o->host, o->host_len));
}

/* RFC 3986 3.1, not http or https: those need a host. */
static int
is_scheme(const char *s, size_t len)
{
	static const char	first[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz";

	if (list_has("http https", s, len))
		return (0);

	return (strspn(s, first) > 0 && strspn(s, ALNUM "+-.") == len);
}
