/* SPDX-License-Identifier: ISC */
/*
 * What a worker's TLS is set to beyond Kore's own: memory, resumption by
 * tickets, the stapled OCSP response.
 */
#ifndef APP_TLS_H
#define APP_TLS_H

#include <stddef.h>
#include <stdint.h>

#include <openssl/types.h>

#include "base/settings.h"

/* In the parent, before there are workers. 0, or -1 without memory. */
int	tls_prepare(void);
/* In a worker, before its first certificate, and after its last request. */
void	tls_start(const struct settings *);
void	tls_stop(void);
/* Now and then; now: monotonic milliseconds. */
void	tls_tick(uint64_t now_ms);
/* The handshake is over: let go of what only that needed. */
void	tls_connection_ready(SSL *);

/* tls_ticket.c: the keys that sessions are sealed with. */
int	tls_ticket_prepare(void);
void	tls_ticket_start(const struct settings *);
void	tls_ticket_stop(void);
void	tls_ticket_attach(SSL_CTX *);

/* tls_staple.c: the OCSP response of the certificate (RFC 6066 8). */
void	tls_staple_start(const struct settings *);
void	tls_staple_stop(void);
void	tls_staple_tick(uint64_t now_ms);
/* From now on the certificate is the first one of this PEM chain. */
void	tls_staple_attach(SSL_CTX *, const void *pem, size_t len);

#endif
