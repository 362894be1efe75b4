/* SPDX-License-Identifier: ISC */
/*
 * A worker's threads. Each is one Kore task that never ends but takes work from
 * its lane, the common queue of a class, because Kore's own dealing-out goes by
 * turns and would put work behind a busy thread while another is idle.
 */
#include <sys/socket.h>

#include <kore/kore.h>
#include <kore/tasks.h>

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "app/hash_memory.h"
#include "app/lane.h"
#include "app/pool.h"
#include "app/watchdog.h"
#include "base/log.h"
#include "base/metrics.h"
#include "endpoint/work.h"

#define SHORT_MAX	256	/* short work that may wait */
#define LOOKUP_MAX	64	/* each connection to the database has one */
#define SLOW_MAX	3	/* a webhook, a signing key, retention */
#define STOP_SECONDS	5
#define SHORT_GROUP	8	/* that wait, for one more in a group */
/*
 * Low enough that the event loop gets the processor when it wakes up, high
 * enough that sign-ins go on (a tenth of the machine) beside a neighbour who
 * takes all he can get; 19 or SCHED_IDLE leave them a hundredth of it.
 */
#define HASH_NICE	10

struct thread {
	struct kore_task	 task;		/* first: Kore hands it back */
	struct lane		*lane;
	int			 nice;		/* beyond the process's */
	size_t			 memory;	/* of a work, to keep */
};

static int	thread_run(struct kore_task *);
static void	thread_work(struct work *);
static void	thread_rest(void) __attribute__((noreturn));
static void	thread_woke(struct kore_task *);
static void	loop_call(struct kore_task *);
static void	hand_back(struct work *);
static int	submit(struct work *, enum work_class, int);

static struct lane	 lanes[WORK_CLASSES];
static struct thread	*threads;
static unsigned		 pending;	/* works not handed back */
/*
 * A loop that is awake comes by anyway, so only one that sleeps is woken, which
 * costs a few system calls. Either side writes its own and then reads the
 * other's.
 */
static int		 is_called;	/* some lane's, by its own */
static int		 is_asleep;

void
pool_start(const struct pool_options *o)
{
	struct thread	*t;
	struct lane	*l;
	unsigned	 i, count;

	lane_init(&lanes[WORK_SHORT], o->short_threads, SHORT_MAX);
	lanes[WORK_SHORT].group = SHORT_GROUP;
	lane_init(&lanes[WORK_HASH], o->hash_threads, o->hash_max);
	lanes[WORK_HASH].wait_us = (uint64_t)o->hash_wait_ms * 1000;
	metrics_set(METRIC_HASH_THREADS, 0, o->hash_threads);
	metrics_set(METRIC_HASH_QUEUE_LIMIT, 0, o->hash_max);
	lane_init(&lanes[WORK_LOOKUP], 1, LOOKUP_MAX);
	lane_init(&lanes[WORK_SLOW], 1, SLOW_MAX);
	count = 0;
	for (l = lanes; l < lanes + WORK_CLASSES; l++)
		count += l->threads;
	/*
	 * Not Kore's memory: the worker's end gives that back, and a thread
	 * that was not waited for any longer may still look at its own.
	 */
	if ((t = threads = calloc(count, sizeof(*threads))) == NULL)
		fatal("no memory for %u threads", count);
	kore_task_threads = (u_int16_t)count;
	for (l = lanes; l < lanes + WORK_CLASSES; l++) {
		for (i = 0; i < l->threads; i++, t++) {
			t->lane = l;
			if (l == &lanes[WORK_HASH]) {
				t->nice = HASH_NICE;
				t->memory = o->hash_memory;
			}
			kore_task_create(&t->task, thread_run);
			kore_task_bind_callback(&t->task, thread_woke);
			kore_task_run(&t->task);
		}
	}
}

void
pool_stop(void)
{
	struct timespec	 until;
	struct lane	*l;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += STOP_SECONDS;
	for (l = lanes; l < lanes + WORK_CLASSES; l++)
		lane_stop(l);
	for (l = lanes; l < lanes + WORK_CLASSES; l++)
		lane_join(l, &until);
}

int
pool_turn(void)
{
	struct work_list	 finished;
	struct work		*w;
	struct lane		*l;

	if (!__atomic_exchange_n(&is_called, 0, __ATOMIC_SEQ_CST))
		return (0);
	TAILQ_INIT(&finished);
	for (l = lanes; l < lanes + WORK_CLASSES; l++)
		lane_take(l, &finished);
	while ((w = TAILQ_FIRST(&finished)) != NULL) {
		TAILQ_REMOVE(&finished, w, list);
		hand_back(w);
	}
	return (1);
}

int
pool_sleep(void)
{
	__atomic_store_n(&is_asleep, 1, __ATOMIC_SEQ_CST);
	return (__atomic_load_n(&is_called, __ATOMIC_SEQ_CST));
}

void
pool_wake(void)
{
	__atomic_store_n(&is_asleep, 0, __ATOMIC_SEQ_CST);
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
	return (submit(w, class, 0));
}

void
work_insist(struct work *w, enum work_class class)
{
	(void)submit(w, class, 1);
}

int
work_is_full(enum work_class class)
{
	return (lane_is_full(&lanes[class]));
}

unsigned
work_retry_after(enum work_class class)
{
	return ((unsigned)(lane_wait(&lanes[class]) / 1000000) + 1);
}

static int
submit(struct work *w, enum work_class class, int insists)
{
	if (lane_put(&lanes[class], w, insists) == -1)
		return (-1);
	pending++;
	return (0);
}

/* The life of a thread. */
static int
thread_run(struct kore_task *task)
{
	struct thread	*t = (struct thread *)task;
	struct work	*w;
	sigset_t	 all;

	/* Signals are the event loop's. */
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, NULL);
	hash_memory_keep(t->memory);
	/* On Linux that is of the thread alone. */
	errno = 0;
	if (t->nice != 0 && nice(t->nice) == -1 && errno != 0)
		log_warn("threads that hash cannot step back: %s", errno_s);
	while ((w = lane_next(t->lane, hash_memory_release)) != NULL) {
		thread_work(w);
		if (lane_finish(t->lane, w))
			loop_call(task);
	}
	lane_leave(t->lane);
	thread_rest();
}

static void
thread_work(struct work *w)
{
	if (w->is_late)
		return;
	trace_enter_context(&w->trace);
	w->run(w);
	trace_leave();
}

/*
 * Till the process ends. Kore would mark the task as done and look for the next
 * one, in memory that the worker's end may have given back by then.
 */
static void
thread_rest(void)
{
	sem_t	never;

	PRECOND(sem_init(&never, 0, 0) == 0);
	for (;;)
		(void)sem_wait(&never);
}

static void
loop_call(struct kore_task *task)
{
	__atomic_store_n(&is_called, 1, __ATOMIC_SEQ_CST);
	if (__atomic_load_n(&is_asleep, __ATOMIC_SEQ_CST) &&
	    send(task->fds[1], "", 1, MSG_NOSIGNAL | MSG_DONTWAIT) == -1)
		log_error("cannot wake the event loop: %s", errno_s);
}

/* On the event loop, which was asleep: the end of its turn takes the rest. */
static void
thread_woke(struct kore_task *task)
{
	char	drain[64];

	(void)recv(task->fds[0], drain, sizeof(drain), MSG_DONTWAIT);
}

static void
hand_back(struct work *w)
{
	struct trace_context	trace;

	pending--;
	watchdog_step();
	trace = w->trace;	/* done frees the work */
	trace_enter_context(&trace);
	w->done(w);
	trace_leave();
}
