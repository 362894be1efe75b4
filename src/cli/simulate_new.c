/* SPDX-License-Identifier: ISC */
/*
 * Apple's new flow: the code goes to the provider's callback, and the provider
 * exchanges it as an OpenID Connect client, with PKCE unless a profile says
 * whose manners it has: no provider sends that by itself.
 */
#include <string.h>

#include "cli/simulate.h"
#include "crypto/random.h"
#include "oauth/pkce.h"
#include "oauth/scope.h"

static int	new_query(struct sim *, struct text *);
static int	new_exchange(struct sim *, struct sim_reply *);
static int	new_accept(struct sim *, const json_t *);

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
	const struct client_profile	*profile = s->setup->profile;
	char	 challenge[PKCE_CHALLENGE_LEN], token[RANDOM_TOKEN_LEN];

	text_add(t, "client_id=");
	sim_text_add_device(t, s->client->client_id);
	text_add(t, "&redirect_uri=");
	sim_text_add_device(t, s->client->redirect_uri);
	text_add(t, "&response_type=code&scope=");
	sim_text_add_device(t, s->setup->scope);
	text_addf(t, "&state=%s", s->raw_state);
	if (profile == NULL || profile->has_nonce) {
		random_token(token);
		(void)text_copy(s->nonce, sizeof(s->nonce), token);
		text_addf(t, "&nonce=%s", s->nonce);
	}
	if (profile == NULL) {
		random_token(token);
		(void)text_copy(s->verifier, sizeof(s->verifier), token);
		pkce_challenge_from(challenge, s->verifier);
		text_addf(t, "&code_challenge=%s&code_challenge_method=S256",
		    challenge);
	}
	return (0);
}

static int
new_exchange(struct sim *s, struct sim_reply *r)
{
	struct sim_request	 q = { .agent = SIM_MSP, .method = "POST" };
	const struct client_profile *profile = s->setup->profile;
	const struct sim_client	*c = s->client;
	struct text		 t;
	int			 is_basic;

	text_init(&t, s->body, sizeof(s->body));
	text_addf(&t, "grant_type=authorization_code&code=%s&redirect_uri=",
	    s->code);
	text_add_uri(&t, c->redirect_uri, strlen(c->redirect_uri));
	if (s->verifier[0] != '\0')
		text_addf(&t, "&code_verifier=%s", s->verifier);
	is_basic = s->setup->options->is_basic ||
	    (profile != NULL && profile->is_basic);
	if (is_basic && c->secret[0] != '\0')
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

	if (text_copy(s->token, sizeof(s->token), token) != 0)
		return (sim_fail(s, "the access token is too long"));
	if (!scope_has(s->setup->scope, "openid")) {
		sim_say(s, "token of %zu characters", strlen(token));
		return (0);
	}
	return (sim_id_token_check(s, sim_json_text(answer, "id_token")));
}
