/* SPDX-License-Identifier: ISC */
/* TLS of a connection, over OpenSSL; the server is always verified. */
#ifndef LOAD_TLS_H
#define LOAD_TLS_H

#include <sys/types.h>

#include "conn.h"

/* NULL if there is no memory. */
SSL	*tls_new(struct conn_target *, int fd);
/* End without a word more on the wire. */
void	 tls_free(struct conn_target *, SSL *);
/* 1: done; 0: not yet; -1: failed. */
int	 tls_connect(SSL *);
const char	*tls_problem(const SSL *);
/* Bytes; 0: not now; -1: over. */
ssize_t	 tls_write(SSL *, const void *, size_t);
ssize_t	 tls_read(SSL *, void *, size_t);

#endif
