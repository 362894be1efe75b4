/* SPDX-License-Identifier: ISC */
/* The threads behind endpoint/work.h: Kore tasks that take work in a row. */
#ifndef APP_POOL_H
#define APP_POOL_H

/*
 * Start the threads of this worker, and one more for slow work; hash_max is
 * how many hashes may wait.
 * Once, after privileges are dropped.
 */
void	pool_start(unsigned threads, unsigned hash_max);
/* 1 if no work waits, runs, or is to be handed back. */
int	pool_is_idle(void);
/* Let what runs finish; what waits is dropped. */
void	pool_stop(void);

#endif
