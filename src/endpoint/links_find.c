/* SPDX-License-Identifier: ISC */
/*
 * GET and DELETE /v1/links, for clients that authenticate themselves. A client
 * sees its own business's links; all others do not exist for it.
 */
#include <string.h>

#include "apple/opaque_id.h"
#include "endpoint/await.h"
#include "endpoint/client_auth.h"
#include "endpoint/endpoint.h"
#include "endpoint/service.h"
#include "http/reply.h"
#include "http/request.h"
#include "store/link.h"

struct links_find {
	struct request		 rq;		/* first */
	struct client_auth	 auth;
	struct store_query	 query;
	char			 opaque_id[OPAQUE_ID_MAX + 1];	/* or "" */
	const char		*customer_id;			/* or NULL */
	int			 is_delete;
};

static int	begin(struct http_request *, int);
static int	links_parse(struct http_request *);
static int	links_client(struct http_request *);
static int	links_reply(struct http_request *);
static int	not_found(struct http_request *);
static json_t	*row_json(const struct store_query *, int);
static void	links_release(void *);

enum { PARSE, CLIENT, REPLY };

static struct http_state	states[] = {
	[PARSE] = KORE_HTTP_STATE(links_parse),
	[CLIENT] = KORE_HTTP_STATE(links_client),	/* who is asking */
	[REPLY] = KORE_HTTP_STATE(links_reply),
};

int
endpoint_links_find(struct http_request *req)
{
	return (begin(req, 0));
}

int
endpoint_links_delete(struct http_request *req)
{
	return (begin(req, 1));
}

static int
begin(struct http_request *req, int is_delete)
{
	struct links_find	*l;

	l = request_state(req, sizeof(*l), links_release);
	l->is_delete = is_delete;
	return (http_state_run(states, 3, req));
}

static int
links_parse(struct http_request *req)
{
	struct links_find	*l = http_state_get(req);
	struct oauth_verdict	 v;
	const char		*why, *id;

	memset(&v, 0, sizeof(v));
	if (request_params(req, &l->rq, PARAMS_QUERY, 0, &why) == -1) {
		oauth_refuse(&v, OAUTH_INVALID_REQUEST, "%s", why);
		return (reply_error(req, &v));
	}
	id = l->rq.params.value[P_OPAQUE_ID];
	l->customer_id = l->rq.params.value[P_CUSTOMER_ID];
	if (l->rq.params.duplicate != NULL ||
	    (id == NULL) == (l->customer_id == NULL) ||
	    (l->is_delete && id == NULL))
		oauth_refuse(&v, OAUTH_INVALID_REQUEST, l->is_delete ?
		    "opaque_id is needed, once" :
		    "one of opaque_id and customer_id is needed, once");
	else if (l->rq.params.value[P_CLIENT_SECRET] != NULL)
		oauth_refuse(&v, OAUTH_INVALID_REQUEST,
		    "a secret does not belong into a URL");
	else if (id != NULL && opaque_id_get(l->opaque_id, id) == -1)
		oauth_refuse(&v, OAUTH_INVALID_REQUEST,
		    "opaque_id is not an opaque ID (urn:mbid:...)");
	else
		return (client_auth_ask(req, &l->rq, &l->auth, CLIENT));
	return (reply_error(req, &v));
}

static int
links_client(struct http_request *req)
{
	struct links_find	*l = http_state_get(req);
	const char		*business;
	int			 next;

	next = client_auth_judge(req, &l->auth, 1);
	if (next != HTTP_STATE_CONTINUE)
		return (next);
	business = l->auth.who.client->business;
	if (l->is_delete)
		store_link_delete(service.store, &l->query, business,
		    l->opaque_id, l->auth.who.client->client_id);
	else if (l->customer_id != NULL)
		store_link_find_customer(service.store, &l->query, business,
		    l->customer_id);
	else
		store_link_find(service.store, &l->query, business,
		    l->opaque_id);
	return (await_query(req, &l->query, REPLY));
}

static int
links_reply(struct http_request *req)
{
	struct links_find	*l = http_state_get(req);
	json_t			*list;
	int			 i, next;

	next = await_judge(req, &l->query);
	if (next != HTTP_STATE_CONTINUE)
		return (next);
	if (l->query.status == STORE_NONE)
		return (not_found(req));
	if (l->is_delete)
		return (reply_status(req, HTTP_STATUS_NO_CONTENT));
	if (l->customer_id == NULL)
		return (reply_json(req, HTTP_STATUS_OK,
		    row_json(&l->query, 0)));
	list = json_array();
	for (i = 0; i < store_link_count(&l->query); i++)
		json_array_append_new(list, row_json(&l->query, i));
	return (reply_json(req, HTTP_STATUS_OK, list));
}

static json_t *
row_json(const struct store_query *q, int row)
{
	struct link_row	r;

	if (store_link_get(q, row, &r) == -1)
		return (NULL);
	return (json_pack("{s:s, s:s, s:s, s:s}", "opaque_id", r.opaque_id,
	    "customer_id", r.customer_id, "linked_at", r.linked_at,
	    "last_sign_in_at", r.last_sign_in_at));
}

static int
not_found(struct http_request *req)
{
	return (reply_problem(req, HTTP_STATUS_NOT_FOUND, "not_found",
	    "there is no such link"));
}

static void
links_release(void *state)
{
	struct links_find	*l = state;

	store_query_drop(&l->query);
	client_auth_release(&l->auth);
}
