/* SPDX-License-Identifier: ISC */
/*
 * JSON Web Tokens. libjwt signs and verifies what it can, and nothing else is
 * left to it: it lets the token's header choose the algorithm, overlooks
 * surplus bits and repeated members, and never looks at kid or crit. So a
 * token is taken apart and judged here first, and what is returned was parsed
 * here.
 *
 * libjwt 1.10 knows one typ: it writes "JWT" over any other, and reads no
 * other. Access tokens have a typ of their own, so that no ID token passes for
 * one (RFC 9068 5, RFC 8725 3.11); theirs is the signature in es256.c.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <jwt.h>

#include "base/base64.h"
#include "base/text.h"
#include "crypto/es256.h"
#include "crypto/jwt.h"

#define SIGNATURE_MAX	512		/* bytes, of the longest RSA key */

enum { HEADER, PAYLOAD, SIGNATURE, PARTS };

static int	parts_split(struct span [PARTS], const char *, size_t);
static json_t	*part_object(const struct span *);
static const struct signing_key	*header_key(const json_t *, const char *,
		    const struct signing_key *, size_t);
static int	header_has(const json_t *, const char *, const char *);
static char	*sign_libjwt(const struct signing_key *, const char *);
static int	sign_es256(struct text *, const struct signing_key *,
		    const char *, const char *);
static void	part_add(struct text *, const char *);
static int	is_signed(const char *, size_t, const struct span *,
		    const struct signing_key *, const char *);
static int	is_signed_libjwt(const char *, size_t,
		    const struct signing_key *);
static int	key_may_sign(const struct signing_key *, const char *);

int
jwt_text_sign(char *out, size_t cap, const struct signing_key *key,
    const char *typ, const json_t *claims)
{
	struct text	 t;
	char		*json, *encoded;
	int		 result;

	result = -1;
	json = encoded = NULL;
	/* Never make a token that jwt_text_verify would refuse to read. */
	text_init(&t, out, cap < JWT_TEXT_LEN ? cap : JWT_TEXT_LEN);

	if (!json_is_object(claims) || !key_may_sign(key, typ))
		goto out;
	if ((json = json_dumps(claims, JSON_COMPACT)) == NULL)
		goto out;
	if (strcmp(typ, JWT_TYPE_ID) == 0) {
		if ((encoded = sign_libjwt(key, json)) == NULL)
			goto out;
		text_add(&t, encoded);
	} else if (sign_es256(&t, key, typ, json) == -1)
		goto out;
	result = text_is_ok(&t) ? 0 : -1;
out:
	if (result == -1)
		out[0] = '\0';
	free(encoded);
	free(json);

	return (result);
}

json_t *
jwt_text_verify(const char *text, size_t len, const char *typ,
    const struct signing_key *keys, size_t count)
{
	const struct signing_key	*key;
	struct span			 parts[PARTS];
	json_t				*header, *claims;

	claims = NULL;
	header = NULL;

	if (parts_split(parts, text, len) == -1)
		goto out;
	if ((header = part_object(&parts[HEADER])) == NULL)
		goto out;
	if ((key = header_key(header, typ, keys, count)) == NULL)
		goto out;
	if (is_signed(text, len, &parts[SIGNATURE], key, typ))
		claims = part_object(&parts[PAYLOAD]);
out:
	json_decref(header);

	return (claims);
}

static char *
sign_libjwt(const struct signing_key *key, const char *claims)
{
	jwt_t	*jwt;
	char	*encoded;

	encoded = NULL;
	jwt = NULL;

	if (jwt_new(&jwt) != 0 || jwt_add_header(jwt, "kid", key->kid) != 0 ||
	    jwt_add_grants_json(jwt, claims) != 0)
		goto out;
	if (jwt_set_alg(jwt, jwt_str_alg(key->alg),
	    (const unsigned char *)key->private_pem,
	    (int)strlen(key->private_pem)) != 0)
		goto out;
	encoded = jwt_encode_str(jwt);
out:
	jwt_free(jwt);

	return (encoded);
}

/* RFC 7515 5.1: the signature is over the text of the first two parts. */
static int
sign_es256(struct text *t, const struct signing_key *key, const char *typ,
    const char *claims)
{
	uint8_t	 sig[ES256_LEN];
	char	 part[BASE64URL_LEN(ES256_LEN)];
	json_t	*header;
	char	*json;

	header = json_pack("{s:s, s:s, s:s}", "alg", key->alg, "typ", typ,
	    "kid", key->kid);
	json = json_dumps(header, JSON_COMPACT);
	json_decref(header);
	if (json == NULL)
		return (-1);

	part_add(t, json);
	text_add(t, ".");
	part_add(t, claims);
	free(json);
	if (!text_is_ok(t) || es256_sign(sig, key, t->p, t->len) == -1 ||
	    base64url_encode(part, sizeof(part), sig, sizeof(sig)) == -1)
		return (-1);
	text_addf(t, ".%s", part);

	return (0);
}

