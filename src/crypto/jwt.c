/* SPDX-License-Identifier: ISC */
/*
 * JSON Web Tokens. A token is taken apart and judged strictly: its header
 * chooses nothing, a repeated member or a surplus bit is no token of ours.
 * Access tokens have a typ of their own, so that no ID token passes for one
 * (RFC 9068 5, RFC 8725 3.11).
 *
 * libjwt is not used here: 1.10 knows one typ, "JWT", reads the key's PEM again
 * for each token, which costs ten signatures, and lets the header choose the
 * algorithm. It is what judges our ID tokens from outside (jwt_relying.c).
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/base64.h"
#include "base/text.h"
#include "crypto/jwt.h"
#include "crypto/signature.h"

#define HEADER_LEN	256

enum { HEADER, PAYLOAD, SIGNATURE, PARTS };

static int	parts_split(struct span [PARTS], const char *, size_t);
static json_t	*part_object(const struct span *);
static const struct signing_key	*header_key(const json_t *, const char *,
		    const struct signing_key *, size_t);
static int	header_has(const json_t *, const char *, const char *);
static json_t	*verify(struct jwt_memory *, const char *, size_t,
		    const char *, const struct signing_key *, size_t);
static const struct signing_key	*key_named(const struct span *, const char *,
		    const struct signing_key *, size_t);
static json_t	*claims_read(struct jwt_memory *, const struct span *,
		    const uint8_t [DIGEST_LEN]);
static int	seen_has(const struct jwt_seen *,
		    const uint8_t [DIGEST_LEN]);
static void	seen_put(struct jwt_seen *, const uint8_t [DIGEST_LEN]);
static size_t	seen_slot(const uint8_t [DIGEST_LEN]);
static int	sign(struct text *, const struct signing_key *, const char *,
		    const struct text *);
static void	part_add(struct text *, const void *, size_t);
static int	is_access_header(const struct span *, const char *,
		    const struct signing_key *);
static int	is_signed(const char *, const struct span *,
		    const struct signing_key *);
static int	key_may_sign(const struct signing_key *, const char *);

int
jwt_text_sign(char *out, size_t cap, const struct signing_key *key,
    const char *typ, const struct text *claims)
{
	struct text	t;

	/* Never make a token that jwt_text_verify would refuse to read. */
	text_init(&t, out, cap < JWT_TEXT_LEN ? cap : JWT_TEXT_LEN);

	if (text_is_ok(claims) && claims->p[0] == '{' &&
	    key_may_sign(key, typ) && sign(&t, key, typ, claims) == 0 &&
	    text_is_ok(&t))
		return (0);
	out[0] = '\0';

	return (-1);
}

json_t *
jwt_text_verify(const char *text, size_t len, const char *typ,
    const struct signing_key *keys, size_t count)
{
	return (verify(NULL, text, len, typ, keys, count));
}

json_t *
jwt_text_verify_seen(struct jwt_memory *m, const char *text, size_t len,
    const char *typ, const struct signing_key *keys, size_t count)
{
	return (verify(m, text, len, typ, keys, count));
}

void
jwt_seen_put(struct jwt_seen *seen, const char *text, size_t len)
{
	uint8_t	digest[DIGEST_LEN];

	digest_sha256(digest, text, len);
	seen_put(seen, digest);
}

static json_t *
verify(struct jwt_memory *m, const char *text, size_t len, const char *typ,
    const struct signing_key *keys, size_t count)
{
	const struct signing_key	*key;
	struct span			 parts[PARTS];
	uint8_t				 digest[DIGEST_LEN];

	if (parts_split(parts, text, len) == -1 ||
	    (key = key_named(&parts[HEADER], typ, keys, count)) == NULL)
		return (NULL);
	if (m == NULL)
		return (is_signed(text, &parts[SIGNATURE], key) ?
		    part_object(&parts[PAYLOAD]) : NULL);
	digest_sha256(digest, text, len);
	if (!seen_has(m->seen, digest)) {
		if (!is_signed(text, &parts[SIGNATURE], key))
			return (NULL);
		seen_put(m->seen, digest);
	}

	return (claims_read(m, &parts[PAYLOAD], digest));
}

/* Of a token that is good: what it says, read once. */
static json_t *
claims_read(struct jwt_memory *m, const struct span *payload,
    const uint8_t digest[DIGEST_LEN])
{
	size_t	 i = seen_slot(digest) & (JWT_KNOWN_MAX - 1);
	json_t	*claims;

	if (m->known[i].claims != NULL && digest_is_equal(m->known[i].digest,
	    digest, DIGEST_LEN))
		return (json_incref(m->known[i].claims));
	if ((claims = part_object(payload)) == NULL)
		return (NULL);
	json_decref(m->known[i].claims);
	memcpy(m->known[i].digest, digest, DIGEST_LEN);
	m->known[i].claims = json_incref(claims);

	return (claims);
}

