/* SPDX-License-Identifier: ISC */
/* A request's own ID and its trace, from the first moment that it has any. */
#ifndef APP_TRACING_H
#define APP_TRACING_H

#include <kore/kore.h>
#include <kore/http.h>

#include "base/trace.h"

/*
 * Kore enters a request's handler, for the first time or once more: from here
 * to trace_leave this thread works for it. fresh is where its trace is until
 * it has a state (http/request.h), which not every request comes to have.
 */
void	tracing_enter(struct http_request *, struct trace *fresh);

#endif
