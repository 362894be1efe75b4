/* SPDX-License-Identifier: ISC */
/* The browser's part of a sign-in: the page, and its form sent back. */
#include <stdio.h>
#include <string.h>

#include "compose.h"
#include "steps.h"

static void	page_ask(struct client *, struct text *);
static void	form_ask(struct client *, struct text *);
static enum step_verdict	page_check(struct client *);
static enum step_verdict	form_check(struct client *);
static enum step_verdict	form_keep_check(struct client *);
static struct span	flow_find(struct span);

const struct step	step_page = { "page", page_ask, page_check };
const struct step	step_form = { "form", form_ask, form_check };
const struct step	step_form_keep = { "form", form_ask,
	form_keep_check };

static void
page_ask(struct client *c, struct text *t)
{
	const struct setup	*s = c->stream->setup;

	compose_unique(c->state);
	text_add(t, "GET /oauth/authorize?response_type=code&client_id=");
	compose_form(t, s->client_id, strlen(s->client_id));
	text_add(t, "&redirect_uri=");
	compose_form(t, s->redirect_uri, strlen(s->redirect_uri));
	if (s->scope[0] != '\0') {
		text_add(t, "&scope=");
		compose_form(t, s->scope, strlen(s->scope));
	}
	if (c->stream->is_encrypted) {
		text_add(t, "&response_encryption_key=");
		compose_form(t, s->response_key, strlen(s->response_key));
	}
	text_add(t, "&code_challenge_method=S256&code_challenge="
	    COMPOSE_CHALLENGE "&state=");
	text_add(t, c->state);
	compose_get_end(t, s, NULL);
}

static enum step_verdict
page_check(struct client *c)
{
	if (c->conn.in.status != 200)
		return (STEP_BAD);
	if (c->conn.in.cookie.p == NULL) {
		c->why = "the page sets no cookie";
		return (STEP_BAD);
	}
	if (flow_find(c->conn.in.body).p == NULL) {
		c->why = "the page has no form with a flow";
		return (STEP_BAD);
	}
	return (STEP_OK);
}

/* The page is still where it was received. */
static void
form_ask(struct client *c, struct text *t)
{
	const struct setup	*s = c->stream->setup;
	const struct response	*page = &c->conn.in;
	struct text		 body;
	struct span		 flow = flow_find(page->body);
	char			 mem[REQUEST_MAX], user[300], flow_text[16384];
	size_t			 len;

	len = compose_unescape(flow_text, sizeof(flow_text), flow);
	snprintf(user, sizeof(user), "%s%llu", s->user_prefix,
	    (unsigned long long)(stock_random() % (uint64_t)s->user_count) +
	    1);
	text_init(&body, mem, sizeof(mem));
	text_add(&body, "flow=");
	compose_form(&body, flow_text, len);
	text_add(&body, "&username=");
	compose_form(&body, user, strlen(user));
	text_add(&body, "&password=");
	compose_form(&body, s->password, strlen(s->password));
	text_add(t, "POST /oauth/authorize HTTP/1.1\r\nCookie: ");
	text_add_bytes(t, page->cookie.p, page->cookie.len);
	text_add(t, "\r\n");
	compose_post_end(t, s, &body);
}

static enum step_verdict
form_check(struct client *c)
{
	const struct response	*r = &c->conn.in;
	const struct setup	*s = c->stream->setup;
	size_t			 len = strlen(s->redirect_uri);
	struct span		 state;

	if ((r->status == 503 || r->status == 429) &&
	    c->stream->scenario->may_refuse)
		return (STEP_REFUSED);
	if (r->status == 200)
		c->why = "the form came back: wrong user or password";
	if (r->status != 303)
		return (STEP_BAD);
	c->why = "the redirect is not to redirect_uri with code and state";
	if (r->location.len < len ||
	    memcmp(r->location.p, s->redirect_uri, len) != 0)
		return (STEP_BAD);
	state = compose_param(r->location, "state");
	if (state.len != strlen(c->state) ||
	    memcmp(state.p, c->state, state.len) != 0)
		return (STEP_BAD);
	return (compose_param(r->location, "code").len > 0 ? STEP_OK :
	    STEP_BAD);
}

static enum step_verdict
form_keep_check(struct client *c)
{
	enum step_verdict	verdict;
	struct span		code;

	if ((verdict = form_check(c)) != STEP_OK)
		return (verdict);
	code = compose_param(c->conn.in.location, "code");
	if (stock_put(c->stream->stock, code.p, code.len) == 0)
		return (STEP_OK);
	c->why = "the code is too long to keep";
	return (STEP_BAD);
}

/* The value of <input … name="flow" value="…">. */
static struct span
flow_find(struct span page)
{
	static const char	 mark[] = "name=\"flow\" value=\"";
	struct span		 none = { NULL, 0 }, value;
	const char		*end;

	if ((value.p = memmem(page.p, page.len, mark, sizeof(mark) - 1)) ==
	    NULL)
		return (none);
	value.p += sizeof(mark) - 1;
	value.len = page.len - (size_t)(value.p - page.p);
	if ((end = memchr(value.p, '"', value.len)) == NULL)
		return (none);
	value.len = (size_t)(end - value.p);
	return (value);
}
