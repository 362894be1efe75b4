/* SPDX-License-Identifier: ISC */
/* How much waits in the outbox, into the metrics. */
#ifndef APP_OUTBOX_DEPTH_H
#define APP_OUTBOX_DEPTH_H

#include <stdint.h>

/* Ask the database when it is time; now: monotonic milliseconds. */
void	outbox_depth_tick(uint64_t now_ms);
void	outbox_depth_stop(void);

#endif
