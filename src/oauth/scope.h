/* SPDX-License-Identifier: ISC */
/* Scopes: space-separated, case-sensitive, unordered (RFC 6749 3.3). */
#ifndef OAUTH_SCOPE_H
#define OAUTH_SCOPE_H

#include <stddef.h>

/* 1 if every character and separation is allowed by RFC 6749 3.3. */
int	scope_is_valid(const char *);
/* 1 if scope (one) is in list. */
int	scope_has(const char *list, const char *scope);
/* 1 if each of wanted is in allowed. */
int	scope_is_within(const char *wanted, const char *allowed);
/* wanted without repetitions, in its order. 0, or -1 if it does not fit. */
int	scope_normalise(char *out, size_t cap, const char *wanted);

#endif
