/* SPDX-License-Identifier: ISC */
/* How a request says where it ends. */
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "http/framing.h"

#define LENGTH_DIGITS	18		/* more cannot be a length of ours */
#define TOKEN_SIGNS	"!#$%&'*+-.^_`|~"	/* RFC 9110 5.6.2 */

enum body { BODY_NEVER, BODY_EXPECTED };

/* What the lines said. */
struct message {
	enum body	body;
	int		lengths;	/* Content-Length lines */
	int		hosts;
	int		has_transfer;
	size_t		length;		/* what Content-Length says */
};

static enum framing	 block_read(struct message *, const char *, size_t);
static int		 line_cut(struct span *, struct span *);
static enum framing	 request_line(struct message *, struct span);
static enum framing	 header_line(struct message *, struct span);
static enum framing	 take_length(struct message *, struct span);
static enum framing	 take_host(struct message *, struct span);
static enum framing	 take_transfer(struct message *, struct span);
static enum framing	 judge(const struct message *);
static size_t		 token_len(struct span);
static int		 is_text(struct span, int);
static int		 is_name(struct span, const char *);
static struct span	 trim(struct span);

static const struct {
	const char	*name;
	enum body	 body;
} methods[] = {
	{ "GET", BODY_NEVER },
	{ "HEAD", BODY_NEVER },
	{ "DELETE", BODY_NEVER },
	{ "OPTIONS", BODY_NEVER },
	{ "POST", BODY_EXPECTED },
	{ "PUT", BODY_EXPECTED },
	{ "PATCH", BODY_EXPECTED },
};

static const struct {
	const char	*name;
	enum framing	 (*take)(struct message *, struct span);
} headers[] = {
	{ "Content-Length", take_length },
	{ "Host", take_host },
	{ "Transfer-Encoding", take_transfer },
};

#define METHODS_MAX	(sizeof(methods) / sizeof(methods[0]))
#define HEADERS_MAX	(sizeof(headers) / sizeof(headers[0]))

enum framing
framing_check(const char *block, size_t len)
{
	struct message	m;

	return (block_read(&m, block, len));
}

size_t
framing_length(const char *block, size_t len)
{
	struct message	m;

	return (block_read(&m, block, len) == FRAMING_OK ? m.length : 0);
}

static enum framing
block_read(struct message *m, const char *block, size_t len)
{
	struct span	 rest = { block, len }, line;
	enum framing	 verdict;
	int		 lines;

	memset(m, 0, sizeof(*m));
	if (line_cut(&line, &rest) == -1)
		return (FRAMING_BAD);
	if ((verdict = request_line(m, line)) != FRAMING_OK)
		return (verdict);

	for (lines = 1; rest.len > 0; lines++) {
		if (line_cut(&line, &rest) == -1)
			return (FRAMING_BAD);
		if (lines >= FRAMING_LINES_MAX)
			return (FRAMING_TOO_MANY);
		if ((verdict = header_line(m, line)) != FRAMING_OK)
			return (verdict);
	}

	return (judge(m));
}

static enum framing
judge(const struct message *m)
{
	if (m->has_transfer)
		return (FRAMING_TRANSFER);
	if (m->body == BODY_EXPECTED && m->lengths == 0)
		return (FRAMING_NO_LENGTH);
	/* Bytes behind a GET would be read as the next request. */
	if (m->body == BODY_NEVER && m->length > 0)
		return (FRAMING_BAD);

	return (FRAMING_OK);
}

/*
 * Take a line off rest; the last may lack its CRLF. A CR or LF alone ends a
 * line for some and not for others (RFC 9112 2.2): the CR is refused here, the
 * LF stays in the line and is refused there, as every control character.
 */
static int
line_cut(struct span *line, struct span *rest)
{
	const char	*cr;

	if (rest->len == 0)
		return (-1);
	line->p = rest->p;
	line->len = rest->len;
	if ((cr = memchr(rest->p, '\r', rest->len)) != NULL)
		line->len = (size_t)(cr - rest->p);

	rest->p += line->len;
	rest->len -= line->len;
	if (cr == NULL)
		return (0);
	if (rest->len < 2 || rest->p[1] != '\n')
		return (-1);
	rest->p += 2;
	rest->len -= 2;

	return (0);
}

