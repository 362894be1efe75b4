/* SPDX-License-Identifier: ISC */
/*
 * POST /v1/sign-ins: an MSP announces whose sign-in its message will start.
 * What it gets back goes into the message; the callback hosted here does the
 * rest.
 */
#include <string.h>

#include "apple/opaque_id.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "crypto/random.h"
#include "endpoint/await.h"
#include "endpoint/client_auth.h"
#include "endpoint/endpoint.h"
#include "endpoint/hosted.h"
#include "endpoint/service.h"
#include "http/reply.h"
#include "http/request.h"
#include "oauth/redirect.h"
#include "store/sign_in.h"

#define STATE_MAX	512
#define URL_LEN		8192

struct sign_ins {
	struct request		 rq;		/* first */
	json_t			*body;		/* of which params are part */
	struct client_auth	 auth;
	struct store_query	 query;
	char			 opaque_id[OPAQUE_ID_MAX + 1];
	char			 state[STATE_MAX + 1];
	uint8_t			 digest[DIGEST_LEN];
	char			 uri[HOSTED_URI_LEN];
};

static int	sign_ins_parse(struct http_request *);
static int	sign_ins_client(struct http_request *);
static int	sign_ins_reply(struct http_request *);
static int	json_read(struct http_request *, struct sign_ins *);
static const char	*announcement_read(struct sign_ins *);
static const char	*client_fault(const struct sign_ins *);
static int	refuse(struct http_request *, enum oauth_error, const char *);
static void	url_add(struct text *, const char *, const char *);
static void	sign_ins_release(void *);

enum { PARSE, CLIENT, REPLY };

static struct http_state	states[] = {
	[PARSE] = KORE_HTTP_STATE(sign_ins_parse),
	[CLIENT] = KORE_HTTP_STATE(sign_ins_client),	/* who is asking */
	[REPLY] = KORE_HTTP_STATE(sign_ins_reply),	/* committed */
};

int
endpoint_sign_ins_put(struct http_request *req)
{
	request_state(req, sizeof(struct sign_ins), sign_ins_release);
	return (http_state_run(states, 3, req));
}

static int
sign_ins_parse(struct http_request *req)
{
	struct sign_ins	*s = http_state_get(req);
	const char	*why;

	if (request_is_type(req, "application/json")) {
		if (json_read(req, s) == -1)
			return (refuse(req, OAUTH_INVALID_REQUEST,
			    "the body is not a JSON object with text members"));
	} else if (request_params(req, &s->rq, PARAMS_BODY, 0, &why) == -1)
		return (refuse(req, OAUTH_INVALID_REQUEST, why));
	if ((why = announcement_read(s)) != NULL)
		return (refuse(req, OAUTH_INVALID_REQUEST, why));
	return (client_auth_ask(req, &s->rq, &s->auth, CLIENT));
}

/* Members by the names that a form would have; one twice is refused. */
static int
json_read(struct http_request *req, struct sign_ins *s)
{
	static const enum oauth_param	 wanted[] = { P_OPAQUE_ID, P_STATE,
	    P_CLIENT_ID, P_CLIENT_SECRET };
	const char	*body;
	json_t		*value;
	size_t		 i, len;

	if ((body = request_body(req, &len)) == NULL || s->body != NULL)
		return (-1);
	s->body = json_loadb(body, len, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(s->body))
		return (-1);
	for (i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		value = json_object_get(s->body, oauth_param_names[wanted[i]]);
		if (value == NULL)
			continue;
		if (!json_is_string(value))
			return (-1);
		s->rq.params.value[wanted[i]] = json_string_value(value);
		s->rq.params.seen |= (uint64_t)1 << wanted[i];
	}
	return (0);
}

/*
 * NULL, or what is wrong. A state of other characters would be escaped by one
 * on its way and not by the next, and come back as another.
 */
