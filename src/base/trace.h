/* SPDX-License-Identifier: ISC */
/*
 * Whose work a thread does at the moment: the request's own ID, and the trace
 * it is a part of (W3C Trace Context). It is set around the handling of a
 * request, and around what is done for one elsewhere; the log and the outbox
 * take it from here. Nothing in it says who the customer is.
 */
#ifndef BASE_TRACE_H
#define BASE_TRACE_H

#include <stddef.h>
#include <stdint.h>

#define TRACE_REQUEST_BYTES	16
#define TRACE_ID_BYTES		16
#define TRACE_PARENT_BYTES	8
#define TRACE_REQUEST_LEN	33	/* lower-case hex, NUL included */
#define TRACE_ID_LEN		33
#define TRACE_TIMING_LEN	160

struct trace_context {
	uint8_t		 request[TRACE_REQUEST_BYTES];	/* all 0: none */
	uint8_t		 id[TRACE_ID_BYTES];		/* all 0: none */
	uint8_t		 parent[TRACE_PARENT_BYTES];	/* our own span */
	uint8_t		 flags;		/* TRACE_SAMPLED, or 0 */
};

#define TRACE_SAMPLED	0x01

/* What a request's time is spent on, besides the event loop's own work. */
enum trace_part {
	TRACE_DATABASE,		/* waiting for it */
	TRACE_HASH,		/* a password: waiting, and the hash */
	TRACE_SIGN,		/* signing and encrypting, waiting included */
	TRACE_PARTS
};

/* A request's; times are monotonic nanoseconds, 0 while they are not taken. */
struct trace {
	struct trace_context	 context;
	uint64_t		 began;
	uint64_t		 slept;		/* since then; 0: awake */
	enum trace_part		 waits_for;	/* what it sleeps for */
	uint64_t		 spent[TRACE_PARTS];
};

/* Set once at start: whether times are taken at all (Server-Timing). */
void	trace_timing_set(int is_on);
int	trace_timing_is_on(void);

/* From here on this thread works for that request, until trace_leave. */
void	trace_enter(struct trace *);
/* The same for work done apart from it; of NULL or an empty one: for nobody. */
void	trace_enter_context(const struct trace_context *);
void	trace_leave(void);
/* Move the request's trace into its own memory, which it goes on from. */
void	trace_adopt(struct trace *);
/* The one set on this thread, or NULL. */
const struct trace_context *trace_current(void);

/* It now waits for that: the wait is counted there. */
void	trace_wait(enum trace_part);
/* It falls asleep; trace_enter wakes it. */
void	trace_sleep(void);
/* Time that is spent awake: trace_spent(part, since what trace_now said). */
uint64_t trace_now(void);
void	trace_spent(enum trace_part, uint64_t since);

/* The request's ID and the trace's as text; "" if there is none. */
void	trace_request_text(char out[TRACE_REQUEST_LEN],
	    const struct trace_context *);
void	trace_id_text(char out[TRACE_ID_LEN], const struct trace_context *);
/* Lower-case hex: 2 * len characters and a NUL. */
void	trace_hex(char *out, const uint8_t *, size_t len);
/*
 * What the current request has been spent on until now, as Server-Timing
 * has it, in milliseconds. 0, or -1 if there is nothing to tell.
 */
int	trace_timing_text(char out[TRACE_TIMING_LEN]);

#endif
