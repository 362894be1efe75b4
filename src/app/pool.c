/* SPDX-License-Identifier: ISC */
/*
 * A worker's threads. Each is one Kore task that never ends but takes work from
 * a common queue, because Kore's own dealing-out goes by turns and would put
 * work behind a busy thread while another is idle.
 */
#include <sys/socket.h>

#include <kore/kore.h>
#include <kore/tasks.h>

#include <pthread.h>
#include <signal.h>
#include <time.h>

#include "app/pool.h"
#include "base/log.h"
#include "base/metrics.h"
#include "endpoint/work.h"

#define SHORT_MAX	256	/* short work that may wait */
#define SLOW_MAX	1

/* The last thread has slow work only, so that nothing waits behind that. */
enum lane { LANE_QUICK, LANE_SLOW, LANES };

TAILQ_HEAD(work_list, work);

static int		 thread_run(struct kore_task *);
static struct work	*work_next(enum lane);
static enum lane	 lane_of(enum work_class);
static void		 thread_woke(struct kore_task *);

static struct {
	pthread_mutex_t		 lock;
	pthread_cond_t		 cond[LANES];	/* there is work, or an end */
	pthread_cond_t		 ended;		/* a thread has */
	struct work_list	 waiting[WORK_CLASSES];
	unsigned		 length[WORK_CLASSES];
	unsigned		 limit[WORK_CLASSES];
	struct work_list	 finished;
	unsigned		 running;	/* threads */
	unsigned		 slow;		/* which of them */
	int			 is_stopping;
	struct kore_task	*tasks;
} pool = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.cond = { PTHREAD_COND_INITIALIZER, PTHREAD_COND_INITIALIZER },
	.ended = PTHREAD_COND_INITIALIZER,
};

void
pool_start(unsigned threads, unsigned hash_max)
{
	unsigned	i;

	for (i = 0; i < WORK_CLASSES; i++)
		TAILQ_INIT(&pool.waiting[i]);
	TAILQ_INIT(&pool.finished);
	pool.limit[WORK_SHORT] = SHORT_MAX;
	pool.limit[WORK_HASH] = hash_max;
	pool.limit[WORK_SLOW] = SLOW_MAX;
	metrics_set(METRIC_HASH_THREADS, 0, threads);
	metrics_set(METRIC_HASH_QUEUE_LIMIT, 0, hash_max);
	pool.slow = threads++;
	pool.running = threads;
	pool.tasks = kore_calloc(threads, sizeof(*pool.tasks));
	kore_task_threads = (u_int16_t)threads;
	for (i = 0; i < threads; i++) {
		kore_task_create(&pool.tasks[i], thread_run);
		kore_task_bind_callback(&pool.tasks[i], thread_woke);
		kore_task_run(&pool.tasks[i]);
	}
}

/* Without the lock: a number that is a moment old is as good. */
void
pool_tell(void)
{
	metrics_set(METRIC_HASH_QUEUE_DEPTH, 0,
	    __atomic_load_n(&pool.length[WORK_HASH], __ATOMIC_RELAXED));
}

void
pool_stop(void)
{
	struct timespec	until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += 5;
	pthread_mutex_lock(&pool.lock);
	pool.is_stopping = 1;
	pthread_cond_broadcast(&pool.cond[LANE_QUICK]);
	pthread_cond_broadcast(&pool.cond[LANE_SLOW]);
	while (pool.running > 0)
		if (pthread_cond_timedwait(&pool.ended, &pool.lock,
		    &until) != 0)
			break;
	pthread_mutex_unlock(&pool.lock);
}

int
work_submit(struct work *w, enum work_class class)
{
	const struct trace_context	*trace;
	int				 taken;

	w->submitted = metrics_now();
	if ((trace = trace_current()) != NULL)
		w->trace = *trace;
	pthread_mutex_lock(&pool.lock);
	taken = pool.length[class] < pool.limit[class];
	if (taken) {
		TAILQ_INSERT_TAIL(&pool.waiting[class], w, list);
		pool.length[class]++;
		pthread_cond_signal(&pool.cond[lane_of(class)]);
	}
	pthread_mutex_unlock(&pool.lock);
	return (taken ? 0 : -1);
}

/* The life of a thread. */
static int
thread_run(struct kore_task *task)
{
	struct work	*w;
	sigset_t	 all;
	enum lane	 lane;
	int		 is_first;

	/* Signals are the event loop's. */
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, NULL);
	lane = task == &pool.tasks[pool.slow] ? LANE_SLOW : LANE_QUICK;
	pthread_mutex_lock(&pool.lock);
	while ((w = work_next(lane)) != NULL) {
		pthread_mutex_unlock(&pool.lock);
		trace_enter_context(&w->trace);
		w->began = metrics_now();
		w->run(w);
		w->ended = metrics_now();
		trace_leave();
		pthread_mutex_lock(&pool.lock);
		is_first = TAILQ_EMPTY(&pool.finished);
		TAILQ_INSERT_TAIL(&pool.finished, w, list);
		if (is_first && send(task->fds[1], "", 1,
		    MSG_NOSIGNAL | MSG_DONTWAIT) == -1)
			log_error("cannot wake the event loop: %s", errno_s);
	}
	pool.running--;
	pthread_cond_broadcast(&pool.ended);
	pthread_mutex_unlock(&pool.lock);
	return (KORE_RESULT_OK);
}

/* Called and left with the lock held. NULL: stop. */
static struct work *
work_next(enum lane lane)
{
	struct work	*w;
	enum work_class	 class;

	for (;;) {
		if (pool.is_stopping)
			return (NULL);
		for (class = WORK_SHORT; class < WORK_CLASSES; class++) {
			w = TAILQ_FIRST(&pool.waiting[class]);
			if (w == NULL || lane_of(class) != lane)
				continue;
			TAILQ_REMOVE(&pool.waiting[class], w, list);
			pool.length[class]--;
			return (w);
		}
		pthread_cond_wait(&pool.cond[lane], &pool.lock);
	}
}

static enum lane
lane_of(enum work_class class)
{
	return (class == WORK_SLOW ? LANE_SLOW : LANE_QUICK);
}

/* On the event loop: hand back what is finished. */
static void
thread_woke(struct kore_task *task)
{
	struct work_list	 finished;
	struct trace_context	 trace;
	struct work		*w;
	char			 drain[64];

	while (recv(task->fds[0], drain, sizeof(drain), MSG_DONTWAIT) > 0)
		;
	TAILQ_INIT(&finished);
	pthread_mutex_lock(&pool.lock);
	TAILQ_CONCAT(&finished, &pool.finished, list);
	pthread_mutex_unlock(&pool.lock);
	while ((w = TAILQ_FIRST(&finished)) != NULL) {
		TAILQ_REMOVE(&finished, w, list);
		trace = w->trace;	/* done frees the work */
		trace_enter_context(&trace);
		w->done(w);
		trace_leave();
	}
}
