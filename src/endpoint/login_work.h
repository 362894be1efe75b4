/* SPDX-License-Identifier: ISC */
/* A password check as work for a thread; it outlives its request. */
#ifndef ENDPOINT_LOGIN_WORK_H
#define ENDPOINT_LOGIN_WORK_H

#include <kore/kore.h>
#include <kore/http.h>

#include "endpoint/work.h"
#include "login/password.h"

struct login_work {
	struct work		 work;		/* first */
	struct http_request	*req;		/* who waits, or NULL */
	struct password_cost	 cost;
	char			 password[PASSWORD_LEN_MAX + 1];
	size_t			 password_len;
	char			 hash[PASSWORD_HASH_LEN];	/* or "" */
	int			 is_match;
	char			 new_hash[PASSWORD_HASH_LEN];	/* or "" */
	int			 is_done;
};

/*
 * Check password against hash ("" costs the same) for req. NULL: the queue is
 * full. Wakes req when done; if work.is_late then, it was not looked at.
 */
struct login_work *login_work_start(struct http_request *req,
	    const char *password, const char *hash,
	    const struct password_cost *);
/* Let go: at once if done, else when the thread is. NULL is allowed. */
void	login_work_release(struct login_work *);

#endif
