/* SPDX-License-Identifier: ISC */
/* A log-linear histogram of times. */
#include <string.h>

#include "histogram.h"

static unsigned	cell_of(uint64_t);
static uint64_t	cell_middle(unsigned);

void
histogram_reset(struct histogram *h)
{
	memset(h, 0, sizeof(*h));
}

void
histogram_add(struct histogram *h, uint64_t ns)
{
	h->count++;
	h->sum += ns;
	if (ns > h->max)
		h->max = ns;
	h->cells[cell_of(ns)]++;
}

double
histogram_at(const struct histogram *h, double share)
{
	uint64_t	rank, seen = 0, ns = h->max;
	unsigned	i;

	if (h->count == 0)
		return (0);
	rank = (uint64_t)(share * (double)h->count);
	if (rank >= h->count)
		rank = h->count - 1;
	for (i = 0; i < HISTOGRAM_CELLS; i++) {
		seen += h->cells[i];
		if (seen > rank) {
			ns = cell_middle(i);
			break;
		}
	}
	return ((double)(ns < h->max ? ns : h->max) / 1e6);
}

double
histogram_mean(const struct histogram *h)
{
	return (h->count == 0 ? 0 :
	    (double)h->sum / (double)h->count / 1e6);
}

/* Small times have a cell each; above, the leading bits tell. */
static unsigned
cell_of(uint64_t ns)
{
	unsigned	shift;

	if (ns < (2U << HISTOGRAM_BITS))
		return ((unsigned)ns);
	shift = 63 - (unsigned)__builtin_clzll(ns) - HISTOGRAM_BITS;
	return ((shift << HISTOGRAM_BITS) + (unsigned)(ns >> shift));
}

static uint64_t
cell_middle(unsigned cell)
{
	unsigned	shift;
	uint64_t	low;

	if (cell < (2U << HISTOGRAM_BITS))
		return (cell);
	shift = (cell >> HISTOGRAM_BITS) - 1;
	low = (uint64_t)(cell - (shift << HISTOGRAM_BITS)) << shift;
	return (low + ((UINT64_C(1) << shift) >> 1));
}
