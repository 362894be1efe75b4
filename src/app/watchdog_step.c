/* SPDX-License-Identifier: ISC */
/*
 * Where Kore goes on to another connection, or to its key manager: steps of a
 * turn, each of which the watchdog judges by itself. The calls are wrapped at
 * link time.
 */
#include <kore/kore.h>

#include "app/watchdog.h"

int	__real_SSL_accept(SSL *);
int	__wrap_SSL_accept(SSL *);
int	__real_SSL_read(SSL *, void *, int);
int	__wrap_SSL_read(SSL *, void *, int);
int	__real_SSL_write(SSL *, const void *, int);
int	__wrap_SSL_write(SSL *, const void *, int);
void	__real_kore_msg_send(u_int16_t, u_int8_t, const void *, size_t);
void	__wrap_kore_msg_send(u_int16_t, u_int8_t, const void *, size_t);
void	__real_SSL_free(SSL *);
void	__wrap_SSL_free(SSL *);

/* The socket to the key manager is locked while that reads from it. */
void
__wrap_kore_msg_send(u_int16_t to, u_int8_t id, const void *data, size_t len)
{
	watchdog_step();
	__real_kore_msg_send(to, id, data, len);
	watchdog_forgive();
}

/* A turn with many connections, of which many may come or go at once. */
int
__wrap_SSL_accept(SSL *ssl)
{
	watchdog_step();
	return (__real_SSL_accept(ssl));
}

int
__wrap_SSL_read(SSL *ssl, void *buf, int len)
{
	watchdog_step();
	return (__real_SSL_read(ssl, buf, len));
}

int
__wrap_SSL_write(SSL *ssl, const void *buf, int len)
{
	watchdog_step();
	return (__real_SSL_write(ssl, buf, len));
}

void
__wrap_SSL_free(SSL *ssl)
{
	watchdog_step();
	__real_SSL_free(ssl);
}
