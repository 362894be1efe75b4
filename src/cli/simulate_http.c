/* SPDX-License-Identifier: ISC */
/*
 * HTTP for the simulation, through libcurl. The sheet and the machines have a
 * handle each, because a cookie of the sheet never reaches the token endpoint.
 * No redirect is followed: the device intercepts it, and so do we.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>

#include "cli/simulate.h"
#include "crypto/digest.h"

struct sim_http {
	CURL		*browser;
	CURL		*machine;
	char		*body;		/* of the last answer, SIM_REPLY_MAX */
	size_t		 len;
	int		 is_too_long;
	int		 is_verbose;
	char		 error[CURL_ERROR_SIZE];
};

static const char	 safari[] =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) "
    "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 "
    "Mobile/15E148 Safari/604.1";

static const char *const user_agents[] = {
	[SIM_BROWSER] = safari,
	[SIM_DEVICE] = "CFNetwork/1498.700.2 Darwin/23.6.0",
	[SIM_MSP] = "ambauth-simulate",
};

/* The device sends no Accept header; libcurl would, unless told. */
static const char *const accepts[] = {
	[SIM_BROWSER] = "Accept: text/html,application/xhtml+xml,*/*;q=0.8",
	[SIM_DEVICE] = "Accept:",
	[SIM_MSP] = "Accept: application/json",
};

static CURL	*handle_open(struct sim_http *, const struct sim_setup *);
static int	 handle_prepare(CURL *, const struct sim_request *);
static struct curl_slist *headers_make(const struct sim_request *);
static int	 headers_add(struct curl_slist **, const char *);
static int	 basic_set(CURL *, const struct sim_client *);
static size_t	 body_take(char *, size_t, size_t, void *);
static void	 header_get(CURL *, const char *, char *, size_t);
static void	 tell(const struct sim_request *, const struct sim_reply *);

struct sim_http *
sim_http_open(const struct sim_setup *setup)
{
	struct sim_http	*h;

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return (NULL);
	if ((h = calloc(1, sizeof(*h))) == NULL)
		return (NULL);
	h->is_verbose = setup->options->is_verbose;
	h->body = malloc(SIM_REPLY_MAX);
	h->browser = handle_open(h, setup);
	h->machine = handle_open(h, setup);
	/*
	 * An empty name: cookies are kept, and none are read. An empty list:
	 * every compression that is known.
	 */
	if (h->body == NULL || h->browser == NULL || h->machine == NULL ||
	    curl_easy_setopt(h->browser, CURLOPT_COOKIEFILE, "") != CURLE_OK ||
	    curl_easy_setopt(h->browser, CURLOPT_ACCEPT_ENCODING,
	    "") != CURLE_OK) {
		sim_http_close(h);
		return (NULL);
	}
	return (h);
}

void
sim_http_close(struct sim_http *h)
{
	if (h == NULL)
		return;
	curl_easy_cleanup(h->browser);
	curl_easy_cleanup(h->machine);
	if (h->body != NULL)
		digest_wipe(h->body, SIM_REPLY_MAX);
	free(h->body);
	free(h);
	curl_global_cleanup();
}

int
sim_http_ask(struct sim *s, const struct sim_request *q, struct sim_reply *r)
{
	struct sim_http		*h = s->http;
	struct curl_slist	*headers;
	CURL			*c;
	CURLcode		 code;
	curl_off_t		 us, bytes;
	int			 rv = -1;

	memset(r, 0, sizeof(*r));
	c = q->agent == SIM_BROWSER ? h->browser : h->machine;
	h->len = 0;
	h->is_too_long = 0;
	h->error[0] = '\0';
	if ((headers = headers_make(q)) == NULL ||
	    curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers) != CURLE_OK ||
	    handle_prepare(c, q) != 0) {
		sim_say(s, "%s: the request could not be made", q->url);
		goto out;
	}
	code = curl_easy_perform(c);
	if (h->is_too_long) {
		sim_say(s, "the answer is longer than %d bytes", SIM_REPLY_MAX);
		goto out;
	}
	if (code != CURLE_OK) {
		sim_say(s, "%s %.*s: %s", q->method,
		    (int)strcspn(q->url, "?"), q->url,
		    h->error[0] != '\0' ? h->error : curl_easy_strerror(code));
		goto out;
	}
	(void)curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &r->status);
	if (curl_easy_getinfo(c, CURLINFO_TOTAL_TIME_T, &us) == CURLE_OK)
		r->ms = (double)us / 1e3;
	if (curl_easy_getinfo(c, CURLINFO_SIZE_DOWNLOAD_T, &bytes) == CURLE_OK)
		r->wire = (size_t)bytes;
	r->body = h->body;
	r->len = h->len;
	header_get(c, "Content-Type", r->content_type, sizeof(r->content_type));
	header_get(c, "Cache-Control", r->cache_control,
	    sizeof(r->cache_control));
	header_get(c, "Content-Security-Policy", r->csp, sizeof(r->csp));
	header_get(c, "Location", r->location, sizeof(r->location));
	if (h->is_verbose)
		tell(q, r);
	rv = 0;
