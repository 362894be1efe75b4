/* SPDX-License-Identifier: ISC */
/*
 * Work too slow for the event loop (a password hash, an encryption, a request
 * to somebody else's server): it runs on one of the worker's threads, behind a
 * bounded queue.
 */
#ifndef ENDPOINT_WORK_H
#define ENDPOINT_WORK_H

#include <stdint.h>
#include <sys/queue.h>

#include "base/trace.h"

enum work_class {
	WORK_SHORT,		/* about a millisecond: goes first */
	WORK_HASH,		/* a password: bounded by the operator */
	WORK_SLOW,		/* seconds: one at a time, on its own thread */
	WORK_CLASSES
};

struct work {
	/* On a thread: touches nothing but this work. */
	void			(*run)(struct work *);
	/* Back on the event loop. Owns the work, must free it. */
	void			(*done)(struct work *);
	TAILQ_ENTRY(work)	 list;
	/* By the queue: metrics_now() of three moments. */
	uint64_t		 submitted;
	uint64_t		 began;
	uint64_t		 ended;
	/* Whose it is: of who submitted it. Both run for them. */
	struct trace_context	 trace;
};

/* 0, or -1 if the queue of that class is full: then nothing is called. */
int	work_submit(struct work *, enum work_class);

#endif
