/* SPDX-License-Identifier: ISC */
/*
 * GET /v1/sign-ins: how an announced sign-in stands, for the client that
 * announced it; for all others it does not exist.
 */
#include <string.h>

#include "crypto/digest.h"
#include "endpoint/await.h"
#include "endpoint/client_auth.h"
#include "endpoint/endpoint.h"
#include "endpoint/service.h"
#include "http/reply.h"
#include "http/request.h"
#include "store/sign_in.h"

struct sign_ins_find {
	struct request		 rq;		/* first */
	struct client_auth	 auth;
	struct store_query	 query;
	uint8_t			 digest[DIGEST_LEN];
};

static int	find_parse(struct http_request *);
static int	find_client(struct http_request *);
static int	find_reply(struct http_request *);
static json_t	*sign_in_json(const struct sign_in *);
static void	put_text(json_t *, const char *, const char *);
static void	find_release(void *);

enum { PARSE, CLIENT, REPLY };

static struct http_state	states[] = {
	[PARSE] = KORE_HTTP_STATE(find_parse),
	[CLIENT] = KORE_HTTP_STATE(find_client),	/* who is asking */
	[REPLY] = KORE_HTTP_STATE(find_reply),
};

int
endpoint_sign_ins_find(struct http_request *req)
{
	request_state(req, sizeof(struct sign_ins_find), find_release);
	return (http_state_run(states, 3, req));
}

static int
find_parse(struct http_request *req)
{
	struct sign_ins_find	*f = http_state_get(req);
	struct oauth_verdict	 v;
	const char		*why, *state;

	memset(&v, 0, sizeof(v));
	if (request_params(req, &f->rq, PARAMS_QUERY, 0, &why) == -1) {
		oauth_refuse(&v, OAUTH_INVALID_REQUEST, "%s", why);
		return (reply_error(req, &v));
	}
	state = f->rq.params.value[P_STATE];
	if (f->rq.params.duplicate != NULL || state == NULL)
		oauth_refuse(&v, OAUTH_INVALID_REQUEST,
		    "state is needed, once");
	else if (f->rq.params.value[P_CLIENT_SECRET] != NULL)
		oauth_refuse(&v, OAUTH_INVALID_REQUEST,
		    "a secret does not belong into a URL");
	else {
		digest_sha256(f->digest, state, strlen(state));
		return (client_auth_ask(req, &f->rq, &f->auth, CLIENT));
	}
	return (reply_error(req, &v));
}

static int
find_client(struct http_request *req)
{
	struct sign_ins_find	*f = http_state_get(req);
	int			 next;

	next = client_auth_judge(req, &f->auth, 1);
	if (next != HTTP_STATE_CONTINUE)
		return (next);
	store_sign_in_find(service.store, &f->query, f->digest,
	    f->auth.who.client->client_id);
	return (await_query(req, &f->query, REPLY));
}

static int
find_reply(struct http_request *req)
{
	struct sign_ins_find	*f = http_state_get(req);
	struct sign_in		 found;
	int			 next;

	next = await_judge(req, &f->query);
	if (next != HTTP_STATE_CONTINUE)
		return (next);
	if (f->query.status == STORE_NONE ||
	    store_sign_in_get(&f->query, &found) == -1)
		return (reply_problem(req, HTTP_STATUS_NOT_FOUND, "not_found",
		    "no such sign-in was announced by this client"));
	return (reply_json(req, HTTP_STATUS_OK, sign_in_json(&found)));
}

static json_t *
sign_in_json(const struct sign_in *s)
{
	json_t	*o;

	o = json_pack("{s:s, s:s, s:s}", "status", s->status, "opaque_id",
	    s->opaque_id, "expires_at", s->expires_at);
	if (o == NULL)
		return (NULL);
	put_text(o, "customer_id", s->customer_id);
	put_text(o, "error", s->error);
	put_text(o, "ended_at", s->ended_at);
	return (o);
}

static void
put_text(json_t *o, const char *name, const char *value)
{
	if (value[0] != '\0')
		json_object_set_new(o, name, json_string(value));
}

static void
find_release(void *state)
{
	struct sign_ins_find	*f = state;

	store_query_drop(&f->query);
	client_auth_release(&f->auth);
}