static int
seen_has(const struct jwt_seen *seen, const uint8_t digest[DIGEST_LEN])
{
	const uint64_t	*slot = seen->digest[seen_slot(digest)];
	uint64_t	 words[JWT_SEEN_WORDS];
	size_t		 i;

	for (i = 0; i < JWT_SEEN_WORDS; i++)
		words[i] = __atomic_load_n(&slot[i], __ATOMIC_RELAXED);

	return (digest_is_equal(words, digest, DIGEST_LEN));
}

static void
seen_put(struct jwt_seen *seen, const uint8_t digest[DIGEST_LEN])
{
	uint64_t	*slot = seen->digest[seen_slot(digest)];
	uint64_t	 words[JWT_SEEN_WORDS];
	size_t		 i;

	memcpy(words, digest, sizeof(words));
	for (i = 0; i < JWT_SEEN_WORDS; i++)
		__atomic_store_n(&slot[i], words[i], __ATOMIC_RELAXED);
}

/* Nobody can choose what a token of ours digests to: no slot is fought for. */
static size_t
seen_slot(const uint8_t digest[DIGEST_LEN])
{
	uint32_t	n;

	memcpy(&n, digest, sizeof(n));

	return (n & (JWT_SEEN_MAX - 1));
}

int
jwt_header(char *out, size_t cap, const struct signing_key *key,
    const char *typ)
{
	struct text	h;
	char		header[HEADER_LEN];

	/* None of these has a character that JSON would escape. */
	text_init(&h, header, sizeof(header));
	text_addf(&h, "{\"alg\":\"%s\",\"typ\":\"%s\",\"kid\":\"%s\"}",
	    key->alg, typ, key->kid);

	return (text_is_ok(&h) && base64url_encode(out, cap, header,
	    h.len) != -1 ? 0 : -1);
}

/* RFC 7515 5.1: the signature is over the text of the first two parts. */
static int
sign(struct text *t, const struct signing_key *key, const char *typ,
    const struct text *claims)
{
	uint8_t		 sig[SIGNATURE_MAX];
	char		 header[SIGNING_KEY_HEADER_LEN];
	ssize_t		 len;

	if (strcmp(typ, JWT_TYPE_ACCESS) == 0)
		text_add(t, key->access_header);
	else if (jwt_header(header, sizeof(header), key, typ) == 0)
		text_add(t, header);
	else
		return (-1);
	text_add(t, ".");
	part_add(t, claims->p, claims->len);
	if (!text_is_ok(t) ||
	    (len = signature_make(sig, key, t->p, t->len)) == -1)
		return (-1);
	text_add(t, ".");
	part_add(t, sig, (size_t)len);

	return (0);
}

/* What does not fit overflows. */
static void
part_add(struct text *t, const void *bytes, size_t len)
{
	ssize_t	 n;

	n = t->overflow ? -1 : base64url_encode(t->p + t->len,
	    t->cap - t->len, bytes, len);
	if (n == -1)
		t->overflow = 1;
	else
		t->len += (size_t)n;
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

/* The key that a token says it is signed with, if it is of this type. */
static const struct signing_key *
key_named(const struct span *part, const char *typ,
    const struct signing_key *keys, size_t count)
{
	const struct signing_key	*key;
	json_t				*header;
	size_t				 i;

	for (i = 0; i < count; i++)
		if (is_access_header(part, typ, &keys[i]))
			return (&keys[i]);
	header = part_object(part);
	key = header == NULL ? NULL : header_key(header, typ, keys, count);
	json_decref(header);

	return (key);
}

/* As we write it ourselves: nothing in it is left to judge. */
static int
is_access_header(const struct span *part, const char *typ,
    const struct signing_key *key)
{
	return (strcmp(typ, JWT_TYPE_ACCESS) == 0 && key_may_sign(key, typ) &&
	    part->len == strlen(key->access_header) &&
	    memcmp(part->p, key->access_header, part->len) == 0);
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

/* The signature's text has one form too: base64url_decode sees to that. */
static int
is_signed(const char *text, const struct span *part,
    const struct signing_key *key)
{
	uint8_t	 sig[SIGNATURE_MAX];
	ssize_t	 n;

	n = base64url_decode(sig, sizeof(sig), part->p, part->len);

	return (n > 0 && signature_is_good(sig, (size_t)n, key, text,
	    (size_t)(part->p - text) - 1));
}

/* RS256 is for ID tokens alone, which are the clients' to read. */
static int
key_may_sign(const struct signing_key *key, const char *typ)
{
	return (strcmp(key->alg, SIGNING_ALG_ES256) == 0 ||
	    (strcmp(key->alg, SIGNING_ALG_RS256) == 0 &&
	    strcmp(typ, JWT_TYPE_ID) == 0));
}
