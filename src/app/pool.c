/* SPDX-License-Identifier: ISC */
/*
 * A worker's threads. Each is one Kore task that never ends but takes work from
 * its lane, the common queue of a class, because Kore's own dealing-out goes by
 * turns and would put work behind a busy thread while another is idle.
 *
 * The event loop must never wait for a thread that hashes, and those run at a
 * lower priority, so that they may be off the processor at any moment: a lane
 * is locked for a few instructions, and nothing is called that wakes anybody.
 * Nor are there condition variables: to signal one may mean to wait for those
 * who are about to leave it.
 */
#include <sys/socket.h>

#include <kore/kore.h>
#include <kore/tasks.h>

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "app/hash_memory.h"
#include "app/pool.h"
#include "app/watchdog.h"
#include "base/log.h"
#include "base/metrics.h"
#include "endpoint/work.h"

#define SHORT_MAX	256	/* short work that may wait */
#define LOOKUP_MAX	64	/* each connection to the database has one */
#define SLOW_MAX	3	/* a webhook, a signing key, retention */
#define STOP_SECONDS	5
#define IDLE_SECONDS	2	/* till a thread gives memory back */
#define SHORT_GROUP	8	/* that wait, for one more in a group */
/*
 * Low enough that the event loop gets the processor when it wakes up, high
 * enough that sign-ins go on (a tenth of the machine) beside a neighbour who
 * takes all he can get; 19 or SCHED_IDLE leave them a hundredth of it.
 */
#define HASH_NICE	10

TAILQ_HEAD(work_list, work);

struct lane {
	pthread_mutex_t		 lock;
	sem_t			 calls;		/* for each work, or an end */
	sem_t			 ended;		/* for each thread that has */
	struct work_list	 waiting;
	struct work_list	 finished;
	unsigned		 length;	/* of waiting */
	unsigned		 results;	/* length of finished */
	/*
	 * For each so many that wait, one more is handed back with the first
	 * that is finished: those who were answered together ask together, and
	 * share a commit. 0: nobody is waited for.
	 */
	unsigned		 group;
	int			 is_called;	/* the loop, for finished */
	unsigned		 limit;
	unsigned		 threads;
	uint64_t		 wait_us;	/* at most; 0: for ever */
	uint64_t		 takes_us;	/* a work, of late */
	int			 nice;		/* beyond the process's */
	size_t			 memory;	/* of a work, to keep */
	int			 is_stopping;
};

struct thread {
	struct kore_task	 task;		/* first: Kore hands it back */
	struct lane		*lane;
};

static void		 lane_init(enum work_class, unsigned, unsigned);
static void		 lane_stop(struct lane *, const struct timespec *);
static int		 lane_is_full(const struct lane *);
static uint64_t		 lane_wait(const struct lane *);
static void		 lane_put(struct lane *, struct work *);
static int		 thread_run(struct kore_task *);
static void		 thread_work(struct lane *, struct work *);
static struct work	*work_next(struct lane *);
static void		 lane_sleep(struct lane *);
static void		 thread_woke(struct kore_task *);

static struct lane	 lanes[WORK_CLASSES];
static struct thread	*threads;
static unsigned		 pending;	/* works not handed back */

void
pool_start(const struct pool_options *o)
{
	struct lane	*l;
	unsigned	 i, n, count;

	lane_init(WORK_SHORT, o->short_threads, SHORT_MAX);
	lanes[WORK_SHORT].group = SHORT_GROUP;
	lane_init(WORK_HASH, o->hash_threads, o->hash_max);
	lanes[WORK_HASH].wait_us = (uint64_t)o->hash_wait_ms * 1000;
	lanes[WORK_HASH].nice = HASH_NICE;
	lanes[WORK_HASH].memory = o->hash_memory;
	metrics_set(METRIC_HASH_THREADS, 0, o->hash_threads);
	metrics_set(METRIC_HASH_QUEUE_LIMIT, 0, o->hash_max);
	lane_init(WORK_LOOKUP, 1, LOOKUP_MAX);
	lane_init(WORK_SLOW, 1, SLOW_MAX);
	count = 0;
	for (l = lanes; l < lanes + WORK_CLASSES; l++)
		count += l->threads;
	threads = kore_calloc(count, sizeof(*threads));
	kore_task_threads = (u_int16_t)count;
	n = 0;
	for (l = lanes; l < lanes + WORK_CLASSES; l++) {
		for (i = 0; i < l->threads; i++, n++) {
			threads[n].lane = l;
			kore_task_create(&threads[n].task, thread_run);
			kore_task_bind_callback(&threads[n].task, thread_woke);
			kore_task_run(&threads[n].task);
		}
	}
}

void
pool_stop(void)
{
	struct timespec	 until;
	struct lane	*l;
	unsigned	 i;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += STOP_SECONDS;
	for (l = lanes; l < lanes + WORK_CLASSES; l++) {
		pthread_mutex_lock(&l->lock);
		l->is_stopping = 1;
		pthread_mutex_unlock(&l->lock);
		for (i = 0; i < l->threads; i++)
			(void)sem_post(&l->calls);
	}
	for (l = lanes; l < lanes + WORK_CLASSES; l++)
		lane_stop(l, &until);
}

/* Without the lock: a number that is a moment old is as good. */
void
pool_tell(void)
{
	metrics_set(METRIC_HASH_QUEUE_DEPTH, 0,
	    __atomic_load_n(&lanes[WORK_HASH].length, __ATOMIC_RELAXED));
}

int
pool_is_idle(void)
{
	return (pending == 0);
}

int
work_submit(struct work *w, enum work_class class)
{
	struct lane	*l = &lanes[class];
	int		 is_taken;

	pthread_mutex_lock(&l->lock);
	is_taken = !lane_is_full(l);
	if (is_taken)
		lane_put(l, w);
	pthread_mutex_unlock(&l->lock);
	if (is_taken)
		(void)sem_post(&l->calls);
	return (is_taken ? 0 : -1);
}

