/* SPDX-License-Identifier: ISC */
/*
 * GET /amb/callback: the redirect URI of MSPs that have none. Nobody
 * authenticates here: what counts is a code that was got under a state that
 * its client has announced. The answer goes to Messages by its own scheme; a
 * browser that knows no such scheme gets a page instead.
 */
#include <string.h>

#include "base/metrics.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "endpoint/await.h"
#include "endpoint/endpoint.h"
#include "endpoint/hosted.h"
#include "endpoint/respond.h"
#include "endpoint/service.h"
#include "http/locale.h"
#include "http/reply.h"
#include "http/request.h"
#include "store/sign_in.h"

#define ERROR_MAX	63

struct callback {
	struct request		 rq;		/* first */
	struct store_query	 query;
	uint8_t			 code[DIGEST_LEN];
	uint8_t			 state[DIGEST_LEN];
	int			 is_cancel;
};

/* How it ended; the numbers stand in what the MSP is told by Apple. */
enum callback_end {
	END_SUCCESS,
	END_CANCEL,
	END_BROKEN = 1001,	/* not an answer of ours */
	END_NO_CODE,		/* unknown, spent, late or of another state */
	END_NO_SIGN_IN,		/* not announced, run out, or ended before */
	END_FOREIGN,		/* the opaque ID belongs to another customer */
	END_REVOKED,		/* customer or client were locked meanwhile */
	END_REFUSED		/* the sign-in ended with an error */
};

static const enum callback_end ends[] = {
	[SIGN_IN_SUCCESS] = END_SUCCESS,
	[SIGN_IN_FOREIGN] = END_FOREIGN,
	[SIGN_IN_REVOKED] = END_REVOKED,
	[SIGN_IN_NO_CODE] = END_NO_CODE,
	[SIGN_IN_NONE] = END_NO_SIGN_IN,
};

static int	callback_parse(struct http_request *);
static int	callback_ended(struct http_request *);
static int	callback_refused(struct http_request *);
static int	is_answer_of_ours(const struct oauth_params *);
static int	is_error_name(const char *);
static int	answer(struct http_request *, enum callback_end);
static int	is_messages_sheet(struct http_request *);
static void	callback_release(void *);

enum { PARSE, ENDED, REFUSED };

static struct http_state	states[] = {
	[PARSE] = KORE_HTTP_STATE(callback_parse),	/* code or error */
	[ENDED] = KORE_HTTP_STATE(callback_ended),	/* committed */
	[REFUSED] = KORE_HTTP_STATE(callback_refused),	/* committed */
};

int
endpoint_callback(struct http_request *req)
{
	/* What only looks ahead must not spend the code. */
	if (req->method == HTTP_METHOD_HEAD) {
		reply_status(req, HTTP_STATUS_NO_CONTENT);
		return (KORE_RESULT_OK);
	}
	request_state(req, sizeof(struct callback), callback_release);
	return (http_state_run(states, 3, req));
}

static int
callback_parse(struct http_request *req)
{
	struct callback		*c = http_state_get(req);
	const struct oauth_params *p = &c->rq.params;
	const char		*why, *state, *error;
	char			 uri[HOSTED_URI_LEN];

	if (request_params(req, &c->rq, PARAMS_QUERY, 0, &why) == -1 ||
	    !is_answer_of_ours(p))
		return (answer(req, END_BROKEN));
	state = p->value[P_STATE];
	error = p->value[P_ERROR];
	digest_sha256(c->state, state, strlen(state));
	if (error != NULL) {
		c->is_cancel = strcmp(error, "access_denied") == 0;
		store_sign_in_refuse(service.store, &c->query, c->state,
		    c->is_cancel ? "cancel" : "failure", error, state);
		return (await_query(req, &c->query, REFUSED));
	}
	digest_sha256(c->code, p->value[P_CODE], strlen(p->value[P_CODE]));
	hosted_uri(uri);
	store_sign_in_end(service.store, &c->query, c->code, c->state, uri,
	    state);
	return (await_query(req, &c->query, ENDED));
}

