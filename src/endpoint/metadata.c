/* SPDX-License-Identifier: ISC */
/* What the service says of itself: RFC 8414, OpenID discovery, its keys. */
#include <stdlib.h>

#include "base/log.h"
#include "endpoint/endpoint.h"
#include "endpoint/service.h"
#include "http/reply.h"
#include "oauth/claims.h"

#define MAX_AGE_METADATA	3600	/* seconds */
#define MAX_AGE_JWKS		300

int
endpoint_metadata(struct http_request *req)
{
	static char	*text;		/* the same until the process ends */
	json_t		*metadata;

	if (text == NULL) {
		metadata = claims_metadata(service.settings->issuer);
		text = json_dumps(metadata, JSON_INDENT(2) |
		    JSON_PRESERVE_ORDER);
		json_decref(metadata);
		if (text == NULL)
			fatal("no memory for the metadata");
	}
	reply_json_text(req, text, MAX_AGE_METADATA);
	return (KORE_RESULT_OK);
}

int
endpoint_jwks(struct http_request *req)
{
	if (service.keyring.count == 0)
		reply_outage(req);
	else
		reply_json_text(req, service.keyring.jwks, MAX_AGE_JWKS);
	return (KORE_RESULT_OK);
}