/*
 * Method, one space, target, one space, version: Kore's parser takes methods
 * in any case and skips spaces in a row, what stands before it need not.
 */
static enum framing
request_line(struct message *m, struct span line)
{
	struct span	method = line, target;
	size_t		i;

	if (!is_text(line, 0))
		return (FRAMING_BAD);

	method.len = token_len(line);
	for (i = 0; i < METHODS_MAX; i++) {
		if (strlen(methods[i].name) == method.len &&
		    memcmp(methods[i].name, method.p, method.len) == 0)
			break;
	}
	if (i == METHODS_MAX)
		return (FRAMING_BAD);
	m->body = methods[i].body;

	if (line.len < method.len + 11)		/* " / HTTP/1.1" */
		return (FRAMING_BAD);
	target.p = line.p + method.len + 1;
	target.len = line.len - method.len - 10;
	if (target.p[-1] != ' ' || memchr(target.p, ' ', target.len) != NULL)
		return (FRAMING_BAD);
	if (memcmp(target.p + target.len, " HTTP/1.1", 9) != 0 &&
	    memcmp(target.p + target.len, " HTTP/1.0", 9) != 0)
		return (FRAMING_BAD);

	return (FRAMING_OK);
}

/*
 * A folded line begins with white space and so has no name; white space before
 * the colon hides a name from some parsers (RFC 9112 5.1, 5.2).
 */
static enum framing
header_line(struct message *m, struct span line)
{
	struct span	name = line, value;
	size_t		i;

	name.len = token_len(line);
	if (name.len == 0 || name.len == line.len || line.p[name.len] != ':')
		return (FRAMING_BAD);
	value.p = line.p + name.len + 1;
	value.len = line.len - name.len - 1;
	if (!is_text(value, 1))
		return (FRAMING_BAD);

	for (i = 0; i < HEADERS_MAX; i++) {
		if (is_name(name, headers[i].name))
			return (headers[i].take(m, trim(value)));
	}
	/* Kore takes the first name that only begins with "host" for Host. */
	if (name.len > 4 && strncasecmp(name.p, "host", 4) == 0)
		return (FRAMING_BAD);

	return (FRAMING_OK);
}

/* RFC 9112 6.3: one line of digits; "+5", "5,5" and a second line are bait. */
static enum framing
take_length(struct message *m, struct span value)
{
	size_t	i;

	if (++m->lengths > 1 || value.len == 0 || value.len > LENGTH_DIGITS)
		return (FRAMING_BAD);

	for (i = 0; i < value.len; i++) {
		if (value.p[i] < '0' || value.p[i] > '9')
			return (FRAMING_BAD);
		m->length = m->length * 10 + (size_t)(value.p[i] - '0');
	}

	return (FRAMING_OK);
}

/* RFC 9112 3.2. */
static enum framing
take_host(struct message *m, struct span value)
{
	(void)value;

	return (++m->hosts > 1 ? FRAMING_BAD : FRAMING_OK);
}

static enum framing
take_transfer(struct message *m, struct span value)
{
	(void)value;
	m->has_transfer = 1;

	return (FRAMING_OK);
}

static size_t
token_len(struct span s)
{
	size_t	i;

	for (i = 0; i < s.len; i++) {
		if (!text_is_alnum(s.p[i]) && (s.p[i] == '\0' ||
		    strchr(TOKEN_SIGNS, s.p[i]) == NULL))
			break;
	}

	return (i);
}

/* No control character; a tab only where values may have one. */
static int
is_text(struct span s, int may_tab)
{
	unsigned char	c;
	size_t		i;

	for (i = 0; i < s.len; i++) {
		c = (unsigned char)s.p[i];
		if (c == 0x7f || (c < 0x20 && !(c == '\t' && may_tab)))
			return (0);
	}

	return (1);
}

static int
is_name(struct span s, const char *name)
{
	return (s.len == strlen(name) && strncasecmp(s.p, name, s.len) == 0);
}

static struct span
trim(struct span s)
{
	while (s.len > 0 && (s.p[0] == ' ' || s.p[0] == '\t')) {
		s.p++;
		s.len--;
	}
	while (s.len > 0 &&
	    (s.p[s.len - 1] == ' ' || s.p[s.len - 1] == '\t'))
		s.len--;

	return (s);
}
