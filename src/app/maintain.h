/* SPDX-License-Identifier: ISC */
/* Retention, from time to time; see store/maintain.h. */
#ifndef APP_MAINTAIN_H
#define APP_MAINTAIN_H

#include <stdint.h>

/* A round if it is time; now: monotonic milliseconds. */
void	maintain_tick(uint64_t now_ms);

#endif
