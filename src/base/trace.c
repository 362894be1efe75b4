/* SPDX-License-Identifier: ISC */
/* Whose work a thread does; see trace.h. */
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "base/trace.h"

static int	is_zero(const uint8_t *, size_t);

/* Of a thread. trace is the event loop's alone. */
static __thread const struct trace_context	*context;
static __thread struct trace			*trace;
static int					 is_timed;

void
trace_timing_set(int is_on)
{
	is_timed = is_on;
}

int
trace_timing_is_on(void)
{
	return (is_timed);
}

void
trace_enter(struct trace *t)
{
	trace = t;
	context = &t->context;
	if (t->slept != 0)
		trace_spent(t->waits_for, t->slept);
	t->slept = 0;
}

void
trace_enter_context(const struct trace_context *c)
{
	trace = NULL;
	context = c;
}

void
trace_leave(void)
{
	trace = NULL;
	context = NULL;
}

void
trace_adopt(struct trace *t)
{
	if (trace == NULL)
		return;
	*t = *trace;
	trace = t;
	context = &t->context;
}

const struct trace_context *
trace_current(void)
{
	return (context);
}

void
trace_wait(enum trace_part part)
{
	if (trace != NULL)
		trace->waits_for = part;
}

void
trace_sleep(void)
{
	if (trace != NULL)
		trace->slept = trace_now();
}

uint64_t
trace_now(void)
{
	struct timespec	ts;

	if (!is_timed || clock_gettime(CLOCK_MONOTONIC, &ts) == -1)
		return (0);
	return ((uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec);
}

void
trace_spent(enum trace_part part, uint64_t since)
{
	if (trace != NULL && since != 0)
		trace->spent[part] += trace_now() - since;
}

void
trace_request_text(char out[TRACE_REQUEST_LEN], const struct trace_context *c)
{
	out[0] = '\0';
	if (!is_zero(c->request, sizeof(c->request)))
		trace_hex(out, c->request, sizeof(c->request));
}

void
trace_id_text(char out[TRACE_ID_LEN], const struct trace_context *c)
{
	out[0] = '\0';
	if (!is_zero(c->id, sizeof(c->id)))
		trace_hex(out, c->id, sizeof(c->id));
}

void
trace_hex(char *out, const uint8_t *bytes, size_t len)
{
	static const char	digits[] = "0123456789abcdef";
	size_t			i;

	for (i = 0; i < len; i++) {
		*out++ = digits[bytes[i] >> 4];
		*out++ = digits[bytes[i] & 0x0f];
	}
	*out = '\0';
}

/* Rounded down, each of them: so the parts are never more than the whole. */
int
trace_timing_text(char out[TRACE_TIMING_LEN])
{
	static const char *const names[] = {
		[TRACE_DATABASE] = "db",
		[TRACE_HASH] = "hash",
		[TRACE_SIGN] = "sign",
		[TRACE_PARTS] = "total",
	};
	struct text	t;
	uint64_t	ns;
	int		part;

	text_init(&t, out, TRACE_TIMING_LEN);
	if (trace == NULL || trace->began == 0)
		return (-1);
	for (part = 0; part <= TRACE_PARTS; part++) {
		ns = part < TRACE_PARTS ? trace->spent[part] :
		    trace_now() - trace->began;
		text_addf(&t, "%s%s;dur=%" PRIu64 ".%02" PRIu64,
		    part == 0 ? "" : ", ", names[part], ns / 1000000,
		    ns / 10000 % 100);
	}
	return (text_is_ok(&t) ? 0 : -1);
}

static int
is_zero(const uint8_t *bytes, size_t len)
{
	size_t	i;

	for (i = 0; i < len; i++)
		if (bytes[i] != 0)
			return (0);
	return (1);
}
