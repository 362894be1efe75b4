/* SPDX-License-Identifier: ISC */
/*
 * Who the customer is, for the holder of an access token: /oauth/userinfo
 * (OpenID Connect Core 5.3), with what the token's scope allows, and
 * /v1/external-user-id, which some messaging providers ask instead.
 */
#include <string.h>

#include "base/log.h"
#include "endpoint/await.h"
#include "endpoint/bearer.h"
#include "endpoint/endpoint.h"
#include "endpoint/service.h"
#include "http/reply.h"
#include "http/request.h"
#include "oauth/userinfo.h"
#include "store/customer.h"

struct userinfo {
	struct request	 rq;		/* first */
	struct bearer	 bearer;
	int		 is_external;	/* /v1/external-user-id */
	int		 is_bare;	/* nothing but who it is */
	struct store_query query;
};

static int	userinfo_begin(struct http_request *, int);
static int	userinfo_ask(struct http_request *);
static void	claims_ask(struct userinfo *);
static int	userinfo_reply(struct http_request *);
static int	userinfo_claimed(struct http_request *);
static void	userinfo_release(void *);

enum { ASK, REPLY, CLAIMED };

static struct http_state	states[] = {
	[ASK] = KORE_HTTP_STATE(userinfo_ask),	/* signature, grant, claims */
	[REPLY] = KORE_HTTP_STATE(userinfo_reply),	/* may it be told? */
	[CLAIMED] = KORE_HTTP_STATE(userinfo_claimed),	/* as scope allows */
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
	return (http_state_run(states, 3, req));
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
	next = bearer_ask(req, &u->bearer,
	    u->rq.params.value[P_ACCESS_TOKEN], REPLY);
	if (next == HTTP_STATE_RETRY && !u->is_external)
		claims_ask(u);
	return (next);
}

/*
 * In the same turn as the grant, as the token says whose it is. Whether they
 * may be shown is known when the grant is.
 */
static void
claims_ask(struct userinfo *u)
{
	const json_t	*claims = u->bearer.claims;
	const char	*business, *customer, *scope;

	business = json_string_value(json_object_get(claims, "business"));
	customer = json_string_value(json_object_get(claims, "sub"));
	scope = json_string_value(json_object_get(claims, "scope"));
	if (business != NULL && customer != NULL && scope != NULL &&
	    userinfo_is_wanted(scope))
		store_customer_claims(service.store, &u->query, business,
		    customer);
	else
		u->is_bare = 1;
}

static int
userinfo_reply(struct http_request *req)
{
	struct userinfo	*u = http_state_get(req);
	int		 next;

	next = bearer_judge(req, &u->bearer);
	if (next != HTTP_STATE_CONTINUE)
		return (next);
	if (u->is_external)
		return (reply_json(req, HTTP_STATUS_OK, json_pack("{s:s}",
		    "external_user_id", u->bearer.grant.customer_id)));
	if (u->is_bare)
		return (reply_json(req, HTTP_STATUS_OK, userinfo_claims(
		    u->bearer.grant.customer_id, "", NULL)));
	if (u->query.op != NULL)
		return (await_query(req, &u->query, CLAIMED));
	req->fsm_state = CLAIMED;
	return (HTTP_STATE_CONTINUE);
}

/* A customer who is not in the operator's view any more is still who it is. */
static int
userinfo_claimed(struct http_request *req)
{
	struct userinfo	*u = http_state_get(req);
	json_t		*attributes, *reply;
	const char	*text;
	int		 next;

	next = await_judge(req, &u->query);
	if (next != HTTP_STATE_CONTINUE)
		return (next);
	text = store_customer_claims_get(&u->query);
	attributes = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	if (attributes == NULL && text[0] != '\0')
		log_warn("the claims of a customer are no JSON object");
	reply = userinfo_claims(u->bearer.grant.customer_id,
	    u->bearer.token.scope, attributes);
	json_decref(attributes);
	return (reply_json(req, HTTP_STATUS_OK, reply));
}

static void
userinfo_release(void *state)
{
	struct userinfo	*u = state;

	store_query_drop(&u->query);
	bearer_release(&u->bearer);
}