static const char *
announcement_read(struct sign_ins *s)
{
	static const char	 unreserved[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-._~";
	const char		*id = s->rq.params.value[P_OPAQUE_ID];
	const char		*state = s->rq.params.value[P_STATE];
	char			 token[RANDOM_TOKEN_LEN];

	if (s->rq.params.duplicate != NULL)
		return ("a parameter was sent twice");
	if (id == NULL || opaque_id_get(s->opaque_id, id) == -1)
		return ("opaque_id is missing or is not an opaque ID "
		    "(urn:mbid:...)");
	if (state == NULL) {
		random_token(token);
		state = token;
	}
	if (*state == '\0' || state[strspn(state, unreserved)] != '\0' ||
	    text_copy(s->state, sizeof(s->state), state) == -1)
		return ("state may have A-Z a-z 0-9 - . _ ~ only, 512 "
		    "at most");
	digest_sha256(s->digest, s->state, strlen(s->state));
	return (NULL);
}

static int
sign_ins_client(struct http_request *req)
{
	struct sign_ins		*s = http_state_get(req);
	struct sign_in_put	 put;
	const char		*why;
	int			 next;

	next = client_auth_judge(req, &s->auth, 1);
	if (next != HTTP_STATE_CONTINUE)
		return (next);
	hosted_uri(s->uri);
	if ((why = client_fault(s)) != NULL)
		return (refuse(req, OAUTH_UNAUTHORIZED_CLIENT, why));
	put.state = s->digest;
	put.client_id = s->auth.who.client->client_id;
	put.business = s->auth.who.client->business;
	put.opaque_id = s->opaque_id;
	put.lifetime = service.settings->sign_in_seconds;
	store_sign_in_put(service.store, &s->query, &put);
	return (await_query(req, &s->query, REPLY));
}

/* Nobody but a client that has a verifier could prove it to us. */
static const char *
client_fault(const struct sign_ins *s)
{
	if (!redirect_match(s->auth.who.client->redirect_uris, s->uri))
		return ("the callback hosted here is not among this client's "
		    "redirect URIs");
	if (s->auth.who.client->is_pkce_required)
		return ("this client must use PKCE, which a callback hosted "
		    "here cannot");
	return (NULL);
}

static int
sign_ins_reply(struct http_request *req)
{
	struct sign_ins	*s = http_state_get(req);
	struct text	 t;
	char		 url[URL_LEN];
	int		 next;

	next = await_judge(req, &s->query);
	if (next != HTTP_STATE_CONTINUE)
		return (next);
	if (s->query.status == STORE_NONE)
		return (reply_problem(req, HTTP_STATUS_CONFLICT, "conflict",
		    "this state was announced before"));
	text_init(&t, url, sizeof(url));
	text_addf(&t, "%s/oauth/authorize", service.settings->issuer);
	url_add(&t, "?client_id=", s->auth.who.client->client_id);
	url_add(&t, "&redirect_uri=", s->uri);
	url_add(&t, "&response_type=code&scope=", s->auth.who.client->scopes);
	url_add(&t, "&state=", s->state);
	if (!text_is_ok(&t))
		return (reply_problem(req, HTTP_STATUS_INTERNAL_ERROR,
		    "server_error", "the URL is too long"));
	return (reply_json(req, HTTP_STATUS_CREATED, json_pack(
	    "{s:s, s:s, s:s, s:I}", "state", s->state, "redirect_uri", s->uri,
	    "authorize_url", url, "expires_in",
	    (json_int_t)service.settings->sign_in_seconds)));
}

static void
url_add(struct text *t, const char *name, const char *value)
{
	text_add(t, name);
	text_add_uri(t, value, strlen(value));
}

static int
refuse(struct http_request *req, enum oauth_error error, const char *why)
{
	struct oauth_verdict	v;

	memset(&v, 0, sizeof(v));
	oauth_refuse(&v, error, "%s", why);
	return (reply_error(req, &v));
}

static void
sign_ins_release(void *state)
{
	struct sign_ins	*s = state;

	store_query_drop(&s->query);
	client_auth_release(&s->auth);
	json_decref(s->body);
}
