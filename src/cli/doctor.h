/* SPDX-License-Identifier: ISC */
/*
 * The doctor's own header, for doctor*.c: a server is looked at by a table of
 * checks, each of which comes to a verdict, one line of what it found, and, if
 * that is not well, one line of what to do.
 */
#ifndef CLI_DOCTOR_H
#define CLI_DOCTOR_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "cli/simulate.h"
#include "crypto/certificate.h"

#define DOCTOR_CHAIN_MAX	8
#define DOCTOR_COOKIES_MAX	4
#define DOCTOR_STATE		"doctor"
#define DOCTOR_SLOW_MS		1000.0	/* a step that a customer waits for */

enum doctor_verdict { DOCTOR_OK, DOCTOR_WARN, DOCTOR_FAIL, DOCTOR_VERDICTS };

/* What a check cannot do without; those that lack it are left out. */
enum doctor_need {
	DOCTOR_CONNECTION = 1 << 0,
	DOCTOR_CERTIFICATE = 1 << 1,
	DOCTOR_METADATA = 1 << 2,
	DOCTOR_CLIENT = 1 << 3,		/* --client-id, --redirect-uri */
	DOCTOR_PAGE = 1 << 4		/* the client's login page */
};

/* The command line as it was given. */
struct doctor_options {
	const char	*client_id, *redirect_uri, *ca_file, *http_port;
	int		 is_json;
};

/* The login page, kept because the next request overwrites the answer. */
struct doctor_page {
	char		*body;
	size_t		 len;
	size_t		 wire;
	char		 url[SIM_URL_LEN];
	char		 csp[4096];
	char		 content_type[128];
	char		 cache_control[256];
	char		 nosniff[64];
	char		 referrer_policy[64];
	char		 cookie[DOCTOR_COOKIES_MAX][1024];
	size_t		 cookies;	/* as many as were sent */
};

struct doctor {
	const struct doctor_options *options;
	struct sim_options	 sim_options;
	struct sim_setup	 setup;
	struct sim		 sim;		/* HTTP, and the finding */
	const char		*remedy;	/* NULL: nothing to do */
	unsigned		 has;		/* of enum doctor_need */
	/* the first connection */
	double			 handshake_ms;
	struct certificate	 chain[DOCTOR_CHAIN_MAX];
	size_t			 chain_len;
	json_t			*metadata;
	struct doctor_page	 page;
	/* the slowest request of all */
	double			 slowest_ms;
	char			 slowest[256];
};

struct doctor_check {
	const char	*id;
	const char	*title;
	unsigned	 needs;		/* of enum doctor_need */
	enum doctor_verdict (*run)(struct doctor *);
};

/* doctor_checks.c: in their order; ends with a NULL id. */
extern const struct doctor_check	doctor_checks[];

/* doctor_report.c: the verdicts, each with what was found. */
enum doctor_verdict	doctor_ok(struct doctor *, const char *fmt, ...)
			    __attribute__((format(printf, 2, 3)));
enum doctor_verdict	doctor_warn(struct doctor *, const char *remedy,
			    const char *fmt, ...)
			    __attribute__((format(printf, 3, 4)));
enum doctor_verdict	doctor_fail(struct doctor *, const char *remedy,
			    const char *fmt, ...)
			    __attribute__((format(printf, 3, 4)));
/* doctor_fail with the finding that is there already. */
enum doctor_verdict	doctor_fail_said(struct doctor *, const char *remedy);
/* What one check came to: a line, and a row of results. */
void			doctor_report(const struct doctor *,
			    const struct doctor_check *, enum doctor_verdict,
			    double ms, json_t *results);
/* What all came to. 0, or -1 if it could not be written. */
int			doctor_report_end(const struct doctor *,
			    const size_t count[DOCTOR_VERDICTS],
			    json_t *results, json_t *left_out);

/* doctor_metadata.c: does a list of the metadata have this word? */
int			doctor_promises(const struct doctor *,
			    const char *list, const char *word);

/* doctor_http.c */
/* sim_http_ask, remembering which request was the slowest. */
int			doctor_ask(struct doctor *, const struct sim_request *,
			    struct sim_reply *);
/* GET, or POST of a form (NULL: GET), of a path below the issuer. */
int			doctor_ask_path(struct doctor *, enum sim_agent,
			    const char *path, const char *body,
			    struct sim_reply *);
/* The authorize URL with this query, as a browser asks for it. */
int			doctor_authorize(struct doctor *, const char *query,
			    struct sim_reply *);
/* The client's query for it: client, redirect URI, state, openid. */
void			doctor_query(const struct doctor *, struct text *,
			    const char *redirect_uri, const char *type);
/* 1 if url is the issuer itself or below it. */
int			doctor_is_own(const struct doctor *, const char *url);
/* A number of seconds in a directive: "max-age=31536000". -1: none. */
long			doctor_max_age(const char *value);
/* 1 if the words of a header have this one, without regard to case. */
int			doctor_has_word(const char *value, const char *word);

/* The checks, in the file of their name. */
#define DOCTOR_CHECK(name) enum doctor_verdict doctor_##name(struct doctor *)
/* doctor_tls.c */
DOCTOR_CHECK(connect);
DOCTOR_CHECK(tls_1_3);
DOCTOR_CHECK(tls_1_2);
DOCTOR_CHECK(tls_1_1);
DOCTOR_CHECK(tls_1_0);
DOCTOR_CHECK(handshake);
DOCTOR_CHECK(trust);
DOCTOR_CHECK(host);
/* doctor_certificate.c */
DOCTOR_CHECK(chain);
DOCTOR_CHECK(life);
DOCTOR_CHECK(key);
DOCTOR_CHECK(signature);
DOCTOR_CHECK(extended);
/* doctor_service.c */
DOCTOR_CHECK(ready);
DOCTOR_CHECK(plain);
DOCTOR_CHECK(hsts);
DOCTOR_CHECK(clock);
DOCTOR_CHECK(time);
/* doctor_metadata.c */
DOCTOR_CHECK(metadata);
DOCTOR_CHECK(issuer);
DOCTOR_CHECK(urls);
DOCTOR_CHECK(keys);
/* doctor_authorize.c */
DOCTOR_CHECK(no_client);
DOCTOR_CHECK(foreign_redirect);
DOCTOR_CHECK(pkce_plain);
DOCTOR_CHECK(implicit);
DOCTOR_CHECK(prompt_none);
/* doctor_page.c */
DOCTOR_CHECK(page);
DOCTOR_CHECK(page_policy);
DOCTOR_CHECK(page_headers);
DOCTOR_CHECK(page_cookies);
DOCTOR_CHECK(page_form);
DOCTOR_CHECK(autofill);
/* doctor_load.c */
DOCTOR_CHECK(page_size);
DOCTOR_CHECK(page_loads);
DOCTOR_CHECK(page_language);
/* doctor_token.c */
DOCTOR_CHECK(token_get);
DOCTOR_CHECK(token_client);
DOCTOR_CHECK(token_grant);
DOCTOR_CHECK(redirects);
DOCTOR_CHECK(userinfo);
DOCTOR_CHECK(introspection);
#undef DOCTOR_CHECK

#endif