/*
 * Our responses always name their issuer (RFC 9207): one without it, or with
 * another, is somebody else's (mix-up, RFC 9700 4.4).
 */
static int
is_answer_of_ours(const struct oauth_params *p)
{
	const char	*iss = p->value[P_ISS];

	return (p->duplicate == NULL && p->value[P_STATE] != NULL &&
	    p->value[P_STATE][0] != '\0' && iss != NULL &&
	    strcmp(iss, service.settings->issuer) == 0 &&
	    (p->value[P_CODE] == NULL) != (p->value[P_ERROR] == NULL) &&
	    (p->value[P_ERROR] == NULL || is_error_name(p->value[P_ERROR])));
}

static int
is_error_name(const char *s)
{
	size_t	n = strspn(s, "abcdefghijklmnopqrstuvwxyz_");

	return (n > 0 && n <= ERROR_MAX && s[n] == '\0');
}

static int
callback_ended(struct http_request *req)
{
	struct callback		*c = http_state_get(req);
	enum sign_in_outcome	 outcome;

	if (c->query.status != STORE_OK)
		return (respond_page(req, PAGE_OUTAGE, ""));
	outcome = store_sign_in_outcome(&c->query);
	metrics_add(METRIC_CODES_REDEEMED, outcome == SIGN_IN_NO_CODE ?
	    METRIC_CODE_REFUSED : METRIC_CODE_SUCCESS);
	if (outcome == SIGN_IN_SUCCESS)
		metrics_add(METRIC_LINKS, store_sign_in_is_link_new(
		    &c->query) ? METRIC_LINK_CREATED : METRIC_LINK_EXISTING);
	if (outcome == SIGN_IN_FOREIGN)
		metrics_add(METRIC_LINKS, METRIC_LINK_CONFLICT);
	return (answer(req, ends[outcome]));
}

static int
callback_refused(struct http_request *req)
{
	struct callback	*c = http_state_get(req);

	if (c->query.status != STORE_OK && c->query.status != STORE_NONE)
		return (respond_page(req, PAGE_OUTAGE, ""));
	if (c->query.status == STORE_NONE)
		return (answer(req, END_NO_SIGN_IN));
	return (answer(req, c->is_cancel ? END_CANCEL : END_REFUSED));
}

/* Apple closes the sheet without a word for a cancel without error_code. */
static int
answer(struct http_request *req, enum callback_end end)
{
	struct page	page;
	struct text	t;
	char		locale[LOCALE_LEN], url[64];

	locale_choose(locale, NULL, request_header(req, "accept-language"));
	respond_page_init(&page, end == END_SUCCESS ? PAGE_CALLBACK_SUCCESS :
	    end == END_CANCEL ? PAGE_CALLBACK_CANCEL : PAGE_CALLBACK_FAILURE,
	    locale);
	text_init(&t, url, sizeof(url));
	text_addf(&t, HOSTED_SCHEME "//?status=%s", end == END_SUCCESS ?
	    "success" : end == END_CANCEL ? "cancel" : "failure");
	if (end >= END_BROKEN)
		text_addf(&t, "&error_code=%d", (int)end);
	page.messages_url = url;
	http_response_header(req, "vary", "User-Agent, Sec-CH-UA");
	if (!is_messages_sheet(req))
		return (reply_page(req, &page, "", NULL));
	return (reply_page_redirect(req, &page, url));
}

/*
 * Whatever may be Messages' sheet is redirected. Chromium and Firefox cannot
 * be it (on Apple's devices they go by other names), and would silently stay
 * on the login page: a redirect to a scheme that they do not know is dropped.
 */
static int
is_messages_sheet(struct http_request *req)
{
	const char	*agent = request_header(req, "user-agent");

	return (request_header(req, "sec-ch-ua") == NULL && (agent == NULL ||
	    (strstr(agent, "Chrome/") == NULL &&
	    strstr(agent, "Firefox/") == NULL)));
}

static void
callback_release(void *state)
{
	struct callback	*c = state;

	store_query_drop(&c->query);
}
