/* SPDX-License-Identifier: ISC */
/*
 * Who the customer is, for the holder of an access token: /oauth/userinfo
 * (OpenID Connect Core 5.3), with what the token's scope allows, and
 * /v1/external-user-id, which some messaging providers ask instead.
 */
#include <string.h>

#include "base/log.h"
#include "endpoint/bearer.h"
#include "endpoint/endpoint.h"
#include "http/reply.h"
#include "http/request.h"
#include "oauth/userinfo.h"
#include "store/grant.h"

struct userinfo {
	struct request	 rq;		/* first */
	struct bearer	 bearer;
	int		 is_external;	/* /v1/external-user-id */
};

static int	userinfo_begin(struct http_request *, int);
static int	userinfo_ask(struct http_request *);
static int	userinfo_reply(struct http_request *);
static json_t	*claims_read(const char *);
static void	userinfo_release(void *);

enum { ASK, REPLY };

static struct http_state	states[] = {
	[ASK] = KORE_HTTP_STATE(userinfo_ask),	/* signature, grant, claims */
	[REPLY] = KORE_HTTP_STATE(userinfo_reply),	/* as scope allows */
};

int
endpoint_userinfo(struct http_request *req)
{
	return (userinfo_begin(req, 0));
}

int
endpoint_external_user_id(struct http_request *req)
{
	return (userinfo_begin(req, 1));
}

static int
userinfo_begin(struct http_request *req, int is_external)
{
	struct userinfo	*u;

	u = request_state(req, sizeof(*u), userinfo_release);
	u->is_external = is_external;
	return (http_state_run(states, 2, req));
}

static int
userinfo_ask(struct http_request *req)
{
	struct userinfo		*u = http_state_get(req);
	struct oauth_verdict	 v;
	const char		*why;
	int			 next;

	if (req->method == HTTP_METHOD_POST && request_params(req, &u->rq,
	    PARAMS_BODY, 0, &why) == -1) {
		oauth_refuse(&v, OAUTH_INVALID_REQUEST, "%s", why);
		return (reply_bearer_error(req, &v));
	}
	if (u->rq.params.duplicate != NULL) {
		oauth_refuse(&v, OAUTH_INVALID_REQUEST, "%s was sent twice",
		    u->rq.params.duplicate);
		return (reply_bearer_error(req, &v));
	}
	next = bearer_read(req, &u->bearer,
	    u->rq.params.value[P_ACCESS_TOKEN]);
	if (next != HTTP_STATE_CONTINUE)
		return (next);
	return (bearer_grant_ask(req, &u->bearer, !u->is_external &&
	    userinfo_is_wanted(u->bearer.token.scope), REPLY));
}

/* A customer who is not in the operator's view any more is still who it is. */
static int
userinfo_reply(struct http_request *req)
{
	struct userinfo	*u = http_state_get(req);
	struct bearer	*b = &u->bearer;
	json_t		*known, *reply;
	int		 next;

	next = bearer_judge(req, b);
	if (next != HTTP_STATE_CONTINUE)
		return (next);
	if (u->is_external)
		return (reply_json(req, HTTP_STATUS_OK, json_pack("{s:s}",
		    "external_user_id", b->grant.customer_id)));
	known = claims_read(store_grant_claims(&b->query));
	reply = userinfo_claims(b->grant.customer_id, b->token.scope, known);
	json_decref(known);
	return (reply_json(req, HTTP_STATUS_OK, reply));
}

static json_t *
claims_read(const char *text)
{
	json_t	*known;

	if (text[0] == '\0')
		return (NULL);
	known = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	if (known == NULL)
		log_warn("the claims of a customer are no JSON object");
	return (known);
}

static void
userinfo_release(void *state)
{
	struct userinfo	*u = state;

	bearer_release(&u->bearer);
}
