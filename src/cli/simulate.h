/* SPDX-License-Identifier: ISC */
/*
 * The simulation's own header, for simulate*.c: one flow is a struct sim that
 * passes through a table of steps; what differs between Apple's two flows is
 * a struct sim_flow.
 */
#ifndef CLI_SIMULATE_H
#define CLI_SIMULATE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "apple/ecies.h"
#include "apple/opaque_id.h"
#include "base/text.h"
#include "cli/client_profile.h"
#include "cli/html_form.h"
#include "cli/password_prompt.h"

#define SIM_APPLE_REDIRECT	PROFILE_APPLE_REDIRECT
#define SIM_URL_LEN		8192
#define SIM_BODY_LEN		65536
#define SIM_REPLY_MAX		(1024 * 1024)	/* bytes of an answer's body */
#define SIM_TIMEOUT_MS		10000L
#define SIM_STATE_LEN		1024
#define SIM_CODE_LEN		2049		/* Amazon Connect's limit */
#define SIM_TOKEN_LEN		(ECIES_PLAIN_MAX + 1)
#define SIM_SAID_LEN		512

enum sim_kind { SIM_OLD, SIM_NEW, SIM_HOSTED, SIM_KINDS };

/* Beside those of a profile: the callback that the server hosts. */
#define SIM_WAY_HOSTED		0x1000

/* The command line as it was given. */
struct sim_options {
	const char	*url, *client_id, *username, *flow, *redirect_uri;
	const char	*scope, *state, *ca_file, *client_secret_file;
	const char	*password_file, *curve, *opaque_id, *demo, *profile;
	int		 is_pre_ios15, is_basic, is_hosted, is_json;
	int		 is_verbose;
};

struct sim_client {
	char		 client_id[256];
	char		 secret[512];		/* "": a public client */
	char		 redirect_uri[2048];
};

/* What both flows start from. */
struct sim_setup {
	const struct sim_options *options;
	char		 issuer[256];		/* --url, no trailing slash */
	char		 ca_file[1024];		/* "": the system's */
	char		 username[256];
	char		 password[PASSWORD_PROMPT_LEN];
	char		 customer_id[256];	/* expected; "" any */
	const struct client_profile *profile;	/* NULL: nobody's manners */
	const char	*scope;
	unsigned	 ways;			/* to try: PROFILE_OLD … */
	int		 is_wanted[SIM_KINDS];
	int		 is_unverified;		/* take any certificate */
	struct sim_client client[SIM_KINDS];
};

enum sim_agent {
	SIM_BROWSER,		/* the sheet: Safari, cookies */
	SIM_DEVICE,		/* the device itself: no Accept header */
	SIM_MSP
};

struct sim_request {
	enum sim_agent	 agent;
	const char	*method;
	const char	*url;
	const char	*body;		/* NULL: none */
	const char	*bearer;	/* NULL: none */
	const struct sim_client	*basic;	/* NULL: none */
};

/* Valid until the next request. */
struct sim_reply {
	long		 status;
	const char	*body;
	size_t		 len;
	char		 content_type[128];
	char		 cache_control[256];
	char		 csp[4096];
	char		 location[SIM_URL_LEN];
	size_t		 wire;		/* bytes of the body as it came */
	double		 ms;
};

struct sim_http;
struct sim_flow;

/* One flow under way. */
struct sim {
	const struct sim_setup	*setup;
	const struct sim_client	*client;
	const struct sim_flow	*flow;
	unsigned	 way;		/* PROFILE_OLD … */
	struct sim_http	*http;
	/* discover */
	char		 authorize_url[SIM_URL_LEN];
	char		 token_url[SIM_URL_LEN];
	char		 userinfo_url[SIM_URL_LEN];
	json_t		*jwks;		/* owned */
	/* authorize */
	char		 raw_state[SIM_STATE_LEN];	/* as in the URL */
	char		 nonce[64];
	char		 verifier[64];		/* "": no PKCE */
	uint8_t		 scalar[ECIES_SCALAR_MAX];	/* response key */
	size_t		 scalar_len;
	struct html_page page;
	char		 form_url[SIM_URL_LEN];
	/* sign in, token, user */
	char		 code[SIM_CODE_LEN];
	char		 token[SIM_TOKEN_LEN];
	char		 customer_id[256];
	char		 opaque_id[OPAQUE_ID_MAX + 1];
	/* scratch: URL and body of the request in hand */
	char		 url[SIM_URL_LEN];
	char		 body[SIM_BODY_LEN];
	/* what the step has to say: its result, or why it failed */
	char		 said[SIM_SAID_LEN];
};

