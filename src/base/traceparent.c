/* SPDX-License-Identifier: ISC */
/*
 * traceparent, read strictly: it is a stranger's, and what is read goes into
 * the log, the database and to others. Hex in lower case only, no part of all
 * zeros, nothing before, between or behind that the standard does not have.
 */
#include <string.h>

#include "base/traceparent.h"

#define VERSION_LAST	0xff	/* forbidden (3.2.2.1) */

static int	part(uint8_t *, size_t, const char **, const char *);
static int	digit(char);

static const uint8_t	zeros[TRACE_ID_BYTES];

int
traceparent_get(struct trace_context *c, const char *value, size_t len)
{
	const char	*p = value, *end = value + len;
	uint8_t		 version, flags, id[TRACE_ID_BYTES];
	uint8_t		 parent[TRACE_PARENT_BYTES];

	if (part(&version, 1, &p, end) == -1 || p == end || *p++ != '-' ||
	    part(id, sizeof(id), &p, end) == -1 || p == end || *p++ != '-' ||
	    part(parent, sizeof(parent), &p, end) == -1 || p == end ||
	    *p++ != '-' || part(&flags, 1, &p, end) == -1)
		return (-1);
	/* Later versions may say more, behind another dash. */
	if (version == VERSION_LAST ||
	    (p != end && (version == 0 || *p != '-')))
		return (-1);
	if (memcmp(id, zeros, sizeof(id)) == 0 ||
	    memcmp(parent, zeros, sizeof(parent)) == 0)
		return (-1);
	memcpy(c->id, id, sizeof(id));
	memcpy(c->parent, parent, sizeof(parent));
	c->flags = flags & TRACE_SAMPLED;
	return (0);
}

void
traceparent_put(char out[TRACEPARENT_LEN], const struct trace_context *c)
{
	static const uint8_t	version;

	out[0] = '\0';
	if (memcmp(c->id, zeros, sizeof(c->id)) == 0)
		return;
	trace_hex(out, &version, 1);
	out[2] = '-';
	trace_hex(out + 3, c->id, sizeof(c->id));
	out[35] = '-';
	trace_hex(out + 36, c->parent, sizeof(c->parent));
	out[52] = '-';
	trace_hex(out + 53, &c->flags, 1);
}

/* That many bytes of hex; p moves behind them. */
static int
part(uint8_t *out, size_t bytes, const char **p, const char *end)
{
	size_t	i;
	int	hi, lo;

	if ((size_t)(end - *p) < 2 * bytes)
		return (-1);
	for (i = 0; i < bytes; i++, *p += 2) {
		hi = digit((*p)[0]);
		lo = digit((*p)[1]);
		if (hi == -1 || lo == -1)
			return (-1);
		out[i] = (uint8_t)(hi << 4 | lo);
	}
	return (0);
}

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return (c - '0');
	if (c >= 'a' && c <= 'f')
		return (c - 'a' + 10);
	return (-1);
}
