/* SPDX-License-Identifier: ISC */
/* Retention: partitions for the coming days are made, old ones dropped. */
#ifndef STORE_MAINTAIN_H
#define STORE_MAINTAIN_H

#include <stddef.h>

/*
 * One round, blocking, on a connection of its own; of nodes at it at once, one
 * does it. 0; 1: something old is in use, which the next round drops, and err
 * says what was in the way; -1 with err: no partitions were made.
 */
int	maintain_run(const char *conninfo, char *err, size_t errlen);

#endif
