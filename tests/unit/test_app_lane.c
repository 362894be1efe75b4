/* SPDX-License-Identifier: ISC */
/* A lane: what waits and for how long, who is refused, what is handed back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "app/lane.c"

#define LIMIT	3

static struct lane	lane;
static struct work	works[16];
static int		idles;

static void
idle(void)
{
	idles++;
}

static int
setup(void **state)
{
	(void)state;
	memset(&lane, 0, sizeof(lane));
	memset(works, 0, sizeof(works));
	lane_init(&lane, 2, LIMIT);
	idles = 0;

	return (0);
}

/* How many are handed back, of those that were put first, in that order. */
static int
taken(void)
{
	struct work_list	 list;
	struct work		*w;
	int			 n = 0;

	TAILQ_INIT(&list);
	lane_take(&lane, &list);
	TAILQ_FOREACH(w, &list, list)
		n++;

	return (n);
}

/* A thread: take the next one and finish it. */
static int
work_one(void)
{
	struct work	*w = lane_next(&lane, idle);

	assert_non_null(w);

	return (lane_finish(&lane, w));
}

static void
test_order(void **state)
{
	int	i;

	(void)state;
	for (i = 0; i < LIMIT; i++)
		assert_int_equal(lane_put(&lane, &works[i], 0), 0);
	for (i = 0; i < LIMIT; i++)
		assert_ptr_equal(lane_next(&lane, idle), &works[i]);
	assert_int_equal(idles, 0);
}

static void
test_limit(void **state)
{
	int	i;

	(void)state;
	for (i = 0; i < LIMIT; i++) {
		assert_false(lane_is_full(&lane));
		assert_int_equal(lane_put(&lane, &works[i], 0), 0);
	}
	assert_true(lane_is_full(&lane));
	assert_int_equal(lane_put(&lane, &works[i], 0), -1);
	assert_int_equal(lane.length, LIMIT);
	/* Who insists is let in, and makes no room for others. */
	assert_int_equal(lane_put(&lane, &works[i], 1), 0);
	(void)work_one();
	assert_int_equal(lane_put(&lane, &works[5], 0), -1);
	(void)work_one();
	assert_int_equal(lane_put(&lane, &works[5], 0), 0);
}

/* Who would come too late is refused, and who did come too late is told. */
static void
test_wait(void **state)
{
	struct work	*w;

	(void)state;
	lane.wait_us = 100000;
	lane.takes_us = 250000;
	assert_int_equal(lane_wait(&lane), 0);
	assert_int_equal(lane_put(&lane, &works[0], 0), 0);
	assert_int_equal(lane_wait(&lane), 125000);
	assert_true(lane_is_full(&lane));
	assert_int_equal(lane_put(&lane, &works[1], 0), -1);

	works[0].queued_us -= 200000;
	w = lane_next(&lane, idle);
	assert_ptr_equal(w, &works[0]);
	assert_true(w->is_late);
	/* It says nothing of how long a work takes. */
	assert_true(lane_finish(&lane, w));
	assert_int_equal(lane.takes_us, 250000);
	assert_int_equal(w->ended_us, 0);
}

/* The first one counts whole, those that follow an eighth each. */
static void
test_takes(void **state)
{
	struct work	*w;

	(void)state;
	(void)lane_put(&lane, &works[0], 0);
	w = lane_next(&lane, idle);
	w->began_us -= 80000;
	(void)lane_finish(&lane, w);
	assert_in_range(lane.takes_us, 80000, 10000000);
	lane.takes_us = 80000;
	(void)lane_put(&lane, &works[1], 0);
	w = lane_next(&lane, idle);
	w->began_us -= 160000;
	(void)lane_finish(&lane, w);
	assert_in_range(lane.takes_us, 90000, 10000000);
}

/* The loop is called once, until it has taken what is finished. */
static void
test_called_once(void **state)
{
	int	i;

	(void)state;
	for (i = 0; i < LIMIT; i++)
		(void)lane_put(&lane, &works[i], 0);
	assert_int_equal(taken(), 0);
	assert_true(work_one());
	assert_false(work_one());
	assert_int_equal(taken(), 2);
	assert_int_equal(taken(), 0);
	assert_true(work_one());
	assert_int_equal(taken(), 1);
}

/* In groups: one more with the first for each so many that wait. */
static void
test_group(void **state)
{
	int	i;

	(void)state;
	lane.limit = 16;
	lane.group = 2;
	for (i = 0; i < 6; i++)
		(void)lane_put(&lane, &works[i], 0);
	assert_false(work_one());	/* five wait: three are wanted */
	/* Not called: another lane's call takes none of ours. */
	assert_int_equal(taken(), 0);
	assert_false(work_one());
	assert_true(work_one());
	assert_int_equal(taken(), 3);
	assert_false(work_one());	/* two wait: two are wanted */
	assert_true(work_one());
	assert_int_equal(taken(), 2);
	assert_true(work_one());	/* nobody waits */
	assert_int_equal(taken(), 1);
}

/* What waits is dropped; each thread has its end. */
static void
test_stop(void **state)
{
	struct timespec	until;

	(void)state;
	(void)lane_put(&lane, &works[0], 0);
	lane_stop(&lane);
	assert_null(lane_next(&lane, idle));
	assert_null(lane_next(&lane, idle));
	lane_leave(&lane);
	clock_gettime(CLOCK_REALTIME, &until);
	lane_join(&lane, &until);	/* one is missing: no longer */
	lane_leave(&lane);
	until.tv_sec += 60;
	lane_leave(&lane);
	lane_join(&lane, &until);
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test_setup(test_order, setup),
		cmocka_unit_test_setup(test_limit, setup),
		cmocka_unit_test_setup(test_wait, setup),
		cmocka_unit_test_setup(test_takes, setup),
		cmocka_unit_test_setup(test_called_once, setup),
		cmocka_unit_test_setup(test_group, setup),
		cmocka_unit_test_setup(test_stop, setup),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
