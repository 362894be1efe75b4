/* SPDX-License-Identifier: ISC */
/* The loop in which streams run side by side. */
#ifndef LOAD_ENGINE_H
#define LOAD_ENGINE_H

#include "stream.h"

#define ENGINE_STREAMS_MAX	9	/* the main one and its probes */

struct engine {
	struct conn_target	*target;
	struct stream		*streams[ENGINE_STREAMS_MAX];
	size_t			 count;		/* [0] is the main one */
};

/*
 * Run all from now until the main one is over (in `seconds`, 0: without limit
 * of time, or after `count` operations, 0: without limit of number) and each
 * has its answers. ns that it took. Ends whatever the server does.
 */
uint64_t	engine_run(struct engine *, double seconds, uint64_t count);
/* Hold the main stream's connections for so long, asking now and then. */
void	engine_hold(struct engine *, double seconds);

#endif
