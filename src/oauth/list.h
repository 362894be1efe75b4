/* SPDX-License-Identifier: ISC */
/* Words separated by spaces, the form in which OAuth writes its lists. */
#ifndef OAUTH_LIST_H
#define OAUTH_LIST_H

#include <stddef.h>

/*
 * The next word at *list: its length, with *word at its start and *list behind
 * it; 0 when there is none left.
 */
size_t	list_next(const char **list, const char **word);
/* 1 if word, len bytes, stands in list, byte for byte. */
int	list_has(const char *list, const char *word, size_t len);

#endif
