/* SPDX-License-Identifier: ISC */
/* Whose work a thread does: in its log lines, and where the time went. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"
#include "base/trace.h"

#define REQUEST	"0102030405060708090a0b0c0d0e0f10"
#define ID	"f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"

static void
fill(struct trace *t)
{
	size_t	i;

	memset(t, 0, sizeof(*t));
	for (i = 0; i < TRACE_REQUEST_BYTES; i++)
		t->context.request[i] = (uint8_t)(i + 1);
	for (i = 0; i < TRACE_ID_BYTES; i++)
		t->context.id[i] = (uint8_t)(0xf0 + i);
}

/* What one line of the log says between its process and its end. */
static void
line(char *out, size_t cap)
{
	FILE	*captured = tmpfile();
	ssize_t	 n;
	int	 saved = dup(STDERR_FILENO);
	char	 text[1024], *p;

	assert_non_null(captured);
	assert_true(dup2(fileno(captured), STDERR_FILENO) != -1);
	log_warn("x");
	assert_true(dup2(saved, STDERR_FILENO) != -1);
	n = pread(fileno(captured), text, sizeof(text) - 1, 0);
	assert_true(n > 0);
	text[n] = '\0';
	p = strstr(text, " proc=ambauth ");
	assert_non_null(p);
	(void)snprintf(out, cap, "%s", p + sizeof(" proc=ambauth ") - 1);
	(void)close(saved);
	(void)fclose(captured);
}

static void *
line_of_thread(void *arg)
{
	line(arg, 256);
	return (NULL);
}

static void
test_log(void **state)
{
	struct trace	t, own;
	pthread_t	thread;
	char		text[256];

	(void)state;
	line(text, sizeof(text));
	assert_string_equal(text, "msg=\"x\"\n");
	fill(&t);
	trace_enter(&t);
	line(text, sizeof(text));
	assert_string_equal(text, "req=" REQUEST " trace=" ID " msg=\"x\"\n");
	/* Another thread's work is another's. */
	assert_int_equal(pthread_create(&thread, NULL, line_of_thread, text),
	    0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_string_equal(text, "msg=\"x\"\n");
	trace_adopt(&own);
	memset(&t, 0, sizeof(t));
	line(text, sizeof(text));
	assert_string_equal(text, "req=" REQUEST " trace=" ID " msg=\"x\"\n");
	trace_leave();
	assert_null(trace_current());
	line(text, sizeof(text));
	assert_string_equal(text, "msg=\"x\"\n");
}

static void
test_context(void **state)
{
	struct trace	t;
	char		text[256];

	(void)state;
	fill(&t);
	memset(t.context.request, 0, sizeof(t.context.request));
	trace_enter_context(&t.context);
	line(text, sizeof(text));
	assert_string_equal(text, "trace=" ID " msg=\"x\"\n");
	memset(t.context.id, 0, sizeof(t.context.id));
	line(text, sizeof(text));
	assert_string_equal(text, "msg=\"x\"\n");
	trace_enter_context(NULL);
	line(text, sizeof(text));
	assert_string_equal(text, "msg=\"x\"\n");
	trace_leave();
}

static void
test_timing_off(void **state)
{
	struct trace	t;
	char		text[TRACE_TIMING_LEN];

	(void)state;
	fill(&t);
	t.began = trace_now();
	assert_int_equal(t.began, 0);
	trace_enter(&t);
	trace_sleep();
	assert_int_equal(t.slept, 0);
	trace_spent(TRACE_SIGN, trace_now());
	assert_int_equal(t.spent[TRACE_SIGN], 0);
	assert_int_equal(trace_timing_text(text), -1);
	trace_leave();
}

static void
test_timing(void **state)
{
	struct timespec	pause = { 0, 3000000 };
	struct trace	t;
	char		text[TRACE_TIMING_LEN];
	double		ms[4];

	(void)state;
	trace_timing_set(1);
	fill(&t);
	t.began = trace_now();
	trace_enter(&t);
	trace_wait(TRACE_DATABASE);
	trace_sleep();
	trace_leave();
	(void)nanosleep(&pause, NULL);
	trace_enter(&t);
	trace_wait(TRACE_HASH);
	/* Awake, and not put down to anything. */
	(void)nanosleep(&pause, NULL);
	trace_sleep();
	trace_leave();
	trace_enter(&t);
	assert_int_equal(trace_timing_text(text), 0);
	assert_int_equal(sscanf(text, "db;dur=%lf, hash;dur=%lf, "
	    "sign;dur=%lf, total;dur=%lf", &ms[0], &ms[1], &ms[2], &ms[3]), 4);
	assert_true(ms[0] >= 3.0);
	assert_true(ms[2] == 0.0);
	assert_true(ms[3] >= ms[0] + ms[1] + ms[2] + 3.0);
	trace_leave();
	assert_int_equal(trace_timing_text(text), -1);
	trace_timing_set(0);
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_log),
		cmocka_unit_test(test_context),
		cmocka_unit_test(test_timing_off),
		cmocka_unit_test(test_timing),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
