/* SPDX-License-Identifier: ISC */
/* The watchdog: what it reports, and what it lets pass. */
#include <sys/stat.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* It is not in the library, which knows no Kore. */
#include "app/watchdog.c"

#define LIMIT_MS	5
#define LONG_MS		100	/* long enough to be met more than once */

static char	said[65536];
static int	log_fd, stderr_fd;

/* Kore's. */
void
fatal(const char *fmt, ...)
{
	fail_msg("fatal: %s", fmt);
	abort();
}

int
__real_poll(struct pollfd *fds, nfds_t count, int timeout)
{
	const struct timespec	t = { 0, LONG_MS * MS_NS };

	(void)fds;
	(void)timeout;
	(void)nanosleep(&t, NULL);
	return ((int)count);
}

static void
compute(void)
{
	volatile unsigned	 n = 0;
	int64_t			 end;

	end = clock_now(CLOCK_THREAD_CPUTIME_ID) + LONG_MS * (int64_t)MS_NS;
	while (clock_now(CLOCK_THREAD_CPUTIME_ID) < end)
		n++;
}

static void
sleep_long(void)
{
	struct timespec	t = { 0, LONG_MS * MS_NS };

	/* The watchdog's signal ends a sleep early. */
	while (nanosleep(&t, &t) == -1)
		;
}

static void
turn(void)
{
	watchdog_sleep();
	watchdog_wake();
}

static int
setup(void **state)
{
	char	path[] = "/tmp/ambauth-watchdog-XXXXXX";

	(void)state;
	log_fd = mkstemp(path);
	assert_int_not_equal(log_fd, -1);
	(void)unlink(path);
	stderr_fd = dup(STDERR_FILENO);
	assert_int_not_equal(dup2(log_fd, STDERR_FILENO), -1);
	watchdog_prepare(LIMIT_MS);
	watchdog_start(LIMIT_MS);
	turn();
	return (0);
}

static int
teardown(void **state)
{
	(void)state;
	turn();
	watchdog_stop();
	turn();
	(void)dup2(stderr_fd, STDERR_FILENO);
	(void)close(stderr_fd);
	(void)close(log_fd);
	return (0);
}

/* What was said of the turn that ends here. */
static const char *
report_of_turn(void)
{
	ssize_t	n;

	turn();
	n = pread(log_fd, said, sizeof(said) - 1, 0);
	assert_true(n >= 0);
	said[n] = '\0';
	assert_int_equal(ftruncate(log_fd, 0), 0);
	(void)lseek(log_fd, 0, SEEK_SET);
	return (said);
}

static void
test_nothing(void **state)
{
	(void)state;
	(void)report_of_turn();
	assert_string_equal(report_of_turn(), "");
}

static void
test_computes(void **state)
{
	(void)state;
	(void)report_of_turn();
	compute();
	assert_non_null(strstr(report_of_turn(), "computed for 1"));
	/* Where it was. */
	assert_non_null(strchr(said, '\n'));
	assert_true(strlen(strchr(said, '\n')) > 16);
	assert_string_equal(report_of_turn(), "");
}

#if defined(__x86_64__)
/* It says that its caller is kept where there is nothing, and takes a while. */
void	lost(unsigned long, unsigned long);

__asm__(
	".text\n"
	".globl lost\n"
	".type lost, @function\n"
	"lost:\n"
	".cfi_startproc\n"
	".cfi_def_cfa %rsi, 8\n"
	"1: decq %rdi\n"
	"jnz 1b\n"
	"ret\n"
	".cfi_endproc\n"
	".size lost, . - lost\n"
);

static volatile int	faults;

static void
fault(int sig)
{
	faults++;
	frames_lost(sig);
}

