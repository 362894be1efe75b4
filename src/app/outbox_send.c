/* SPDX-License-Identifier: ISC */
/*
 * One attempt to tell a webhook, on a thread, through libcurl. https only and
 * no redirects, so that the customer's ID goes to whom the operator named and
 * to nobody else. Which host that is the operator decides: an address of the
 * own network is as good as any.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <curl/curl.h>

#include "app/outbox.h"
#include "base/log.h"
#include "base/text.h"
#include "base/traceparent.h"
#include "crypto/webhook_signature.h"

#define TIMEOUT_MS	5000L
#define ANSWER_MAX	65536	/* bytes read of an answer nobody looks at */

struct answer {
	size_t	 len;
};

static int	prepare(CURL *, const struct outbox_send *, char *);
static struct curl_slist *headers_make(const struct outbox_send *);
static size_t	answer_drop(char *, size_t, size_t, void *);
static void	judge(CURL *, CURLcode, struct outbox_send *, const char *);

int
outbox_send_init(void)
{
	return (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? 0 : -1);
}

void
outbox_send_run(struct work *work)
{
	struct outbox_send	*w = (struct outbox_send *)work;
	struct curl_slist	*headers;
	struct answer		 answer;
	char			 why[CURL_ERROR_SIZE];
	CURL			*c;

	memset(&answer, 0, sizeof(answer));
	why[0] = '\0';
	(void)text_copy(w->error, sizeof(w->error),
	    "the request could not be made");
	headers = headers_make(w);
	if ((c = curl_easy_init()) == NULL || headers == NULL)
		goto out;
	if (prepare(c, w, why) == -1 ||
	    curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_WRITEDATA, &answer) != CURLE_OK)
		goto out;
	judge(c, curl_easy_perform(c), w, why);
out:
	curl_easy_cleanup(c);
	curl_slist_free_all(headers);
}

static int
prepare(CURL *c, const struct outbox_send *w, char *why)
{
	const char	*body = w->event.body;

	if (curl_easy_setopt(c, CURLOPT_URL, w->event.url) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "https") != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_PROXY, "") != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, TIMEOUT_MS) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_USERAGENT, "ambauth/"
	    AMBAUTH_VERSION) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, why) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION,
	    answer_drop) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_POSTFIELDS, body) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE,
	    (long)strlen(body)) != CURLE_OK)
		return (-1);
	if (w->ca_file[0] != '\0' &&
	    curl_easy_setopt(c, CURLOPT_CAINFO, w->ca_file) != CURLE_OK)
		return (-1);
	return (0);
}

static struct curl_slist *
headers_make(const struct outbox_send *w)
{
	struct curl_slist	*list, *more;
	char			 signature[WEBHOOK_SIGNATURE_LEN];
	char			 line[3][160], parent[TRACEPARENT_LEN];
	const char		*lines[5];
	size_t			 i, n;

	if (webhook_signature(signature, w->secret, time(NULL), w->event.body,
	    strlen(w->event.body)) == -1)
		return (NULL);
	(void)snprintf(line[0], sizeof(line[0]), "Ambauth-Signature: %s",
	    signature);
	(void)snprintf(line[1], sizeof(line[1]), "Ambauth-Event-Id: %s",
	    w->event.id);
	lines[0] = "Content-Type: application/json";
	lines[1] = line[0];
	lines[2] = line[1];
	lines[3] = "Expect:";
	n = 4;
	traceparent_put(parent, &w->work.trace);
	if (parent[0] != '\0') {
		(void)snprintf(line[2], sizeof(line[2]), "traceparent: %s",
		    parent);
		lines[n++] = line[2];
	}
	list = NULL;
	for (i = 0; i < n; i++) {
		if ((more = curl_slist_append(list, lines[i])) == NULL) {
			curl_slist_free_all(list);
			return (NULL);
		}
		list = more;
	}
	return (list);
}

/* More than that is no acknowledgement but an attempt to keep us busy. */
static size_t
answer_drop(char *data, size_t size, size_t n, void *arg)
{
	struct answer	*a = arg;

	(void)data;
	if (n > ANSWER_MAX - a->len)
		return (CURL_WRITEFUNC_ERROR);
	a->len += n * size;
	return (n * size);
}

static void
judge(CURL *c, CURLcode code, struct outbox_send *w, const char *why)
{
	long	status = 0;

	(void)curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
	if (code != CURLE_OK)
		(void)snprintf(w->error, sizeof(w->error), "%.150s",
		    why[0] != '\0' ? why : curl_easy_strerror(code));
	else if (status < 200 || status > 299)
		(void)snprintf(w->error, sizeof(w->error),
		    "it answered with status %ld", status);
	else
		w->is_delivered = 1;
}
