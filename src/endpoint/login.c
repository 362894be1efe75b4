/* SPDX-License-Identifier: ISC */
/*
 * POST /oauth/authorize: the login form. The flow says what was asked, the
 * cookie that this browser asked it, the password who the customer is.
 */
#include <string.h>

#include "base/log.h"
#include "base/metrics.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "crypto/random.h"
#include "endpoint/await.h"
#include "endpoint/client_ask.h"
#include "endpoint/endpoint.h"
#include "endpoint/hosted.h"
#include "endpoint/login_flow.h"
#include "endpoint/login_work.h"
#include "endpoint/respond.h"
#include "endpoint/service.h"
#include "http/reply.h"
#include "http/request.h"
#include "oauth/redirect.h"
#include "store/code.h"
#include "store/customer.h"

struct login {
	struct request		 rq;		/* first */
	struct store_query	 query;
	struct client_ask	 who;
	struct flow		 flow;
	enum flow_verdict	 verdict;
	struct customer		 customer;
	struct code		 code;
	char			 code_text[RANDOM_TOKEN_LEN];
	struct login_work	*work;
	uint8_t			 throttle[THROTTLE_KEY_LEN];
};

static int	login_parse(struct http_request *);
static int	login_client(struct http_request *);
static int	login_customer(struct http_request *);
static int	login_verdict(struct http_request *);
static int	login_code(struct http_request *);
static int	login_reply(struct http_request *);
static int	credentials(struct http_request *, struct login *);
static int	cancel(struct http_request *, struct login *);
static int	busy(struct http_request *);
static int	throttled(struct http_request *, unsigned);
static int	again(struct http_request *, enum page_state);
static int	later(struct http_request *, enum page_state, unsigned);
static int	ended(struct http_request *, struct login *);
static int	outage(struct http_request *);
static void	response_fill(struct authorization_response *,
		    const struct flow *);
static int	is_allowed(const struct login *);
static int	is_cancel(const struct login *);
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
	int		 is_recalled;

	if (request_params(req, &l->rq, PARAMS_BODY, 0, &why) == -1 ||
	    l->rq.params.duplicate != NULL ||
	    l->rq.params.value[P_FLOW] == NULL)
		return (respond_page(req, PAGE_BAD_REQUEST,
		    "this is not our login form"));
	l->verdict = login_flow_read(req, &l->flow,
	    l->rq.params.value[P_FLOW]);
	if (l->verdict == FLOW_BROKEN)
		return (respond_page(req, PAGE_BAD_REQUEST,
		    "the form was changed on its way"));
	if (l->verdict == FLOW_OK && !is_cancel(l)) {
		is_recalled = client_recall(&l->who, l->flow.client_id);
		/* Refusing must not cost what it saves: nothing is asked. */
		if (work_is_full(WORK_HASH))
			return (busy(req));
		/* Finding the customer confirms by the way what is recalled. */
		if (is_recalled && is_allowed(l))
			return (credentials(req, l));
	}
	return (client_ask(req, &l->who, l->flow.client_id, CLIENT));
}

/* The client may have been disabled, or changed, since the page was shown. */
static int
login_client(struct http_request *req)
{
	struct login	*l = http_state_get(req);
	int		 next;

	if ((next = client_answer(req, &l->who, CLIENT)) !=
	    HTTP_STATE_CONTINUE)
		return (next);
	if (l->who.query.status != STORE_OK &&
	    l->who.query.status != STORE_NONE) {
		metrics_add(METRIC_SIGN_INS, METRIC_SIGN_IN_OUTAGE);
		return (l->verdict == FLOW_OK ? again(req, PAGE_OUTAGE) :
		    respond_page(req, PAGE_OUTAGE, ""));
	}
	if (l->who.query.status == STORE_NONE || !is_allowed(l))
		return (respond_page(req, PAGE_UNKNOWN_CLIENT, ""));
	if (is_cancel(l) && l->verdict != FLOW_USED)
		return (cancel(req, l));
	if (l->verdict != FLOW_OK)
		return (ended(req, l));
	return (credentials(req, l));
}

static int
is_allowed(const struct login *l)
{
	const struct client	*c = l->who.client;

	return (!c->is_disabled &&
	    redirect_match(c->redirect_uris, l->flow.redirect_uri));
}