/* Whoever asks for the way loses it, and the loop goes on. */
static void
test_lost(void **state)
{
	struct sigaction	before;
	int64_t			end;

	(void)state;
	(void)report_of_turn();
	faults = 0;
	assert_int_equal(signal_catch(SIGSEGV, fault, &before), 0);
	end = clock_now(CLOCK_THREAD_CPUTIME_ID) + LONG_MS * (int64_t)MS_NS;
	while (clock_now(CLOCK_THREAD_CPUTIME_ID) < end)
		lost(1000000, 0x4141414141414141);
	assert_non_null(strstr(report_of_turn(), "computed for 1"));
	assert_true(faults > 0);
	assert_int_equal(sigaction(SIGSEGV, &before, NULL), 0);
}
#endif

/* A fault that has nothing to do with it is for who had asked for it. */
static void
test_other_fault(void **state)
{
	struct sigaction	before, now;

	(void)state;
	assert_int_equal(signal_catch(SIGBUS, frames_lost, &before), 0);
	bus_before = before;
	raise(SIGBUS);
	assert_int_equal(sigaction(SIGBUS, &before, &now), 0);
	assert_ptr_equal(now.sa_handler, before.sa_handler);
}

/*
 * A machine that stands still, whose clocks run: nobody can look at the loop,
 * which then goes on for a moment. From inside it looks like a late signal.
 */
static void
test_stands_still(void **state)
{
	sigset_t	urgent, before;

	(void)state;
	sigemptyset(&urgent);
	sigaddset(&urgent, SIGURG);
	(void)report_of_turn();
	assert_int_equal(pthread_sigmask(SIG_BLOCK, &urgent, &before), 0);
	compute();
	assert_int_equal(pthread_sigmask(SIG_SETMASK, &before, NULL), 0);
	raise(SIGURG);
	raise(SIGURG);
	assert_true(dog.met >= MEETINGS);
	assert_string_equal(report_of_turn(), "");
}

static void
test_blocked(void **state)
{
	(void)state;
	(void)report_of_turn();
	if (dog.schedstat == -1)
		skip();
	sleep_long();
	assert_non_null(strstr(report_of_turn(), "was blocked for"));
}

/* Kore's wait for its key manager. */
static void
test_poll(void **state)
{
	(void)state;
	(void)report_of_turn();
	(void)__wrap_poll(NULL, 0, -1);
	assert_string_equal(report_of_turn(), "");
}

/* Each piece counts for itself, and is judged. */
static void
test_steps(void **state)
{
	(void)state;
	(void)report_of_turn();
	compute();
	watchdog_step();
	assert_non_null(strstr(report_of_turn(), "computed for"));
}

static void
test_forgiven(void **state)
{
	(void)state;
	(void)report_of_turn();
	compute();
	watchdog_forgive();
	assert_string_equal(report_of_turn(), "");
}

/* Other threads may poll for as long as they like. */
static void *
polls(void *arg)
{
	(void)__wrap_poll(NULL, 0, -1);
	return (arg);
}

static void
test_other_thread(void **state)
{
	pthread_t	thread;
	unsigned	step;

	(void)state;
	(void)report_of_turn();
	step = dog.step;
	assert_int_equal(pthread_create(&thread, NULL, polls, NULL), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(dog.step, step);
	watchdog_forgive();
	assert_string_equal(report_of_turn(), "");
}

static void
test_off(void **state)
{
	(void)state;
	watchdog_prepare(0);
	watchdog_start(0);
	turn();
	watchdog_step();
	watchdog_forgive();
	assert_int_equal(dog.step % 2, 0);
	watchdog_stop();
}

int
main(void)
{
	const struct CMUnitTest	on[] = {
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_computes),
#if defined(__x86_64__)
		cmocka_unit_test(test_lost),
#endif
		cmocka_unit_test(test_other_fault),
		cmocka_unit_test(test_stands_still),
		cmocka_unit_test(test_blocked),
		cmocka_unit_test(test_poll),
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_forgiven),
		cmocka_unit_test(test_other_thread),
	};
	const struct CMUnitTest	off[] = {
		cmocka_unit_test(test_off),
	};

	return (cmocka_run_group_tests(off, NULL, NULL) +
	    cmocka_run_group_tests(on, setup, teardown));
}
