/* SPDX-License-Identifier: ISC */
/*
 * response_encryption_key: base64 of an uncompressed point, in which a space
 * stands for '+', because devices do not escape it.
 */
#ifndef APPLE_RESPONSE_KEY_H
#define APPLE_RESPONSE_KEY_H

#include <stddef.h>
#include <stdint.h>

#define RESPONSE_KEY_MAX	97

/* Decode and check that it is a point on its curve. 0, or -1. */
int	response_key_get(uint8_t out[RESPONSE_KEY_MAX], size_t *len,
	    const char *text);

#endif