/* What cannot be encoded overflows, as what does not fit. */
static void
part_add(struct text *t, const char *json)
{
	char	 part[JWT_TEXT_LEN];

	if (base64url_encode(part, sizeof(part), json, strlen(json)) == -1)
		t->overflow = 1;
	else
		text_add(t, part);
}

/* Exactly three parts (RFC 7515 3.1), none of them empty. */
static int
parts_split(struct span parts[PARTS], const char *text, size_t len)
{
	const char	*dot;
	size_t		 i;

	if (len >= JWT_TEXT_LEN)
		return (-1);

	for (i = 0; i < PARTS; i++) {
		dot = memchr(text, '.', len);
		if ((dot == NULL) != (i == SIGNATURE))
			return (-1);
		parts[i].p = text;
		parts[i].len = dot == NULL ? len : (size_t)(dot - text);
		if (parts[i].len == 0)
			return (-1);
		if (dot != NULL) {
			len -= parts[i].len + 1;
			text = dot + 1;
		}
	}

	return (0);
}

static json_t *
part_object(const struct span *part)
{
	char	 bytes[JWT_TEXT_LEN];
	json_t	*json;
	ssize_t	 len;

	len = base64url_decode(bytes, sizeof(bytes), part->p, part->len);
	if (len == -1)
		return (NULL);

	/* Two readers of a repeated member may take two different ones. */
	json = json_loadb(bytes, (size_t)len, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(json)) {
		json_decref(json);
		return (NULL);
	}

	return (json);
}

/* The one of our keys that a header names, if all else in it is as we write. */
static const struct signing_key *
header_key(const json_t *header, const char *typ,
    const struct signing_key *keys, size_t count)
{
	size_t	 i;

	/*
	 * "none", HS256 keyed with our published key, another curve: all are
	 * an alg other than that of the key named. A crit names rules that we
	 * do not know (RFC 7515 4.1.11). A jwk or jku in the header is never
	 * looked at.
	 */
	if (!header_has(header, "typ", typ) ||
	    json_object_get(header, "crit") != NULL)
		return (NULL);

	for (i = 0; i < count; i++) {
		if (header_has(header, "kid", keys[i].kid))
			return (key_may_sign(&keys[i], typ) &&
			    header_has(header, "alg", keys[i].alg) ? &keys[i] :
			    NULL);
	}

	return (NULL);
}

static int
header_has(const json_t *header, const char *name, const char *value)
{
	const char	*text;

	text = json_string_value(json_object_get(header, name));

	return (text != NULL && strcmp(text, value) == 0);
}

/* libjwt takes a signature with surplus bits for the one without. */
static int
is_signed(const char *text, size_t len, const struct span *part,
    const struct signing_key *key, const char *typ)
{
	uint8_t	 sig[SIGNATURE_MAX];
	ssize_t	 n;

	n = base64url_decode(sig, sizeof(sig), part->p, part->len);
	if (n <= 0 || (strcmp(key->alg, SIGNING_ALG_ES256) == 0 &&
	    n != ES256_LEN))
		return (0);
	if (strcmp(typ, JWT_TYPE_ID) == 0)
		return (is_signed_libjwt(text, len, key));

	return (es256_is_signed(sig, key, text,
	    (size_t)(part->p - text) - 1));
}

static int
is_signed_libjwt(const char *text, size_t len, const struct signing_key *key)
{
	jwt_t	*jwt;
	char	 copy[JWT_TEXT_LEN];
	int	 result;

	result = 0;
	jwt = NULL;

	if (text_copy_bytes(copy, sizeof(copy), text, len) == -1)
		goto out;
	if (jwt_decode(&jwt, copy, (const unsigned char *)key->public_pem,
	    (int)strlen(key->public_pem)) != 0)
		goto out;
	/* Its word on what it verified: anything else was no signature. */
	result = jwt_get_alg(jwt) == jwt_str_alg(key->alg);
out:
	jwt_free(jwt);

	return (result);
}

/* RS256 is for ID tokens alone, which are the clients' to read. */
static int
key_may_sign(const struct signing_key *key, const char *typ)
{
	return (strcmp(key->alg, SIGNING_ALG_ES256) == 0 ||
	    (strcmp(key->alg, SIGNING_ALG_RS256) == 0 &&
	    strcmp(typ, JWT_TYPE_ID) == 0));
}
