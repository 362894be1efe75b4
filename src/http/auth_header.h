/* SPDX-License-Identifier: ISC */
/*
 * The Authorization header: Basic (RFC 7617, RFC 6749 2.3.1) and Bearer
 * (RFC 6750).
 */
#ifndef HTTP_AUTH_HEADER_H
#define HTTP_AUTH_HEADER_H

#include <stddef.h>

struct basic_auth {
	char	 user[256];		/* form-decoded, RFC 6749 2.3.1 */
	char	 password[512];
};

enum auth_scheme { AUTH_NONE, AUTH_BASIC, AUTH_BEARER, AUTH_MALFORMED };

/*
 * Read the header's value (NULL: none). For AUTH_BASIC basic is filled, for
 * AUTH_BEARER *bearer points into value. An unknown scheme is AUTH_MALFORMED.
 */
enum auth_scheme auth_header_parse(const char *value, struct basic_auth *basic,
	    const char **bearer);

#endif
