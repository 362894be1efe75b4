/* SPDX-License-Identifier: ISC */
/* The messaging provider's part: tokens, who it is, links; and plain reads. */
#include <string.h>

#include "compose.h"
#include "steps.h"

static void	token_ask(struct client *, struct text *);
static void	redeem_ask(struct client *, struct text *);
static void	code_ask(struct client *, struct text *, const char *, size_t);
static void	userinfo_ask(struct client *, struct text *);
static void	link_ask(struct client *, struct text *);
static void	read_userinfo_ask(struct client *, struct text *);
static void	read_introspect_ask(struct client *, struct text *);
static void	read_link_ask(struct client *, struct text *);
static void	jwks_ask(struct client *, struct text *);
static void	health_ask(struct client *, struct text *);
static enum step_verdict	token_check(struct client *);
static enum step_verdict	token_keep_check(struct client *);
static enum step_verdict	redeem_check(struct client *);
static enum step_verdict	encrypted_check(struct client *);
static enum step_verdict	userinfo_check(struct client *);
static enum step_verdict	introspect_check(struct client *);
static enum step_verdict	link_check(struct client *);
static enum step_verdict	jwks_check(struct client *);
static enum step_verdict	health_check(struct client *);
static enum step_verdict	member_check(struct client *, const char *);

const struct step	step_token = { "token", token_ask, token_check };
const struct step	step_token_keep = { "token", token_ask,
	token_keep_check };
const struct step	step_redeem = { "token", redeem_ask, redeem_check };
const struct step	step_redeem_encrypted = { "token", redeem_ask,
	encrypted_check };
const struct step	step_userinfo = { "userinfo", userinfo_ask,
	userinfo_check };
const struct step	step_link = { "link", link_ask, link_check };
const struct step	step_read_userinfo = { "userinfo", read_userinfo_ask,
	userinfo_check };
const struct step	step_read_introspect = { "introspect",
	read_introspect_ask, introspect_check };
const struct step	step_read_link = { "link", read_link_ask, link_check };
const struct step	step_jwks = { "jwks", jwks_ask, jwks_check };
const struct step	step_health = { "health", health_ask, health_check };

/* The redirect with the code is still where it was received. */
static void
token_ask(struct client *c, struct text *t)
{
	struct span	code = compose_param(c->conn.in.location, "code");

	code_ask(c, t, code.p, code.len);
}

static void
redeem_ask(struct client *c, struct text *t)
{
	const char	*code = stock_take(c->stream->stock);

	if (code == NULL)
		code = "";
	code_ask(c, t, code, strlen(code));
}

static void
code_ask(struct client *c, struct text *t, const char *code, size_t len)
{
	const struct setup	*s = c->stream->setup;
	struct text		 body;
	char			 mem[4096];

	text_init(&body, mem, sizeof(mem));
	text_add(&body, "grant_type=authorization_code&code_verifier="
	    COMPOSE_VERIFIER "&code=");
	compose_form(&body, code, len);
	text_add(&body, "&redirect_uri=");
	compose_form(&body, s->redirect_uri, strlen(s->redirect_uri));
	text_add(t, "POST /oauth/token HTTP/1.1\r\nAuthorization: Basic ");
	text_add(t, s->basic);
	text_add(t, "\r\n");
	compose_post_end(t, s, &body);
}

static enum step_verdict
token_check(struct client *c)
{
	struct span	token;

	if (redeem_check(c) != STEP_OK)
		return (STEP_BAD);
	token = compose_member(c->conn.in.body, "access_token");
	c->token = c->own_token;
	if (text_copy_bytes(c->own_token, sizeof(c->own_token), token.p,
	    token.len) == 0)
		return (STEP_OK);
	c->why = "the token is too long";
	return (STEP_BAD);
}

static enum step_verdict
token_keep_check(struct client *c)
{
	if (token_check(c) != STEP_OK)
		return (STEP_BAD);
	return (stock_put(c->stream->stock, c->token, strlen(c->token)) == 0 ?
	    STEP_OK : STEP_BAD);
}

