/* SPDX-License-Identifier: ISC */
/*
 * Apple's new flow: the code goes to the provider's callback, and the provider
 * exchanges it as an OpenID Connect client with PKCE.
 */
#include <string.h>

#include "base/base64.h"
#include "cli/simulate.h"
#include "crypto/random.h"
#include "oauth/pkce.h"
#include "oauth/scope.h"

#define ID_TOKEN_MAX	8192

static int	new_query(struct sim *, struct text *);
static int	new_exchange(struct sim *, struct sim_reply *);
static int	new_accept(struct sim *, const json_t *);
static json_t	*id_token_claims(const char *);
static int	id_token_check(struct sim *, const json_t *);
static int	audience_has(const json_t *, const char *);
static const char *wanted_scope(const struct sim *);

const struct sim_flow sim_flow_new = {
	.name = "new",
	.title = "the provider exchanges the code at its callback",
	.query = new_query,
	.exchange = new_exchange,
	.accept = new_accept,
};

/* What stands after state is what the message's additionalParameters add. */
static int
new_query(struct sim *s, struct text *t)
{
	char	 challenge[PKCE_CHALLENGE_LEN], token[RANDOM_TOKEN_LEN];

	random_token(token);
	(void)text_copy(s->nonce, sizeof(s->nonce), token);
	random_token(token);
	(void)text_copy(s->verifier, sizeof(s->verifier), token);
	pkce_challenge_from(challenge, s->verifier);
	text_add(t, "client_id=");
	sim_text_add_device(t, s->client->client_id);
	text_add(t, "&redirect_uri=");
	sim_text_add_device(t, s->client->redirect_uri);
	text_add(t, "&response_type=code&scope=");
	sim_text_add_device(t, wanted_scope(s));
	text_addf(t, "&state=%s&nonce=%s&code_challenge=%s"
	    "&code_challenge_method=S256", s->raw_state, s->nonce, challenge);
	return (0);
}

static int
new_exchange(struct sim *s, struct sim_reply *r)
{
	struct sim_request	 q = { .agent = SIM_MSP, .method = "POST" };
	const struct sim_client	*c = s->client;
	struct text		 t;

	text_init(&t, s->body, sizeof(s->body));
	text_addf(&t, "grant_type=authorization_code&code=%s&redirect_uri=",
	    s->code);
	text_add_uri(&t, c->redirect_uri, strlen(c->redirect_uri));
	text_addf(&t, "&code_verifier=%s", s->verifier);
	if (s->setup->options->is_basic && c->secret[0] != '\0')
		q.basic = c;
	else {
		text_add(&t, "&client_id=");
		text_add_uri(&t, c->client_id, strlen(c->client_id));
	}
	if (q.basic == NULL && c->secret[0] != '\0') {
		text_add(&t, "&client_secret=");
		text_add_uri(&t, c->secret, strlen(c->secret));
	}
	if (!text_is_ok(&t))
		return (sim_fail(s, "the token request is too long"));
	q.url = s->token_url;
	q.body = s->body;
	return (sim_http_ask(s, &q, r));
}

static int
new_accept(struct sim *s, const json_t *answer)
{
	const char	*token = sim_json_text(answer, "access_token");
	json_t		*claims;
	int		 rv;

	if (text_copy(s->token, sizeof(s->token), token) != 0)
		return (sim_fail(s, "the access token is too long"));
	if (!scope_has(wanted_scope(s), "openid")) {
		sim_say(s, "token of %zu characters", strlen(token));
		return (0);
	}
	claims = id_token_claims(sim_json_text(answer, "id_token"));
	if (claims == NULL)
		return (sim_fail(s, "id_token is missing or no JWT"));
	rv = id_token_check(s, claims);
	json_decref(claims);
	return (rv);
}

/*
 * The payload, unverified: it comes straight from the issuer over TLS, where
 * OpenID Connect Core 3.1.3.7 lets a client do without the signature.
 */
static json_t *
id_token_claims(const char *jwt)
{
	char		 payload[ID_TOKEN_MAX];
	const char	*p = strchr(jwt, '.');
	ssize_t		 n;

	if (p == NULL)
		return (NULL);
	p++;
	n = base64url_decode(payload, sizeof(payload), p, strcspn(p, "."));
	if (n < 0)
		return (NULL);
	return (json_loadb(payload, (size_t)n, JSON_REJECT_DUPLICATES, NULL));
}

static int
id_token_check(struct sim *s, const json_t *claims)
{
	const char	*sub = sim_json_text(claims, "sub");

	if (strcmp(sim_json_text(claims, "iss"), s->setup->issuer) != 0)
		return (sim_fail(s, "the id_token's iss is not the issuer"));
	if (!audience_has(json_object_get(claims, "aud"),
	    s->client->client_id))
		return (sim_fail(s, "the id_token's aud lacks the client"));
	if (strcmp(sim_json_text(claims, "nonce"), s->nonce) != 0)
		return (sim_fail(s, "the id_token's nonce is not the one that "
		    "was sent"));
	if (sub[0] == '\0' ||
	    text_copy(s->customer_id, sizeof(s->customer_id), sub) != 0)
		return (sim_fail(s, "the id_token has no usable sub"));
	sim_say(s, "token of %zu characters, id_token with our nonce "
	    "(signature not checked)", strlen(s->token));
	return (0);
}

/* RFC 7519 4.1.3: one string, or several. */
static int
audience_has(const json_t *aud, const char *client_id)
{
	size_t	 i;

	if (json_is_string(aud))
		return (strcmp(json_string_value(aud), client_id) == 0);
	for (i = 0; i < json_array_size(aud); i++)
		if (json_is_string(json_array_get(aud, i)) && strcmp(
		    json_string_value(json_array_get(aud, i)), client_id) == 0)
			return (1);
	return (0);
}

static const char *
wanted_scope(const struct sim *s)
{
	return (s->setup->options->scope != NULL ?
	    s->setup->options->scope : "openid");
}