struct sim_step {
	const char	*name;
	int		(*run)(struct sim *);	/* 0, or -1 with said */
};

struct sim_flow {
	const char	*name;
	const char	*title;
	/* What the authorize request's query is, fresh secrets included. */
	int		(*query)(struct sim *, struct text *);
	/* Ask the token endpoint. 0, or -1 with said. */
	int		(*exchange)(struct sim *, struct sim_reply *);
	/* Judge the answer: fills token. 0, or -1 with said. */
	int		(*accept)(struct sim *, const json_t *);
	const struct sim_step	*steps;		/* NULL: sim_steps */
};

/* simulate_old.c, simulate_new.c, simulate_steps.c */
extern const struct sim_flow	 sim_flow_old, sim_flow_new, sim_flow_hosted;
extern const struct sim_step	 sim_steps[];	/* ends with a NULL name */

/* simulate_steps.c, for other flows' steps: 0, or -1 with said. */
int	sim_step_discover(struct sim *);
/* Ask, and expect 200 with a JSON object. */
int	sim_json_ask(struct sim *, const struct sim_request *, json_t **);
/* Fills opaque_id: what was given, or one of our own making. */
int	sim_opaque_id_choose(struct sim *);
/* The link is there, and names this customer; it is deleted. */
int	sim_link_find(struct sim *);
int	sim_link_delete(struct sim *);
/* Fills url: a path of the issuer's. */
void	sim_issuer_url(struct sim *, const char *);

/* simulate_page.c */
int	sim_step_authorize(struct sim *);
int	sim_step_sign_in(struct sim *);

/* simulate_run.c: each way that is wanted; appends to results. 0, or -1. */
int	sim_ways_run(const struct sim_setup *, json_t *results);

/* simulate_id_token.c: judge what came in an answer; fills customer_id. */
int	sim_id_token_check(struct sim *, const char *id_token);

/* simulate_setup.c: 0, or -1 with err. */
int	sim_setup_fill(struct sim_setup *, const struct sim_options *,
	    char *err, size_t errlen);

/* simulate_say.c: set said, with what a terminal must not see replaced. */
void	sim_say(struct sim *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
void	sim_vsay(struct sim *, const char *fmt, va_list);
/* The same, and -1. */
int	sim_fail(struct sim *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
/* Fail with the answer's status and its error, as RFC 6749 5.2 has them. */
int	sim_fail_reply(struct sim *, const char *what,
	    const struct sim_reply *);
/* The object in a JSON answer of that status, or NULL with said. */
json_t	*sim_reply_json(struct sim *, const char *what, long status,
	    const struct sim_reply *);
/* A string of the object, or "". */
const char	*sim_json_text(const json_t *, const char *name);

/* simulate_http.c */
struct sim_http	*sim_http_open(const struct sim_setup *);
void	sim_http_close(struct sim_http *);
/* 0 with the answer, whatever its status, or -1 with said. */
int	sim_http_ask(struct sim *, const struct sim_request *,
	    struct sim_reply *);
/*
 * How many headers of that name the agent's last answer had; one of them is
 * copied, or "" if there is none or it is too long.
 */
size_t	sim_http_header(const struct sim *, enum sim_agent, const char *name,
	    size_t index, char *out, size_t cap);
/* Resolve a reference (RFC 3986 5) against base. 0, or -1. */
int	sim_url_join(char *out, size_t cap, const char *base,
	    const char *reference);
/* 1 if url is http(s) to this machine itself. */
int	sim_url_is_loopback(const char *url);

/* simulate_redirect.c */
struct sim_redirect {
	char		 code[SIM_CODE_LEN];
	char		 iss[256];
	char		 error[64];
	char		 description[256];
	struct span	 raw_state;	/* in location; p NULL: none */
};
/* Read a Location as its receiver does. NULL, or what is wrong with it. */
const char	*sim_redirect_read(struct sim_redirect *, const char *location,
		    const char *redirect_uri);
/* What a policy leaves open (CSP Level 3), or NULL: it is strict. */
const char	*sim_csp_check(const char *policy, const char *origin);
/* Only characters that the device leaves as they are (RFC 3986 2.3)? */
int	sim_text_is_unreserved(const char *);
/*
 * A value as the device writes it into a query: ':' '/' '?' '+' and the like
 * stay raw; '=' '&' and blanks are escaped.
 */
void	sim_text_add_device(struct text *, const char *);
/* Text that stands in a query as it is, '+' '/' '=' and '%41' included? */
int	sim_text_is_raw_value(const char *);

#endif
