/* SPDX-License-Identifier: ISC */
/*
 * Work too slow for the event loop (a password hash, an encryption, a request
 * to somebody else's server): it runs on one of the worker's threads, behind a
 * bounded queue. Each class has threads of its own, so that none waits behind
 * another.
 */
#ifndef ENDPOINT_WORK_H
#define ENDPOINT_WORK_H

#include <stdint.h>
#include <sys/queue.h>

#include "base/trace.h"

enum work_class {
	WORK_SHORT,		/* about a millisecond: ECIES, RS256 */
	WORK_HASH,		/* a password: bounded, steps back */
	WORK_LOOKUP,		/* a name, for as long as its servers take */
	WORK_SLOW,		/* seconds: one at a time */
	WORK_CLASSES
};

struct work {
	/* On a thread: touches nothing but this work. */
	void			(*run)(struct work *);
	/* Back on the event loop. Owns the work, must free it. */
	void			(*done)(struct work *);
	int			 is_late;	/* waited too long: not run */
	/* CLOCK_MONOTONIC, microseconds; one that is late never began. */
	uint64_t		 queued_us, began_us, ended_us;
	TAILQ_ENTRY(work)	 list;
	/* Whose it is: of who submitted it. Both run for them. */
	struct trace_context	 trace;
};

/*
 * 0, or -1 if the queue of that class is full, or so long that the work would
 * come too late: then nothing is called.
 */
int	work_submit(struct work *, enum work_class);
/*
 * Beyond the limit too: for what must be brought to its end, because a refusal
 * would lose something. Who begins such a thing asks work_is_full first; then
 * no more can wait than there were requests under way.
 */
void	work_insist(struct work *, enum work_class);
/* 1 if work of that class would be refused now. */
int	work_is_full(enum work_class);
/* In how many seconds to try again, at least 1: when the queue is through. */
unsigned work_retry_after(enum work_class);

#endif
