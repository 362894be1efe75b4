/* SPDX-License-Identifier: ISC */
/* The log: one line an event, whatever a stranger put into it. */
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"

#define LINE_LEN	1024
#define THREADS		8
#define LINES		200

static FILE	*captured;
static int	 stderr_saved;

static int
capture(void **state)
{
	(void)state;
	log_level_set(LOG_LEVEL_INFO);
	log_name_set("test");
	captured = tmpfile();
	stderr_saved = dup(STDERR_FILENO);
	if (captured == NULL || stderr_saved == -1 ||
	    dup2(fileno(captured), STDERR_FILENO) == -1)
		return (-1);

	return (0);
}

static int
release(void **state)
{
	(void)state;
	(void)dup2(stderr_saved, STDERR_FILENO);
	(void)close(stderr_saved);
	(void)fclose(captured);

	return (0);
}

/* All that was logged since the test began. */
static void
logged(char *out, size_t cap)
{
	ssize_t	 n;

	n = pread(fileno(captured), out, cap - 1, 0);
	assert_true(n >= 0);
	out[n] = '\0';
}

static void
test_line(void **state)
{
	char	 text[LINE_LEN + 1];

	(void)state;
	log_warn("disk %d%% full", 93);
	logged(text, sizeof(text));
	/* time=2026-11-20T20:00:00.000Z */
	assert_memory_equal(text, "time=20", 7);
	assert_int_equal(text[15], 'T');
	assert_int_equal(text[24], '.');
	assert_string_equal(text + 28,
	    "Z level=warn proc=test msg=\"disk 93% full\"\n");
}

static void
test_levels(void **state)
{
	char	 text[LINE_LEN + 1];

	(void)state;
	log_debug("not this");
	logged(text, sizeof(text));
	assert_string_equal(text, "");
	log_level_set(LOG_LEVEL_ERROR);
	log_warn("nor this");
	logged(text, sizeof(text));
	assert_string_equal(text, "");
	log_error("this");
	logged(text, sizeof(text));
	assert_non_null(strstr(text, "level=error proc=test msg=\"this\""));
	log_level_set(LOG_LEVEL_DEBUG);
	log_debug("and this");
	logged(text, sizeof(text));
	assert_non_null(strstr(text, "level=debug proc=test msg=\"and this\""));
}

/* A forged line, a terminal's escape sequence in both its spellings. */
static void
test_escapes(void **state)
{
	char	 text[LINE_LEN + 1];

	(void)state;
	log_info("%s", "a\nlevel=error msg=\"b\" \\ \x1b[2J \x9b" "2J "
	    "\r\t\x7f");
	logged(text, sizeof(text));
	assert_non_null(strstr(text, "msg=\"a\\nlevel=error msg=\\\"b\\\" \\\\ "
	    "\\x1b[2J \\x9b2J \\x0d\\x09\\x7f\"\n"));
	assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
}

static void
test_cut(void **state)
{
	char	 text[LINE_LEN + 2], message[4096];
	size_t	 len;

	(void)state;
	for (len = 900; len < 1100; len++) {
		assert_int_equal(ftruncate(fileno(captured), 0), 0);
		assert_int_equal(lseek(fileno(captured), 0, SEEK_SET), 0);
		/* Escapes of two bytes must not be cut in half. */
		memset(message, '"', len / 2);
		memset(message + len / 2, 'x', len - len / 2);
		message[len] = '\0';
		log_info("%s", message);
		logged(text, sizeof(text));
		assert_in_range(strlen(text), 0, LINE_LEN);
		assert_string_equal(text + strlen(text) - 5, "...\"\n");
	}

	assert_int_equal(ftruncate(fileno(captured), 0), 0);
	assert_int_equal(lseek(fileno(captured), 0, SEEK_SET), 0);
	memset(message, '"', sizeof(message) - 1);
	message[sizeof(message) - 1] = '\0';
	log_info("%s", message);
	logged(text, sizeof(text));
	assert_in_range(strlen(text), LINE_LEN - 2, LINE_LEN);
	assert_string_equal(text + strlen(text) - 7, "\\\"...\"\n");
}

