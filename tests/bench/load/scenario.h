/* SPDX-License-Identifier: ISC */
/* The scenarios by name, and those that make what others need. */
#ifndef LOAD_SCENARIO_H
#define LOAD_SCENARIO_H

#include <stdio.h>

#include "stream.h"

extern const struct scenario	scenario_codes;		/* fills a stock */
extern const struct scenario	scenario_tokens;

/* NULL if there is none of that name. */
const struct scenario	*scenario_find(const char *name);
void	scenario_list(FILE *);

#endif
