/* SPDX-License-Identifier: ISC */
/*
 * Cookies: a value found in any header can either not be written, or is found
 * again as it was, and never brings a second attribute or header along.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "http/cookie.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
round_trip(const char *header, const char *name)
{
	char	value[64], again[64], line[192];

	if (cookie_find(header, name, value, sizeof(value)) == -1) {
		PRECOND(value[0] == '\0');
		return;
	}
	PRECOND(strlen(value) < sizeof(value));
	PRECOND(strchr(value, ';') == NULL);

	if (cookie_format(line, sizeof(line), name, value, 60, 1) == -1) {
		PRECOND(line[0] == '\0');
		return;
	}
	PRECOND(strpbrk(line, "\r\n") == NULL);
	PRECOND(strstr(line, "; Path=/; Max-Age=60; HttpOnly; "
	    "SameSite=Lax; Secure") != NULL);
	PRECOND(cookie_find(line, name, again, sizeof(again)) == 0);
	PRECOND(strcmp(value, again) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char	*header, line[192];

	if ((header = malloc(len + 1)) == NULL)
		return (0);
	memcpy(header, data, len);
	header[len] = '\0';

	round_trip(header, "a");
	round_trip(header, "__Host-flow-AAAA");
	/* as a name and as a value of our own making */
	if (cookie_format(line, sizeof(line), header, "v", 1, 0) == 0)
		PRECOND(strpbrk(header, "=; \t\r\n") == NULL);
	if (cookie_format(line, sizeof(line), "n", header, 1, 0) == 0)
		PRECOND(strpbrk(header, "; \t\r\n,\"\\") == NULL);
	free(header);

	return (0);
}
