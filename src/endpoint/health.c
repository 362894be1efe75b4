/* SPDX-License-Identifier: ISC */
/* Alive, and able to serve: what load balancers ask. */
#include <string.h>

#include "base/text.h"
#include "endpoint/endpoint.h"
#include "endpoint/service.h"
#include "http/reply.h"

struct service	service;

int
endpoint_healthz(struct http_request *req)
{
	reply_text(req, HTTP_STATUS_OK, "ok\n");
	return (KORE_RESULT_OK);
}

int
endpoint_readyz(struct http_request *req)
{
	struct text	t;
	char		why[STORE_WHY_LEN], line[STORE_WHY_LEN + 16];

	if (service_is_ready(why, sizeof(why))) {
		reply_text(req, HTTP_STATUS_OK, "ready\n");
		return (KORE_RESULT_OK);
	}
	text_init(&t, line, sizeof(line));
	text_addf(&t, "not ready: %s\n", why);
	reply_text(req, HTTP_STATUS_SERVICE_UNAVAILABLE, line);
	return (KORE_RESULT_OK);
}

const struct signing_key *
service_signing_key(const char *alg)
{
	const struct keyring	*ring = &service.keyring;
	size_t			 i;

	for (i = 0; i < ring->count; i++) {
		if (strcmp(ring->keys[i].alg, alg) == 0)
			return (&ring->keys[i]);
	}
	return (NULL);
}

int
service_is_ready(char *why, size_t len)
{
	if (service.is_draining) {
		text_copy(why, len, "draining");
		return (0);
	}
	if (!store_is_ready(service.store, why, len)) {
		/* Where the database is, is for the log, not for strangers. */
		if (!store_is_schema_wrong(service.store))
			text_copy(why, len, "the database cannot be reached");
		return (0);
	}
	if (service.keyring.count == 0) {
		text_copy(why, len, service.why[0] != '\0' ? service.why :
		    "the signing keys are being loaded");
		return (0);
	}
	return (1);
}
