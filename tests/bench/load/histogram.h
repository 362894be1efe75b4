/* SPDX-License-Identifier: ISC */
/*
 * Times in a log-linear histogram: 128 steps to each power of two, so that
 * what is read from it is within 1 % of what went in, whatever its size.
 */
#ifndef LOAD_HISTOGRAM_H
#define LOAD_HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_BITS	7
#define HISTOGRAM_CELLS	((64 - HISTOGRAM_BITS) << HISTOGRAM_BITS)

struct histogram {
	uint64_t	count;
	uint64_t	sum;		/* ns */
	uint64_t	max;		/* ns */
	uint64_t	cells[HISTOGRAM_CELLS];
};

void	histogram_reset(struct histogram *);
void	histogram_add(struct histogram *, uint64_t ns);
/* What `share` (0 to 1) of the times do not exceed, in ms; 0 of none. */
double	histogram_at(const struct histogram *, double share);
double	histogram_mean(const struct histogram *);	/* ms */

#endif
