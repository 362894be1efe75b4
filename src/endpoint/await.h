/* SPDX-License-Identifier: ISC */
/* Waiting for the database, written once. */
#ifndef ENDPOINT_AWAIT_H
#define ENDPOINT_AWAIT_H

#include <kore/kore.h>
#include <kore/http.h>

#include "store/store.h"

/* Sleep until q, already asked, is answered; then go on in state next. */
int	await_query(struct http_request *, struct store_query *q, int next);
/*
 * HTTP_STATE_CONTINUE if q was answered with or without rows; otherwise the
 * reply (503 with Retry-After, or 500) is made and HTTP_STATE_COMPLETE told.
 */
int	await_judge(struct http_request *, const struct store_query *q);

#endif
