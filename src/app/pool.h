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
/* Into the metrics: how many hashes wait; call at each turn of the loop. */
void	pool_tell(void);
/* Let what runs finish; what waits is dropped. */
void	pool_stop(void);

#endif
