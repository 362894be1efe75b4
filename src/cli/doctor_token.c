/* SPDX-License-Identifier: ISC */
/* What machines call, as a stranger without secrets meets it. */
#include <string.h>
#include <strings.h>

#include "cli/doctor.h"

#define STRANGER	"client_id=ambauth-doctor-stranger&client_secret=none"
#define PASS_ON		"let the proxy in front pass /oauth on as it is"
#define UPGRADE		"run the current ambauth, with nothing in between " \
			"that answers for it"

static int	token_ask(struct doctor *, const char *, struct sim_reply *);
static int	named_ask(struct doctor *, const char *, const char *,
		    struct sim_reply *);
static int	error_is(const struct sim_reply *, const char *);

/* Apple's devices take the registered URLs as they are. */
enum doctor_verdict
doctor_redirects(struct doctor *d)
{
	static const char	 remedy[] = "register the URL that answers, or "
				    "take the redirect away: Apple's devices "
				    "expect none";
	struct sim_reply	 r;

	if (doctor_authorize(d, "", &r) != 0)
		return (doctor_fail_said(d, PASS_ON));
	if (r.status / 100 == 3)
		return (doctor_fail(d, remedy, "the OAuth URL redirects to "
		    "%.200s", r.location));
	if (token_ask(d, "", &r) != 0)
		return (doctor_fail_said(d, PASS_ON));
	if (r.status / 100 == 3)
		return (doctor_fail(d, remedy, "the Token URL redirects to "
		    "%.200s", r.location));
	return (doctor_ok(d, "neither redirects"));
}

/* A GET puts the code into logs and histories (RFC 6749 3.2). */
enum doctor_verdict
doctor_token_get(struct doctor *d)
{
	struct sim_reply	 r;

	if (token_ask(d, NULL, &r) != 0)
		return (doctor_fail_said(d, PASS_ON));
	if (r.status < 400)
		return (doctor_fail(d, UPGRADE, "GET is answered %ld, not 405",
		    r.status));
	if (r.status != 405)
		return (doctor_warn(d, PASS_ON, "GET is answered %ld, not 405",
		    r.status));
	return (doctor_ok(d, "405"));
}

enum doctor_verdict
doctor_token_client(struct doctor *d)
{
	struct sim_reply	 r;

	if (token_ask(d, "grant_type=authorization_code&code=doctor&"
	    STRANGER, &r) != 0)
		return (doctor_fail_said(d, PASS_ON));
	if (r.status != 401 || !error_is(&r, "invalid_client"))
		return (doctor_fail(d, UPGRADE, "an unknown client is answered "
		    "%ld, not 401 invalid_client", r.status));
	if (!doctor_has_word(r.cache_control, "no-store"))
		return (doctor_fail(d, "let nothing in front change "
		    "Cache-Control (RFC 6749 5.1)", "the answer may be "
		    "stored: Cache-Control is \"%s\"", r.cache_control));
	return (doctor_ok(d, "401 invalid_client, not to be stored"));
}

/* Whether the client or the grant is looked at first is the server's choice. */
enum doctor_verdict
doctor_token_grant(struct doctor *d)
{
	static const char	 list[] = "grant_types_supported";
	struct sim_reply	 r;

	if (token_ask(d, "grant_type=password&username=doctor&password=doctor&"
	    STRANGER, &r) != 0)
		return (doctor_fail_said(d, PASS_ON));
	if (r.status / 100 != 4 || (!error_is(&r, "unsupported_grant_type") &&
	    !error_is(&r, "invalid_client")))
		return (doctor_fail(d, UPGRADE, "grant_type=password is "
		    "answered %ld, not with unsupported_grant_type",
		    r.status));
	if (doctor_promises(d, list, "password") ||
	    doctor_promises(d, list, "implicit") ||
	    !doctor_promises(d, list, "authorization_code"))
		return (doctor_fail(d, UPGRADE, "%s promises other grants "
		    "than are kept", list));
	return (doctor_ok(d, "grant_type=password is refused with %ld",
	    r.status));
}

enum doctor_verdict
doctor_userinfo(struct doctor *d)
{
	struct sim_reply	 r;
	char			 value[512];

	if (named_ask(d, "userinfo_endpoint", NULL, &r) != 0)
		return (doctor_fail_said(d, PASS_ON));
	if (r.status != 401)
		return (doctor_fail(d, UPGRADE, "it is answered %ld, not 401",
		    r.status));
	(void)sim_http_header(&d->sim, SIM_MSP, "WWW-Authenticate", 0, value,
	    sizeof(value));
	if (strncasecmp(value, "Bearer", 6) != 0)
		return (doctor_fail(d, "let the proxy in front pass "
		    "WWW-Authenticate on (RFC 6750 3)", "401, but "
		    "WWW-Authenticate is \"%.200s\"", value));
	return (doctor_ok(d, "401, WWW-Authenticate: Bearer"));
}

enum doctor_verdict
doctor_introspection(struct doctor *d)
{
	struct sim_reply	 r;

	if (named_ask(d, "introspection_endpoint", "token=doctor", &r) != 0)
		return (doctor_fail_said(d, PASS_ON));
	if (r.status != 401)
		return (doctor_fail(d, UPGRADE, "anyone is answered %ld, not "
		    "401 (RFC 7662 2.1)", r.status));
	return (doctor_ok(d, "401"));
}

/* POST, or GET if body is NULL. */
static int
token_ask(struct doctor *d, const char *body, struct sim_reply *r)
{
	struct sim_request	 q = { .agent = SIM_MSP, .body = body };

	q.method = body == NULL ? "GET" : "POST";
	q.url = d->sim.token_url;
	return (doctor_ask(d, &q, r));
}

/* Nothing is sent to what is not the issuer's own. */
static int
named_ask(struct doctor *d, const char *name, const char *body,
    struct sim_reply *r)
{
	struct sim_request	 q = { .agent = SIM_MSP, .body = body };
	const char		*url = sim_json_text(d->metadata, name);

	if (!doctor_is_own(d, url))
		return (sim_fail(&d->sim, "%s is \"%.200s\"", name, url));
	q.method = body == NULL ? "GET" : "POST";
	q.url = url;
	return (doctor_ask(d, &q, r));
}

static int
error_is(const struct sim_reply *r, const char *error)
{
	json_t	*o = json_loadb(r->body, r->len, 0, NULL);
	int	 rv = strcmp(sim_json_text(o, "error"), error) == 0;

	json_decref(o);
	return (rv);
}
