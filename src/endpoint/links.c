/* SPDX-License-Identifier: ISC */
/*
 * POST /v1/links: tie an opaque ID to the customer of an access token. The
 * token proves who the customer is, the caller knows whose message it was.
 */
#include <string.h>

#include "apple/opaque_id.h"
#include "base/metrics.h"
#include "endpoint/await.h"
#include "endpoint/bearer.h"
#include "endpoint/endpoint.h"
#include "endpoint/service.h"
#include "http/reply.h"
#include "http/request.h"
#include "store/link.h"

struct links {
	struct request		 rq;		/* first */
	struct bearer		 bearer;
	struct store_query	 query;
	char			 opaque_id[OPAQUE_ID_MAX + 1];
	int			 may_replace;
};

static int	links_parse(struct http_request *);
static int	links_token(struct http_request *);
static int	links_reply(struct http_request *);
static int	json_read(struct http_request *, struct links *);
static int	form_read(struct http_request *, struct links *);
static int	is_true(const char *);
static void	links_release(void *);

enum { PARSE, TOKEN, REPLY };

static struct http_state	states[] = {
	[PARSE] = KORE_HTTP_STATE(links_parse),
	[TOKEN] = KORE_HTTP_STATE(links_token),		/* whose is it? */
	[REPLY] = KORE_HTTP_STATE(links_reply),
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
	return (http_state_run(states, 3, req));
}

static int
links_parse(struct http_request *req)
{
	struct links	*l = http_state_get(req);
	int		 rc;

	rc = request_is_type(req, "application/json") ? json_read(req, l) :
	    form_read(req, l);
	if (rc == -1)
		return (reply_problem(req, HTTP_STATUS_BAD_REQUEST,
		    "invalid_request", "opaque_id is missing or is not an "
		    "opaque ID (urn:mbid:...)"));
	return (bearer_ask(req, &l->bearer, NULL, TOKEN));
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
links_token(struct http_request *req)
{
	struct links	*l = http_state_get(req);
	struct link_put	 put;
	int		 next;

	next = bearer_judge(req, &l->bearer);
	if (next != HTTP_STATE_CONTINUE)
		return (next);
	put.business = l->bearer.grant.business;
	put.opaque_id = l->opaque_id;
	put.customer_id = l->bearer.grant.customer_id;
	put.auth_time = l->bearer.grant.auth_time;
	put.may_replace = l->may_replace;
	put.actor = l->bearer.grant.client_id;
	store_link_put(service.store, &l->query, &put);
	return (await_query(req, &l->query, REPLY));
}

static int
links_reply(struct http_request *req)
{
	struct links		*l = http_state_get(req);
	enum link_outcome	 outcome;
	int			 next;

	next = await_judge(req, &l->query);
	if (next != HTTP_STATE_CONTINUE)
		return (next);
	outcome = store_link_outcome(&l->query);
	metrics_add(METRIC_LINKS, counted[outcome]);
	if (outcome == LINK_FOREIGN)
		return (reply_problem(req, HTTP_STATUS_CONFLICT, "conflict",
		    "the opaque ID belongs to another customer; replace=true "
		    "moves it"));
	return (reply_json(req, outcome == LINK_CREATED ?
	    HTTP_STATUS_CREATED : HTTP_STATUS_OK, json_pack("{s:s, s:s}",
	    "opaque_id", l->opaque_id, "customer_id",
	    l->bearer.grant.customer_id)));
}

static void
links_release(void *state)
{
	struct links	*l = state;

	store_query_drop(&l->query);
	bearer_release(&l->bearer);
}
