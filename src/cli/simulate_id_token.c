/* SPDX-License-Identifier: ISC */
/* The ID token of the new flow, judged as the provider would. */
#include <string.h>

#include "base/base64.h"
#include "cli/simulate.h"
#include "crypto/jwt_relying.h"

#define ID_TOKEN_MAX	8192

static json_t	*part_read(const char *, size_t);
static int	alg_check(struct sim *, const char *);
static int	claims_check(struct sim *, const json_t *);
static int	audience_has(const json_t *, const char *);

int
sim_id_token_check(struct sim *s, const char *id_token)
{
	const char	*payload = strchr(id_token, '.');
	const char	*why;
	json_t		*claims;
	int		 rv;

	claims = payload == NULL ? NULL :
	    part_read(payload + 1, strcspn(payload + 1, "."));
	if (claims == NULL)
		return (sim_fail(s, "id_token is missing or no JWT"));
	if ((rv = alg_check(s, id_token)) == 0 &&
	    (why = jwt_relying_verify(id_token, s->jwks)) != NULL)
		rv = sim_fail(s, "the id_token cannot be trusted: %s", why);
	if (rv == 0)
		rv = claims_check(s, claims);
	json_decref(claims);
	return (rv);
}

/* The object in one part of the JWT, or NULL. */
static json_t *
part_read(const char *part, size_t len)
{
	char	 text[ID_TOKEN_MAX];
	ssize_t	 n;

	n = base64url_decode(text, sizeof(text), part, len);
	if (n < 0)
		return (NULL);
	return (json_loadb(text, (size_t)n, JSON_REJECT_DUPLICATES, NULL));
}

/* A provider that can verify one algorithm only would refuse another. */
static int
alg_check(struct sim *s, const char *id_token)
{
	const char	*wanted = s->setup->profile == NULL ? NULL :
			    s->setup->profile->id_token_alg;
	json_t		*header = part_read(id_token, strcspn(id_token, "."));
	int		 rv = 0;

	if (header == NULL)
		return (sim_fail(s, "the id_token's header is no JSON"));
	if (wanted != NULL &&
	    strcmp(sim_json_text(header, "alg"), wanted) != 0)
		rv = sim_fail(s, "the id_token's alg is \"%.16s\", %s needs "
		    "%s: add the client with --id-token-alg %s",
		    sim_json_text(header, "alg"),
		    s->setup->profile->provider, wanted, wanted);
	json_decref(header);
	return (rv);
}

static int
claims_check(struct sim *s, const json_t *claims)
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
	sim_say(s, "token of %zu characters, id_token%s, its signature good",
	    strlen(s->token), s->nonce[0] == '\0' ? "" : " with our nonce");
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
