/* SPDX-License-Identifier: ISC */
/* ECIES as work for a thread: the event loop must not wait for a P-384. */
#ifndef ENDPOINT_ENCRYPT_WORK_H
#define ENDPOINT_ENCRYPT_WORK_H

#include <kore/kore.h>
#include <kore/http.h>

#include "apple/ecies.h"
#include "crypto/jwt.h"
#include "endpoint/work.h"

struct encrypt_work {
	struct work		 work;		/* first */
	struct http_request	*req;		/* who waits, NULL: nobody */
	uint8_t			 point[ECIES_POINT_MAX];
	size_t			 point_len;
	char			 plain[JWT_TEXT_LEN];
	char			 text[ECIES_TEXT_LEN(JWT_TEXT_LEN)];
	int			 is_ok;
	int			 is_done;
};

/*
 * Encrypt plain to point for req and wake it. It is never refused: the code is
 * spent. NULL only without memory.
 */
struct encrypt_work *encrypt_work_start(struct http_request *req,
	    const uint8_t *point, size_t point_len, const char *plain);
void	encrypt_work_release(struct encrypt_work *);

#endif
