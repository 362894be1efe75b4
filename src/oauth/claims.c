/* SPDX-License-Identifier: ISC */
/* What the tokens say, written and read. */
#include <stddef.h>
#include <string.h>

#include "base/base64.h"
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
json_t *
claims_access_token(const struct token_subject *s, const char *jti)
{
	return (json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:s, s:I, s:s,"
	    " s:s}",
	    "iss", s->issuer,
	    "sub", s->customer_id,
	    "aud", s->issuer,
	    "client_id", s->client_id,
	    "scope", s->scope,
	    "iat", (json_int_t)s->now,
	    "exp", (json_int_t)(s->now + s->lifetime),
	    "jti", jti,
	    "auth_time", (json_int_t)s->auth_time,
	    "grant", s->grant,
	    "business", s->business));
}

/* OpenID Connect Core 2 and 3.1.3.6; amr from RFC 8176. */
json_t *
claims_id_token(const struct token_subject *s, const char *access_token)
{
	uint8_t		 digest[DIGEST_LEN];
	char		 at_hash[BASE64URL_LEN(AT_HASH_BYTES)];
	const char	*nonce = NULL;
	ssize_t		 len;

	digest_sha256(digest, access_token, strlen(access_token));
	len = base64url_encode(at_hash, sizeof(at_hash), digest,
	    AT_HASH_BYTES);
	PRECOND(len > 0);
	if (s->nonce != NULL && s->nonce[0] != '\0')
		nonce = s->nonce;

	return (json_pack("{s:s, s:s, s:s, s:I, s:I, s:I, s:s*, s:s, s:s,"
	    " s:[s]}",
	    "iss", s->issuer,
	    "sub", s->customer_id,
	    "aud", s->client_id,
	    "exp", (json_int_t)(s->now + s->lifetime),
	    "iat", (json_int_t)s->now,
	    "auth_time", (json_int_t)s->auth_time,
	    "nonce", nonce,
	    "at_hash", at_hash,
	    "acr", CLAIMS_ACR,
	    "amr", "pwd"));
}

json_t *
claims_introspection(const struct token_subject *s, const char *jti)
{
	return (json_pack("{s:b, s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:s, s:s}",
	    "active", 1,
	    "scope", s->scope,
	    "client_id", s->client_id,
	    "sub", s->customer_id,
	    "iss", s->issuer,
	    "aud", s->issuer,
	    "exp", (json_int_t)(s->now + s->lifetime),
	    "iat", (json_int_t)s->now,
	    "token_type", "Bearer",
	    "jti", jti));
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