out:
	(void)curl_easy_setopt(c, CURLOPT_HTTPHEADER, NULL);
	curl_slist_free_all(headers);
	return (rv);
}

size_t
sim_http_header(const struct sim *s, enum sim_agent agent, const char *name,
    size_t index, char *out, size_t cap)
{
	struct curl_header	*header;

	out[0] = '\0';
	if (curl_easy_header(agent == SIM_BROWSER ? s->http->browser :
	    s->http->machine, name, index, CURLH_HEADER, -1, &header) !=
	    CURLHE_OK)
		return (0);
	(void)text_copy(out, cap, header->value);
	return (header->amount);
}

int
sim_url_join(char *out, size_t cap, const char *base, const char *reference)
{
	CURLU	*u;
	char	*joined = NULL;
	int	 rv = -1;

	if ((u = curl_url()) == NULL)
		return (-1);
	if (curl_url_set(u, CURLUPART_URL, base, 0) == CURLUE_OK &&
	    (*reference == '\0' ||
	    curl_url_set(u, CURLUPART_URL, reference, 0) == CURLUE_OK) &&
	    curl_url_get(u, CURLUPART_URL, &joined, 0) == CURLUE_OK)
		rv = text_copy(out, cap, joined);
	curl_free(joined);
	curl_url_cleanup(u);
	return (rv);
}

int
sim_url_is_loopback(const char *url)
{
	static const char *const hosts[] = {
		"localhost", "127.0.0.1", "[::1]"
	};
	CURLU	*u;
	char	*host = NULL;
	size_t	 i;
	int	 rv = 0;

	if ((u = curl_url()) == NULL)
		return (0);
	if (curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK &&
	    curl_url_get(u, CURLUPART_HOST, &host, 0) == CURLUE_OK)
		for (i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++)
			rv |= strcasecmp(host, hosts[i]) == 0;
	curl_free(host);
	curl_url_cleanup(u);
	return (rv);
}

static CURL *
handle_open(struct sim_http *h, const struct sim_setup *setup)
{
	CURL	*c;
	int	 bad = 0;

	if ((c = curl_easy_init()) == NULL)
		return (NULL);
	bad |= curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) != CURLE_OK;
	bad |= curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, SIM_TIMEOUT_MS) !=
	    CURLE_OK;
	bad |= curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L) != CURLE_OK;
	bad |= curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "https,http") !=
	    CURLE_OK;
	bad |= curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER,
	    setup->is_unverified ? 0L : 1L) != CURLE_OK;
	bad |= curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST,
	    setup->is_unverified ? 0L : 2L) != CURLE_OK;
	bad |= curl_easy_setopt(c, CURLOPT_ERRORBUFFER, h->error) != CURLE_OK;
	bad |= curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, body_take) !=
	    CURLE_OK;
	bad |= curl_easy_setopt(c, CURLOPT_WRITEDATA, h) != CURLE_OK;
	if (setup->ca_file[0] != '\0')
		bad |= curl_easy_setopt(c, CURLOPT_CAINFO, setup->ca_file) !=
		    CURLE_OK;
	/* What is on this machine is never asked for through a proxy. */
	if (sim_url_is_loopback(setup->issuer))
		bad |= curl_easy_setopt(c, CURLOPT_PROXY, "") != CURLE_OK;
	if (bad) {
		curl_easy_cleanup(c);
		return (NULL);
	}
	return (c);
}

