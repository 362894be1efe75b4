/* SPDX-License-Identifier: ISC */
/* The service as a whole: ready, only by https, on time. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <curl/curl.h>

#include "cli/doctor.h"

#define HSTS_LEAST	15552000L	/* half a year, in seconds */
#define CLOCK_WARN	5L		/* seconds */
#define CLOCK_FAIL	60L

static int	plain_url(const struct doctor *, char *, size_t);

enum doctor_verdict
doctor_ready(struct doctor *d)
{
	struct sim_reply	 r;
	size_t			 n = 0;

	if (doctor_ask_path(d, SIM_MSP, "/readyz", NULL, &r) != 0)
		return (doctor_fail_said(d, "look at the server's log"));
	while (n < r.len && n < 200 && r.body[n] != '\n')
		n++;
	if (r.status != 200)
		return (doctor_fail(d, "look at the server's log; most often "
		    "it is the database", "/readyz answers %ld: %.*s",
		    r.status, (int)n, r.body));
	return (doctor_ok(d, "/readyz answers 200"));
}

/* Behind port 80 a page could be read and changed on its way. */
enum doctor_verdict
doctor_plain(struct doctor *d)
{
	struct sim_request	 q = { .agent = SIM_BROWSER, .method = "GET" };
	struct sim_reply	 r;
	char			 url[SIM_URL_LEN];

	if (plain_url(d, url, sizeof(url)) != 0)
		return (doctor_fail(d, "give the URL as https://host[:port]",
		    "the URL cannot be read"));
	q.url = url;
	if (sim_http_ask(&d->sim, &q, &r) != 0)
		return (doctor_ok(d, "nothing answers to plain http"));
	if (r.status / 100 == 3 && strncmp(r.location, "https://", 8) == 0)
		return (doctor_ok(d, "plain http is sent on to https"));
	if (r.status >= 400)
		return (doctor_ok(d, "plain http answers %ld and serves "
		    "nothing", r.status));
	return (doctor_fail(d, "close the port, or send all of it on to "
	    "https with status 301", "plain http answers %ld at %s",
	    r.status, url));
}

enum doctor_verdict
doctor_hsts(struct doctor *d)
{
	struct sim_reply	 r;
	char			 value[256];
	long			 age;

	if (doctor_ask_path(d, SIM_BROWSER, "/readyz", NULL, &r) != 0)
		return (doctor_fail_said(d, "look at the server's log"));
	(void)sim_http_header(&d->sim, SIM_BROWSER,
	    "Strict-Transport-Security", 0, value, sizeof(value));
	age = doctor_max_age(value);
	if (age < 0)
		return (doctor_fail(d, "let the proxy where TLS ends add "
		    "Strict-Transport-Security: max-age=31536000",
		    "no Strict-Transport-Security"));
	if (age < HSTS_LEAST)
		return (doctor_warn(d, "raise its max-age to 31536000",
		    "max-age is %ld days only", age / 86400));
	return (doctor_ok(d, "for %ld days", age / 86400));
}

/*
 * Tokens and flows live by the server's clock, and their readers by their own.
 * A Date has whole seconds, and the answer was on its way.
 */
enum doctor_verdict
doctor_clock(struct doctor *d)
{
	struct sim_reply	 r;
	time_t			 before = time(NULL), after, date;
	char			 value[64];
	long			 off = 0;

	if (doctor_ask_path(d, SIM_MSP, "/healthz", NULL, &r) != 0)
		return (doctor_fail_said(d, "look at the server's log"));
	after = time(NULL);
	(void)sim_http_header(&d->sim, SIM_MSP, "Date", 0, value,
	    sizeof(value));
	if ((date = curl_getdate(value, NULL)) == -1)
		return (doctor_warn(d, "let the proxy in front pass Date on",
		    "no Date in the answer (RFC 9110 6.6.1)"));
	if (date < before - 1)
		off = (long)(date - before);
	if (date > after + 1)
		off = (long)(date - after);
	if (off > CLOCK_FAIL || off < -CLOCK_FAIL)
		return (doctor_fail(d, "run an NTP client on the server (and "
		    "here)", "it differs by %ld s: tokens will be refused",
		    off));
	if (off > CLOCK_WARN || off < -CLOCK_WARN)
		return (doctor_warn(d, "run an NTP client on the server (and "
		    "here)", "it differs by %ld s", off));
	return (doctor_ok(d, "as this machine's, within %ld s", CLOCK_WARN));
}

enum doctor_verdict
doctor_time(struct doctor *d)
{
	if (d->slowest_ms < DOCTOR_SLOW_MS)
		return (doctor_ok(d, "the slowest was %s, %.1f ms",
		    d->slowest, d->slowest_ms));
	return (doctor_warn(d, "look at the database's and the machine's "
	    "load, and at the way between", "%s took %.1f ms", d->slowest,
	    d->slowest_ms));
}

static int
plain_url(const struct doctor *d, char *out, size_t cap)
{
	const char	*port = d->options->http_port;
	CURLU		*u;
	char		*url = NULL;
	int		 rv = -1;

	if ((u = curl_url()) == NULL)
		return (-1);
	if (curl_url_set(u, CURLUPART_URL, d->setup.issuer, 0) == CURLUE_OK &&
	    curl_url_set(u, CURLUPART_SCHEME, "http", 0) == CURLUE_OK &&
	    curl_url_set(u, CURLUPART_PORT, port == NULL ? "80" : port, 0) ==
	    CURLUE_OK &&
	    curl_url_set(u, CURLUPART_PATH, "/oauth/authorize", 0) ==
	    CURLUE_OK &&
	    curl_url_get(u, CURLUPART_URL, &url, 0) == CURLUE_OK)
		rv = text_copy(out, cap, url);
	curl_free(url);
	curl_url_cleanup(u);
	return (rv);
}
