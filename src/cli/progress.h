/* SPDX-License-Identifier: ISC */
/* A bar on standard error, if that is a terminal; otherwise nothing at all. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdint.h>
#include <stdio.h>

struct progress {
	int		 is_shown;
	uint64_t	 total;		/* bytes of the file; 0: unknown */
	uint64_t	 begun;		/* monotonic ms */
	uint64_t	 drawn;
};

/* total is taken from file, if that knows its size. */
void	progress_begin(struct progress *, FILE *file);
/* Draw again, unless it was drawn just now. */
void	progress_put(struct progress *, uint64_t bytes, uint64_t rows);
/* A word instead of the bar, while nothing can be counted. */
void	progress_say(struct progress *, const char *);
/* Off the line, so that something else can be printed there. */
void	progress_clear(const struct progress *);

#endif
