/* SPDX-License-Identifier: ISC */
/*
 * Logging. Each line is built on the stack and leaves by one write(2), so that
 * the lines of threads and processes never mix. What a stranger sent may be in
 * a message: anything but printable ASCII is escaped, so that it can neither
 * begin a line of its own nor steer the terminal of whoever reads it.
 */
#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "base/trace.h"

#define LINE_LEN	1024	/* bytes of a line, newline included */
#define NAME_LEN	32

static void	line_write(enum log_level, const char *, va_list);
static int	is_writable(void);
static void	line_begin(struct text *, enum log_level);
static void	line_whose(struct text *);
static void	line_escape(struct text *, const char *);

static const char *const level_name[] = {
	[LOG_LEVEL_ERROR] = "error",
	[LOG_LEVEL_WARN] = "warn",
	[LOG_LEVEL_INFO] = "info",
	[LOG_LEVEL_DEBUG] = "debug",
};

/* Set before threads start, read by all of them. */
static char		process_name[NAME_LEN] = "ambauth";
static enum log_level	threshold = LOG_LEVEL_INFO;
static int		is_impatient;
/* Threads may miscount; that some were lost is what matters. */
static volatile unsigned	lost;

void
log_name_set(const char *name)
{
	size_t	 i;

	/* An unquoted value of logfmt: no space, no '=', no quote. */
	for (i = 0; i < NAME_LEN - 1 && name[i] != '\0'; i++) {
		process_name[i] = isalnum((unsigned char)name[i]) ||
		    name[i] == '-' || name[i] == '.' ? name[i] : '_';
	}
	process_name[i] = '\0';
}

void
log_level_set(enum log_level level)
{
	threshold = level;
}

void
log_impatient_set(void)
{
	is_impatient = 1;
}

void
log_error(const char *fmt, ...)
{
	va_list	 args;

	va_start(args, fmt);
	line_write(LOG_LEVEL_ERROR, fmt, args);
	va_end(args);
}

void
log_warn(const char *fmt, ...)
{
	va_list	 args;

	va_start(args, fmt);
	line_write(LOG_LEVEL_WARN, fmt, args);
	va_end(args);
}

void
log_info(const char *fmt, ...)
{
	va_list	 args;

	va_start(args, fmt);
	line_write(LOG_LEVEL_INFO, fmt, args);
	va_end(args);
}

void
log_debug(const char *fmt, ...)
{
	va_list	 args;

	va_start(args, fmt);
	line_write(LOG_LEVEL_DEBUG, fmt, args);
	va_end(args);
}

void
log_precond(const char *file, int line, const char *what)
{
	log_error("%s:%d: impossible: not (%s)", file, line, what);
	abort();
}

static void
line_write(enum log_level level, const char *fmt, va_list args)
{
	static const char	 tail[] = "\"\n", tail_cut[] = "...\"\n";
	char			 message[LINE_LEN], line[LINE_LEN];
	struct text		 t;
	size_t			 len;
	unsigned		 missing;
	int			 saved;

	if (level > threshold)
		return;
	saved = errno;
	if (is_impatient && !is_writable()) {
		lost++;
		errno = saved;
		return;
	}
	if ((missing = lost) > 0) {
		lost = 0;
		log_warn("%u lines before this one could not be written",
		    missing);
	}

	if (vsnprintf(message, sizeof(message), fmt, args) < 0)
		message[0] = '\0';

	text_init(&t, line, sizeof(line) - sizeof(tail_cut) + 1);
	line_begin(&t, level);
	line_escape(&t, message);
	len = t.len;
	if (text_is_ok(&t)) {
		memcpy(line + len, tail, sizeof(tail) - 1);
		len += sizeof(tail) - 1;
	} else {
		memcpy(line + len, tail_cut, sizeof(tail_cut) - 1);
		len += sizeof(tail_cut) - 1;
	}

	/* A log that cannot be written has nobody left to be told. */
	while (write(STDERR_FILENO, line, len) == -1 && errno == EINTR)
		continue;
	errno = saved;
}

/*
 * A pipe takes a whole line if it takes anything. Who stopped reading must not
 * stop the event loop with it.
 */
static int
is_writable(void)
{
	struct pollfd	 p = { STDERR_FILENO, POLLOUT, 0 };

	return (poll(&p, 1, 0) != 0);
}

/* Everything up to the message and its opening quote. */
static void
line_begin(struct text *t, enum log_level level)
{
	struct timespec	 now;
	struct tm	 tm;
	char		 date[32];

	date[0] = '\0';
	if (clock_gettime(CLOCK_REALTIME, &now) == -1)
		now.tv_sec = now.tv_nsec = 0;
	if (gmtime_r(&now.tv_sec, &tm) != NULL)
		(void)strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm);

	text_addf(t, "time=%s.%03ldZ level=%s proc=%s ", date,
	    now.tv_nsec / 1000000, level_name[level], process_name);
	line_whose(t);
	text_add(t, "msg=\"");
}

/* Which request and which trace it was that this line is about. */
static void
line_whose(struct text *t)
{
	const struct trace_context	*c;
	char				 request[TRACE_REQUEST_LEN];
	char				 id[TRACE_ID_LEN];

	if ((c = trace_current()) == NULL)
		return;
	trace_request_text(request, c);
	trace_id_text(id, c);
	if (request[0] != '\0')
		text_addf(t, "req=%s ", request);
	if (id[0] != '\0')
		text_addf(t, "trace=%s ", id);
}

static void
line_escape(struct text *t, const char *s)
{
	unsigned char	 c;

	for (; *s != '\0' && text_is_ok(t); s++) {
		c = (unsigned char)*s;
		if (c == '\n')
			text_add(t, "\\n");
		else if (c == '"' || c == '\\')
			text_addf(t, "\\%c", c);
		else if (c < 0x20 || c >= 0x7f)
			text_addf(t, "\\x%02x", c);
		else
			text_add_bytes(t, s, 1);
	}
}
