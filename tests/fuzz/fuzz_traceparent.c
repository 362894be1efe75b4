/* SPDX-License-Identifier: ISC */
/*
 * traceparent: what is read is never zero, reads back as itself, and is what
 * stood there; what is refused changes nothing.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/traceparent.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct trace_context	c, again;
	char			*value, text[TRACEPARENT_LEN];

	/* Memory of its very length: a byte too far is seen. */
	if ((value = malloc(len == 0 ? 1 : len)) == NULL)
		return (0);
	memcpy(value, data, len);
	memset(&c, 0, sizeof(c));
	if (traceparent_get(&c, value, len) == -1) {
		memset(&again, 0, sizeof(again));
		PRECOND(memcmp(&c, &again, sizeof(c)) == 0);
		free(value);
		return (0);
	}
	traceparent_put(text, &c);
	PRECOND(strlen(text) == TRACEPARENT_LEN - 1);
	/* The same trace and parent; version and flags are ours. */
	PRECOND(memcmp(text + 2, value + 2, 51) == 0);
	memset(&again, 0, sizeof(again));
	PRECOND(traceparent_get(&again, text, strlen(text)) == 0);
	PRECOND(memcmp(&c, &again, sizeof(c)) == 0);
	free(value);

	return (0);
}
