/* SPDX-License-Identifier: ISC */
/* The Authorization header. */
#include <string.h>
#include <strings.h>

#include "base/base64.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "http/auth_header.h"
#include "http/form.h"

#define TOKEN68		"ABCDEFGHIJKLMNOPQRSTUVWXYZ" \
			"abcdefghijklmnopqrstuvwxyz" \
			"0123456789-._~+/"

/* user ':' password with every byte escaped, as RFC 6749 2.3.1 lets them be */
#define BASIC_MAX	(3 * (sizeof(struct basic_auth)) + 1)

static enum auth_scheme	basic_parse(const char *, struct basic_auth *);
static int		basic_split(struct basic_auth *, const char *, size_t);
static int		part_get(char *, size_t, const char *, size_t);
static int		is_token68(const char *);

enum auth_scheme
auth_header_parse(const char *value, struct basic_auth *basic,
    const char **bearer)
{
	const char	*rest;
	size_t		 len;

	memset(basic, 0, sizeof(*basic));
	*bearer = NULL;
	if (value == NULL)
		return (AUTH_NONE);

	len = strcspn(value, " ");
	rest = value + len + strspn(value + len, " ");
	if (!is_token68(rest))
		return (AUTH_MALFORMED);
	if (len == 5 && strncasecmp(value, "Basic", len) == 0)
		return (basic_parse(rest, basic));
	if (len != 6 || strncasecmp(value, "Bearer", len) != 0)
		return (AUTH_MALFORMED);
	*bearer = rest;

	return (AUTH_BEARER);
}

/* RFC 7235 2.1: at least one character, then any number of '='. */
static int
is_token68(const char *s)
{
	size_t	n = strspn(s, TOKEN68);

	return (n > 0 && s[n + strspn(s + n, "=")] == '\0');
}

static enum auth_scheme
basic_parse(const char *text, struct basic_auth *basic)
{
	enum auth_scheme	scheme = AUTH_MALFORMED;
	char			plain[BASIC_MAX];
	ssize_t			len;

	len = base64_decode(plain, sizeof(plain), text, strlen(text));
	if (len == -1)
		goto out;
	if (basic_split(basic, plain, (size_t)len) == -1)
		goto out;
	scheme = AUTH_BASIC;
out:
	digest_wipe(plain, sizeof(plain));
	if (scheme != AUTH_BASIC)
		digest_wipe(basic, sizeof(*basic));
	return (scheme);
}

/* RFC 7617 2: the first ':' ends the user. */
static int
basic_split(struct basic_auth *basic, const char *plain, size_t len)
{
	const char	*colon;
	size_t		 user;

	if ((colon = memchr(plain, ':', len)) == NULL || colon == plain)
		return (-1);
	user = (size_t)(colon - plain);
	if (part_get(basic->user, sizeof(basic->user), plain, user) == -1)
		return (-1);

	return (part_get(basic->password, sizeof(basic->password), colon + 1,
	    len - user - 1));
}

/* Form-decoded; UTF-8 without control characters (RFC 7617 2). */
static int
part_get(char *out, size_t cap, const char *in, size_t len)
{
	const char	*p;
	long		 n;

	n = form_decode(out, cap, in, len, 1);
	if (n == -1 || !text_is_utf8(out, (size_t)n))
		return (-1);
	for (p = out; *p != '\0'; p++) {
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			return (-1);
	}

	return (0);
}
