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

static int	token_read(struct bearer *, const char *);
static int	refuse(struct http_request *, const char *);

int
bearer_grant_ask(struct http_request *req, struct bearer *b, int has_claims,
    int next)
{
	store_grant_find(service.store, &b->query, &b->grant_id, has_claims);
	return (await_query(req, &b->query, next));
}

int
bearer_read(struct http_request *req, struct bearer *b, const char *from_body)
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
	if (token_read(b, token) == -1)
		return (refuse(req, "the token was not issued here"));
	return (HTTP_STATE_CONTINUE);
}

int
bearer_judge(struct http_request *req, struct bearer *b)
{
	int	next;

	next = await_judge(req, &b->query);
	if (next != HTTP_STATE_CONTINUE)
		return (next);
	if (!bearer_token_is_live(b))
		return (bearer_refuse(req));
	return (HTTP_STATE_CONTINUE);
}

int
bearer_refuse(struct http_request *req)
{
	return (refuse(req, "the token was revoked or has run out"));
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
	if (token_read(b, token) == -1)
		return (-1);
	store_grant_find(service.store, &b->query, &b->grant_id, 0);
	return (0);
}

/* Its time is judged by the database's clock, and so later. */
static int
token_read(struct bearer *b, const char *token)
{
	b->claims = jwt_text_verify_seen(&service.tokens, token, strlen(token),
	    JWT_TYPE_ACCESS, service.keyring.keys, service.keyring.count);
	if (b->claims == NULL || claims_access_token_read(&b->token, b->claims,
	    service.settings->issuer, 0) == -1 ||
	    !grant_id_is_valid(b->token.grant) ||
	    text_copy(b->grant_id.text, sizeof(b->grant_id.text),
	    b->token.grant) == -1)
		return (-1);
	return (0);
}

int
bearer_token_is_live(struct bearer *b)
{
	if (b->query.status != STORE_OK ||
	    store_grant_get(&b->query, &b->grant) == -1)
		return (0);
	client_epoch_seen(b->grant.epoch);
	return (b->token.expires > b->grant.now);
}

static int
refuse(struct http_request *req, const char *why)
{
	struct oauth_verdict	v;

	oauth_refuse(&v, OAUTH_INVALID_TOKEN, "%s", why);
	return (reply_bearer_error(req, &v));
}
