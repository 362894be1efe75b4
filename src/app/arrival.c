/* SPDX-License-Identifier: ISC */
/*
 * The time is kept at the connection, which has one request at a time: a
 * request has no room of its own before its endpoint makes some.
 */
#include <kore/kore.h>
#include <kore/http.h>

#include "app/arrival.h"
#include "app/openssl_shim.h"
#include "base/metrics.h"

struct arrival {
	uint64_t	 header;
};

void
arrival_note(struct connection *c)
{
	struct arrival	*a;

	/* Kore frees it with the connection. */
	if ((a = c->hdlr_extra) == NULL) {
		a = c->hdlr_extra = kore_malloc(sizeof(*a));
		if (c->ssl != NULL)
			metrics_add(METRIC_TLS_HANDSHAKES,
			    (unsigned)openssl_shim_is_resumed(c));
	}
	a->header = metrics_now();
}

uint64_t
arrival_of(const struct http_request *req)
{
	const struct arrival	*a;

	if (req->owner == NULL || (a = req->owner->hdlr_extra) == NULL)
		return (metrics_now());
	return (a->header);
}
