/* SPDX-License-Identifier: ISC */
/* Client authentication; see client_auth.h. */
#include <string.h>

#include "base/text.h"
#include "crypto/digest.h"
#include "endpoint/await.h"
#include "endpoint/client_auth.h"
#include "endpoint/service.h"
#include "http/reply.h"

static void	keep(char *, size_t, const char **);

int
client_auth_ask(struct http_request *req, struct request *rq,
    struct client_auth *a, int next)
{
	struct oauth_verdict	 v;
	enum auth_scheme	 scheme;
	const char		*bearer;

	memset(&v, 0, sizeof(v));
	scheme = request_auth(req, &a->basic, &bearer);
	if (scheme == AUTH_MALFORMED || scheme == AUTH_BEARER) {
		oauth_refuse(&v, OAUTH_INVALID_CLIENT,
		    "the Authorization header must be Basic");
		return (reply_error(req, &v));
	}
	if (token_credentials(&a->credentials, &v,
	    scheme == AUTH_BASIC ? a->basic.user : NULL,
	    scheme == AUTH_BASIC ? a->basic.password : NULL,
	    &rq->params) != OAUTH_OK)
		return (reply_error(req, &v));
	keep(a->id, sizeof(a->id), &a->credentials.client_id);
	keep(a->secret, sizeof(a->secret), &a->credentials.secret);
	if (a->may_recall && client_recall(&a->who,
	    a->credentials.client_id)) {
		req->fsm_state = (u_int8_t)next;
		return (HTTP_STATE_CONTINUE);
	}
	return (client_ask(req, &a->who, a->credentials.client_id, next));
}

/*
 * They are looked at again when what was recalled is not so any more, and the
 * parameters may have been parsed anew by then. What is too long is nobody's.
 */
static void
keep(char *to, size_t cap, const char **text)
{
	if (*text == NULL)
		return;
	if (text_copy(to, cap, *text) == -1)
		to[0] = '\0';
	*text = to;
}

int
client_auth_token_ask(struct http_request *req, struct request *rq,
    struct client_auth *a, int next)
{
	struct oauth_verdict	 v;
	const char		*why;

	memset(&v, 0, sizeof(v));
	if (service.keyring.count == 0)
		return (reply_outage(req));
	if (request_params(req, rq, PARAMS_BODY, 0, &why) == -1)
		oauth_refuse(&v, OAUTH_INVALID_REQUEST, "%s", why);
	else if (rq->params.duplicate != NULL)
		oauth_refuse(&v, OAUTH_INVALID_REQUEST, "%s was sent twice",
		    rq->params.duplicate);
	else if (rq->params.value[P_TOKEN] == NULL)
		oauth_refuse(&v, OAUTH_INVALID_REQUEST, "token is missing");
	else
		return (client_auth_ask(req, rq, a, next));
	return (reply_error(req, &v));
}

int
client_auth_judge(struct http_request *req, struct client_auth *a,
    int needs_secret)
{
	struct oauth_verdict	v;
	struct token_client	view;
	int			is_known, next;

	memset(&v, 0, sizeof(v));
	is_known = a->who.is_recalled;
	if (!is_known) {
		next = client_answer(req, &a->who, req->fsm_state);
		if (next != HTTP_STATE_CONTINUE ||
		    (next = await_judge(req, &a->who.query)) !=
		    HTTP_STATE_CONTINUE)
			return (next);
		is_known = a->who.query.status == STORE_OK;
	}
	client_auth_view(&view, a);
	if (token_client_check(&v, &a->credentials,
	    is_known ? &view : NULL) == OAUTH_OK && needs_secret &&
	    a->credentials.secret == NULL)
		oauth_refuse(&v, OAUTH_INVALID_CLIENT,
		    "this needs a client that authenticates itself");
	if (v.error == OAUTH_OK)
		return (HTTP_STATE_CONTINUE);
	if (a->who.is_recalled)
		return (client_auth_again(req, a, req->fsm_state));
	return (reply_error(req, &v));
}

int
client_auth_again(struct http_request *req, struct client_auth *a, int next)
{
	return (client_ask(req, &a->who, a->credentials.client_id, next));
}

void
client_auth_view(struct token_client *view, const struct client_auth *a)
{
	const struct client	*c = a->who.client;

	memset(view, 0, sizeof(*view));
	view->auth_methods = c->auth_methods;
	view->grant_types = c->grant_types;
	view->secret = c->has_secret ? c->secret : NULL;
	view->old_secret = c->has_old_secret ? c->old_secret : NULL;
	view->is_disabled = c->is_disabled;
	view->is_apple_device = c->is_apple_device;
}

void
client_auth_release(struct client_auth *a)
{
	client_release(&a->who);
	digest_wipe(&a->basic, sizeof(a->basic));
	digest_wipe(a->secret, sizeof(a->secret));
}
