/* SPDX-License-Identifier: ISC */
/* The worker's signing keys: from the database, anew each minute. */
#ifndef APP_KEYRING_H
#define APP_KEYRING_H

#include <stdint.h>

/* Load, or load again when it is time; now: monotonic milliseconds. */
void	keyring_tick(uint64_t now_ms);
void	keyring_stop(void);

#endif
