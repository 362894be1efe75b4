/* SPDX-License-Identifier: ISC */
/*
 * How a request says where it ends (RFC 9112 6), judged before Kore's parser
 * sees it, because that one ignores what it does not know: Transfer-Encoding,
 * header lines past its 25, a body behind a GET. Each of those lets one client
 * put words into another's request behind a shared proxy connection.
 */
#ifndef HTTP_FRAMING_H
#define HTTP_FRAMING_H

#include <stddef.h>

#define FRAMING_LINES_MAX	24	/* request line and header lines */

enum framing {
	FRAMING_OK,
	FRAMING_NO_LENGTH,	/* POST without Content-Length: an empty one */
	FRAMING_BAD,		/* 400 */
	FRAMING_TRANSFER,	/* Transfer-Encoding: 501 */
	FRAMING_TOO_MANY	/* header lines: 431 */
};

/* Judge the header block, len bytes up to and without the empty line. */
enum framing	framing_check(const char *block, size_t len);
/*
 * Bytes of body that a block says will follow; 0 if it says nothing, or was
 * not let through. Kore subtracts what came with the block without looking:
 * more than this would wrap around, and its buffer would grow without end.
 */
size_t		framing_length(const char *block, size_t len);

#endif
