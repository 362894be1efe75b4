/* SPDX-License-Identifier: ISC */
/*
 * Framing: what is let through is clean by a second, simpler reading, so that
 * no parser behind it can see other lines or another length.
 */
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "http/framing.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* Lines that begin with name, in any case. */
static int
lines_count(const char *p, size_t len, const char *name)
{
	size_t	i, n = strlen(name);
	int	count = 0;

	for (i = 0; i + n <= len; i++) {
		if ((i == 0 || p[i - 1] == '\n') &&
		    strncasecmp(p + i, name, n) == 0)
			count++;
	}

	return (count);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const char	*p = (const char *)data;
	enum framing	 verdict;
	size_t		 i;

	verdict = framing_check(p, len);
	PRECOND(verdict <= FRAMING_TOO_MANY);
	PRECOND(framing_length(p, len) == 0 || verdict == FRAMING_OK);
	if (verdict == FRAMING_BAD || verdict == FRAMING_TOO_MANY)
		return (0);

	for (i = 0; i < len; i++) {
		PRECOND(p[i] != '\0');
		if (p[i] == '\n')
			PRECOND(i > 0 && p[i - 1] == '\r');
		if (p[i] == '\r')
			PRECOND(i + 1 < len && p[i + 1] == '\n');
	}
	PRECOND(lines_count(p, len, "") <= FRAMING_LINES_MAX + 1);
	PRECOND(lines_count(p, len, "host") <= 1);
	PRECOND(lines_count(p, len, "content-length:") <= 1);
	PRECOND(lines_count(p, len, " ") == 0);
	PRECOND(lines_count(p, len, "\t") == 0);
	PRECOND(lines_count(p, len, "\r") == 0);
	if (verdict != FRAMING_TRANSFER)
		PRECOND(lines_count(p, len, "transfer-encoding:") == 0);
	if (framing_length(p, len) > 0)
		PRECOND(lines_count(p, len, "content-length:") == 1);
	if (verdict == FRAMING_NO_LENGTH)
		PRECOND(lines_count(p, len, "content-length:") == 0);

	return (0);
}
