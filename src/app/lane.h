/* SPDX-License-Identifier: ISC */
/*
 * A lane: the queue of one class of work, from the event loop to the threads
 * that take it, and back.
 *
 * The event loop must never wait for a thread that hashes, and those run at a
 * lower priority, so that they may be off the processor at any moment: a lane
 * is locked for a few instructions, and nothing is called that wakes anybody.
 * Nor are there condition variables: to signal one may mean to wait for those
 * who are about to leave it.
 */
#ifndef APP_LANE_H
#define APP_LANE_H

#include <stdint.h>
#include <sys/queue.h>

#include <pthread.h>
#include <semaphore.h>
#include <time.h>

#include "endpoint/work.h"

TAILQ_HEAD(work_list, work);

struct lane {
	pthread_mutex_t		 lock;
	sem_t			 calls;		/* for each work, or an end */
	sem_t			 ended;		/* for each thread that has */
	struct work_list	 waiting;
	struct work_list	 finished;
	unsigned		 length;	/* of waiting */
	unsigned		 results;	/* length of finished */
	int			 is_called;	/* the loop, for finished */
	uint64_t		 takes_us;	/* a work, of late */
	int			 is_stopping;
	/* Set before there is a thread. */
	unsigned		 threads;
	unsigned		 limit;		/* of length */
	uint64_t		 wait_us;	/* at most; 0: for ever */
	/*
	 * For each so many that wait, one more is handed back with the first
	 * that is finished: those who were answered together ask together, and
	 * share a commit. 0: nobody is waited for.
	 */
	unsigned		 group;
};

void	lane_init(struct lane *, unsigned threads, unsigned limit);

/* On the event loop. */

/* 0, or -1: it would wait in vain. Not asked of who insists. */
int	lane_put(struct lane *, struct work *, int insists);
int	lane_is_full(struct lane *);
/* How long one that comes now will wait, in microseconds. */
uint64_t lane_wait(struct lane *);
/* Append what is finished, if the loop has been called for it. */
void	lane_take(struct lane *, struct work_list *);
/* Threads take no more work, and end. */
void	lane_stop(struct lane *);
/* Wait for their end, at most until then (CLOCK_REALTIME). */
void	lane_join(struct lane *, const struct timespec *until);

/* On a thread. */

/*
 * Wait for work; NULL: stop. idle is called before a long wait, so that what
 * is kept for the next work is not kept for ever.
 */
struct work *lane_next(struct lane *, void (*idle)(void));
/* 1: the loop is to be told. */
int	lane_finish(struct lane *, struct work *);
void	lane_leave(struct lane *);

#endif
