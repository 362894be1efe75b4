/* SPDX-License-Identifier: ISC */
/* What stands between Kore and OpenSSL 3; see openssl_shim.c. */
#ifndef APP_OPENSSL_SHIM_H
#define APP_OPENSSL_SHIM_H

#include <stdint.h>

/* DH parameters of RFC 7919 (ffdhe2048), or NULL. */
struct dh_st	*openssl_shim_dh(void);
/* "3.0.17" */
const char	*openssl_shim_version(void);

struct connection;
/* 1 if its TLS session was resumed. */
int		 openssl_shim_is_resumed(const struct connection *);
/* Unix time of the end of the certificate that is served; 0: there is none. */
int64_t		 openssl_shim_not_after(void);

#endif
