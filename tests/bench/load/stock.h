/* SPDX-License-Identifier: ISC */
/* What is made before the measurement: codes, used once; tokens, many times. */
#ifndef LOAD_STOCK_H
#define LOAD_STOCK_H

#include <stddef.h>
#include <stdint.h>

struct stock {
	char		*items;		/* NUL-terminated, `width` apart */
	size_t		 width;
	size_t		 cap;
	size_t		 count;		/* put */
	size_t		 taken;
};

/* 0, or -1 without memory. */
int	stock_open(struct stock *, size_t cap, size_t width);
void	stock_close(struct stock *);
/* 0, or -1 if it is too long or there is no room. */
int	stock_put(struct stock *, const char *, size_t len);
/* The next one, in the order they were put; NULL when all are gone. */
const char	*stock_take(struct stock *);
/* Any one. NULL when there is none. */
const char	*stock_pick(const struct stock *);

/* Random enough to spread load, and the same in each run (not for secrets). */
uint64_t	stock_random(void);

#endif
