/* SPDX-License-Identifier: ISC */
/* One class of work on its way to threads and back; see lane.h. */
#include <errno.h>

#include "app/lane.h"
#include "base/log.h"
#include "base/metrics.h"

#define IDLE_SECONDS	2

static int	is_full(const struct lane *);
static uint64_t	wait_now(const struct lane *);
static void	sleep_till_call(struct lane *, void (*)(void));

void
lane_init(struct lane *l, unsigned threads, unsigned limit)
{
	pthread_mutex_init(&l->lock, NULL);
	PRECOND(sem_init(&l->calls, 0, 0) == 0);
	PRECOND(sem_init(&l->ended, 0, 0) == 0);
	TAILQ_INIT(&l->waiting);
	TAILQ_INIT(&l->finished);
	l->threads = threads;
	l->limit = limit;
}

int
lane_put(struct lane *l, struct work *w, int insists)
{
	const struct trace_context	*trace;
	int				 is_taken;

	if ((trace = trace_current()) != NULL)
		w->trace = *trace;
	w->queued_us = metrics_now();
	pthread_mutex_lock(&l->lock);
	is_taken = insists || !is_full(l);
	if (is_taken) {
		TAILQ_INSERT_TAIL(&l->waiting, w, list);
		l->length++;
	}
	pthread_mutex_unlock(&l->lock);
	if (!is_taken)
		return (-1);
	(void)sem_post(&l->calls);

	return (0);
}

int
lane_is_full(struct lane *l)
{
	int	result;

	pthread_mutex_lock(&l->lock);
	result = is_full(l);
	pthread_mutex_unlock(&l->lock);

	return (result);
}

uint64_t
lane_wait(struct lane *l)
{
	uint64_t	wait;

	pthread_mutex_lock(&l->lock);
	wait = wait_now(l);
	pthread_mutex_unlock(&l->lock);

	return (wait);
}

void
lane_take(struct lane *l, struct work_list *list)
{
	pthread_mutex_lock(&l->lock);
	if (l->is_called) {
		TAILQ_CONCAT(list, &l->finished, list);
		l->results = 0;
		l->is_called = 0;
	}
	pthread_mutex_unlock(&l->lock);
}

void
lane_stop(struct lane *l)
{
	unsigned	i;

	pthread_mutex_lock(&l->lock);
	l->is_stopping = 1;
	pthread_mutex_unlock(&l->lock);
	for (i = 0; i < l->threads; i++)
		(void)sem_post(&l->calls);
}

void
lane_join(struct lane *l, const struct timespec *until)
{
	unsigned	n = 0;

	while (n < l->threads) {
		if (sem_timedwait(&l->ended, until) == 0)
			n++;
		else if (errno != EINTR)
			break;
	}
}

struct work *
lane_next(struct lane *l, void (*idle)(void))
{
	struct work	*w = NULL;

	sleep_till_call(l, idle);
	pthread_mutex_lock(&l->lock);
	if (!l->is_stopping && (w = TAILQ_FIRST(&l->waiting)) != NULL) {
		TAILQ_REMOVE(&l->waiting, w, list);
		l->length--;
	}
	pthread_mutex_unlock(&l->lock);
	if (w != NULL) {
		w->began_us = metrics_now();
		w->is_late = l->wait_us != 0 &&
		    w->began_us - w->queued_us > l->wait_us;
	}

	return (w);
}

/* What a work takes is remembered, the last few counting most. */
int
lane_finish(struct lane *l, struct work *w)
{
	uint64_t	took;
	int		is_due;

	if (!w->is_late)
		w->ended_us = metrics_now();
	pthread_mutex_lock(&l->lock);
	if (!w->is_late) {
		took = w->ended_us - w->began_us;
		l->takes_us = l->takes_us == 0 ? took :
		    (l->takes_us * 7 + took) / 8;
	}
	TAILQ_INSERT_TAIL(&l->finished, w, list);
	l->results++;
	is_due = !l->is_called && (l->group == 0 ||
	    l->results > l->length / l->group);
	l->is_called |= is_due;
	pthread_mutex_unlock(&l->lock);

	return (is_due);
}

void
lane_leave(struct lane *l)
{
	(void)sem_post(&l->ended);
}

/* With the lock held, as the next. */
static int
is_full(const struct lane *l)
{
	return (l->length >= l->limit ||
	    (l->wait_us != 0 && wait_now(l) > l->wait_us));
}

/* Behind what waits already. */
static uint64_t
wait_now(const struct lane *l)
{
	return (l->length * l->takes_us / l->threads);
}

static void
sleep_till_call(struct lane *l, void (*idle)(void))
{
	struct timespec	until;
	int		r;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += IDLE_SECONDS;
	while ((r = sem_timedwait(&l->calls, &until)) == -1 && errno == EINTR)
		;
	if (r == 0)
		return;
	idle();
	while (sem_wait(&l->calls) == -1 && errno == EINTR)
		;
}
