/* SPDX-License-Identifier: ISC */
/* One HTTP/1.1 response, read as its bytes come. */
#ifndef LOAD_RESPONSE_H
#define LOAD_RESPONSE_H

#include <stddef.h>

#include "base/text.h"

#define RESPONSE_MAX	32768		/* head and body */

enum response_verdict { RESPONSE_MORE, RESPONSE_WHOLE, RESPONSE_BROKEN };

struct response {
	size_t		len;		/* of the buffer that is filled */
	size_t		head_len;	/* 0: the head is not whole yet */
	size_t		body_len;
	int		status;
	int		is_close;	/* the server will end the connection */
	int		has_retry_after;
	struct span	location;
	struct span	cookie;		/* name=value of the first Set-Cookie */
	struct span	body;
	char		buffer[RESPONSE_MAX];
};

void	response_reset(struct response *);
/* Judge what has come so far; spans point into the buffer. */
enum response_verdict	response_parse(struct response *);

#endif
