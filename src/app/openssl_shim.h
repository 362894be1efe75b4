/* SPDX-License-Identifier: ISC */
/* What stands between Kore and OpenSSL 3; see openssl_shim.c. */
#ifndef APP_OPENSSL_SHIM_H
#define APP_OPENSSL_SHIM_H

/* DH parameters of RFC 7919 (ffdhe2048), or NULL. */
struct dh_st	*openssl_shim_dh(void);

#endif