static int
handle_prepare(CURL *c, const struct sim_request *q)
{
	int	 bad = 0;

	bad |= curl_easy_setopt(c, CURLOPT_URL, q->url) != CURLE_OK;
	bad |= curl_easy_setopt(c, CURLOPT_USERAGENT, user_agents[q->agent]) !=
	    CURLE_OK;
	if (q->body != NULL) {
		bad |= curl_easy_setopt(c, CURLOPT_POSTFIELDS, q->body) !=
		    CURLE_OK;
		bad |= curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE,
		    (long)strlen(q->body)) != CURLE_OK;
	} else
		bad |= curl_easy_setopt(c, CURLOPT_HTTPGET, 1L) != CURLE_OK;
	bad |= curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST,
	    strcmp(q->method, "DELETE") == 0 ? q->method : NULL) != CURLE_OK;
	if (q->basic != NULL)
		return (bad || basic_set(c, q->basic) != 0 ? -1 : 0);
	bad |= curl_easy_setopt(c, CURLOPT_USERNAME, NULL) != CURLE_OK;
	bad |= curl_easy_setopt(c, CURLOPT_PASSWORD, NULL) != CURLE_OK;
	return (bad ? -1 : 0);
}

static struct curl_slist *
headers_make(const struct sim_request *q)
{
	struct curl_slist	*list = NULL;
	char			 bearer[SIM_TOKEN_LEN + 32];
	int			 bad;

	bad = headers_add(&list, accepts[q->agent]);
	/* Neither Safari nor the device sends Expect: 100-continue. */
	bad |= headers_add(&list, "Expect:");
	if (q->agent == SIM_BROWSER)
		bad |= headers_add(&list, "Accept-Language: en-US,en;q=0.9");
	if (q->body != NULL && q->body[0] == '\0')
		bad |= headers_add(&list, "Content-Type:");
	if (q->bearer != NULL) {
		(void)snprintf(bearer, sizeof(bearer),
		    "Authorization: Bearer %s", q->bearer);
		bad |= headers_add(&list, bearer);
		digest_wipe(bearer, sizeof(bearer));
	}
	if (bad) {
		curl_slist_free_all(list);
		return (NULL);
	}
	return (list);
}

static int
headers_add(struct curl_slist **list, const char *line)
{
	struct curl_slist	*more;

	if ((more = curl_slist_append(*list, line)) == NULL)
		return (-1);
	*list = more;
	return (0);
}

/* RFC 6749 2.3.1: both are form-encoded before they become Basic's. */
static int
basic_set(CURL *c, const struct sim_client *client)
{
	struct text	 t;
	char		 id[1024], secret[2048];
	int		 rv = -1;

	text_init(&t, id, sizeof(id));
	text_add_uri(&t, client->client_id, strlen(client->client_id));
	if (!text_is_ok(&t))
		return (-1);
	text_init(&t, secret, sizeof(secret));
	text_add_uri(&t, client->secret, strlen(client->secret));
	if (text_is_ok(&t) &&
	    curl_easy_setopt(c, CURLOPT_HTTPAUTH, CURLAUTH_BASIC) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_USERNAME, id) == CURLE_OK &&
	    curl_easy_setopt(c, CURLOPT_PASSWORD, secret) == CURLE_OK)
		rv = 0;
	digest_wipe(secret, sizeof(secret));
	return (rv);
}

static size_t
body_take(char *p, size_t size, size_t n, void *arg)
{
	struct sim_http	*h = arg;

	n *= size;
	if (n > SIM_REPLY_MAX - h->len) {
		h->is_too_long = 1;
		return (CURL_WRITEFUNC_ERROR);
	}
	memcpy(h->body + h->len, p, n);
	h->len += n;
	return (n);
}

/* A header sent twice counts as absent: which one would the receiver take? */
static void
header_get(CURL *c, const char *name, char *out, size_t cap)
{
	struct curl_header	*header;

	out[0] = '\0';
	if (curl_easy_header(c, name, 0, CURLH_HEADER, -1, &header) ==
	    CURLHE_OK && header->amount == 1)
		(void)text_copy(out, cap, header->value);
}

/* The path only: queries hold states and codes, bodies hold secrets. */
static void
tell(const struct sim_request *q, const struct sim_reply *r)
{
	(void)fprintf(stderr, "     %s %.*s (%zu bytes): %ld, %zu bytes\n",
	    q->method, (int)strcspn(q->url, "?"), q->url,
	    q->body == NULL ? 0 : strlen(q->body), r->status, r->len);
}
