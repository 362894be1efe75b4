/* SPDX-License-Identifier: ISC */
/* The Authorization header: nothing but clean text comes out of it. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "http/auth_header.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
part_check(const char *part, size_t cap)
{
	size_t	i, len;

	len = strnlen(part, cap);
	PRECOND(len < cap);
	PRECOND(text_is_utf8(part, len));
	for (i = 0; i < len; i++)
		PRECOND((unsigned char)part[i] >= 0x20 && part[i] != 0x7f);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct basic_auth	 basic;
	enum auth_scheme	 scheme;
	const char		*bearer;
	char			*value;

	if ((value = malloc(len + 1)) == NULL)
		return (0);
	memcpy(value, data, len);
	value[len] = '\0';

	memset(&basic, 0xff, sizeof(basic));
	scheme = auth_header_parse(value, &basic, &bearer);
	part_check(basic.user, sizeof(basic.user));
	part_check(basic.password, sizeof(basic.password));

	PRECOND(scheme != AUTH_NONE);
	PRECOND((scheme == AUTH_BASIC) == (basic.user[0] != '\0'));
	PRECOND((scheme == AUTH_BEARER) == (bearer != NULL));
	if (bearer != NULL) {
		PRECOND(bearer > value && bearer < value + len);
		PRECOND(strpbrk(bearer, " \t\r\n,;\"") == NULL);
	}
	free(value);

	return (0);
}
