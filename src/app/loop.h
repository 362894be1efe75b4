/* SPDX-License-Identifier: ISC */
/* Kore's event loop as the database client wants it (store/store.h). */
#ifndef APP_LOOP_H
#define APP_LOOP_H

#include "store/store.h"

extern const struct store_loop	loop_store;

/*
 * From now on each turn of the loop ends with a call of end (NULL: none). It
 * returns for how many milliseconds the loop may sleep: 0 if there is more to
 * do at once, LOOP_FOREVER if nothing is.
 */
#define LOOP_FOREVER	(-1)
void	loop_turn_set(int (*end)(void));

#endif
