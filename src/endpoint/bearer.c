/* SPDX-License-Identifier: ISC */
/* Bearer tokens; see bearer.h. */
#include <string.h>

#include "base/text.h"
#include "crypto/jwt.h"
#include "endpoint/await.h"
#include "endpoint/bearer.h"
#include "endpoint/client_ask.h"
#include "endpoint/service.h"
#include "http/reply.h"
#include "http/request.h"

static int	refuse(struct http_request *, const char *);

int
bearer_ask(struct http_request *req, struct bearer *b, const char *from_body,
    int next)
{
	struct oauth_verdict	 v;
	struct basic_auth	 basic;
	enum auth_scheme	 scheme;
	const char		*token;

	memset(&v, 0, sizeof(v));
	token = NULL;
	scheme = request_auth(req, &basic, &token);
	if (scheme == AUTH_BEARER && from_body != NULL) {
		oauth_refuse(&v, OAUTH_INVALID_REQUEST,
		    "the token was sent twice (RFC 6750 2)");
		return (reply_bearer_error(req, &v));
	}
	if (scheme == AUTH_MALFORMED || scheme == AUTH_BASIC) {
		oauth_refuse(&v, OAUTH_INVALID_REQUEST,
		    "the Authorization header must be Bearer and a token");
		return (reply_bearer_error(req, &v));
	}
	if (token == NULL && (token = from_body) == NULL)
		return (reply_bearer_error(req, &v));
	if (service.keyring.count == 0)
		return (reply_outage(req));
	if (bearer_token_ask(b, token) == -1)
		return (refuse(req, "the token was not issued here"));
	return (await_query(req, &b->query, next));
}

int
bearer_judge(struct http_request *req, struct bearer *b)
{
	int	next;

	next = await_judge(req, &b->query);
	if (next != HTTP_STATE_CONTINUE)
		return (next);
	if (!bearer_token_is_live(b))
		return (refuse(req, "the token was revoked or has run out"));
	return (HTTP_STATE_CONTINUE);
}

void
bearer_release(struct bearer *b)
{
	store_query_drop(&b->query);
	json_decref(b->claims);
	b->claims = NULL;
}

int
bearer_token_ask(struct bearer *b, const char *token)
{
	struct grant_id	 id;
	const char	*grant;

	b->claims = jwt_text_verify_seen(&service.seen, token, strlen(token),
	    JWT_TYPE_ACCESS, service.keyring.keys, service.keyring.count);
	if (b->claims == NULL)
		return (-1);
	grant = json_string_value(json_object_get(b->claims, "grant"));
	if (grant == NULL || !grant_id_is_valid(grant) ||
	    text_copy(id.text, sizeof(id.text), grant) == -1)
		return (-1);
	store_grant_find(service.store, &b->query, &id);
	return (0);
}

int
bearer_token_is_live(struct bearer *b)
{
	if (b->query.status != STORE_OK ||
	    store_grant_get(&b->query, &b->grant) == -1)
		return (0);
	client_epoch_seen(b->grant.epoch);
	return (claims_access_token_read(&b->token, b->claims,
	    service.settings->issuer, b->grant.now) == 0);
}

static int
refuse(struct http_request *req, const char *why)
{
	struct oauth_verdict	v;

	oauth_refuse(&v, OAUTH_INVALID_TOKEN, "%s", why);
	return (reply_bearer_error(req, &v));
}
