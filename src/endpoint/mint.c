/* SPDX-License-Identifier: ISC */
/* Minting tokens; see mint.h. */
#include <string.h>

#include "base/base64.h"
#include "base/json_text.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/text.h"
#include "base/trace.h"
#include "crypto/random.h"
#include "endpoint/mint.h"
#include "endpoint/service.h"
#include "oauth/claims.h"
#include "oauth/scope.h"

#define JTI_BYTES	16
#define JTI_LEN		BASE64URL_LEN(JTI_BYTES)

static void	jti_make(char [JTI_LEN]);
static void	subject_fill(struct token_subject *, const struct mint *,
		    const struct client *);
static void	count(const struct mint *, const char *);
static int	sign(char *, const char *, const struct text *);

unsigned
mint_lifetime(const struct client *c)
{
	return (c->access_token_seconds != 0 ? c->access_token_seconds :
	    service.settings->access_token_seconds);
}

void
mint_from_code(struct mint *m, const struct code *code)
{
	text_copy(m->customer_id, sizeof(m->customer_id), code->customer_id);
	text_copy(m->scope, sizeof(m->scope), code->scope);
	text_copy(m->nonce, sizeof(m->nonce), code->nonce);
	m->grant = code->grant;
	m->auth_time = code->auth_time;
	m->now = code->now;
}

int
mint_from_grant(struct mint *m, const struct grant *g, const char *scope)
{
	if (scope != NULL && !scope_is_within(scope, g->scope))
		return (-1);
	text_copy(m->customer_id, sizeof(m->customer_id), g->customer_id);
	text_copy(m->scope, sizeof(m->scope), scope == NULL ? g->scope :
	    scope);
	m->grant = g->id;
	m->auth_time = g->auth_time;
	m->now = g->now;
	return (0);
}

int
mint_sign(struct mint *m, const struct client *c, struct text *later)
{
	struct token_subject	 s;
	struct text		 t;
	char			 jti[JTI_LEN], claims[JWT_TEXT_LEN];

	m->lifetime = mint_lifetime(c);
	subject_fill(&s, m, c);
	jti_make(jti);
	text_init(&t, claims, sizeof(claims));
	claims_access_token(&t, &s, jti);
	if (sign(m->access_token, JWT_TYPE_ACCESS, &t) == -1)
		return (-1);
	jwt_seen_put(service.tokens.seen, m->access_token,
	    strlen(m->access_token));
	if (!scope_has(m->scope, "openid"))
		return (0);
	if (strcmp(c->id_token_alg, SIGNING_ALG_ES256) != 0) {
		claims_id_token(later, &s, m->access_token);
		return (text_is_ok(later) ? 0 : -1);
	}
	text_init(&t, claims, sizeof(claims));
	claims_id_token(&t, &s, m->access_token);
	return (sign(m->id_token, JWT_TYPE_ID, &t));
}

/* It only has to be no other's (RFC 7519 4.1.7). */
static void
jti_make(char out[JTI_LEN])
{
	uint8_t	bytes[JTI_BYTES];

	random_bytes(bytes, sizeof(bytes));
	PRECOND(base64url_encode(out, JTI_LEN, bytes, sizeof(bytes)) != -1);
}

static void
subject_fill(struct token_subject *s, const struct mint *m,
    const struct client *c)
{
	s->issuer = service.settings->issuer;
	s->client_id = c->client_id;
	s->business = c->business;
	s->customer_id = m->customer_id;
	s->scope = m->scope;
	s->grant = m->grant.text;
	s->nonce = m->nonce;
	s->auth_time = m->auth_time;
	s->now = m->now;
	s->lifetime = m->lifetime;
}

static int
sign(char *out, const char *typ, const struct text *claims)
{
	const struct signing_key	*key;
	uint64_t			 began;
	int				 rc;

	began = trace_now();
	key = service_signing_key(SIGNING_ALG_ES256);
	rc = key == NULL ? -1 :
	    jwt_text_sign(out, JWT_TEXT_LEN, key, typ, claims);
	trace_spent(TRACE_SIGN, began);
	return (rc);
}

void
mint_reply(struct text *t, const struct mint *m, const char *encrypted,
    int is_replaced)
{
	count(m, encrypted);
	json_text_open(t);
	json_text_string(t, "access_token", encrypted != NULL && is_replaced ?
	    encrypted : m->access_token);
	json_text_string(t, "token_type", "Bearer");
	json_text_number(t, "expires_in", m->lifetime);
	json_text_string(t, "scope", m->scope);
	if (m->id_token[0] != '\0')
		json_text_string(t, "id_token", m->id_token);
	if (m->refresh_token[0] != '\0')
		json_text_string(t, "refresh_token", m->refresh_token);
	json_text_string(t, "encrypted_access_token", encrypted);
	json_text_close(t);
}

static void
count(const struct mint *m, const char *encrypted)
{
	metrics_add(METRIC_TOKENS_ISSUED, METRIC_TOKEN_ACCESS);
	if (m->id_token[0] != '\0')
		metrics_add(METRIC_TOKENS_ISSUED, METRIC_TOKEN_ID);
	if (m->refresh_token[0] != '\0')
		metrics_add(METRIC_TOKENS_ISSUED, METRIC_TOKEN_REFRESH);
	if (encrypted != NULL)
		metrics_add(METRIC_TOKENS_ISSUED, METRIC_TOKEN_ENCRYPTED);
}
