/* SPDX-License-Identifier: ISC */
/* Codes and tokens, kept side by side. */
#include <stdlib.h>
#include <string.h>

#include "stock.h"

static uint64_t	seed = UINT64_C(0x9e3779b97f4a7c15);

int
stock_open(struct stock *s, size_t cap, size_t width)
{
	memset(s, 0, sizeof(*s));
	s->width = width;
	s->cap = cap;
	s->items = calloc(cap > 0 ? cap : 1, width);
	return (s->items != NULL ? 0 : -1);
}

void
stock_close(struct stock *s)
{
	free(s->items);
	memset(s, 0, sizeof(*s));
}

int
stock_put(struct stock *s, const char *p, size_t len)
{
	if (s->count == s->cap || len >= s->width)
		return (-1);
	memcpy(s->items + s->count * s->width, p, len);
	s->items[s->count * s->width + len] = '\0';
	s->count++;
	return (0);
}

const char *
stock_take(struct stock *s)
{
	return (s->taken < s->count ? s->items + s->taken++ * s->width : NULL);
}

const char *
stock_pick(const struct stock *s)
{
	return (s->count == 0 ? NULL :
	    s->items + (size_t)(stock_random() % s->count) * s->width);
}

uint64_t
stock_random(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (seed);
}
