/* SPDX-License-Identifier: ISC */
/* Whether this process was told to stop. */
#ifndef APP_SIGNALS_H
#define APP_SIGNALS_H

/*
 * 0, or the signal: SIGTERM and SIGINT once what is in flight has its answer,
 * SIGQUIT at once. In a worker it is ours to give to Kore (sig_recv).
 */
int	signals_stop(void);

#endif
