/* SPDX-License-Identifier: ISC */
/* Kore's event loop as the database client wants it (store/store.h). */
#ifndef APP_LOOP_H
#define APP_LOOP_H

#include "store/store.h"

extern const struct store_loop	loop_store;

/* From now on each turn of the loop ends with a call of end. */
void	loop_turn_set(void (*end)(void));

#endif
