/* SPDX-License-Identifier: ISC */
/*
 * The part that the customer sees: Apple's sheet opens the login page, the
 * form is sent, and the redirect is read without being followed.
 */
#include <string.h>
#include <strings.h>

#include "cli/simulate.h"
#include "crypto/digest.h"
#include "oauth/redirect.h"

static int	page_check(struct sim *, const struct sim_reply *);
static int	form_check(struct sim *);
static int	form_url_find(struct sim *);
static int	form_fill(struct sim *);
static int	redirect_check(struct sim *, const struct sim_reply *);
static int	refusal_say(struct sim *, const struct sim_reply *);

int
sim_step_authorize(struct sim *s)
{
	struct sim_request	 q = { .agent = SIM_BROWSER, .method = "GET" };
	struct sim_reply	 r;
	struct text		 url;

	/* The device replaces any query that the registered URL has. */
	text_init(&url, s->url, sizeof(s->url));
	text_add_bytes(&url, s->authorize_url, strcspn(s->authorize_url, "?"));
	text_add(&url, "?");
	if (s->flow->query(s, &url) != 0)
		return (-1);
	if (!text_is_ok(&url))
		return (sim_fail(s, "the URL is longer than %d characters",
		    SIM_URL_LEN - 1));
	q.url = s->url;
	if (sim_http_ask(s, &q, &r) != 0)
		return (-1);
	if (r.status != 200)
		return (refusal_say(s, &r));
	if (page_check(s, &r) != 0 || form_check(s) != 0)
		return (-1);
	sim_say(s, "login page, %zu bytes; strict policy; fields named for "
	    "AutoFill", r.len);
	return (0);
}

int
sim_step_sign_in(struct sim *s)
{
	struct sim_request	 q = { .agent = SIM_BROWSER, .method = "POST" };
	struct sim_reply	 r;
	int			 rv = -1;

	if (form_fill(s) != 0) {
		sim_say(s, "the form is longer than %d bytes",
		    SIM_BODY_LEN - 1);
		goto out;
	}
	q.url = s->form_url;
	q.body = s->body;
	if (sim_http_ask(s, &q, &r) != 0)
		goto out;
	if (r.status == 303)
		rv = redirect_check(s, &r);
	else if (r.status == 200 || r.status == 401 || r.status == 403)
		sim_say(s, "the page came back with status %ld: user name or "
		    "password are wrong, or the account is locked", r.status);
	else
		sim_say(s, "the form was answered with status %ld, not 303",
		    r.status);
out:
	digest_wipe(s->body, sizeof(s->body));
	return (rv);
}

static int
page_check(struct sim *s, const struct sim_reply *r)
{
	char		 origin[512];
	const char	*open;

	if (strncasecmp(r->content_type, "text/html", 9) != 0)
		return (sim_fail(s, "the page's content type is \"%s\"",
		    r->content_type));
	if (r->csp[0] == '\0')
		return (sim_fail(s, "the page has no Content-Security-Policy, "
		    "or two"));
	/* The server's own callback is 'self', but goes on to Messages. */
	if (redirect_origin(origin, sizeof(origin),
	    s->way == SIM_WAY_HOSTED ? "messages-auth:" :
	    s->client->redirect_uri) != 0)
		return (sim_fail(s, "the redirect URI has no origin"));
	if ((open = sim_csp_check(r->csp, origin)) != NULL)
		return (sim_fail(s, "the Content-Security-Policy is not "
		    "strict: %s", open));
	if (html_page_read(&s->page, r->body, r->len) != 0)
		return (sim_fail(s, "the page's form is too large"));
	if (s->page.insecure[0] != '\0')
		return (sim_fail(s, "mixed content, Apple's sheet shows it "
		    "as insecure: %s", s->page.insecure));
	return (0);
}

