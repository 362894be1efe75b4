/* SPDX-License-Identifier: ISC */
/*
 * Apple's old flow, the authentication message: the device exchanges the code
 * itself and passes the token on, encrypted to the provider's key.
 */
#include <string.h>
#include <strings.h>

#include "base/base64.h"
#include "cli/simulate.h"
#include "crypto/digest.h"

static int	old_query(struct sim *, struct text *);
static int	old_exchange(struct sim *, struct sim_reply *);
static int	old_accept(struct sim *, const json_t *);
static ssize_t	decrypt(struct sim *, char *, size_t, const char *);

const struct sim_flow sim_flow_old = {
	.name = "old",
	.title = "the device exchanges the code, the token comes encrypted",
	.query = old_query,
	.exchange = old_exchange,
	.accept = old_accept,
};

/* The device's order, and the device's escaping: '+' and '/' stay raw. */
static int
old_query(struct sim *s, struct text *t)
{
	const struct sim_options	*o = s->setup->options;
	enum ecies_curve		 curve = ECIES_P384;
	uint8_t				 point[ECIES_POINT_MAX];
	char				 key[BASE64_LEN(ECIES_POINT_MAX)];
	size_t				 len;

	if (o->curve != NULL && strcmp(o->curve, "P-256") == 0)
		curve = ECIES_P256;
	if (ecies_generate(curve, point, &len, s->scalar,
	    &s->scalar_len) != 0 ||
	    base64_encode(key, sizeof(key), point, len) < 0)
		return (sim_fail(s, "no response encryption key could be "
		    "made"));
	text_add(t, "client_id=");
	sim_text_add_device(t, s->client->client_id);
	text_add(t, "&redirect_uri=");
	sim_text_add_device(t, s->client->redirect_uri);
	text_add(t, "&response_encryption_key=");
	sim_text_add_device(t, key);
	text_add(t, "&response_type=code&scope=");
	sim_text_add_device(t, s->setup->scope);
	text_add(t, "&state=");
	text_add(t, s->raw_state);
	return (0);
}

/* Nothing is escaped, as on the device. */
static int
old_exchange(struct sim *s, struct sim_reply *r)
{
	struct sim_request	 q = { .agent = SIM_DEVICE, .method = "POST" };
	const struct client_profile *profile = s->setup->profile;
	struct text		 t;
	int			 in_url = s->way == PROFILE_OLD_URL;

	if (in_url) {
		text_init(&t, s->url, sizeof(s->url));
		text_addf(&t, "%s?", s->token_url);
	} else
		text_init(&t, s->body, sizeof(s->body));
	text_addf(&t, "client_id=%s&code=%s&grant_type=authorization_code",
	    s->client->client_id, s->code);
	if (profile == NULL || !profile->omits_redirect_uri)
		text_addf(&t, "&redirect_uri=%s", s->client->redirect_uri);
	if (s->client->secret[0] != '\0')
		text_addf(&t, "&client_secret=%s", s->client->secret);
	if (!text_is_ok(&t))
		return (sim_fail(s, "the token request is too long"));
	q.url = in_url ? s->url : s->token_url;
	q.body = in_url ? "" : s->body;
	return (sim_http_ask(s, &q, r));
}

/*
 * The token may come beside its ciphertext, or be replaced by it: a client can
 * be registered either way. The device hands on what is in access_token.
 */
static int
old_accept(struct sim *s, const json_t *answer)
{
	const char	*token = sim_json_text(answer, "access_token");
	const char	*sealed = sim_json_text(answer,
			    "encrypted_access_token");
	char		 plain[SIM_TOKEN_LEN];
	int		 rv = -1;

	if (decrypt(s, plain, sizeof(plain), token) > 0) {
		(void)text_copy(s->token, sizeof(s->token), plain);
		sim_say(s, "access_token is the ciphertext, it decrypts to "
		    "%zu characters", strlen(plain));
		rv = 0;
		goto out;
	}
	if (sealed[0] == '\0') {
		sim_say(s, "encrypted_access_token is missing");
		goto out;
	}
	if (decrypt(s, plain, sizeof(plain), sealed) < 0) {
		sim_say(s, "encrypted_access_token does not decrypt with the "
		    "response key");
		goto out;
	}
	if (strcmp(plain, token) != 0) {
		sim_say(s, "encrypted_access_token holds something else than "
		    "access_token");
		goto out;
	}
	(void)text_copy(s->token, sizeof(s->token), token);
	sim_say(s, "token of %zu characters, %s ciphertext decrypts to it",
	    strlen(token), s->scalar_len > 32 ? "P-384" : "P-256");
	rv = 0;
out:
	digest_wipe(plain, sizeof(plain));
	return (rv);
}

/* Length of the text, or -1. */
static ssize_t
decrypt(struct sim *s, char *out, size_t cap, const char *sealed)
{
	ssize_t	 n;

	n = ecies_decrypt(out, cap - 1, s->scalar, s->scalar_len, sealed,
	    strlen(sealed));
	out[n < 0 ? 0 : n] = '\0';
	return (n);
}
