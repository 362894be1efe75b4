/* SPDX-License-Identifier: ISC */
/* What a service manager is told, as sd_notify(3) does. */
#ifndef APP_NOTIFY_H
#define APP_NOTIFY_H

/* Take NOTIFY_SOCKET out of the environment; without it nothing is told. */
void	notify_init(void);
/* Such as "READY=1". The parent's: a worker's sandbox has no such socket. */
void	notify_send(const char *);

#endif
