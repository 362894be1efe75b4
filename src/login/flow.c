/* SPDX-License-Identifier: ISC */
/*
 * The sealed flow. Its text is "<id>.<base64url of the sealed bytes>"; the id
 * stands in the clear only to find the cookie, and is the associated data of
 * the seal, so that it cannot be exchanged. Inside, every length is checked
 * again: a key that leaks must not become a way to write past a buffer.
 */
#include <string.h>
#include <time.h>

#include "base/base64.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "crypto/random.h"
#include "login/flow.h"

#define FLOW_VERSION	1
#define FLOW_PLAIN_LEN	6144	/* all fields full take 5,971 */
#define FLOW_SEALED_LEN	(FLOW_PLAIN_LEN + SEAL_OVERHEAD)
#define FLOW_SKEW	60	/* seconds two nodes' clocks may differ */
#define ID_BYTES	16
#define ID_CHARS	(FLOW_ID_LEN - 1)

struct reader {
	const uint8_t	*p;
	size_t		 left;
	int		 is_bad;
};

static void	put_number(struct text *, uint64_t, unsigned);
static void	put_field(struct text *, const void *, size_t);
static int	encode(struct text *, const struct flow *, const char *);
static const uint8_t *take(struct reader *, size_t);
static uint64_t	take_number(struct reader *, unsigned);
static void	take_string(struct reader *, char *, size_t);
static int	decode(struct flow *, uint8_t *, const uint8_t *, size_t);
static enum flow_verdict judge(const struct flow *, const uint8_t *,
		    const char *, int64_t, unsigned);

#define FIELD(m) { offsetof(struct flow, m), sizeof(((struct flow *)0)->m) }

/* The strings of a flow, in the order of the encoding. */
static const struct {
	size_t	 offset;
	size_t	 cap;
} fields[] = {
	FIELD(client_id),
	FIELD(redirect_uri),
	FIELD(scope),
	FIELD(raw_state),
	FIELD(nonce),
	FIELD(challenge),
	FIELD(ui_locales),
	FIELD(locale)
};

#define FIELDS	(sizeof(fields) / sizeof(fields[0]))

void
flow_cookie_name(char out[FLOW_COOKIE_LEN], const char *id)
{
	struct text	 t;

	text_init(&t, out, FLOW_COOKIE_LEN);
	text_add(&t, "__Host-flow-");
	text_add(&t, id);
}

void
flow_start(struct flow *f, char binding[FLOW_BINDING_LEN])
{
	uint8_t		 id[ID_BYTES];

	random_bytes(id, sizeof(id));
	(void)base64url_encode(f->id, sizeof(f->id), id, sizeof(id));
	f->issued = (int64_t)time(NULL);
	random_token(binding);
}

int
flow_seal(char *out, size_t cap, const struct flow *f,
    const struct seal_key *key, const char *binding)
{
	char		 plain[FLOW_PLAIN_LEN];
	uint8_t		 sealed[FLOW_SEALED_LEN];
	struct text	 t;
	ssize_t		 len;
	int		 rc = -1;

	text_init(&t, plain, sizeof(plain));
	if (encode(&t, f, binding) == -1)
		goto out;
	len = seal_put(key, sealed, sizeof(sealed), plain, t.len, f->id,
	    ID_CHARS);
	if (len == -1 || cap < ID_CHARS + 1 + BASE64URL_LEN((size_t)len))
		goto out;
	memcpy(out, f->id, ID_CHARS);
	out[ID_CHARS] = '.';
	if (base64url_encode(out + ID_CHARS + 1, cap - ID_CHARS - 1, sealed,
	    (size_t)len) == -1)
		goto out;
	rc = 0;
out:
	digest_wipe(plain, sizeof(plain));
	return (rc);
}

int
flow_peek_id(char id[FLOW_ID_LEN], const char *text)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-_";

	id[0] = '\0';
	if (text == NULL || strnlen(text, FLOW_ID_LEN) < FLOW_ID_LEN ||
	    strspn(text, alphabet) != ID_CHARS || text[ID_CHARS] != '.')
		return (-1);
	return (text_copy_bytes(id, FLOW_ID_LEN, text, ID_CHARS));
}

enum flow_verdict
flow_open(struct flow *f, const char *text, const struct seal_key *key,
    const char *binding, int64_t now, unsigned lifetime)
{
	uint8_t		 sealed[FLOW_SEALED_LEN], plain[FLOW_PLAIN_LEN];
	uint8_t		 bound[DIGEST_LEN];
	char		 id[FLOW_ID_LEN];
	ssize_t		 len;
	enum flow_verdict verdict = FLOW_BROKEN;

	memset(f, 0, sizeof(*f));
	if (flow_peek_id(id, text) == -1 ||
	    strnlen(text, FLOW_TEXT_LEN) == FLOW_TEXT_LEN)
		goto out;
	text += ID_CHARS + 1;
	len = base64url_decode(sealed, sizeof(sealed), text, strlen(text));
	if (len == -1)
		goto out;
	len = seal_get(key, plain, sizeof(plain), sealed, (size_t)len, id,
	    ID_CHARS);
	if (len == -1)
		goto out;
	if (decode(f, bound, plain, (size_t)len) == -1 ||
	    strcmp(f->id, id) != 0) {
		memset(f, 0, sizeof(*f));
		goto out;
	}
	verdict = judge(f, bound, binding, now, lifetime);
out:
	digest_wipe(plain, sizeof(plain));
	return (verdict);
}

