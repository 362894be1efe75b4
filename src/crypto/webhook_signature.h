/* SPDX-License-Identifier: ISC */
/*
 * What a webhook's receiver checks: "t=<unix>,v1=<hex>", where hex is the
 * HMAC-SHA256, under the webhook's secret, of the time's digits, a dot and the
 * body. The time is signed too, so that a body cannot be replayed later.
 */
#ifndef CRYPTO_WEBHOOK_SIGNATURE_H
#define CRYPTO_WEBHOOK_SIGNATURE_H

#include <stddef.h>
#include <stdint.h>

#define WEBHOOK_SIGNATURE_LEN	96	/* NUL included */

/* 0, or -1 without memory. */
int	webhook_signature(char out[WEBHOOK_SIGNATURE_LEN], const char *secret,
	    int64_t now, const char *body, size_t len);

#endif
