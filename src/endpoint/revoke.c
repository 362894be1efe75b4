/* SPDX-License-Identifier: ISC */
/*
 * POST /oauth/revoke (RFC 7009). Whichever token is named, its grant goes, and
 * with it every token of that sign-in. An unknown token is answered 200 too:
 * it is as dead as was asked for (RFC 7009 2.2).
 */
#include <string.h>

#include "crypto/jwt.h"
#include "endpoint/await.h"
#include "endpoint/client_auth.h"
#include "endpoint/endpoint.h"
#include "endpoint/refresh_token.h"
#include "endpoint/service.h"
#include "base/metrics.h"
#include "base/text.h"
#include "http/reply.h"
#include "http/request.h"

struct revoke {
	struct request		 rq;		/* first */
	struct client_auth	 auth;
	struct store_query	 query;
};

static int	revoke_parse(struct http_request *);
static int	revoke_client(struct http_request *);
static int	revoke_reply(struct http_request *);
static int	grant_named(struct grant_id *, const char *);
static void	revoke_release(void *);

enum { PARSE, CLIENT, REPLY };

static struct http_state	states[] = {
	[PARSE] = KORE_HTTP_STATE(revoke_parse),
	[CLIENT] = KORE_HTTP_STATE(revoke_client),	/* who is asking */
	[REPLY] = KORE_HTTP_STATE(revoke_reply),
};

int
endpoint_revoke(struct http_request *req)
{
	request_state(req, sizeof(struct revoke), revoke_release);
	return (http_state_run(states, 3, req));
}

static int
revoke_parse(struct http_request *req)
{
	struct revoke	*r = http_state_get(req);

	return (client_auth_token_ask(req, &r->rq, &r->auth, CLIENT));
}

static int
revoke_client(struct http_request *req)
{
	struct revoke	*r = http_state_get(req);
	struct grant_id	 id;
	uint8_t		 digest[DIGEST_LEN];
	uint16_t	 day;
	const char	*token;
	int		 next;

	next = client_auth_judge(req, &r->auth, 0);
	if (next != HTTP_STATE_CONTINUE)
		return (next);
	token = r->rq.params.value[P_TOKEN];
	if (refresh_token_read(&day, digest, token) == 0)
		store_grant_revoke_refresh(service.store, &r->query,
		    r->auth.who.client->client_id, day, digest);
	else if (grant_named(&id, token) == 0)
		store_grant_revoke(service.store, &r->query,
		    r->auth.who.client->client_id, &id);
	else
		return (reply_status(req, HTTP_STATUS_OK));
	return (await_query(req, &r->query, REPLY));
}

/* A token that has run out still names its grant, which may live on. */
static int
grant_named(struct grant_id *id, const char *token)
{
	json_t		*claims;
	const char	*grant;
	int		 rc;

	claims = jwt_text_verify(token, strlen(token), JWT_TYPE_ACCESS,
	    service.keyring.keys, service.keyring.count);
	grant = json_string_value(json_object_get(claims, "grant"));
	rc = grant != NULL && grant_id_is_valid(grant) ?
	    text_copy(id->text, sizeof(id->text), grant) : -1;
	json_decref(claims);
	return (rc);
}

static int
revoke_reply(struct http_request *req)
{
	struct revoke	*r = http_state_get(req);
	int		 next;

	next = await_judge(req, &r->query);
	if (next != HTTP_STATE_CONTINUE)
		return (next);
	if (r->query.status == STORE_OK)
		metrics_add(METRIC_TOKENS_REVOKED, 0);
	return (reply_status(req, HTTP_STATUS_OK));
}

static void
revoke_release(void *state)
{
	struct revoke	*r = state;

	store_query_drop(&r->query);
	client_auth_release(&r->auth);
}
