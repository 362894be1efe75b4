/* SPDX-License-Identifier: ISC */
/*
 * POST /v1/links: tie an opaque ID to the customer of an access token. The
 * token proves who the customer is, the caller knows whose message it was.
 */
#include <string.h>

#include "apple/opaque_id.h"
#include "base/json_text.h"
#include "base/metrics.h"
#include "endpoint/await.h"
#include "endpoint/bearer.h"
#include "endpoint/endpoint.h"
#include "endpoint/service.h"
#include "http/reply.h"
#include "http/request.h"
#include "store/link.h"

#define REPLY_LEN	(6 * (OPAQUE_ID_MAX + CUSTOMER_ID_LEN) + 64)

struct links {
	struct request		 rq;		/* first */
	struct bearer		 bearer;
	char			 opaque_id[OPAQUE_ID_MAX + 1];
	int			 may_replace;
};

static int	links_parse(struct http_request *);
static int	links_reply(struct http_request *);
static int	json_read(struct http_request *, struct links *);
static int	form_read(struct http_request *, struct links *);
static int	is_true(const char *);
static void	links_release(void *);

enum { PARSE, REPLY };

static struct http_state	states[] = {
	[PARSE] = KORE_HTTP_STATE(links_parse),		/* whose token is it? */
	[REPLY] = KORE_HTTP_STATE(links_reply),		/* what was done */
};

static const enum metric_link	counted[] = {
	[LINK_CREATED] = METRIC_LINK_CREATED,
	[LINK_EXISTED] = METRIC_LINK_EXISTING,
	[LINK_MOVED] = METRIC_LINK_MOVED,
	[LINK_FOREIGN] = METRIC_LINK_CONFLICT,
};

int
endpoint_links_put(struct http_request *req)
{
	request_state(req, sizeof(struct links), links_release);
	return (http_state_run(states, 2, req));
}

static int
links_parse(struct http_request *req)
{
	struct links	*l = http_state_get(req);
	struct link_put	 put;
	int		 rc;

	rc = request_is_type(req, "application/json") ? json_read(req, l) :
	    form_read(req, l);
	if (rc == -1)
		return (reply_problem(req, HTTP_STATUS_BAD_REQUEST,
		    "invalid_request", "opaque_id is missing or is not an "
		    "opaque ID (urn:mbid:...)"));
	rc = bearer_read(req, &l->bearer, NULL);
	if (rc != HTTP_STATE_CONTINUE)
		return (rc);
	put.grant = &l->bearer.grant_id;
	put.expires = l->bearer.token.expires;
	put.opaque_id = l->opaque_id;
	put.may_replace = l->may_replace;
	store_link_put(service.store, &l->bearer.query, &put);
	return (await_query(req, &l->bearer.query, REPLY));
}

/* {"opaque_id": "urn:mbid:…", "replace": true}; a name twice is refused. */
static int
json_read(struct http_request *req, struct links *l)
{
	const char	*body;
	json_t		*o, *id;
	size_t		 len;
	int		 rc;

	if ((body = request_body(req, &len)) == NULL)
		return (-1);
	o = json_loadb(body, len, JSON_REJECT_DUPLICATES, NULL);
	id = json_object_get(o, "opaque_id");
	rc = -1;
	if (json_is_string(id) && !(json_object_get(o, "replace") != NULL &&
	    !json_is_boolean(json_object_get(o, "replace")))) {
		l->may_replace = json_is_true(json_object_get(o, "replace"));
		rc = opaque_id_get(l->opaque_id, json_string_value(id));
	}
	json_decref(o);
	return (rc);
}

static int
form_read(struct http_request *req, struct links *l)
{
	const char	*why;

	if (request_params(req, &l->rq, PARAMS_BODY, 0, &why) == -1 ||
	    l->rq.params.duplicate != NULL ||
	    l->rq.params.value[P_OPAQUE_ID] == NULL)
		return (-1);
	l->may_replace = is_true(l->rq.params.value[P_REPLACE]);
	return (opaque_id_get(l->opaque_id, l->rq.params.value[P_OPAQUE_ID]));
}

static int
is_true(const char *value)
{
	return (value != NULL && strcmp(value, "true") == 0);
}

static int
links_reply(struct http_request *req)
{
	struct links		*l = http_state_get(req);
	struct store_query	*q = &l->bearer.query;
	enum link_outcome	 outcome;
	struct text		 t;
	char			 json[REPLY_LEN];
	int			 next;

	next = await_judge(req, q);
	if (next != HTTP_STATE_CONTINUE)
		return (next);
	if (q->status == STORE_NONE)
		return (bearer_refuse(req));
	outcome = store_link_outcome(q);
	metrics_add(METRIC_LINKS, counted[outcome]);
	if (outcome == LINK_FOREIGN)
		return (reply_problem(req, HTTP_STATUS_CONFLICT, "conflict",
		    "the opaque ID belongs to another customer; replace=true "
		    "moves it"));
	text_init(&t, json, sizeof(json));
	json_text_open(&t);
	json_text_string(&t, "opaque_id", l->opaque_id);
	json_text_string(&t, "customer_id", store_link_customer(q));
	json_text_close(&t);
	return (reply_json_object(req, outcome == LINK_CREATED ?
	    HTTP_STATUS_CREATED : HTTP_STATUS_OK, &t));
}

static void
links_release(void *state)
{
	struct links	*l = state;

	bearer_release(&l->bearer);
}