static enum step_verdict
redeem_check(struct client *c)
{
	return (member_check(c, "access_token"));
}

static enum step_verdict
encrypted_check(struct client *c)
{
	return (member_check(c, "encrypted_access_token"));
}

static void
userinfo_ask(struct client *c, struct text *t)
{
	text_add(t, "GET /oauth/userinfo");
	compose_get_end(t, c->stream->setup, c->token);
}

static enum step_verdict
userinfo_check(struct client *c)
{
	return (member_check(c, "sub"));
}

static void
link_ask(struct client *c, struct text *t)
{
	struct text	body;
	char		mem[128], unique[STATE_LEN];

	compose_unique(unique);
	text_init(&body, mem, sizeof(mem));
	text_add(&body, "opaque_id=urn%3Ambid%3A");
	text_add(&body, unique);
	text_add(&body, "A");		/* base64 comes in fours */
	text_add(t, "POST /v1/links HTTP/1.1\r\nAuthorization: Bearer ");
	text_add(t, c->token);
	text_add(t, "\r\n");
	compose_post_end(t, c->stream->setup, &body);
}

static enum step_verdict
link_check(struct client *c)
{
	if (c->conn.in.status == 201)
		c->conn.in.status = 200;
	return (member_check(c, "customer_id"));
}

static void
read_userinfo_ask(struct client *c, struct text *t)
{
	c->token = stock_pick(c->stream->stock);
	userinfo_ask(c, t);
}

static void
read_introspect_ask(struct client *c, struct text *t)
{
	const struct setup	*s = c->stream->setup;
	struct text		 body;
	char			 mem[TOKEN_LEN + 64];
	const char		*token = stock_pick(c->stream->stock);

	text_init(&body, mem, sizeof(mem));
	text_add(&body, "token=");
	compose_form(&body, token, strlen(token));
	text_add(t, "POST /oauth/introspect HTTP/1.1\r\n"
	    "Authorization: Basic ");
	text_add(t, s->basic);
	text_add(t, "\r\n");
	compose_post_end(t, s, &body);
}

static enum step_verdict
introspect_check(struct client *c)
{
	static const char	active[] = "{\"active\":true,";
	const struct response	*r = &c->conn.in;

	if (r->status != 200)
		return (STEP_BAD);
	if (r->body.len > sizeof(active) &&
	    memcmp(r->body.p, active, sizeof(active) - 1) == 0)
		return (STEP_OK);
	c->why = "the token is not active";
	return (STEP_BAD);
}

static void
read_link_ask(struct client *c, struct text *t)
{
	c->token = stock_pick(c->stream->stock);
	link_ask(c, t);
}

static void
jwks_ask(struct client *c, struct text *t)
{
	text_add(t, "GET /oauth/jwks");
	compose_get_end(t, c->stream->setup, NULL);
}

static enum step_verdict
jwks_check(struct client *c)
{
	static const char	keys[] = "{\"keys\":[{";
	const struct response	*r = &c->conn.in;

	if (r->status != 200)
		return (STEP_BAD);
	if (r->body.len > sizeof(keys) &&
	    memcmp(r->body.p, keys, sizeof(keys) - 1) == 0)
		return (STEP_OK);
	c->why = "there is no key in it";
	return (STEP_BAD);
}

static void
health_ask(struct client *c, struct text *t)
{
	text_add(t, "GET /healthz");
	compose_get_end(t, c->stream->setup, NULL);
}

static enum step_verdict
health_check(struct client *c)
{
	return (c->conn.in.status == 200 ? STEP_OK : STEP_BAD);
}

static enum step_verdict
member_check(struct client *c, const char *name)
{
	if (c->conn.in.status != 200)
		return (STEP_BAD);
	if (compose_member(c->conn.in.body, name).len > 0)
		return (STEP_OK);
	c->why = name;
	return (STEP_BAD);
}
