/* SPDX-License-Identifier: ISC */
/* Random: none twice, whatever the lengths, in which process or thread ever. */
#include <sys/wait.h>

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "crypto/random.c"

#define PIECES	2000
#define BYTES	16

static int
compare(const void *a, const void *b)
{
	return (memcmp(a, b, BYTES));
}

/* Over several pages, whose ends the lengths do not meet. */
static void
test_none_twice(void **state)
{
	static uint8_t	pieces[PIECES][BYTES];
	uint8_t		other[7];
	size_t		i;

	(void)state;
	for (i = 0; i < PIECES; i++) {
		random_bytes(pieces[i], BYTES);
		random_bytes(other, sizeof(other));
	}
	qsort(pieces, PIECES, BYTES, compare);
	for (i = 1; i < PIECES; i++)
		assert_memory_not_equal(pieces[i - 1], pieces[i], BYTES);
}

/* All of what was asked for is filled, and nothing behind it. */
static void
test_length(void **state)
{
	uint8_t	piece[BYTES + 1], seen[BYTES];
	size_t	i, n;

	(void)state;
	memset(seen, 0, sizeof(seen));
	for (n = 0; n < 64; n++) {
		memset(piece, 0, sizeof(piece));
		random_bytes(piece, BYTES);
		for (i = 0; i < BYTES; i++)
			seen[i] |= piece[i];
		assert_int_equal(piece[BYTES], 0);
	}
	for (i = 0; i < BYTES; i++)
		assert_int_not_equal(seen[i], 0);
}

/* The longest that a page has, one more than that, and none. */
static void
test_long(void **state)
{
	uint8_t	long_one[PAGE + 1], zero[PAGE];
	size_t	left;

	(void)state;
	memset(long_one, 0, sizeof(long_one));
	memset(zero, 0, sizeof(zero));
	random_bytes(long_one, sizeof(page->bytes));
	assert_int_equal(page->left, 0);
	assert_memory_equal(page->bytes, zero, sizeof(page->bytes));
	random_bytes(long_one, 0);
	assert_int_equal(page->left, 0);
	random_bytes(long_one, BYTES);
	left = page->left;
	random_bytes(long_one, sizeof(page->bytes) + 1);
	assert_int_equal(page->left, left);
	assert_int_equal(long_one[PAGE], 0);
	assert_memory_not_equal(long_one + PAGE / 2, zero, BYTES);
}

/* What was handed out is not to be found any more. */
static void
test_wiped(void **state)
{
	uint8_t	piece[BYTES], zero[BYTES] = { 0 };

	(void)state;
	random_bytes(piece, BYTES);
	assert_memory_equal(page->bytes + page->left, zero, BYTES);
}

/* A child never gets what its parent has drawn and not handed out. */
static void
test_fork(void **state)
{
	uint8_t	ours[BYTES], theirs[BYTES];
	int	fds[2], status;
	pid_t	pid;

	(void)state;
	random_bytes(ours, 1);
	assert_true(page->left >= BYTES);
	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_int_not_equal(pid, -1);
	if (pid == 0) {
		if (page->left != 0)
			_exit(1);
		random_bytes(theirs, BYTES);
		_exit(write(fds[1], theirs, BYTES) == BYTES ? 0 : 2);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(read(fds[0], theirs, BYTES), BYTES);
	random_bytes(ours, BYTES);
	assert_memory_not_equal(ours, theirs, BYTES);
	close(fds[0]);
	close(fds[1]);
}

static void *
thread(void *out)
{
	random_bytes(out, BYTES);

	return (page);
}

/* Only the thread that was prepared draws ahead. */
static void
test_thread(void **state)
{
	pthread_t	 id;
	uint8_t		 theirs[BYTES] = { 0 }, zero[BYTES] = { 0 };
	size_t		 left;
	void		*its_page;

	(void)state;
	random_bytes(theirs, 1);
	left = page->left;
	memset(theirs, 0, sizeof(theirs));
	assert_int_equal(pthread_create(&id, NULL, thread, theirs), 0);
	assert_int_equal(pthread_join(id, &its_page), 0);
	assert_null(its_page);
	assert_int_equal(page->left, left);
	assert_memory_not_equal(theirs, zero, BYTES);
}

/* Before and without a page it is the same. */
static int
setup(void **state)
{
	test_none_twice(state);
	test_length(state);
	assert_null(page);
	random_prepare();
	random_prepare();
	assert_non_null(page);

	return (0);
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_none_twice),
		cmocka_unit_test(test_length),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_wiped),
		cmocka_unit_test(test_fork),
		cmocka_unit_test(test_thread),
	};

	return (cmocka_run_group_tests(tests, setup, NULL));
}
