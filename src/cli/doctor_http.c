/* SPDX-License-Identifier: ISC */
/* The doctor's requests, and what is read off headers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/doctor.h"

#define BETWEEN		" \t,;"	/* words of a header */

int
doctor_ask(struct doctor *d, const struct sim_request *q, struct sim_reply *r)
{
	if (sim_http_ask(&d->sim, q, r) != 0)
		return (-1);
	if (r->ms > d->slowest_ms) {
		d->slowest_ms = r->ms;
		(void)snprintf(d->slowest, sizeof(d->slowest), "%s %.*s",
		    q->method, (int)strcspn(q->url, "?"), q->url);
	}
	return (0);
}

int
doctor_ask_path(struct doctor *d, enum sim_agent agent, const char *path,
    const char *body, struct sim_reply *r)
{
	struct sim_request	 q = { .agent = agent, .body = body };
	struct text		 t;

	text_init(&t, d->sim.url, sizeof(d->sim.url));
	text_addf(&t, "%s%s", d->setup.issuer, path);
	q.method = body == NULL ? "GET" : "POST";
	q.url = d->sim.url;
	return (doctor_ask(d, &q, r));
}

int
doctor_authorize(struct doctor *d, const char *query, struct sim_reply *r)
{
	struct sim_request	 q = { .agent = SIM_BROWSER, .method = "GET" };
	struct text		 t;

	/* The device replaces any query that the registered URL has. */
	text_init(&t, d->sim.url, sizeof(d->sim.url));
	text_add_bytes(&t, d->sim.authorize_url,
	    strcspn(d->sim.authorize_url, "?"));
	text_addf(&t, "%s%s", *query == '\0' ? "" : "?", query);
	if (!text_is_ok(&t))
		return (sim_fail(&d->sim, "the URL is too long"));
	q.url = d->sim.url;
	return (doctor_ask(d, &q, r));
}

void
doctor_query(const struct doctor *d, struct text *t, const char *redirect_uri,
    const char *type)
{
	const struct doctor_options	*o = d->options;

	text_add(t, "client_id=");
	text_add_uri(t, o->client_id, strlen(o->client_id));
	text_add(t, "&redirect_uri=");
	text_add_uri(t, redirect_uri, strlen(redirect_uri));
	text_addf(t, "&response_type=%s&scope=openid&state=" DOCTOR_STATE
	    "&nonce=doctor", type);
}

/* "https://a.example" is also how "https://a.example.evil.example" starts. */
int
doctor_is_own(const struct doctor *d, const char *url)
{
	size_t	 n = strlen(d->setup.issuer);

	return (strncmp(url, d->setup.issuer, n) == 0 &&
	    (url[n] == '/' || url[n] == '\0'));
}

long
doctor_max_age(const char *value)
{
	static const char	 name[] = "max-age=";
	char			*end;
	long			 n;

	for (value += strspn(value, BETWEEN); *value != '\0';
	    value += strcspn(value, BETWEEN), value += strspn(value, BETWEEN)) {
		if (strncasecmp(value, name, sizeof(name) - 1) != 0)
			continue;
		value += sizeof(name) - 1;
		value += *value == '"';
		n = strtol(value, &end, 10);
		return (end == value || n < 0 ? -1 : n);
	}
	return (-1);
}

int
doctor_has_word(const char *value, const char *word)
{
	size_t	 n, len = strlen(word);

	for (value += strspn(value, BETWEEN); *value != '\0';
	    value += n, value += strspn(value, BETWEEN)) {
		n = strcspn(value, BETWEEN);
		if (n == len && strncasecmp(value, word, n) == 0)
			return (1);
	}
	return (0);
}
