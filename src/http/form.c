/* SPDX-License-Identifier: ISC */
/* application/x-www-form-urlencoded. */
#include <limits.h>
#include <string.h>

#include "base/text.h"
#include "http/form.h"

#define NAME_MAX_LEN	64		/* longer than any name we know */
#define BIT(param)	((uint64_t)1 << (param))

/* One run over a text: what is read, and where values go. */
struct parse {
	struct oauth_params	*params;
	char			*mem;
	size_t			 cap;
	size_t			*used;
	int			 is_escaped;	/* not the Apple device's */
};

static enum form_error	parse(struct parse *, const char *, size_t);
static enum form_error	pair_take(struct parse *, const char *, size_t);
static enum form_error	value_take(struct parse *, enum oauth_param,
			    const char *, size_t);
static size_t		pair_cut(const struct parse *, const char *, size_t);
static enum oauth_param	param_find(const struct parse *, const char *, size_t);
static enum oauth_param	param_named(const char *, size_t);
static enum form_error	decode(char *, size_t, struct span, int, size_t *);
static int		hex_value(char);

static const char *const error_texts[] = {
	[FORM_OK] = "fine",
	[FORM_SYNTAX] = "a % is not followed by two hexadecimal digits",
	[FORM_NUL] = "a parameter holds a NUL",
	[FORM_UTF8] = "a parameter is not UTF-8",
	[FORM_TOO_MANY] = "there are too many parameters",
	[FORM_NO_SPACE] = "the parameters are too long",
};

enum form_error
form_parse(struct oauth_params *params, const char *text, size_t len,
    char *mem, size_t cap, size_t *used)
{
	struct parse	p = { params, mem, cap, used, 1 };

	return (parse(&p, text, len));
}

enum form_error
form_parse_unescaped(struct oauth_params *params, const char *text, size_t len,
    char *mem, size_t cap, size_t *used)
{
	struct parse	p = { params, mem, cap, used, 0 };

	return (parse(&p, text, len));
}

long
form_decode(char *out, size_t cap, const char *in, size_t len, int plus)
{
	struct span	span = { in, len };
	size_t		n;

	if (decode(out, cap, span, plus, &n) != FORM_OK || n > LONG_MAX)
		return (-1);

	return ((long)n);
}

int
form_has(const char *text, size_t len, const char *name)
{
	const char	*end;
	size_t		 n, name_len = strlen(name);

	for (; len > 0; text += n, len -= n) {
		end = memchr(text, '&', len);
		n = end == NULL ? len : (size_t)(end - text) + 1;
		if (n > name_len && memcmp(text, name, name_len) == 0 &&
		    text[name_len] == '=')
			return (1);
	}

	return (0);
}

const char *
form_error_text(enum form_error error)
{
	if ((unsigned)error >= sizeof(error_texts) / sizeof(error_texts[0]))
		error = FORM_SYNTAX;

	return (error_texts[error]);
}

static enum form_error
parse(struct parse *p, const char *text, size_t len)
{
	enum form_error	 error;
	size_t		 i, n, pairs;

	if (len > FORM_BODY_MAX)
		return (FORM_NO_SPACE);
	if (len > 0 && memchr(text, '\0', len) != NULL)
		return (FORM_NUL);

	pairs = 0;
	for (i = 0; i < len; i += n + 1) {
		if ((n = pair_cut(p, text + i, len - i)) == 0)
			continue;
		if (++pairs > FORM_PAIRS_MAX)
			return (FORM_TOO_MANY);
		if ((error = pair_take(p, text + i, n)) != FORM_OK)
			return (error);
	}

	return (FORM_OK);
}

/*
 * Bytes up to the '&' that ends this pair. The device sends '&' inside values
 * too: there, only one with a known name behind it ends anything.
 */
