/* SPDX-License-Identifier: ISC */
/* What an operator may type as a name, an ID or a login. */
#ifndef CLI_VALUES_H
#define CLI_VALUES_H

#include <stddef.h>

/*
 * NULL, or what is wrong with a customer's ID, login or a client's name:
 * empty, longer than max bytes, not UTF-8, control characters, blanks at an
 * end.
 */
const char	*value_fault(const char *, size_t max);
/* 1 if it can be a client_id: A-Z a-z 0-9 - . _ ~, RFC 3986 2.3. */
int		 value_is_client_id(const char *);
/* 1 if it can be the name of a business: A-Z a-z 0-9 - . _ */
int		 value_is_business(const char *);

#endif