static int
form_check(struct sim *s)
{
	static const char *const words[] = { "username", "current-password" };
	const struct html_input	*flow = html_input_find(&s->page, "flow");
	const struct html_input	*in;
	size_t			 i;

	if (s->page.password_forms != 1)
		return (sim_fail(s, "the page has %zu forms that ask for a "
		    "password, not 1", s->page.password_forms));
	if (strcmp(s->page.method, "post") != 0)
		return (sim_fail(s, "the form's method is \"%s\", not post",
		    s->page.method));
	if (flow == NULL || strcmp(flow->type, "hidden") != 0 ||
	    flow->value[0] == '\0')
		return (sim_fail(s, "the form has no hidden field flow"));
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		in = html_input_find_autocomplete(&s->page, words[i]);
		if (in == NULL)
			return (sim_fail(s, "no field has autocomplete=\"%s\": "
			    "AutoFill will not work", words[i]));
		if (in->name[0] == '\0')
			return (sim_fail(s, "the %s field has no name",
			    words[i]));
	}
	return (form_url_find(s));
}

/* The password goes nowhere but to the issuer. */
static int
form_url_find(struct sim *s)
{
	size_t	 n = strlen(s->setup->issuer);

	if (sim_url_join(s->form_url, sizeof(s->form_url), s->url,
	    s->page.action) != 0)
		return (sim_fail(s, "the form's action is no URL"));
	if (strncmp(s->form_url, s->setup->issuer, n) != 0 ||
	    s->form_url[n] != '/')
		return (sim_fail(s, "the form would send the password to "
		    "%.100s", s->form_url));
	return (0);
}

static int
form_fill(struct sim *s)
{
	const struct html_input	*in, *user, *password;
	const char		*value;
	struct text		 t;
	size_t			 i;

	user = html_input_find_autocomplete(&s->page, "username");
	password = html_input_find_autocomplete(&s->page, "current-password");
	text_init(&t, s->body, sizeof(s->body));
	for (i = 0; i < s->page.input_count; i++) {
		in = &s->page.input[i];
		value = in->value;
		if (in == user)
			value = s->setup->username;
		if (in == password)
			value = s->setup->password;
		if (i > 0)
			text_add(&t, "&");
		text_add_uri(&t, in->name, strlen(in->name));
		text_add(&t, "=");
		text_add_uri(&t, value, strlen(value));
	}
	return (text_is_ok(&t) ? 0 : -1);
}

static int
redirect_check(struct sim *s, const struct sim_reply *r)
{
	struct sim_redirect	 to;
	const char		*bad;
	size_t			 n = strlen(s->raw_state);

	bad = sim_redirect_read(&to, r->location, s->client->redirect_uri);
	if (bad != NULL)
		return (sim_fail(s, "the redirect is wrong: %s", bad));
	if (to.error[0] != '\0')
		return (refusal_say(s, r));
	if (to.code[0] == '\0')
		return (sim_fail(s, "the redirect brings no code"));
	if (!sim_text_is_unreserved(to.code))
		return (sim_fail(s, "the code has characters that the device "
		    "would not escape"));
	if (to.raw_state.p == NULL)
		return (sim_fail(s, "the state did not come back"));
	if (to.raw_state.len != n || memcmp(to.raw_state.p, s->raw_state,
	    n) != 0)
		return (sim_fail(s, "the state came back changed: %zu bytes "
		    "were sent, %zu came", n, to.raw_state.len));
	/* RFC 9207: which server the answer is from. */
	if (strcmp(to.iss, s->setup->issuer) != 0)
		return (sim_fail(s, "iss is \"%s\", not the issuer", to.iss));
	(void)text_copy(s->code, sizeof(s->code), to.code);
	digest_wipe(&to, sizeof(to));
	sim_say(s, "303 to %.200s, code of %zu characters, state as sent",
	    s->client->redirect_uri, strlen(s->code));
	return (0);
}

/* The server would not: on its page, or to the client by a redirect. */
static int
refusal_say(struct sim *s, const struct sim_reply *r)
{
	struct sim_redirect	 to;

	if (r->location[0] == '\0')
		return (sim_fail(s, "the page was refused with status %ld: "
		    "client or redirect URI unknown, or a broken request",
		    r->status));
	if (sim_redirect_read(&to, r->location,
	    s->client->redirect_uri) != NULL)
		return (sim_fail(s, "status %ld with a redirect to somewhere "
		    "else", r->status));
	return (sim_fail(s, "refused with %s%s%s",
	    to.error[0] != '\0' ? to.error : "an unasked redirect",
	    to.description[0] != '\0' ? ": " : "", to.description));
}
