/* SPDX-License-Identifier: ISC */
/* Kore's event loop as the database client wants it (store/store.h). */
#ifndef APP_LOOP_H
#define APP_LOOP_H

#include "store/store.h"

extern const struct store_loop	loop_store;

/*
 * From now on each turn of the loop ends with a call of end (NULL: none). It
 * returns 1 if the loop must not sleep, because there is more to do at once.
 */
void	loop_turn_set(int (*end)(void));

#endif
