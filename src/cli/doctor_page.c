/* SPDX-License-Identifier: ISC */
/* The login page: its headers and its form, as Apple's sheet will get them. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/doctor.h"
#include "oauth/redirect.h"

#define KEEP_HEADERS	"let nothing in front take away or change the " \
			"headers that ambauth sets"
#define KEEP_PAGE	"let nothing in front change the page; no " \
			"\"optimiser\", no injected script"

static int	page_keep(struct doctor *, const struct sim_reply *);
static void	cookie_check(struct text *, const char *);
static int	has_attribute(const char *, const char *, const char *);

/* What a session's cookie must say (RFC 6265bis 4.1.2, 4.1.3.2). */
static const struct {
	const char	*name;
	const char	*value;		/* NULL: any, or none */
	const char	*shown;
} attributes[] = {
	{ "Secure", NULL, "Secure" },
	{ "HttpOnly", NULL, "HttpOnly" },
	{ "Path", "/", "Path=/" },
};

enum doctor_verdict
doctor_page(struct doctor *d)
{
	static const char	 remedy[] = "give the client ID and a redirect "
				    "URI as they are registered; `ambauth "
				    "client list' shows them";
	struct sim_reply	 r;
	struct text		 t;
	char			 query[SIM_URL_LEN];

	text_init(&t, query, sizeof(query));
	doctor_query(d, &t, d->options->redirect_uri, "code");
	if (doctor_authorize(d, query, &r) != 0)
		return (doctor_fail_said(d, remedy));
	if (r.status != 200)
		return (doctor_fail(d, remedy, "it is answered %ld%s%.200s",
		    r.status, r.location[0] == '\0' ? "" :
		    " and redirected to ", r.location));
	if (strncasecmp(r.content_type, "text/html", 9) != 0)
		return (doctor_fail(d, KEEP_HEADERS, "its content type is "
		    "\"%s\"", r.content_type));
	if (page_keep(d, &r) != 0)
		return (doctor_fail(d, "free some memory", "it is too large"));
	d->has |= DOCTOR_PAGE;
	return (doctor_ok(d, "200 after %.1f ms", r.ms));
}

enum doctor_verdict
doctor_page_policy(struct doctor *d)
{
	const char	*policy = d->page.csp, *open;
	char		 origin[512];

	if (policy[0] == '\0')
		return (doctor_fail(d, KEEP_HEADERS, "no "
		    "Content-Security-Policy, or two"));
	if (redirect_origin(origin, sizeof(origin),
	    d->options->redirect_uri) != 0)
		return (doctor_fail(d, "give another --redirect-uri",
		    "the redirect URI has no origin"));
	if ((open = sim_csp_check(policy, origin)) != NULL)
		return (doctor_fail(d, KEEP_HEADERS, "not strict: %s", open));
	/* Apple's sheet is no frame: nobody may put the page into one. */
	if (strstr(policy, "frame-ancestors 'none'") == NULL)
		return (doctor_warn(d, KEEP_HEADERS, "frame-ancestors is not "
		    "'none': somebody may frame the page"));
	return (doctor_ok(d, "strict; no inline code, no frame"));
}

enum doctor_verdict
doctor_page_headers(struct doctor *d)
{
	static const char *const private[] = {
		"no-referrer", "same-origin", "strict-origin", "origin",
		"strict-origin-when-cross-origin"
	};
	const struct doctor_page	*p = &d->page;
	size_t				 i;

	if (!doctor_has_word(p->cache_control, "no-store"))
		return (doctor_fail(d, KEEP_HEADERS, "the page may be stored: "
		    "Cache-Control is \"%.200s\"", p->cache_control));
	if (strcasecmp(p->nosniff, "nosniff") != 0)
		return (doctor_fail(d, KEEP_HEADERS,
		    "X-Content-Type-Options is not nosniff"));
	for (i = 0; i < sizeof(private) / sizeof(private[0]); i++)
		if (doctor_has_word(p->referrer_policy, private[i]))
			return (doctor_ok(d, "no-store, nosniff, referrer %s",
			    private[i]));
	return (doctor_warn(d, KEEP_HEADERS, "Referrer-Policy is \"%.60s\": "
	    "the URL, state included, may be told to others",
	    p->referrer_policy));
}

enum doctor_verdict
doctor_page_cookies(struct doctor *d)
{
	const struct doctor_page	*p = &d->page;
	struct text			 t;
	char				 wrong[256];
	size_t				 i;

	if (p->cookies == 0)
		return (doctor_fail(d, KEEP_HEADERS, "no cookie: nothing "
		    "binds the form to this browser"));
	for (i = 0; i < p->cookies && i < DOCTOR_COOKIES_MAX; i++) {
		text_init(&t, wrong, sizeof(wrong));
		cookie_check(&t, p->cookie[i]);
		if (t.len > 0)
			return (doctor_fail(d, "let ambauth end TLS itself, or "
			    "let no proxy rewrite Set-Cookie",
			    "%.*s lacks%s", (int)strcspn(p->cookie[i], "="),
			    p->cookie[i], wrong));
	}
	return (doctor_ok(d, "%zu: __Host-, Secure, HttpOnly, SameSite",
	    p->cookies));
}

