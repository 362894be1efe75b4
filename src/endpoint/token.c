/* SPDX-License-Identifier: ISC */
/* POST /oauth/token: both grants (RFC 6749 4.1.3, 6). */
#include <string.h>

#include "base/log.h"
#include "base/metrics.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "crypto/random.h"
#include "endpoint/await.h"
#include "endpoint/client_auth.h"
#include "endpoint/encrypt_work.h"
#include "endpoint/endpoint.h"
#include "endpoint/mint.h"
#include "endpoint/refresh_token.h"
#include "endpoint/service.h"
#include "endpoint/sign_work.h"
#include "http/reply.h"
#include "http/request.h"
#include "store/code.h"

/* Two tokens, one more encrypted, the refresh token and the scope, escaped. */
#define REPLY_LEN	(2 * JWT_TEXT_LEN + 2 * CODE_SCOPE_LEN + 1024 +	\
			    ECIES_TEXT_LEN(JWT_TEXT_LEN))

struct token {
	struct request		 rq;		/* first */
	struct client_auth	 auth;
	int			 in_query;
	struct token_request	 asked;
	struct store_query	 query;
	uint8_t			 digest[CODE_DIGEST];
	uint8_t			 refresh[RANDOM_TOKEN_BYTES];
	uint8_t			 refresh_digest[DIGEST_LEN];
	struct code_take	 take;
	struct code		 code;
	struct grant		 grant;
	struct mint		 mint;
	struct sign_work	*signing;
	struct encrypt_work	*work;
};

static int	token_parse(struct http_request *);
static int	token_client_state(struct http_request *);
static int	token_taken(struct http_request *);
static int	token_refused(struct http_request *);
static int	token_refreshed(struct http_request *);
static int	token_signed(struct http_request *);
static int	token_encrypted(struct http_request *);
static int	take(struct http_request *, struct token *);
static int	refresh(struct http_request *, struct token *);
static int	issue(struct http_request *, struct token *);
static int	unsigned_problem(struct http_request *);
static int	answer(struct http_request *, struct token *, const char *);
static int	invalid_grant(struct http_request *, const char *);
static void	take_fill(struct token *);
static void	token_release(void *);

enum { PARSE, CLIENT, TAKEN, REFUSED, REFRESHED, SIGNED, ENCRYPTED };

static struct http_state	states[] = {
	[PARSE] = KORE_HTTP_STATE(token_parse),		/* no duplicates */
	[CLIENT] = KORE_HTTP_STATE(token_client_state),	/* who is asking */
	[TAKEN] = KORE_HTTP_STATE(token_taken),		/* at most once */
	[REFUSED] = KORE_HTTP_STATE(token_refused),	/* or why not */
	[REFRESHED] = KORE_HTTP_STATE(token_refreshed),
	[SIGNED] = KORE_HTTP_STATE(token_signed),	/* RS256, encrypt? */
	[ENCRYPTED] = KORE_HTTP_STATE(token_encrypted),	/* JSON out, wipe */
};

static const char	*const refusals[] = {
	[CODE_UNKNOWN] = "the code is not known",
	[CODE_EXPIRED] = "the code has run out",
	[CODE_REUSED] = "the code was used before; its tokens are revoked",
	[CODE_FOREIGN_CLIENT] = "the code was issued to another client",
	[CODE_WRONG_REDIRECT] = "redirect_uri differs from the one authorized",
	[CODE_WRONG_VERIFIER] = "code_verifier does not fit code_challenge",
	[CODE_VERIFIER_MISSING] = "code_verifier is missing",
	[CODE_VERIFIER_UNASKED] = "code_verifier without a code_challenge",
};

int
endpoint_token(struct http_request *req)
{
	request_state(req, sizeof(struct token), token_release);
	return (http_state_run(states, 7, req));
}

static int
token_parse(struct http_request *req)
{
	struct token		*t = http_state_get(req);
	struct oauth_verdict	 v;
	const char		*why;
	int			 i;

	memset(&v, 0, sizeof(v));
	if (service.keyring.count == 0)
		return (reply_outage(req));
	/* What is in the query may only come from an Apple device. */
	if (request_params(req, &t->rq, PARAMS_QUERY, 0, &why) == 0)
		for (i = 0; i < P_MAX; i++)
			t->in_query |= t->rq.params.value[i] != NULL;
	if (request_params(req, &t->rq, PARAMS_QUERY | PARAMS_BODY, 0,
	    &why) == -1) {
		oauth_refuse(&v, OAUTH_INVALID_REQUEST, "%s", why);
		return (reply_error(req, &v));
	}
	t->auth.may_recall = 1;
	return (client_auth_ask(req, &t->rq, &t->auth, CLIENT));
}

