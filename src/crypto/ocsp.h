/* SPDX-License-Identifier: ISC */
/*
 * Whether an OCSP response (RFC 6960) may be handed out with a certificate: it
 * is of its authority, speaks of it, says "good" and is of now.
 */
#ifndef CRYPTO_OCSP_H
#define CRYPTO_OCSP_H

#include <stddef.h>
#include <stdint.h>

/*
 * Judge the DER of a response for the first certificate of a PEM chain, which
 * must hold that one's issuer too. now: Unix seconds. NULL, and until is when
 * it ends; or what is wrong with it.
 */
const char	*ocsp_check(const void *der, size_t len, const void *pem,
		    size_t pemlen, int64_t now, int64_t *until);

#endif