/* The password goes nowhere but to the issuer, and in no URL. */
enum doctor_verdict
doctor_page_form(struct doctor *d)
{
	struct html_page	*page = &d->sim.page;
	char			 url[SIM_URL_LEN];

	if (html_page_read(page, d->page.body, d->page.len) != 0)
		return (doctor_fail(d, KEEP_PAGE, "the form is too large"));
	if (page->password_forms != 1)
		return (doctor_fail(d, KEEP_PAGE, "%zu forms that ask for a "
		    "password, not 1", page->password_forms));
	if (strcmp(page->method, "post") != 0)
		return (doctor_fail(d, KEEP_PAGE, "the form's method is "
		    "\"%s\", which puts the password into the URL",
		    page->method));
	if (sim_url_join(url, sizeof(url), d->page.url, page->action) != 0 ||
	    !doctor_is_own(d, url))
		return (doctor_fail(d, KEEP_PAGE, "the form sends the "
		    "password to \"%.200s\"", page->action));
	if (page->insecure[0] != '\0')
		return (doctor_fail(d, KEEP_PAGE, "mixed content, Apple's "
		    "sheet shows the page as insecure: %s", page->insecure));
	return (doctor_ok(d, "one, by post to the issuer, over https"));
}

/* Of the form that doctor_page_form has read. */
enum doctor_verdict
doctor_autofill(struct doctor *d)
{
	static const char *const words[] = { "username", "current-password" };
	const struct html_input	*in;
	size_t			 i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		in = html_input_find_autocomplete(&d->sim.page, words[i]);
		if (in == NULL)
			return (doctor_fail(d, KEEP_PAGE, "no field has "
			    "autocomplete=\"%s\"", words[i]));
	}
	if (strcmp(in->type, "password") != 0)
		return (doctor_fail(d, KEEP_PAGE, "the current-password field "
		    "is of type \"%s\"", in->type));
	return (doctor_ok(d, "fields for username and current-password"));
}

static int
page_keep(struct doctor *d, const struct sim_reply *r)
{
	struct doctor_page	*p = &d->page;
	size_t			 i;

	if ((p->body = malloc(r->len + 1)) == NULL)
		return (-1);
	memcpy(p->body, r->body, r->len);
	p->body[r->len] = '\0';
	p->len = r->len;
	p->wire = r->wire;
	(void)text_copy(p->url, sizeof(p->url), d->sim.url);
	(void)text_copy(p->csp, sizeof(p->csp), r->csp);
	(void)text_copy(p->cache_control, sizeof(p->cache_control),
	    r->cache_control);
	(void)sim_http_header(&d->sim, SIM_BROWSER, "X-Content-Type-Options",
	    0, p->nosniff, sizeof(p->nosniff));
	(void)sim_http_header(&d->sim, SIM_BROWSER, "Referrer-Policy", 0,
	    p->referrer_policy, sizeof(p->referrer_policy));
	for (i = 0; i < DOCTOR_COOKIES_MAX; i++)
		if (sim_http_header(&d->sim, SIM_BROWSER, "Set-Cookie", i,
		    p->cookie[i], sizeof(p->cookie[i])) > i)
			p->cookies++;
	return (0);
}

/* Append what it lacks. */
static void
cookie_check(struct text *t, const char *cookie)
{
	size_t	 i;

	if (strncmp(cookie, "__Host-", 7) != 0)
		text_add(t, " __Host-");
	for (i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++)
		if (!has_attribute(cookie, attributes[i].name,
		    attributes[i].value))
			text_addf(t, " %s", attributes[i].shown);
	if (!has_attribute(cookie, "SameSite", "Lax") &&
	    !has_attribute(cookie, "SameSite", "Strict"))
		text_add(t, " SameSite");
}

static int
has_attribute(const char *cookie, const char *name, const char *value)
{
	size_t	 n = strlen(name), len;

	for (cookie += strcspn(cookie, ";"); *cookie == ';'; cookie += len) {
		cookie += strspn(cookie, "; ");
		len = strcspn(cookie, ";");
		if (strncasecmp(cookie, name, n) != 0 || len < n ||
		    strchr("=; ", cookie[n]) == NULL)
			continue;
		if (value == NULL || (cookie[n] == '=' &&
		    len == n + 1 + strlen(value) &&
		    strncasecmp(cookie + n + 1, value, strlen(value)) == 0))
			return (1);
	}
	return (0);
}
