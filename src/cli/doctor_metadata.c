/* SPDX-License-Identifier: ISC */
/* What the server says of itself: metadata (RFC 8414) and keys (RFC 7517). */
#include <stdio.h>
#include <string.h>

#include "cli/doctor.h"

#define MODULUS_LEAST	342	/* base64url characters of 2048 bits */
#define PASS_ON		"let the proxy in front pass /.well-known and " \
			"/oauth on as they are"

static json_t	*document_get(struct doctor *, const char *);
static int	 endpoint_take(struct doctor *, const char *, char *);
static const char *key_wrong(const struct doctor *, const json_t *);

static const char *const documents[] = {
	"/.well-known/oauth-authorization-server",
	"/.well-known/openid-configuration",
};

/* Those that everyone needs. */
static const char *const required[] = {
	"authorization_endpoint", "token_endpoint", "userinfo_endpoint",
	"introspection_endpoint", "revocation_endpoint", "jwks_uri"
};

/* What a public key of its type consists of. */
static const struct {
	const char	*kty;
	const char	*members[3];
} kinds[] = {
	{ "EC", { "crv", "x", "y" } },
	{ "RSA", { "n", "e", NULL } },
};
#define KINDS		(sizeof(kinds) / sizeof(kinds[0]))

enum doctor_verdict
doctor_metadata(struct doctor *d)
{
	json_t	*second;
	int	 is_same;

	if ((d->metadata = document_get(d, documents[0])) == NULL)
		return (doctor_fail_said(d, PASS_ON));
	/* What the checks that follow ask, if it does not say better. */
	(void)snprintf(d->sim.authorize_url, SIM_URL_LEN,
	    "%s/oauth/authorize", d->setup.issuer);
	(void)snprintf(d->sim.token_url, SIM_URL_LEN, "%s/oauth/token",
	    d->setup.issuer);
	d->has |= DOCTOR_METADATA;
	if ((second = document_get(d, documents[1])) == NULL)
		return (doctor_fail_said(d, PASS_ON));
	is_same = json_equal(d->metadata, second);
	json_decref(second);
	if (!is_same)
		return (doctor_fail(d, PASS_ON, "%s and %s differ",
		    documents[0], documents[1]));
	return (doctor_ok(d, "both documents, and they are equal"));
}

/* RFC 8414 3.3: the same text, or it is somebody else's. */
enum doctor_verdict
doctor_issuer(struct doctor *d)
{
	const char	*issuer = sim_json_text(d->metadata, "issuer");

	if (strcmp(issuer, d->setup.issuer) != 0)
		return (doctor_fail(d, "set server.issuer to the URL that is "
		    "registered with Apple, byte for byte",
		    "it is \"%.200s\", not %s", issuer, d->setup.issuer));
	return (doctor_ok(d, "%s", issuer));
}

enum doctor_verdict
doctor_urls(struct doctor *d)
{
	char	 url[SIM_URL_LEN];
	size_t	 i, n = sizeof(required) / sizeof(required[0]);

	for (i = 0; i < n; i++) {
		if (endpoint_take(d, required[i], url) != 0)
			return (doctor_fail_said(d, "set server.issuer to "
			    "the https URL that the world sees"));
		if (strcmp(required[i], "authorization_endpoint") == 0)
			(void)text_copy(d->sim.authorize_url, SIM_URL_LEN,
			    url);
		if (strcmp(required[i], "token_endpoint") == 0)
			(void)text_copy(d->sim.token_url, SIM_URL_LEN, url);
	}
	return (doctor_ok(d, "%zu, all https and the issuer's own", n));
}

enum doctor_verdict
doctor_keys(struct doctor *d)
{
	struct sim_request	 q = { .agent = SIM_MSP, .method = "GET" };
	struct sim_reply	 r;
	const char		*wrong = NULL;
	json_t			*o, *keys, *key;
	size_t			 i, n;

	if (endpoint_take(d, "jwks_uri", d->sim.url) != 0)
		return (doctor_fail_said(d, "let metadata name jwks_uri"));
	q.url = d->sim.url;
	if (doctor_ask(d, &q, &r) != 0 || (o = sim_reply_json(&d->sim,
	    "jwks_uri", 200, &r)) == NULL)
		return (doctor_fail_said(d, PASS_ON));
	keys = json_object_get(o, "keys");
	n = json_array_size(keys);
	json_array_foreach(keys, i, key) {
		if (wrong == NULL)
			wrong = key_wrong(d, key);
	}
	json_decref(o);
	if (n == 0)
		wrong = "there is none";
	if (wrong != NULL)
		return (doctor_fail(d, "look at what answers at jwks_uri: "
		    "ambauth publishes sound keys only", "%s", wrong));
	return (doctor_ok(d, "%zu, each with a kid and a known algorithm", n));
}

int
doctor_promises(const struct doctor *d, const char *list, const char *word)
{
	json_t	*v;
	size_t	 i;

	json_array_foreach(json_object_get(d->metadata, list), i, v) {
		if (json_is_string(v) &&
		    strcmp(json_string_value(v), word) == 0)
			return (1);
	}
	return (0);
}

/* The object, or NULL with the reason said. */
static json_t *
document_get(struct doctor *d, const char *path)
{
	struct sim_reply	 r;

	if (doctor_ask_path(d, SIM_MSP, path, NULL, &r) != 0)
		return (NULL);
	return (sim_reply_json(&d->sim, path, 200, &r));
}

static int
endpoint_take(struct doctor *d, const char *name, char *out)
{
	const char	*url = sim_json_text(d->metadata, name);

	out[0] = '\0';
	if (*url == '\0')
		return (sim_fail(&d->sim, "metadata has no %s", name));
	if (!doctor_is_own(d, url) || text_copy(out, SIM_URL_LEN, url) != 0)
		return (sim_fail(&d->sim, "%s is \"%.200s\", not of the "
		    "issuer", name, url));
	return (0);
}

/* NULL, or what is wrong with it. */
static const char *
key_wrong(const struct doctor *d, const json_t *key)
{
	const char	*kty = sim_json_text(key, "kty"), *member;
	size_t		 i, k;

	for (i = 0; i < KINDS && strcmp(kinds[i].kty, kty) != 0; i++)
		;
	if (i == KINDS)
		return ("a key is neither EC nor RSA");
	for (k = 0; k < 3 && (member = kinds[i].members[k]) != NULL; k++)
		if (*sim_json_text(key, member) == '\0')
			return ("a key lacks a part of itself");
	/* RFC 7518 6.2.2, 6.3.2: whoever reads it can sign. */
	if (json_object_get(key, "d") != NULL)
		return ("a private key is published");
	if (*sim_json_text(key, "kid") == '\0')
		return ("a key has no kid");
	if (!doctor_promises(d, "id_token_signing_alg_values_supported",
	    sim_json_text(key, "alg")))
		return ("a key's alg is not one that metadata has");
	if (strcmp(kty, "RSA") == 0 &&
	    strlen(sim_json_text(key, "n")) < MODULUS_LEAST)
		return ("an RSA key has less than 2048 bits");
	return (NULL);
}
