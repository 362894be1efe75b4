/* SPDX-License-Identifier: ISC */
/* When a request's header had come, which Kore does not remember. */
#ifndef APP_ARRIVAL_H
#define APP_ARRIVAL_H

#include <stdint.h>

#include <kore/kore.h>
#include <kore/http.h>

/* A header block of this connection is complete, and now goes to Kore. */
void	arrival_note(struct connection *);
/* metrics_now() of then. */
uint64_t arrival_of(const struct http_request *);

#endif
