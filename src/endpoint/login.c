/* SPDX-License-Identifier: ISC */
/*
 * POST /oauth/authorize: the login form. The flow says what was asked, the
 * cookie that this browser asked it, the password who the customer is.
 */
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "crypto/random.h"
#include "endpoint/await.h"
#include "endpoint/endpoint.h"
#include "endpoint/login_work.h"
#include "endpoint/respond.h"
#include "endpoint/service.h"
#include "http/cookie.h"
#include "http/reply.h"
#include "http/request.h"
#include "login/flow.h"
#include "oauth/redirect.h"
#include "store/code.h"
#include "store/customer.h"

struct login {
	struct request		 rq;		/* first */
	struct store_query	 query;
	struct flow		 flow;
	struct client		 client;
	struct customer		 customer;
	struct code		 code;
	char			 code_text[RANDOM_TOKEN_LEN];
	struct login_work	*work;
};

static int	login_parse(struct http_request *);
static int	login_client(struct http_request *);
static int	login_customer(struct http_request *);
static int	login_verdict(struct http_request *);
static int	login_code(struct http_request *);
static int	login_reply(struct http_request *);
static int	again(struct http_request *, enum page_state);
static enum flow_verdict flow_read(struct http_request *, struct login *);
static void	code_fill(struct login *);
static void	login_release(void *);

enum { PARSE, CLIENT, CUSTOMER, VERDICT, CODE, REPLY };

static struct http_state	states[] = {
	[PARSE] = KORE_HTTP_STATE(login_parse),		/* flow and cookie */
	[CLIENT] = KORE_HTTP_STATE(login_client),	/* still allowed? */
	[CUSTOMER] = KORE_HTTP_STATE(login_customer),	/* hash on a thread */
	[VERDICT] = KORE_HTTP_STATE(login_verdict),	/* was it right? */
	[CODE] = KORE_HTTP_STATE(login_code),		/* keep a code */
	[REPLY] = KORE_HTTP_STATE(login_reply),		/* committed: go */
};

int
endpoint_login(struct http_request *req)
{
	request_state(req, sizeof(struct login), login_release);
	return (http_state_run(states, 6, req));
}

static int
login_parse(struct http_request *req)
{
	struct login	*l = http_state_get(req);
	const char	*why;

	if (request_params(req, &l->rq, PARAMS_BODY, 0, &why) == -1 ||
	    l->rq.params.duplicate != NULL ||
	    l->rq.params.value[P_FLOW] == NULL)
		return (respond_page(req, PAGE_BAD_REQUEST,
		    "this is not our login form"));
	switch (flow_read(req, l)) {
	case FLOW_OK:
		break;
	case FLOW_BROKEN:
		return (respond_page(req, PAGE_BAD_REQUEST,
		    "the form was changed on its way"));
	case FLOW_EXPIRED:
		return (respond_page(req, PAGE_EXPIRED, ""));
	case FLOW_UNBOUND:
		return (respond_page(req, PAGE_EXPIRED,
		    "the cookie of this sign-in is missing"));
	}
	store_client_find(service.store, &l->query, l->flow.client_id);
	return (await_query(req, &l->query, CLIENT));
}

static enum flow_verdict
flow_read(struct http_request *req, struct login *l)
{
	const char	*text = l->rq.params.value[P_FLOW];
	char		 id[FLOW_ID_LEN], name[FLOW_COOKIE_LEN];
	char		 binding[FLOW_BINDING_LEN];
	const char	*header;
	int		 found;

	if (flow_peek_id(id, text) == -1)
		return (FLOW_BROKEN);
	flow_cookie_name(name, id);
	header = request_header(req, "cookie");
	found = header != NULL && cookie_find(header,
	    respond_cookie_name(name), binding, sizeof(binding)) == 0;
	return (flow_open(&l->flow, text, &service.flow_key,
	    found ? binding : NULL, time(NULL),
	    service.settings->flow_seconds));
}

/* The client may have been disabled, or changed, since the page was shown. */
static int
login_client(struct http_request *req)
{
	struct login	*l = http_state_get(req);
	const char	*username, *password;

	if (l->query.status != STORE_OK && l->query.status != STORE_NONE)
		return (again(req, PAGE_OUTAGE));
	if (l->query.status == STORE_NONE ||
	    store_client_get(&l->query, 0, &l->client) == -1 ||
	    l->client.is_disabled ||
	    !redirect_match(l->client.redirect_uris, l->flow.redirect_uri))
		return (respond_page(req, PAGE_UNKNOWN_CLIENT, ""));
	username = l->rq.params.value[P_USERNAME];
	password = l->rq.params.value[P_PASSWORD];
	if (username == NULL || password == NULL ||
	    strlen(username) >= CUSTOMER_LOGIN_LEN ||
	    strlen(password) > PASSWORD_LEN_MAX)
		return (again(req, PAGE_WRONG));
	store_customer_find(service.store, &l->query, l->client.business,
	    username);
	return (await_query(req, &l->query, CUSTOMER));
}