static size_t
pair_cut(const struct parse *p, const char *text, size_t len)
{
	const char	*eq;
	size_t		 i, rest;

	for (i = 0; i < len; i++) {
		if (text[i] != '&')
			continue;
		if (p->is_escaped)
			break;
		rest = len - i - 1;
		if (rest > NAME_MAX_LEN)
			rest = NAME_MAX_LEN;
		eq = memchr(text + i + 1, '=', rest);
		if (eq != NULL && param_named(text + i + 1,
		    (size_t)(eq - (text + i + 1))) != P_MAX)
			break;
	}

	return (i);
}

static enum form_error
pair_take(struct parse *p, const char *pair, size_t len)
{
	struct oauth_params	*params = p->params;
	enum oauth_param	 param;
	const char		*eq;
	size_t			 name_len;

	eq = memchr(pair, '=', len);
	name_len = eq != NULL ? (size_t)(eq - pair) : len;
	if ((param = param_find(p, pair, name_len)) == P_MAX)
		return (FORM_OK);

	if (params->seen & BIT(param)) {
		params->duplicate = oauth_param_names[param];
		params->value[param] = NULL;
		if (param == P_STATE) {
			params->raw_state = NULL;
			params->raw_state_len = 0;
		}
		return (FORM_OK);
	}
	params->seen |= BIT(param);

	/* RFC 6749 3.1: without a value it counts as left out. */
	if (eq == NULL || name_len + 1 == len)
		return (FORM_OK);

	return (value_take(p, param, eq + 1, len - name_len - 1));
}

static enum form_error
value_take(struct parse *p, enum oauth_param param, const char *raw,
    size_t raw_len)
{
	struct span	 span = { raw, raw_len };
	enum form_error	 error;
	char		*value;
	size_t		 len;

	if (*p->used >= p->cap)
		return (FORM_NO_SPACE);
	value = p->mem + *p->used;
	error = decode(value, p->cap - *p->used, span, p->is_escaped, &len);
	if (error != FORM_OK)
		return (error);
	if (!text_is_utf8(value, len))
		return (FORM_UTF8);

	*p->used += len + 1;
	p->params->value[param] = value;
	if (param == P_STATE) {
		p->params->raw_state = raw;
		p->params->raw_state_len = raw_len;
	}

	return (FORM_OK);
}

/*
 * Names are decoded before they are looked up: else "client%5Fid" would be a
 * second client_id that only others see.
 */
static enum oauth_param
param_find(const struct parse *p, const char *name, size_t len)
{
	struct span	span = { name, len };
	char		decoded[NAME_MAX_LEN];
	size_t		n;

	if (!p->is_escaped)
		return (param_named(name, len));
	if (decode(decoded, sizeof(decoded), span, 1, &n) != FORM_OK)
		return (P_MAX);

	return (param_named(decoded, n));
}

static enum oauth_param
param_named(const char *name, size_t len)
{
	int	i;

	for (i = 0; i < P_MAX; i++) {
		if (strlen(oauth_param_names[i]) == len &&
		    memcmp(oauth_param_names[i], name, len) == 0)
			break;
	}

	return ((enum oauth_param)i);
}

static enum form_error
decode(char *out, size_t cap, struct span in, int plus, size_t *out_len)
{
	size_t	i, n;
	int	hi, lo;
	char	c;

	*out_len = 0;
	for (i = n = 0; i < in.len; i++) {
		c = in.p[i];
		if (c == '+' && plus) {
			c = ' ';
		} else if (c == '%') {
			if (in.len - i < 3 ||
			    (hi = hex_value(in.p[i + 1])) == -1 ||
			    (lo = hex_value(in.p[i + 2])) == -1)
				return (FORM_SYNTAX);
			c = (char)(hi << 4 | lo);
			i += 2;
		}
		if (c == '\0')
			return (FORM_NUL);
		if (n >= cap)
			return (FORM_NO_SPACE);
		out[n++] = c;
	}
	if (n >= cap)
		return (FORM_NO_SPACE);
	out[n] = '\0';
	*out_len = n;

	return (FORM_OK);
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return (c - '0');
	if (c >= 'a' && c <= 'f')
		return (c - 'a' + 10);

	return (c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1);
}