static int
token_client_state(struct http_request *req)
{
	struct token		*t = http_state_get(req);
	struct oauth_verdict	 v;
	struct token_client	 view;
	const char		*why;
	int			 next;

	memset(&v, 0, sizeof(v));
	next = client_auth_judge(req, &t->auth, 0);
	if (next != HTTP_STATE_CONTINUE)
		return (next);
	/* A device does not escape what it sends: read it again as it meant. */
	if (t->auth.who.client->is_apple_device && request_params(req, &t->rq,
	    PARAMS_QUERY | PARAMS_BODY, 1, &why) == -1) {
		oauth_refuse(&v, OAUTH_INVALID_REQUEST, "%s", why);
		return (reply_error(req, &v));
	}
	client_auth_view(&view, &t->auth);
	if (token_check(&t->asked, &v, &t->rq.params, &view,
	    t->in_query) != OAUTH_OK)
		return (reply_error(req, &v));
	/* Too bad to be told of behind a code that is spent. */
	if (service_signing_key(t->auth.who.client->id_token_alg) == NULL ||
	    work_is_full(WORK_SHORT))
		return (reply_outage(req));
	if (t->asked.grant == GRANT_REFRESH)
		return (refresh(req, t));
	return (take(req, t));
}

static int
take(struct http_request *req, struct token *t)
{
	take_fill(t);
	store_code_take(service.store, &t->query, &t->take);
	return (await_query(req, &t->query, TAKEN));
}

static void
take_fill(struct token *t)
{
	const struct client	*c = t->auth.who.client;
	struct code_take	*k = &t->take;

	digest_sha256(t->digest, t->asked.code, strlen(t->asked.code));
	k->digest = t->digest;
	k->client_id = c->client_id;
	k->redirect_uri = t->asked.redirect_uri;
	k->challenge = *t->asked.challenge == '\0' ? NULL :
	    t->asked.challenge;
	k->grant_lifetime = mint_lifetime(c);
	k->epoch = t->auth.who.is_recalled ? t->auth.who.epoch : NULL;
	if (c->grant_types & CLIENT_GRANT_REFRESH) {
		random_bytes(t->refresh, sizeof(t->refresh));
		digest_sha256(t->refresh_digest, t->refresh,
		    sizeof(t->refresh));
		k->refresh_digest = t->refresh_digest;
		k->refresh_lifetime = service.settings->refresh_token_seconds;
		k->grant_lifetime += k->refresh_lifetime;
	}
}

static int
token_taken(struct http_request *req)
{
	struct token	*t = http_state_get(req);
	int		 next;

	next = await_judge(req, &t->query);
	if (next != HTTP_STATE_CONTINUE)
		return (next);
	if (t->query.status == STORE_NONE && t->auth.who.is_recalled)
		return (client_auth_again(req, &t->auth, CLIENT));
	if (t->query.status == STORE_NONE) {
		store_code_refuse(service.store, &t->query, &t->take);
		return (await_query(req, &t->query, REFUSED));
	}
	if (store_code_get(&t->query, &t->code) == -1)
		return (invalid_grant(req, "the code cannot be read"));
	metrics_add(METRIC_CODES_REDEEMED, METRIC_CODE_SUCCESS);
	mint_from_code(&t->mint, &t->code);
	if (t->take.refresh_digest != NULL && refresh_token_make(
	    t->mint.refresh_token, t->refresh, &t->code.grant) == -1)
		return (invalid_grant(req, "the grant cannot be read"));
	return (issue(req, t));
}

/* Refused: say why to the developer; a second use has revoked the first. */
static int
token_refused(struct http_request *req)
{
	struct token		*t = http_state_get(req);
	enum code_refusal	 why;
	int			 next;

	next = await_judge(req, &t->query);
	if (next != HTTP_STATE_CONTINUE)
		return (next);
	why = store_code_refusal(&t->query);
	metrics_add(METRIC_CODES_REDEEMED, why == CODE_REUSED ?
	    METRIC_CODE_REUSED : METRIC_CODE_REFUSED);
	return (invalid_grant(req, refusals[why]));
}

