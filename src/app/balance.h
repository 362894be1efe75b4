/* SPDX-License-Identifier: ISC */
/*
 * Who of the workers takes a new connection. Kore's accept lock stays with the
 * worker that has it until that one is full; so each is full a few connections
 * above the one that has the fewest, and the lock goes round.
 */
#ifndef APP_BALANCE_H
#define APP_BALANCE_H

/* In the parent, before it has workers. */
void		balance_prepare(void);
/* Take nobody, whatever the others have; then take again. */
void		balance_stop(void);
void		balance_go(void);
/* At the end of each turn of a worker's loop. */
void		balance_turn(void);
/* Connections that a worker may have, whatever the others have. */
unsigned	balance_max(void);

#endif