static int
credentials(struct http_request *req, struct login *l)
{
	const char	*username, *password;

	username = l->rq.params.value[P_USERNAME];
	password = l->rq.params.value[P_PASSWORD];
	if (username == NULL || password == NULL ||
	    strlen(username) >= CUSTOMER_LOGIN_LEN ||
	    strlen(password) > PASSWORD_LEN_MAX) {
		metrics_add(METRIC_SIGN_INS, METRIC_SIGN_IN_WRONG_PASSWORD);
		return (again(req, PAGE_WRONG));
	}
	store_customer_find(service.store, &l->query, l->who.client->business,
	    username);
	return (await_query(req, &l->query, CUSTOMER));
}

/*
 * The answer of a customer who does not want to. It is true of a flow that is
 * too old or of another browser as well: it gives nothing away, and goes where
 * anyone could send a browser.
 */
static int
cancel(struct http_request *req, struct login *l)
{
	struct authorization_response	 response;
	struct oauth_verdict		 v;

	(void)oauth_refuse(&v, OAUTH_ACCESS_DENIED,
	    "the customer canceled the sign-in");
	response_fill(&response, &l->flow);
	response.error = &v;
	metrics_add(METRIC_SIGN_INS, METRIC_SIGN_IN_CANCELED);
	login_flow_end(req, &l->flow);
	return (respond_redirect(req, &response, &l->who.brand));
}

/* An unknown user costs a hash like a known one. */
static int
login_customer(struct http_request *req)
{
	struct login	*l = http_state_get(req);
	uint8_t		 network[16];
	unsigned	 wait;

	if (l->query.status != STORE_OK && l->query.status != STORE_NONE)
		return (outage(req));
	/* One whose hash has no form that we know costs one all the same. */
	if (store_customer_get(&l->query, 0, &l->customer) == -1) {
		memset(&l->customer, 0, sizeof(l->customer));
		text_copy(l->customer.login, sizeof(l->customer.login),
		    l->rq.params.value[P_USERNAME]);
	}
	client_epoch_seen(l->customer.epoch);
	if (!client_is_current(&l->who, l->customer.epoch))
		return (client_ask(req, &l->who, l->flow.client_id, CLIENT));
	/*
	 * By the login as the database compares it: it lowers letters that we
	 * would not, and each spelling would have attempts of its own.
	 */
	login_flow_network(req, network);
	throttle_key(&service.shared->throttle, l->throttle, l->customer.login,
	    network, sizeof(network));
	wait = throttle_check(&service.shared->throttle, l->throttle,
	    kore_time_ms());
	if (wait > 0)
		return (throttled(req, wait));
	l->work = login_work_start(req, l->rq.params.value[P_PASSWORD],
	    l->customer.password_hash, &service.password_cost);
	if (l->work == NULL)
		return (busy(req));
	/* Now, and not when it was wrong: many can be asked at once. */
	throttle_spend(&service.shared->throttle, l->throttle, kore_time_ms());
	return (request_sleep(req, VERDICT));
}