void
work_insist(struct work *w, enum work_class class)
{
	struct lane	*l = &lanes[class];

	pthread_mutex_lock(&l->lock);
	lane_put(l, w);
	pthread_mutex_unlock(&l->lock);
	(void)sem_post(&l->calls);
}

int
work_is_full(enum work_class class)
{
	struct lane	*l = &lanes[class];
	int		 is_full;

	pthread_mutex_lock(&l->lock);
	is_full = lane_is_full(l);
	pthread_mutex_unlock(&l->lock);
	return (is_full);
}

unsigned
work_retry_after(enum work_class class)
{
	struct lane	*l = &lanes[class];
	uint64_t	 wait;

	pthread_mutex_lock(&l->lock);
	wait = lane_wait(l);
	pthread_mutex_unlock(&l->lock);
	return ((unsigned)(wait / 1000000) + 1);
}

static void
lane_init(enum work_class class, unsigned count, unsigned limit)
{
	struct lane	*l = &lanes[class];

	pthread_mutex_init(&l->lock, NULL);
	PRECOND(sem_init(&l->calls, 0, 0) == 0);
	PRECOND(sem_init(&l->ended, 0, 0) == 0);
	TAILQ_INIT(&l->waiting);
	TAILQ_INIT(&l->finished);
	l->limit = limit;
	l->threads = count;
}

static void
lane_stop(struct lane *l, const struct timespec *until)
{
	unsigned	n = 0;

	while (n < l->threads) {
		if (sem_timedwait(&l->ended, until) == 0)
			n++;
		else if (errno != EINTR)
			break;
	}
}

/* With the lock held, as the three that follow. */
static int
lane_is_full(const struct lane *l)
{
	return (l->length >= l->limit ||
	    (l->wait_us != 0 && lane_wait(l) > l->wait_us));
}

/* How long one that comes now will wait, behind what waits already. */
static uint64_t
lane_wait(const struct lane *l)
{
	return (l->length * l->takes_us / l->threads);
}

static void
lane_put(struct lane *l, struct work *w)
{
	const struct trace_context	*trace;

	w->queued_us = metrics_now();
	if ((trace = trace_current()) != NULL)
		w->trace = *trace;
	TAILQ_INSERT_TAIL(&l->waiting, w, list);
	l->length++;
	pending++;
}

/* The life of a thread. */
static int
thread_run(struct kore_task *task)
{
	struct lane	*l = ((struct thread *)task)->lane;
	struct work	*w;
	sigset_t	 all;
	int		 is_due;

	/* Signals are the event loop's. */
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, NULL);
	hash_memory_keep(l->memory);
	/* On Linux that is of the thread alone. */
	errno = 0;
	if (l->nice != 0 && nice(l->nice) == -1 && errno != 0)
		log_warn("threads that hash cannot step back: %s", errno_s);
	while ((w = work_next(l)) != NULL) {
		trace_enter_context(&w->trace);
		if (!w->is_late)
			thread_work(l, w);
		trace_leave();
		pthread_mutex_lock(&l->lock);
		TAILQ_INSERT_TAIL(&l->finished, w, list);
		l->results++;
		is_due = !l->is_called && (l->group == 0 ||
		    l->results > l->length / l->group);
		l->is_called |= is_due;
		pthread_mutex_unlock(&l->lock);
		if (is_due && send(task->fds[1], "", 1,
		    MSG_NOSIGNAL | MSG_DONTWAIT) == -1)
			log_error("cannot wake the event loop: %s", errno_s);
	}
	(void)sem_post(&l->ended);
	return (KORE_RESULT_OK);
}

/* What a work takes is remembered, the last few counting most. */
static void
thread_work(struct lane *l, struct work *w)
{
	uint64_t	took;

	w->run(w);
	w->ended_us = metrics_now();
	took = w->ended_us - w->began_us;
	pthread_mutex_lock(&l->lock);
	if (l->takes_us == 0)
		l->takes_us = took;
	else
		l->takes_us = (l->takes_us * 7 + took) / 8;
	pthread_mutex_unlock(&l->lock);
}

/* NULL: stop. */
static struct work *
work_next(struct lane *l)
{
	struct work	*w = NULL;

	lane_sleep(l);
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

/* Till there is a call; what is kept for the next work is not kept for ever. */
static void
lane_sleep(struct lane *l)
{
	struct timespec	until;
	int		r;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += IDLE_SECONDS;
	while ((r = sem_timedwait(&l->calls, &until)) == -1 && errno == EINTR)
		;
	if (r == 0)
		return;
	hash_memory_release();
	while (sem_wait(&l->calls) == -1 && errno == EINTR)
		;
}

/* On the event loop: hand back what is finished. */
static void
thread_woke(struct kore_task *task)
{
	struct lane		*l = ((struct thread *)task)->lane;
	struct work_list	 finished;
	struct trace_context	 trace;
	struct work		*w;
	char			 drain[64];

	while (recv(task->fds[0], drain, sizeof(drain), MSG_DONTWAIT) > 0)
		;
	TAILQ_INIT(&finished);
	pthread_mutex_lock(&l->lock);
	TAILQ_CONCAT(&finished, &l->finished, list);
	l->results = 0;
	l->is_called = 0;
	pthread_mutex_unlock(&l->lock);
	while ((w = TAILQ_FIRST(&finished)) != NULL) {
		TAILQ_REMOVE(&finished, w, list);
		pending--;
		watchdog_step();
		trace = w->trace;	/* done frees the work */
		trace_enter_context(&trace);
		w->done(w);
		trace_leave();
	}
}
