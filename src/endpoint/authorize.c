/* SPDX-License-Identifier: ISC */
/* GET or POST /oauth/authorize: judge the request, show the login page. */
#include <string.h>

#include "apple/response_key.h"
#include "base/log.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "endpoint/client_ask.h"
#include "endpoint/endpoint.h"
#include "endpoint/hosted.h"
#include "endpoint/respond.h"
#include "endpoint/service.h"
#include "http/cookie.h"
#include "http/locale.h"
#include "http/reply.h"
#include "http/request.h"
#include "login/flow.h"
#include "oauth/authorize.h"

struct authorize {
	struct request			 rq;	/* first */
	struct client_ask		 who;
	struct authorize_request	 request;
	struct flow			 flow;
	char				 sealed[FLOW_TEXT_LEN];
};

static int	authorize_parse(struct http_request *);
static int	authorize_judge(struct http_request *);
static int	show(struct http_request *, struct authorize *);
static void	flow_fill(struct flow *, const struct authorize *);
static void	authorize_release(void *);

enum { PARSE, JUDGE };

static struct http_state	states[] = {
	[PARSE] = KORE_HTTP_STATE(authorize_parse),	/* who asks? */
	[JUDGE] = KORE_HTTP_STATE(authorize_judge),	/* may they? the page */
};

int
endpoint_authorize(struct http_request *req)
{
	request_state(req, sizeof(struct authorize), authorize_release);
	return (http_state_run(states, 2, req));
}

static int
authorize_parse(struct http_request *req)
{
	struct authorize	*a = http_state_get(req);
	const char		*why, *id;

	if (request_params(req, &a->rq, req->method == HTTP_METHOD_POST ?
	    PARAMS_BODY : PARAMS_QUERY, 0, &why) == -1)
		return (respond_page(req, PAGE_BAD_REQUEST, why));
	id = a->rq.params.value[P_CLIENT_ID];
	if (id == NULL)
		return (respond_page(req, PAGE_UNKNOWN_CLIENT,
		    "client_id is missing"));
	return (client_ask(req, &a->who, id, JUDGE));
}

static int
authorize_judge(struct http_request *req)
{
	struct authorize		*a = http_state_get(req);
	const struct client		*c;
	struct authorize_client		 view;
	struct oauth_verdict		 v;
	struct authorization_response	 response;
	enum authorize_audience		 audience;
	int				 is_known, next;

	if ((next = client_answer(req, &a->who, JUDGE)) != HTTP_STATE_CONTINUE)
		return (next);
	memset(&v, 0, sizeof(v));
	if (a->who.query.status != STORE_OK &&
	    a->who.query.status != STORE_NONE)
		return (respond_page(req, PAGE_OUTAGE, ""));
	is_known = a->who.query.status == STORE_OK;
	c = a->who.client;
	view.redirect_uris = c->redirect_uris;
	view.scopes = c->scopes;
	view.response_keys = c->response_keys;
	view.is_disabled = c->is_disabled;
	view.is_apple_device = c->is_apple_device;
	view.is_pkce_required = c->is_pkce_required;
	if (authorize_check(&a->request, &audience, &v, &a->rq.params,
	    is_known ? &view : NULL, response_key_get) == OAUTH_OK)
		return (show(req, a));
	if (audience == AUTHORIZE_PAGE)
		return (respond_page(req, PAGE_UNKNOWN_CLIENT, v.description));
	memset(&response, 0, sizeof(response));
	response.redirect_uri = a->request.redirect_uri;
	response.mode = a->request.mode;
	response.raw_state = a->request.raw_state;
	response.raw_state_len = strlen(a->request.raw_state);
	response.iss = service.settings->issuer;
	response.error = &v;
	return (respond_redirect(req, &response, &a->who.brand));
}

static int
show(struct http_request *req, struct authorize *a)
{
	struct page	page;
	char		binding[FLOW_BINDING_LEN], name[FLOW_COOKIE_LEN];
	char		cookie[256], origin[256];
	int		next;

	flow_fill(&a->flow, a);
	locale_choose(a->flow.locale, a->request.ui_locales,
	    request_header(req, "accept-language"));
	flow_start(&a->flow, binding);
	flow_cookie_name(name, a->flow.id);
	if (flow_seal(a->sealed, sizeof(a->sealed), &a->flow,
	    &service.flow_key, binding) == -1 ||
	    cookie_format(cookie, sizeof(cookie), respond_cookie_name(name),
	    binding, service.settings->flow_seconds, reply_is_tls()) == -1 ||
	    hosted_form_origin(origin, sizeof(origin),
	    a->flow.redirect_uri) == -1) {
		log_error("an authorization request does not fit its flow");
		return (respond_page(req, PAGE_BAD_REQUEST,
		    "the request is too long"));
	}
	respond_page_init(&page, PAGE_LOGIN, a->flow.locale);
	brand_put(&page, &a->who.brand);
	page.flow = a->sealed;
	page.username = a->request.login_hint;
	next = reply_page(req, &page, origin, cookie);
	digest_wipe(cookie, sizeof(cookie));
	digest_wipe(binding, sizeof(binding));
	return (next);
}

static void
flow_fill(struct flow *f, const struct authorize *a)
{
	const struct authorize_request	*r = &a->request;

	text_copy(f->client_id, sizeof(f->client_id), a->who.client->client_id);
	text_copy(f->redirect_uri, sizeof(f->redirect_uri), r->redirect_uri);
	f->mode = r->mode;
	text_copy(f->scope, sizeof(f->scope), r->scope);
	text_copy(f->raw_state, sizeof(f->raw_state), r->raw_state);
	text_copy(f->nonce, sizeof(f->nonce), r->nonce);
	text_copy(f->challenge, sizeof(f->challenge), r->challenge);
	memcpy(f->response_key, r->response_key, sizeof(f->response_key));
	f->response_key_len = r->response_key_len;
	text_copy(f->ui_locales, sizeof(f->ui_locales), r->ui_locales);
}

static void
authorize_release(void *state)
{
	struct authorize	*a = state;

	client_release(&a->who);
}
