/* SPDX-License-Identifier: ISC */
/*
 * POST /oauth/introspect (RFC 7662). A client learns of its own business's
 * access tokens and of its own refresh tokens; about every other one it hears
 * the same {"active": false}.
 */
#include <string.h>

#include "endpoint/await.h"
#include "endpoint/bearer.h"
#include "endpoint/client_auth.h"
#include "endpoint/endpoint.h"
#include "endpoint/refresh_token.h"
#include "endpoint/service.h"
#include "http/reply.h"
#include "http/request.h"

#define REPLY_LEN	(2 * JWT_TEXT_LEN)	/* what a token says, escaped */

struct introspect {
	struct request		 rq;		/* first */
	struct client_auth	 auth;
	struct bearer		 bearer;
	int			 is_refresh;
};

static int	introspect_parse(struct http_request *);
static int	introspect_client(struct http_request *);
static int	introspect_reply(struct http_request *);
static int	inactive(struct http_request *, struct introspect *);
static void	introspect_release(void *);

enum { PARSE, CLIENT, REPLY };

static struct http_state	states[] = {
	[PARSE] = KORE_HTTP_STATE(introspect_parse),
	[CLIENT] = KORE_HTTP_STATE(introspect_client),	/* who is asking */
	[REPLY] = KORE_HTTP_STATE(introspect_reply),
};

int
endpoint_introspect(struct http_request *req)
{
	request_state(req, sizeof(struct introspect), introspect_release);
	return (http_state_run(states, 3, req));
}

static int
introspect_parse(struct http_request *req)
{
	struct introspect	*i = http_state_get(req);

	i->auth.may_recall = 1;
	return (client_auth_token_ask(req, &i->rq, &i->auth, CLIENT));
}

static int
introspect_client(struct http_request *req)
{
	struct introspect	*i = http_state_get(req);
	uint8_t			 digest[DIGEST_LEN];
	uint16_t		 day;
	const char		*token;
	int			 next;

	next = client_auth_judge(req, &i->auth, 1);
	if (next != HTTP_STATE_CONTINUE)
		return (next);
	token = i->rq.params.value[P_TOKEN];
	if (refresh_token_read(&day, digest, token) == 0) {
		i->is_refresh = 1;
		store_grant_refresh(service.store, &i->bearer.query,
		    i->auth.who.client->client_id, day, digest);
	} else if (bearer_token_ask(&i->bearer, token) == -1)
		return (inactive(req, i));
	return (await_query(req, &i->bearer.query, REPLY));
}

static int
introspect_reply(struct http_request *req)
{
	struct introspect	*i = http_state_get(req);
	struct bearer		*b = &i->bearer;
	struct token_subject	 s;
	struct text		 t;
	char			 json[REPLY_LEN];
	int			 next;

	next = await_judge(req, &b->query);
	if (next != HTTP_STATE_CONTINUE)
		return (next);
	if (b->query.status == STORE_OK &&
	    store_grant_get(&b->query, &b->grant) == 0 &&
	    !client_is_current(&i->auth.who, b->grant.epoch))
		return (inactive(req, i));
	if (i->is_refresh) {
		if (b->query.status != STORE_OK ||
		    store_grant_get(&b->query, &b->grant) == -1)
			return (inactive(req, i));
		return (reply_json(req, HTTP_STATUS_OK, json_pack(
		    "{s:b, s:s, s:s, s:s}", "active", 1, "client_id",
		    b->grant.client_id, "scope", b->grant.scope, "sub",
		    b->grant.customer_id)));
	}
	if (!bearer_token_is_live(b) ||
	    strcmp(b->grant.business, i->auth.who.client->business) != 0)
		return (inactive(req, i));
	memset(&s, 0, sizeof(s));
	s.issuer = service.settings->issuer;
	s.client_id = b->token.client_id;
	s.business = b->token.business;
	s.customer_id = b->token.customer_id;
	s.scope = b->token.scope;
	s.grant = b->token.grant;
	s.nonce = "";
	s.auth_time = b->grant.auth_time;
	s.now = b->token.issued;
	s.lifetime = (unsigned)(b->token.expires - b->token.issued);
	text_init(&t, json, sizeof(json));
	claims_introspection(&t, &s, b->token.jti);
	return (reply_json_object(req, HTTP_STATUS_OK, &t));
}

/* Even that is told only to a client that is still who it says. */
static int
inactive(struct http_request *req, struct introspect *i)
{
	if (i->auth.who.is_recalled) {
		bearer_release(&i->bearer);
		return (client_auth_again(req, &i->auth, CLIENT));
	}
	return (reply_json(req, HTTP_STATUS_OK, json_pack("{s:b}", "active",
	    0)));
}

static void
introspect_release(void *state)
{
	struct introspect	*i = state;

	client_auth_release(&i->auth);
	bearer_release(&i->bearer);
}