/*
 * Too old comes first: the cookie of such a flow is gone too, and what helps
 * the customer is to start again. A time that lies ahead is a node whose clock
 * is wrong, and would otherwise live for as long as it is ahead.
 */
static enum flow_verdict
judge(const struct flow *f, const uint8_t *bound, const char *binding,
    int64_t now, unsigned lifetime)
{
	uint8_t		 digest[DIGEST_LEN];

	if (f->issued > now + FLOW_SKEW || now - f->issued >= lifetime)
		return (FLOW_EXPIRED);
	if (binding == NULL)
		return (FLOW_UNBOUND);
	if (strcmp(binding, FLOW_USED_MARK) == 0)
		return (FLOW_USED);
	digest_sha256(digest, binding, strlen(binding));
	if (!digest_is_equal(digest, bound, DIGEST_LEN))
		return (FLOW_UNBOUND);
	return (FLOW_OK);
}

/* Big-endian, size bytes. */
static void
put_number(struct text *t, uint64_t n, unsigned size)
{
	uint8_t		 byte;

	while (size-- > 0) {
		byte = (uint8_t)(n >> (8 * size));
		text_add_bytes(t, &byte, 1);
	}
}

static void
put_field(struct text *t, const void *p, size_t len)
{
	put_number(t, len, 2);
	text_add_bytes(t, p, len);
}

static int
encode(struct text *t, const struct flow *f, const char *binding)
{
	uint8_t		 bound[DIGEST_LEN];
	const char	*s;
	size_t		 i, len;

	if (strnlen(f->id, FLOW_ID_LEN) != ID_CHARS || f->issued < 0 ||
	    f->mode < 0 || f->mode > UINT8_MAX ||
	    f->response_key_len > sizeof(f->response_key))
		return (-1);
	digest_sha256(bound, binding, strlen(binding));
	put_number(t, FLOW_VERSION, 1);
	text_add_bytes(t, f->id, ID_CHARS);
	put_number(t, (uint64_t)f->issued, 8);
	put_number(t, (uint64_t)f->mode, 1);
	text_add_bytes(t, bound, sizeof(bound));
	for (i = 0; i < FIELDS; i++) {
		s = (const char *)f + fields[i].offset;
		len = strnlen(s, fields[i].cap);
		if (len == fields[i].cap)
			return (-1);
		put_field(t, s, len);
	}
	put_field(t, f->response_key, f->response_key_len);
	return (text_is_ok(t) ? 0 : -1);
}

/* The next len bytes, or NULL from the first time there are too few. */
static const uint8_t *
take(struct reader *r, size_t len)
{
	const uint8_t	*p = r->p;

	if (r->is_bad || len > r->left) {
		r->is_bad = 1;
		return (NULL);
	}
	r->p += len;
	r->left -= len;
	return (p);
}

static uint64_t
take_number(struct reader *r, unsigned size)
{
	const uint8_t	*p = take(r, size);
	uint64_t	 n = 0;

	while (p != NULL && size-- > 0)
		n = n << 8 | *p++;
	return (n);
}

static void
take_string(struct reader *r, char *out, size_t cap)
{
	size_t		 len = (size_t)take_number(r, 2);
	const uint8_t	*p = take(r, len);

	if (p == NULL || len >= cap || memchr(p, '\0', len) != NULL) {
		r->is_bad = 1;
		return;
	}
	memcpy(out, p, len);
	out[len] = '\0';
}

static int
decode(struct flow *f, uint8_t *bound, const uint8_t *in, size_t len)
{
	struct reader	 r = { in, len, 0 };
	const uint8_t	*p;
	uint64_t	 issued;
	size_t		 i;

	if (take_number(&r, 1) != FLOW_VERSION)
		return (-1);
	if ((p = take(&r, ID_CHARS)) != NULL)
		memcpy(f->id, p, ID_CHARS);
	issued = take_number(&r, 8);
	f->mode = (int)take_number(&r, 1);
	if ((p = take(&r, DIGEST_LEN)) != NULL)
		memcpy(bound, p, DIGEST_LEN);
	for (i = 0; i < FIELDS; i++)
		take_string(&r, (char *)f + fields[i].offset, fields[i].cap);
	f->response_key_len = (size_t)take_number(&r, 2);
	if (f->response_key_len > sizeof(f->response_key) ||
	    issued > INT64_MAX)
		return (-1);
	f->issued = (int64_t)issued;
	p = take(&r, f->response_key_len);
	if (r.is_bad || p == NULL || r.left != 0)
		return (-1);
	memcpy(f->response_key, p, f->response_key_len);
	return (0);
}
