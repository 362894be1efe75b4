/* SPDX-License-Identifier: ISC */
/*
 * Listening sockets that a service manager holds and hands over, so that a
 * restart refuses nobody: who connects meanwhile waits in the socket's queue.
 * The protocol is systemd's, sd_listen_fds(3).
 */
#ifndef APP_LISTEN_H
#define APP_LISTEN_H

#include <sys/socket.h>

#include <stddef.h>

/*
 * Take what LISTEN_PID and LISTEN_FDS announce, and take them out of the
 * environment. 0, also if there is nothing for this process; -1 with err.
 */
int	listen_inherit(char *err, size_t errlen);
/*
 * 1 if a socket for this address was handed over: then bind(2), as Kore calls
 * it, gives that one instead of a new one.
 */
int	listen_claim(const struct sockaddr *);
/* 0 if every socket handed over was claimed, or -1 with err naming one. */
int	listen_check_claimed(char *err, size_t errlen);
/* 1 if this socket, bound by Kore, is one that was handed over. */
int	listen_is_inherited(int fd);

#endif
