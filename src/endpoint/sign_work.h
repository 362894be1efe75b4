/* SPDX-License-Identifier: ISC */
/*
 * An ID token signed on a thread: RSA takes milliseconds, which the event loop
 * must not spend.
 */
#ifndef ENDPOINT_SIGN_WORK_H
#define ENDPOINT_SIGN_WORK_H

#include <kore/kore.h>
#include <kore/http.h>

#include "crypto/jwt.h"
#include "endpoint/work.h"

struct sign_work {
	struct work		 work;		/* first */
	struct http_request	*req;		/* who waits, NULL: nobody */
	struct signing_key	 key;		/* the ring's may change */
	struct text		 claims;
	char			 json[JWT_TEXT_LEN];	/* of the claims */
	char			 text[JWT_TEXT_LEN];
	int			 is_ok;
	int			 is_done;
};

/*
 * Sign claims, which it takes over, as an ID token for req and wake it. It is
 * never refused: the code is spent. NULL only without memory.
 */
struct sign_work *sign_work_start(struct http_request *req,
	    const struct signing_key *, const struct text *claims);
void	sign_work_release(struct sign_work *);

#endif