static int
login_verdict(struct http_request *req)
{
	struct login	*l = http_state_get(req);

	if (!l->work->is_done)		/* woken by something else */
		return (request_sleep(req, VERDICT));
	if (l->work->work.is_late) {
		throttle_refund(&service.shared->throttle, l->throttle);
		return (busy(req));
	}
	if (!l->work->is_match || l->customer.is_locked) {
		metrics_add(METRIC_SIGN_INS, l->customer.is_locked ?
		    METRIC_SIGN_IN_LOCKED : METRIC_SIGN_IN_WRONG_PASSWORD);
		return (again(req, PAGE_WRONG));
	}
	throttle_forgive(&service.shared->throttle, l->throttle);
	if (l->work->new_hash[0] == '\0') {
		req->fsm_state = CODE;
		return (HTTP_STATE_CONTINUE);
	}
	store_customer_rehash(service.store, &l->query, l->who.client->business,
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
	text_copy(c->client_id, sizeof(c->client_id), l->who.client->client_id);
	text_copy(c->business, sizeof(c->business), l->who.client->business);
	text_copy(c->customer_id, sizeof(c->customer_id),
	    l->customer.customer_id);
	c->read_at = l->customer.read_at;
	text_copy(c->redirect_uri, sizeof(c->redirect_uri), f->redirect_uri);
	text_copy(c->scope, sizeof(c->scope), f->scope);
	text_copy(c->nonce, sizeof(c->nonce), f->nonce);
	text_copy(c->challenge, sizeof(c->challenge), f->challenge);
	memcpy(c->response_key, f->response_key, sizeof(c->response_key));
	c->response_key_len = f->response_key_len;
	c->has_state = hosted_is_uri(f->redirect_uri) &&
	    hosted_state_digest(c->state, f->raw_state) == 0;
}

/* Only here is the code known to be kept: the answer follows the commit. */
static int
login_reply(struct http_request *req)
{
	struct login			*l = http_state_get(req);
	struct authorization_response	 response;

	if (l->query.status != STORE_OK)
		return (outage(req));
	metrics_add(METRIC_SIGN_INS, METRIC_SIGN_IN_SUCCESS);
	response_fill(&response, &l->flow);
	response.code = l->code_text;
	login_flow_end(req, &l->flow);
	return (respond_redirect(req, &response, &l->who.brand));
}

static void
response_fill(struct authorization_response *r, const struct flow *f)
{
	memset(r, 0, sizeof(*r));
	r->redirect_uri = f->redirect_uri;
	r->mode = (enum response_mode)f->mode;
	r->raw_state = f->raw_state;
	r->raw_state_len = strlen(f->raw_state);
	r->iss = service.settings->issuer;
}

/* Whether there is such a customer nobody has looked, or it plays no part. */
static int
busy(struct http_request *req)
{
	metrics_add(METRIC_SIGN_INS, METRIC_SIGN_IN_BUSY);
	return (later(req, PAGE_BUSY, work_retry_after(WORK_HASH)));
}

/* RFC 6585 4. Unknown users wait like known ones. */
static int
throttled(struct http_request *req, unsigned seconds)
{
	log_info("too many attempts for one user name from one network");
	metrics_add(METRIC_SIGN_INS, METRIC_SIGN_IN_THROTTLED);
	metrics_add(METRIC_THROTTLED, 0);
	return (later(req, PAGE_THROTTLED, seconds));
}

static int
again(struct http_request *req, enum page_state state)
{
	return (later(req, state, 0));
}

/* The form once more, with what was typed except the password. */
static int
later(struct http_request *req, enum page_state state, unsigned seconds)
{
	struct login	*l = http_state_get(req);
	struct page	 page;
	char		 origin[256];

	respond_page_init(&page, state, l->flow.locale);
	brand_put(&page, &l->who.brand);
	page.flow = l->rq.params.value[P_FLOW];
	page.retry_after = seconds;
	if (l->rq.params.value[P_USERNAME] != NULL)
		page.username = l->rq.params.value[P_USERNAME];
	if (hosted_form_origin(origin, sizeof(origin),
	    l->flow.redirect_uri) == -1)
		return (respond_page(req, PAGE_BAD_REQUEST, ""));
	return (reply_page(req, &page, origin, NULL));
}

/* Nothing more comes of this flow. From one that is too old there is a way. */
static int
ended(struct http_request *req, struct login *l)
{
	struct page	 page;
	char		 origin[256];

	metrics_add(METRIC_SIGN_INS, METRIC_SIGN_IN_EXPIRED);
	respond_page_init(&page, l->verdict == FLOW_USED ? PAGE_USED :
	    PAGE_EXPIRED, l->flow.locale);
	brand_put(&page, &l->who.brand);
	if (l->verdict == FLOW_UNBOUND)
		page.detail = "the cookie of this sign-in is missing";
	if (l->verdict == FLOW_USED || hosted_form_origin(origin,
	    sizeof(origin), l->flow.redirect_uri) == -1)
		return (reply_page(req, &page, "", NULL));
	page.flow = l->rq.params.value[P_FLOW];
	return (reply_page(req, &page, origin, NULL));
}

static int
outage(struct http_request *req)
{
	metrics_add(METRIC_SIGN_INS, METRIC_SIGN_IN_OUTAGE);
	return (again(req, PAGE_OUTAGE));
}

static int
is_cancel(const struct login *l)
{
	const char	*action = l->rq.params.value[P_ACTION];

	return (action != NULL && strcmp(action, "cancel") == 0);
}

static void
login_release(void *state)
{
	struct login	*l = state;

	store_query_drop(&l->query);
	client_release(&l->who);
	login_work_release(l->work);
}
