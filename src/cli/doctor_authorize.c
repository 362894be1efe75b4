/* SPDX-License-Identifier: ISC */
/*
 * The OAuth URL against what must not work: each of these requests has to end
 * in an error, and metadata must not promise otherwise.
 */
#include <string.h>

#include "cli/doctor.h"

#define FOREIGN		"https://foreign.example/callback"
/* 43 characters, as RFC 7636 4.2 asks of a challenge. */
#define CHALLENGE	"abcdefghijklmnopqrstuvwxyz-0123456789_ABCDE"
#define PASS_ON		"let the proxy in front pass /oauth on as it is"
#define UPGRADE		"run the current ambauth, with nothing in between " \
			"that answers for it"

static int	query_ask(struct doctor *, const char *, const char *,
		    const char *, struct sim_reply *);
static int	is_refused(const struct sim_reply *, const char *);

enum doctor_verdict
doctor_no_client(struct doctor *d)
{
	struct sim_reply	 r;

	if (doctor_authorize(d, "", &r) != 0)
		return (doctor_fail_said(d, PASS_ON));
	if (r.location[0] != '\0' || r.status / 100 == 3)
		return (doctor_fail(d, PASS_ON, "it is redirected to %.200s",
		    r.location));
	if (r.status != 400)
		return (doctor_fail(d, PASS_ON, "it is answered %ld, not 400",
		    r.status));
	return (doctor_ok(d, "refused on a page, and not redirected"));
}

/* RFC 6749 10.15: an open redirector sends codes to whoever asks. */
enum doctor_verdict
doctor_foreign_redirect(struct doctor *d)
{
	struct sim_reply	 r;

	if (query_ask(d, FOREIGN, "code", "", &r) != 0)
		return (doctor_fail_said(d, PASS_ON));
	if (r.location[0] != '\0' || r.status < 400)
		return (doctor_fail(d, UPGRADE, "%s is answered %ld%s%.200s",
		    FOREIGN, r.status, r.location[0] == '\0' ? "" :
		    " and redirected to ", r.location));
	return (doctor_ok(d, "refused on a page, and not redirected"));
}

enum doctor_verdict
doctor_pkce_plain(struct doctor *d)
{
	static const char	 list[] = "code_challenge_methods_supported";
	struct sim_reply	 r;

	if (query_ask(d, d->options->redirect_uri, "code", "&code_challenge="
	    CHALLENGE "&code_challenge_method=plain", &r) != 0)
		return (doctor_fail_said(d, PASS_ON));
	if (!is_refused(&r, "invalid_request"))
		return (doctor_fail(d, UPGRADE, "code_challenge_method=plain "
		    "is answered %ld, not with invalid_request", r.status));
	if (doctor_promises(d, list, "plain") ||
	    !doctor_promises(d, list, "S256"))
		return (doctor_fail(d, UPGRADE, "%s is not S256 alone", list));
	return (doctor_ok(d, "refused; metadata has S256 alone"));
}

enum doctor_verdict
doctor_implicit(struct doctor *d)
{
	static const char	 list[] = "response_types_supported";
	struct sim_reply	 r;

	if (query_ask(d, d->options->redirect_uri, "token", "", &r) != 0)
		return (doctor_fail_said(d, PASS_ON));
	if (!is_refused(&r, "unsupported_response_type"))
		return (doctor_fail(d, UPGRADE, "it is answered %ld, not with "
		    "unsupported_response_type", r.status));
	if (doctor_promises(d, list, "token") ||
	    !doctor_promises(d, list, "code"))
		return (doctor_fail(d, UPGRADE, "%s is not code alone", list));
	return (doctor_ok(d, "refused; metadata has code alone"));
}

/* OpenID Connect Core 3.1.2.1: no page is to be shown. */
enum doctor_verdict
doctor_prompt_none(struct doctor *d)
{
	static const char	 promise[] = "authorization_response_iss_"
				    "parameter_supported";
	struct sim_reply	 r;
	struct sim_redirect	 to;
	const char		*wrong;

	if (query_ask(d, d->options->redirect_uri, "code", "&prompt=none",
	    &r) != 0)
		return (doctor_fail_said(d, PASS_ON));
	if (!is_refused(&r, "login_required"))
		return (doctor_fail(d, UPGRADE, "it is answered %ld, not with "
		    "login_required", r.status));
	wrong = sim_redirect_read(&to, r.location, d->options->redirect_uri);
	if (wrong != NULL)
		return (doctor_fail(d, UPGRADE, "the redirect is wrong: %s",
		    wrong));
	if (to.raw_state.len != strlen(DOCTOR_STATE) ||
	    memcmp(to.raw_state.p, DOCTOR_STATE, to.raw_state.len) != 0)
		return (doctor_fail(d, UPGRADE, "the redirect does not bring "
		    "the state back as it was sent"));
	if (json_is_true(json_object_get(d->metadata, promise)) &&
	    strcmp(to.iss, d->setup.issuer) != 0)
		return (doctor_fail(d, UPGRADE, "metadata promises iss on "
		    "redirects (RFC 9207), but it is \"%.200s\"", to.iss));
	return (doctor_ok(d, "login_required, with state and iss"));
}

static int
query_ask(struct doctor *d, const char *redirect_uri, const char *type,
    const char *more, struct sim_reply *r)
{
	struct text	 t;
	char		 query[SIM_URL_LEN];

	text_init(&t, query, sizeof(query));
	doctor_query(d, &t, redirect_uri, type);
	text_add(&t, more);
	if (!text_is_ok(&t))
		return (sim_fail(&d->sim, "the query is too long"));
	return (doctor_authorize(d, query, r));
}

/*
 * The error stands in the query or, of a response type that would use it, in
 * the fragment. No other answer is one.
 */
static int
is_refused(const struct sim_reply *r, const char *error)
{
	const char	*p;
	size_t		 n = strlen(error);

	if (r->status / 100 != 3)
		return (0);
	for (p = r->location; (p = strstr(p, "error=")) != NULL; p++)
		if (p > r->location && strchr("?&#", p[-1]) != NULL &&
		    strncmp(p + 6, error, n) == 0 &&
		    (p[6 + n] == '\0' || strchr("&#", p[6 + n]) != NULL))
			return (strstr(r->location, "access_token=") == NULL);
	return (0);
}
