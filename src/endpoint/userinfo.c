/* SPDX-License-Identifier: ISC */
/*
 * Who the customer is, for the holder of an access token: /oauth/userinfo
 * (OpenID Connect Core 5.3) and /v1/external-user-id, which some messaging
 * providers ask instead.
 */
#include <string.h>

#include "endpoint/bearer.h"
#include "endpoint/endpoint.h"
#include "http/reply.h"
#include "http/request.h"

struct userinfo {
	struct request	 rq;		/* first */
	struct bearer	 bearer;
	const char	*member;	/* "sub" or "external_user_id" */
};

static int	userinfo_begin(struct http_request *, const char *);
static int	userinfo_ask(struct http_request *);
static int	userinfo_reply(struct http_request *);
static void	userinfo_release(void *);

enum { ASK, REPLY };

static struct http_state	states[] = {
	[ASK] = KORE_HTTP_STATE(userinfo_ask),		/* signature, grant */
	[REPLY] = KORE_HTTP_STATE(userinfo_reply),
};

int
endpoint_userinfo(struct http_request *req)
{
	return (userinfo_begin(req, "sub"));
}

int
endpoint_external_user_id(struct http_request *req)
{
	return (userinfo_begin(req, "external_user_id"));
}

static int
userinfo_begin(struct http_request *req, const char *member)
{
	struct userinfo	*u;

	u = request_state(req, sizeof(*u), userinfo_release);
	u->member = member;
	return (http_state_run(states, 2, req));
}

static int
userinfo_ask(struct http_request *req)
{
	struct userinfo		*u = http_state_get(req);
	struct oauth_verdict	 v;
	const char		*why;

	if (req->method == HTTP_METHOD_POST && request_params(req, &u->rq,
	    PARAMS_BODY, 0, &why) == -1) {
		oauth_refuse(&v, OAUTH_INVALID_REQUEST, "%s", why);
		return (reply_bearer_error(req, &v));
	}
	return (bearer_ask(req, &u->bearer,
	    u->rq.params.value[P_ACCESS_TOKEN], REPLY));
}

static int
userinfo_reply(struct http_request *req)
{
	struct userinfo	*u = http_state_get(req);
	int		 next;

	next = bearer_judge(req, &u->bearer);
	if (next != HTTP_STATE_CONTINUE)
		return (next);
	return (reply_json(req, HTTP_STATUS_OK, json_pack("{s:s}", u->member,
	    u->bearer.grant.customer_id)));
}

static void
userinfo_release(void *state)
{
	struct userinfo	*u = state;

	bearer_release(&u->bearer);
}
