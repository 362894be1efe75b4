/* SPDX-License-Identifier: ISC */
/* What the tokens say, written and read. */
#include <stddef.h>
#include <string.h>

#include "base/base64.h"
#include "base/json_text.h"
#include "base/log.h"
#include "crypto/digest.h"
#include "oauth/claims.h"

#define AT_HASH_BYTES	(DIGEST_LEN / 2)

static int	read_strings(struct access_token *, const json_t *);
static int	read_time(int64_t *, const json_t *, const char *);
static int	is_string(const json_t *, const char *, const char *);

/* Claims of an access token that are strings, and where they are kept. */
static const struct {
	const char	*name;
	size_t		 offset;
	int		 may_be_empty;
} strings[] = {
	{ "client_id", offsetof(struct access_token, client_id), 0 },
	{ "sub", offsetof(struct access_token, customer_id), 0 },
	{ "business", offsetof(struct access_token, business), 0 },
	{ "scope", offsetof(struct access_token, scope), 1 },
	{ "grant", offsetof(struct access_token, grant), 0 },
	{ "jti", offsetof(struct access_token, jti), 0 },
};

/*
 * RFC 9068 2.2. The audience is the issuer: the resources that take these
 * tokens are its own.
 */
void
claims_access_token(struct text *t, const struct token_subject *s,
    const char *jti)
{
	json_text_open(t);
	json_text_string(t, "iss", s->issuer);
	json_text_string(t, "sub", s->customer_id);
	json_text_string(t, "aud", s->issuer);
	json_text_string(t, "client_id", s->client_id);
	json_text_string(t, "scope", s->scope);
	json_text_number(t, "iat", s->now);
	json_text_number(t, "exp", s->now + s->lifetime);
	json_text_string(t, "jti", jti);
	json_text_number(t, "auth_time", s->auth_time);
	json_text_string(t, "grant", s->grant);
	json_text_string(t, "business", s->business);
	json_text_close(t);
}

/* OpenID Connect Core 2 and 3.1.3.6; amr from RFC 8176. */
void
claims_id_token(struct text *t, const struct token_subject *s,
    const char *access_token)
{
	uint8_t		 digest[DIGEST_LEN];
	char		 at_hash[BASE64URL_LEN(AT_HASH_BYTES)];
	ssize_t		 len;

	digest_sha256(digest, access_token, strlen(access_token));
	len = base64url_encode(at_hash, sizeof(at_hash), digest,
	    AT_HASH_BYTES);
	PRECOND(len > 0);

	json_text_open(t);
	json_text_string(t, "iss", s->issuer);
	json_text_string(t, "sub", s->customer_id);
	json_text_string(t, "aud", s->client_id);
	json_text_number(t, "exp", s->now + s->lifetime);
	json_text_number(t, "iat", s->now);
	json_text_number(t, "auth_time", s->auth_time);
	if (s->nonce != NULL && s->nonce[0] != '\0')
		json_text_string(t, "nonce", s->nonce);
	json_text_string(t, "at_hash", at_hash);
	json_text_string(t, "acr", CLAIMS_ACR);
	json_text_raw(t, "amr", "[\"pwd\"]");
	json_text_close(t);
}

void
claims_introspection(struct text *t, const struct token_subject *s,
    const char *jti)
{
	json_text_open(t);
	json_text_raw(t, "active", "true");
	json_text_string(t, "scope", s->scope);
	json_text_string(t, "client_id", s->client_id);
	json_text_string(t, "sub", s->customer_id);
	json_text_string(t, "iss", s->issuer);
	json_text_string(t, "aud", s->issuer);
	json_text_number(t, "exp", s->now + s->lifetime);
	json_text_number(t, "iat", s->now);
	json_text_string(t, "token_type", "Bearer");
	json_text_string(t, "jti", jti);
	json_text_close(t);
}

/*
 * The signature is known to be ours, so this guards against a token of ours
 * made for something else, and against one that has run out.
 */
int
claims_access_token_read(struct access_token *out, const json_t *claims,
    const char *issuer, int64_t now)
{
	struct access_token	t;

	memset(out, 0, sizeof(*out));
	memset(&t, 0, sizeof(t));

	if (!is_string(claims, "iss", issuer) ||
	    !is_string(claims, "aud", issuer))
		return (-1);
	if (read_strings(&t, claims) == -1 ||
	    read_time(&t.issued, claims, "iat") == -1 ||
	    read_time(&t.expires, claims, "exp") == -1)
		return (-1);
	if (t.expires <= t.issued || t.expires <= now)
		return (-1);
	*out = t;

	return (0);
}

static int
read_strings(struct access_token *t, const json_t *claims)
{
	const char	*s;
	size_t		 i;

	for (i = 0; i < sizeof(strings) / sizeof(strings[0]); i++) {
		s = json_string_value(json_object_get(claims,
		    strings[i].name));
		if (s == NULL || (s[0] == '\0' && !strings[i].may_be_empty))
			return (-1);
		*(const char **)(void *)((char *)t + strings[i].offset) = s;
	}

	return (0);
}

/* Whole seconds only: a real number would be cut, and 1e300 is no time. */
static int
read_time(int64_t *out, const json_t *claims, const char *name)
{
	const json_t	*value = json_object_get(claims, name);

	if (!json_is_integer(value) || json_integer_value(value) < 0)
		return (-1);
	*out = json_integer_value(value);

	return (0);
}

static int
is_string(const json_t *claims, const char *name, const char *wanted)
{
	const char	*s = json_string_value(json_object_get(claims, name));

	return (s != NULL && strcmp(s, wanted) == 0);
}
