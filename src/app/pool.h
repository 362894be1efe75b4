/* SPDX-License-Identifier: ISC */
/* The threads behind endpoint/work.h: Kore tasks that take work in a row. */
#ifndef APP_POOL_H
#define APP_POOL_H

#include <stddef.h>

struct pool_options {
	unsigned	short_threads;
	unsigned	hash_threads;
	unsigned	hash_max;	/* hashes that may wait */
	unsigned	hash_wait_ms;	/* and for how long */
	size_t		hash_memory;	/* bytes of one */
};

/* Start the threads of this worker. Once, after privileges are dropped. */
void	pool_start(const struct pool_options *);
/*
 * Hand back what is finished; call at the end of each turn of the loop. 1: who
 * waited for it can go on, so the loop must not sleep.
 */
int	pool_turn(void);
/*
 * The loop goes to sleep: from now on it is woken for what is finished. 1: it
 * must not, because something is.
 */
int	pool_sleep(void);
void	pool_wake(void);
/* Into the metrics: how many hashes wait; call at each turn of the loop. */
void	pool_tell(void);
/* 1 if no work waits, runs, or is to be handed back. */
int	pool_is_idle(void);
/* Let what runs finish; what waits is dropped. */
void	pool_stop(void);

#endif