static int
refresh(struct http_request *req, struct token *t)
{
	uint16_t	day;

	if (refresh_token_read(&day, t->refresh_digest,
	    t->asked.refresh_token) == -1)
		return (invalid_grant(req, "the refresh token is not known"));
	store_grant_refresh(service.store, &t->query,
	    t->auth.who.client->client_id, day, t->refresh_digest);
	return (await_query(req, &t->query, REFRESHED));
}

static int
token_refreshed(struct http_request *req)
{
	struct token		*t = http_state_get(req);
	struct oauth_verdict	 v;
	int			 next;

	next = await_judge(req, &t->query);
	if (next != HTTP_STATE_CONTINUE)
		return (next);
	if (t->auth.who.is_recalled && (store_grant_get(&t->query,
	    &t->grant) == -1 || !client_is_current(&t->auth.who,
	    t->grant.epoch)))
		return (client_auth_again(req, &t->auth, CLIENT));
	if (t->query.status == STORE_NONE ||
	    store_grant_get(&t->query, &t->grant) == -1 ||
	    store_grant_key_get(&t->query, t->code.response_key,
	    sizeof(t->code.response_key), &t->code.response_key_len) == -1)
		return (invalid_grant(req, "the refresh token is not known"));
	if (mint_from_grant(&t->mint, &t->grant, t->asked.scope) == -1) {
		oauth_refuse(&v, OAUTH_INVALID_SCOPE,
		    "scope is wider than what was granted");
		return (reply_error(req, &v));
	}
	return (issue(req, t));
}

/* The commit is done: sign, RS256 on a thread. */
static int
issue(struct http_request *req, struct token *t)
{
	const struct signing_key	*key;
	struct text			 later;
	char				 claims[JWT_TEXT_LEN];

	text_init(&later, claims, sizeof(claims));
	key = service_signing_key(t->auth.who.client->id_token_alg);
	if (key == NULL ||
	    mint_sign(&t->mint, t->auth.who.client, &later) == -1)
		return (unsigned_problem(req));
	req->fsm_state = SIGNED;
	if (later.len == 0)
		return (HTTP_STATE_CONTINUE);
	t->signing = sign_work_start(req, key, &later);
	if (t->signing == NULL)
		fatal("no memory to sign a token");
	return (request_sleep(req, SIGNED));
}

static int
unsigned_problem(struct http_request *req)
{
	log_error("a token could not be signed");
	return (reply_problem(req, HTTP_STATUS_INTERNAL_ERROR, "server_error",
	    "the token could not be signed"));
}

/* All is signed: encrypt where a key came with the sign-in. */
static int
token_signed(struct http_request *req)
{
	struct token	*t = http_state_get(req);

	if (t->signing != NULL) {
		if (!t->signing->is_done)
			return (request_sleep(req, SIGNED));
		if (!t->signing->is_ok)
			return (unsigned_problem(req));
		text_copy(t->mint.id_token, sizeof(t->mint.id_token),
		    t->signing->text);
	}
	if (t->code.response_key_len == 0)
		return (answer(req, t, NULL));
	t->work = encrypt_work_start(req, t->code.response_key,
	    t->code.response_key_len, t->mint.access_token);
	if (t->work == NULL)
		fatal("no memory to encrypt a token");
	return (request_sleep(req, ENCRYPTED));
}

static int
token_encrypted(struct http_request *req)
{
	struct token	*t = http_state_get(req);

	if (!t->work->is_done)
		return (request_sleep(req, ENCRYPTED));
	if (!t->work->is_ok) {
		log_error("a token could not be encrypted");
		return (reply_problem(req, HTTP_STATUS_INTERNAL_ERROR,
		    "server_error", "the token could not be encrypted"));
	}
	return (answer(req, t, t->work->text));
}

static int
answer(struct http_request *req, struct token *t, const char *encrypted)
{
	struct text	 reply;
	char		 json[REPLY_LEN];
	int		 next;

	text_init(&reply, json, sizeof(json));
	mint_reply(&reply, &t->mint, encrypted,
	    t->auth.who.client->is_access_token_encrypted);
	next = reply_json_object(req, HTTP_STATUS_OK, &reply);
	digest_wipe(json, reply.len);
	return (next);
}

static int
invalid_grant(struct http_request *req, const char *why)
{
	struct oauth_verdict	v;

	oauth_refuse(&v, OAUTH_INVALID_GRANT, "%s", why);
	return (reply_error(req, &v));
}

static void
token_release(void *state)
{
	struct token	*t = state;

	store_query_drop(&t->query);
	client_auth_release(&t->auth);
	sign_work_release(t->signing);
	encrypt_work_release(t->work);
}
