/* SPDX-License-Identifier: ISC */
/*
 * Who holds up the event loop? With [server] watchdog set, each turn of a
 * worker's loop that takes longer, by computing or by waiting, is logged with
 * where it was. Off, it costs nothing.
 */
#ifndef APP_WATCHDOG_H
#define APP_WATCHDOG_H

/* In the parent: what the sandbox of a worker would not let it load. */
void	watchdog_prepare(unsigned limit_ms);
/* In a worker, on the thread of its loop. 0: no watchdog. */
void	watchdog_start(unsigned limit_ms);
void	watchdog_stop(void);
/* A turn ends, because the loop waits for events; and one begins. */
void	watchdog_sleep(void);
void	watchdog_wake(void);
/*
 * A turn goes on to another request or socket: the time counts anew. Many at
 * once are load; what must not be is one that takes long.
 */
void	watchdog_step(void);
/* The same, and what was done since the last one is not judged. */
void	watchdog_forgive(void);

#endif