static void
test_name(void **state)
{
	char	 text[LINE_LEN + 1];

	(void)state;
	log_name_set("a b=\"c\"\n" "0123456789012345678901234567890123456789");
	log_info("x");
	logged(text, sizeof(text));
	assert_non_null(strstr(text,
	    " proc=a_b__c__01234567890123456789012 msg=\"x\"\n"));
}

static void
test_errno_is_kept(void **state)
{
	(void)state;
	errno = ENOTTY;
	assert_int_equal(close(STDERR_FILENO), 0);
	log_error("into nothing");
	assert_int_equal(errno, ENOTTY);
}

static void *
log_many(void *arg)
{
	int	 i;

	for (i = 0; i < LINES; i++)
		log_info("%s", (const char *)arg);

	return (NULL);
}

static void
test_threads(void **state)
{
	static char	 message[501];
	static char	 text[THREADS * LINES * LINE_LEN];
	pthread_t	 threads[THREADS];
	char		*line, *next;
	size_t		 i, count;

	(void)state;
	memset(message, 'm', sizeof(message) - 1);
	for (i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, log_many,
		    message), 0);
	for (i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	logged(text, sizeof(text));
	count = 0;
	for (line = text; *line != '\0'; line = next + 1) {
		next = strchr(line, '\n');
		assert_non_null(next);
		*next = '\0';
		assert_memory_equal(line, "time=", 5);
		assert_int_equal(strlen(line), 28 + 29 + 500);
		assert_int_equal(strspn(line + 56, "m"), 500);
		count++;
	}
	assert_int_equal(count, THREADS * LINES);
}

static void
test_precond(void **state)
{
	char	 text[LINE_LEN + 1];
	pid_t	 pid;
	int	 status;

	(void)state;
	PRECOND(1 == 1);
	if ((pid = fork()) == 0) {
		PRECOND(1 == 2);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
	logged(text, sizeof(text));
	assert_non_null(strstr(text, "level=error"));
	assert_non_null(strstr(text, "test_base_log.c"));
	assert_non_null(strstr(text, "not (1 == 2)"));
}

/* A pipe that is full: nobody waits, and what was lost is counted. */
static void
test_nobody_reads(void **state)
{
	char	 text[8192];
	ssize_t	 n;
	int	 fds[2], saved, i;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	saved = dup(STDERR_FILENO);
	assert_int_not_equal(fcntl(fds[1], F_SETPIPE_SZ, 4096), -1);
	assert_int_not_equal(dup2(fds[1], STDERR_FILENO), -1);
	log_impatient_set();
	for (i = 0; i < 1000; i++)
		log_info("line %d", i);
	n = read(fds[0], text, sizeof(text) - 1);
	assert_true(n > 0);
	text[n] = '\0';
	log_info("again");
	assert_non_null(strstr(text, "line 0\""));
	assert_null(strstr(text, "line 999"));
	n = read(fds[0], text, sizeof(text) - 1);
	(void)dup2(saved, STDERR_FILENO);
	(void)close(saved);
	assert_true(n > 0);
	text[n] = '\0';
	assert_non_null(strstr(text, "lines before this one"));
	assert_non_null(strstr(text, "again"));
	(void)close(fds[0]);
	(void)close(fds[1]);
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test_setup_teardown(test_line, capture, release),
		cmocka_unit_test_setup_teardown(test_levels, capture, release),
		cmocka_unit_test_setup_teardown(test_escapes, capture, release),
		cmocka_unit_test_setup_teardown(test_cut, capture, release),
		cmocka_unit_test_setup_teardown(test_name, capture, release),
		cmocka_unit_test_setup_teardown(test_errno_is_kept, capture,
		    release),
		cmocka_unit_test_setup_teardown(test_threads, capture, release),
		cmocka_unit_test_setup_teardown(test_precond, capture, release),
		cmocka_unit_test(test_nobody_reads),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
