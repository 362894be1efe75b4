/* SPDX-License-Identifier: ISC */
/*
 * The header traceparent (W3C Trace Context, level 1, section 3.2): which
 * trace a call is a part of, and which step of it made the call.
 */
#ifndef BASE_TRACEPARENT_H
#define BASE_TRACEPARENT_H

#include <stddef.h>

#include "base/trace.h"

#define TRACEPARENT_LEN		56	/* of version 00, NUL included */

/*
 * Read a header's value of len bytes into id, parent (the caller's) and flags.
 * A version that we do not know is read as far as it must look like ours
 * (3.2.4); of the flags only TRACE_SAMPLED is kept (3.2.2.5). 0, or -1 with c
 * as it was: then a new trace begins.
 */
int	traceparent_get(struct trace_context *c, const char *value,
	    size_t len);
/* Version 00, or "" if c has no trace. */
void	traceparent_put(char out[TRACEPARENT_LEN],
	    const struct trace_context *c);

#endif