/* An unknown user costs a hash like a known one. */
static int
login_customer(struct http_request *req)
{
	struct login	*l = http_state_get(req);

	if (l->query.status != STORE_OK && l->query.status != STORE_NONE)
		return (again(req, PAGE_OUTAGE));
	if (l->query.status == STORE_NONE ||
	    store_customer_get(&l->query, 0, &l->customer) == -1)
		memset(&l->customer, 0, sizeof(l->customer));
	l->work = login_work_start(req, l->rq.params.value[P_PASSWORD],
	    l->customer.password_hash, &service.password_cost);
	if (l->work == NULL)
		return (again(req, PAGE_BUSY));
	return (request_sleep(req, VERDICT));
}

static int
login_verdict(struct http_request *req)
{
	struct login	*l = http_state_get(req);

	if (!l->work->is_done)		/* woken by something else */
		return (request_sleep(req, VERDICT));
	if (!l->work->is_match || l->customer.is_locked)
		return (again(req, PAGE_WRONG));
	if (l->work->new_hash[0] == '\0') {
		req->fsm_state = CODE;
		return (HTTP_STATE_CONTINUE);
	}
	store_customer_rehash(service.store, &l->query, l->client.business,
	    l->customer.customer_id, l->customer.password_hash,
	    l->work->new_hash);
	return (await_query(req, &l->query, CODE));
}

/* A failed re-hash is no reason to refuse: the next sign-in tries again. */
static int
login_code(struct http_request *req)
{
	struct login	*l = http_state_get(req);

	random_token(l->code_text);
	code_fill(l);
	store_code_put(service.store, &l->query, &l->code,
	    service.settings->code_seconds);
	return (await_query(req, &l->query, REPLY));
}

static void
code_fill(struct login *l)
{
	struct code		*c = &l->code;
	const struct flow	*f = &l->flow;

	digest_sha256(c->digest, l->code_text, strlen(l->code_text));
	text_copy(c->client_id, sizeof(c->client_id), l->client.client_id);
	text_copy(c->business, sizeof(c->business), l->client.business);
	text_copy(c->customer_id, sizeof(c->customer_id),
	    l->customer.customer_id);
	text_copy(c->redirect_uri, sizeof(c->redirect_uri), f->redirect_uri);
	text_copy(c->scope, sizeof(c->scope), f->scope);
	text_copy(c->nonce, sizeof(c->nonce), f->nonce);
	text_copy(c->challenge, sizeof(c->challenge), f->challenge);
	memcpy(c->response_key, f->response_key, sizeof(c->response_key));
	c->response_key_len = f->response_key_len;
}

/* Only here is the code known to be kept: the answer follows the commit. */
static int
login_reply(struct http_request *req)
{
	struct login			*l = http_state_get(req);
	struct authorization_response	 response;
	char				 name[FLOW_COOKIE_LEN], cookie[256];

	if (l->query.status != STORE_OK)
		return (again(req, PAGE_OUTAGE));
	memset(&response, 0, sizeof(response));
	response.redirect_uri = l->flow.redirect_uri;
	response.mode = (enum response_mode)l->flow.mode;
	response.code = l->code_text;
	response.raw_state = l->flow.raw_state;
	response.raw_state_len = strlen(l->flow.raw_state);
	response.iss = service.settings->issuer;
	/* The form has done its work: sent again, it finds no cookie. */
	flow_cookie_name(name, l->flow.id);
	if (cookie_format(cookie, sizeof(cookie), respond_cookie_name(name),
	    "", 0, reply_is_tls()) == 0)
		http_response_header(req, "set-cookie", cookie);
	return (respond_redirect(req, &response));
}

/* The form once more, with what was typed except the password. */
static int
again(struct http_request *req, enum page_state state)
{
	struct login	*l = http_state_get(req);
	struct page	 page;
	char		 origin[256];

	respond_page_init(&page, state, l->flow.locale);
	page.flow = l->rq.params.value[P_FLOW];
	if (l->rq.params.value[P_USERNAME] != NULL)
		page.username = l->rq.params.value[P_USERNAME];
	if (redirect_origin(origin, sizeof(origin),
	    l->flow.redirect_uri) == -1)
		return (respond_page(req, PAGE_BAD_REQUEST, ""));
	return (reply_page(req, &page, origin, NULL));
}

static void
login_release(void *state)
{
	struct login	*l = state;

	store_query_drop(&l->query);
	login_work_release(l->work);
}
