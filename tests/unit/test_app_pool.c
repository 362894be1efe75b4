/* SPDX-License-Identifier: ISC */
/*
 * The pool: what threads have finished comes back at the end of a turn, whether
 * the loop is awake or asleep, and the loop does not sleep over it.
 */
#include <sys/socket.h>

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "app/lane.c"
#include "app/pool.c"

#define MANY		100
#define PATIENCE_MS	60000	/* only a pool that hangs needs them */

u_int16_t	kore_task_threads;

static int	handed_back;
static int	has_returned;	/* a thread, to Kore */
static sem_t	may_end;

/* Kore's. */
void
fatal(const char *fmt, ...)
{
	(void)fmt;
	abort();
}

void
kore_task_create(struct kore_task *t, int (*entry)(struct kore_task *))
{
	t->entry = entry;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, t->fds), 0);
}

void
kore_task_bind_callback(struct kore_task *t, void (*cb)(struct kore_task *))
{
	t->cb = cb;
}

static void *
thread_main(void *arg)
{
	struct kore_task	*t = arg;

	(void)t->entry(t);
	__atomic_store_n(&has_returned, 1, __ATOMIC_SEQ_CST);

	return (NULL);
}

void
kore_task_run(struct kore_task *t)
{
	pthread_t	id;

	assert_int_equal(pthread_create(&id, NULL, thread_main, t), 0);
	assert_int_equal(pthread_detach(id), 0);
}

/* The service's. */
void
hash_memory_keep(size_t bytes)
{
	(void)bytes;
}

void
hash_memory_release(void)
{
}

void
watchdog_step(void)
{
}

static void
run(struct work *w)
{
	(void)w;
	while (sem_wait(&may_end) == -1)
		;
}

static void
done(struct work *w)
{
	(void)w;
	handed_back++;
}

/* Till a thread wakes the loop. */
static void
wait_woken(unsigned count)
{
	struct pollfd	fds[8];
	unsigned	i;

	assert_in_range(count, 1, 8);
	for (i = 0; i < count; i++) {
		fds[i].fd = threads[i].task.fds[0];
		fds[i].events = POLLIN;
	}
	assert_true(poll(fds, count, PATIENCE_MS) > 0);
	for (i = 0; i < count; i++) {
		if (fds[i].revents != 0)
			threads[i].task.cb(&threads[i].task);
	}
}

static int
is_anyone_called(unsigned count)
{
	char		byte;
	unsigned	i;

	for (i = 0; i < count; i++)
		if (recv(threads[i].task.fds[0], &byte, 1,
		    MSG_PEEK | MSG_DONTWAIT) > 0)
			return (1);

	return (0);
}

static void
test_asleep(void **state)
{
	struct work	w = { .run = run, .done = done };

	(void)state;
	handed_back = 0;
	assert_int_equal(pool_turn(), 0);
	assert_int_equal(work_submit(&w, WORK_SLOW), 0);
	assert_false(pool_is_idle());
	assert_int_equal(pool_sleep(), 0);
	(void)sem_post(&may_end);
	wait_woken(kore_task_threads);
	pool_wake();
	/* Its asker can go on now: the loop must not sleep. */
	assert_int_equal(pool_turn(), 1);
	assert_int_equal(handed_back, 1);
	assert_true(pool_is_idle());
	assert_int_equal(pool_turn(), 0);
}

/* One that ends, while the loop is awake. */
static void
end_one(struct work *w)
{
	const struct timespec	moment = { .tv_nsec = 1000000 };

	assert_int_equal(work_submit(w, WORK_SLOW), 0);
	(void)sem_post(&may_end);
	while (!__atomic_load_n(&is_called, __ATOMIC_SEQ_CST))
		(void)nanosleep(&moment, NULL);
}

/* It wakes nobody then, and is found when the loop wants to sleep. */
static void
test_awake(void **state)
{
	struct work	first = { .run = run, .done = done };
	struct work	second = { .run = run, .done = done };

	(void)state;
	handed_back = 0;
	end_one(&first);
	assert_int_equal(pool_turn(), 1);
	assert_int_equal(handed_back, 1);
	/* The same thread: it has long decided not to wake anyone. */
	end_one(&second);
	assert_false(is_anyone_called(kore_task_threads));
	assert_int_equal(pool_sleep(), 1);
	pool_wake();
	assert_int_equal(pool_turn(), 1);
	assert_int_equal(handed_back, 2);
}

/* Whenever they end, none is forgotten while the loop sleeps. */
static void
test_many(void **state)
{
	struct work	w[MANY];
	int		i;

	(void)state;
	handed_back = 0;
	for (i = 0; i < MANY; i++) {
		w[i] = (struct work){ .run = run, .done = done };
		assert_int_equal(work_submit(&w[i], WORK_SHORT), 0);
		(void)sem_post(&may_end);
	}
	while (handed_back < MANY) {
		if (!pool_sleep())
			wait_woken(kore_task_threads);
		pool_wake();
		(void)pool_turn();
	}
	assert_true(pool_is_idle());
}

/*
 * Kore frees what its side of a thread would touch, while that may not have
 * run yet: no thread ever goes back there.
 */
static void
test_stopped(void **state)
{
	const struct timespec	moment = { .tv_nsec = 50000000 };

	(void)state;
	pool_stop();
	(void)nanosleep(&moment, NULL);
	assert_false(__atomic_load_n(&has_returned, __ATOMIC_SEQ_CST));
}

static int
setup(void **state)
{
	const struct pool_options	o = {
		.short_threads = 2,
		.hash_threads = 1,
		.hash_max = 4,
	};

	(void)state;
	assert_int_equal(sem_init(&may_end, 0, 0), 0);
	pool_start(&o);

	return (0);
}

static int
teardown(void **state)
{
	(void)state;
	free(threads);

	return (0);
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_asleep),
		cmocka_unit_test(test_awake),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_stopped),
	};

	return (cmocka_run_group_tests(tests, setup, teardown));
}
