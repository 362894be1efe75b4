/* SPDX-License-Identifier: ISC */
/*
 * When a worker takes connections: from when it can serve, and how it stops so
 * that no request is lost.
 */
#ifndef APP_DRAIN_H
#define APP_DRAIN_H

/* In the parent, before it has workers. */
void	drain_prepare(void);
/*
 * At the end of each turn of a worker's loop. 1: there is more to do, so the
 * loop must not sleep.
 */
int	drain_turn(void);
/* 1 once the worker was told to stop: begin nothing of your own. */
int	drain_has_begun(void);

#endif
