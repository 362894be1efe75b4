/* SPDX-License-Identifier: ISC */
/*
 * Apple's new flow with the callback that the server hosts: the provider
 * announces the sign-in, and looks afterwards who it was; everything between is
 * the sheet's.
 */
#include <string.h>

#include "cli/simulate.h"

#define CALLBACK_SUCCESS	"messages-auth://?status=success"
#define CALLBACK_FAILURE	"messages-auth://?status=failure"

static int	hosted_query(struct sim *, struct text *);
static int	step_announce(struct sim *);
static int	step_callback(struct sim *);
static int	step_status(struct sim *);
static int	step_link(struct sim *);
static int	step_replay(struct sim *);
static int	announced_take(struct sim *, const json_t *);
static int	callback_ask(struct sim *, const char *);
static int	status_expect(struct sim *, const char *);

static const struct sim_step hosted_steps[] = {
	{ "discover", sim_step_discover },
	{ "announce", step_announce },
	{ "authorize", sim_step_authorize },
	{ "sign in", sim_step_sign_in },
	{ "callback", step_callback },
	{ "status", step_status },
	{ "link", step_link },
	{ "replay", step_replay },
	{ NULL, NULL }
};

const struct sim_flow sim_flow_hosted = {
	.name = "hosted",
	.title = "the server's own callback ends the sign-in",
	.query = hosted_query,
	.steps = hosted_steps,
};

/* What the device makes of the message that holds what was announced. */
static int
hosted_query(struct sim *s, struct text *t)
{
	text_add(t, "client_id=");
	sim_text_add_device(t, s->client->client_id);
	text_add(t, "&redirect_uri=");
	sim_text_add_device(t, s->client->redirect_uri);
	text_add(t, "&response_type=code&scope=");
	sim_text_add_device(t, s->setup->scope);
	text_addf(t, "&state=%s", s->raw_state);
	return (0);
}

static int
step_announce(struct sim *s)
{
	struct sim_request	 q = { .agent = SIM_MSP, .method = "POST",
				    .basic = s->client };
	struct sim_reply	 r;
	struct text		 t;
	json_t			*o;
	int			 rv;

	if (sim_opaque_id_choose(s) != 0)
		return (-1);
	sim_issuer_url(s, "/v1/sign-ins");
	text_init(&t, s->body, sizeof(s->body));
	text_add(&t, "opaque_id=");
	text_add_uri(&t, s->opaque_id, strlen(s->opaque_id));
	if (s->setup->options->state != NULL)
		text_addf(&t, "&state=%s", s->raw_state);
	q.url = s->url;
	q.body = s->body;
	if (sim_http_ask(s, &q, &r) != 0 ||
	    (o = sim_reply_json(s, "POST /v1/sign-ins", 201, &r)) == NULL)
		return (-1);
	rv = announced_take(s, o);
	json_decref(o);
	return (rv != 0 ? -1 : status_expect(s, "pending"));
}

static int
announced_take(struct sim *s, const json_t *o)
{
	const char	*state = sim_json_text(o, "state");

	if (strcmp(sim_json_text(o, "redirect_uri"),
	    s->client->redirect_uri) != 0)
		return (sim_fail(s, "redirect_uri is \"%s\", not %s",
		    sim_json_text(o, "redirect_uri"),
		    s->client->redirect_uri));
	if (*state == '\0' || !sim_text_is_unreserved(state) ||
	    text_copy(s->raw_state, sizeof(s->raw_state), state) != 0)
		return (sim_fail(s, "the state cannot go into a message"));
	return (0);
}

static int
step_callback(struct sim *s)
{
	if (callback_ask(s, CALLBACK_SUCCESS) != 0)
		return (-1);
	sim_say(s, "303 to %s", CALLBACK_SUCCESS);
	return (0);
}

/* Follow the redirect as the sheet does, and be sent on to Messages. */
static int
callback_ask(struct sim *s, const char *wanted)
{
	struct sim_request	 q = { .agent = SIM_BROWSER, .method = "GET" };
	struct sim_reply	 r;
	struct text		 t;
	size_t			 n = strlen(wanted);

	text_init(&t, s->url, sizeof(s->url));
	text_addf(&t, "%s?code=%s&state=%s&iss=", s->client->redirect_uri,
	    s->code, s->raw_state);
	text_add_uri(&t, s->setup->issuer, strlen(s->setup->issuer));
	q.url = s->url;
	if (sim_http_ask(s, &q, &r) != 0)
		return (-1);
	if (r.status != 303)
		return (sim_fail(s, "the callback answered with status %ld, "
		    "not 303", r.status));
	if (strncmp(r.location, wanted, n) != 0 ||
	    (r.location[n] != '\0' && r.location[n] != '&'))
		return (sim_fail(s, "the callback leads to \"%.200s\", not "
		    "%s", r.location, wanted));
	return (0);
}

static int
step_status(struct sim *s)
{
	if (status_expect(s, "success") != 0)
		return (-1);
	if (s->setup->customer_id[0] != '\0' &&
	    strcmp(s->setup->customer_id, s->customer_id) != 0)
		return (sim_fail(s, "the customer is %s, not %s",
		    s->customer_id, s->setup->customer_id));
	sim_say(s, "success, customer %s", s->customer_id);
	return (0);
}

/* How the sign-in stands; with success, remember whose it was. */
static int
status_expect(struct sim *s, const char *wanted)
{
	struct sim_request	 q = { .agent = SIM_MSP, .method = "GET",
				    .basic = s->client };
	struct text		 t;
	json_t			*o;
	int			 rv = -1;

	text_init(&t, s->url, sizeof(s->url));
	text_addf(&t, "%s/v1/sign-ins?state=%s", s->setup->issuer,
	    s->raw_state);
	q.url = s->url;
	if (sim_json_ask(s, &q, &o) != 0)
		return (-1);
	if (strcmp(sim_json_text(o, "status"), wanted) != 0)
		sim_say(s, "the sign-in's status is \"%s\", not %s",
		    sim_json_text(o, "status"), wanted);
	else if (text_copy(s->customer_id, sizeof(s->customer_id),
	    sim_json_text(o, "customer_id")) != 0)
		sim_say(s, "the customer's ID is too long");
	else {
		sim_say(s, "state of %zu characters, %s",
		    strlen(s->raw_state), wanted);
		rv = 0;
	}
	json_decref(o);
	return (rv);
}

static int
step_link(struct sim *s)
{
	if (sim_link_find(s) != 0)
		return (-1);
	sim_say(s, "the opaque ID is linked");
	return (0);
}

/* A code and a state are good once; what was reached stays. */
static int
step_replay(struct sim *s)
{
	if (callback_ask(s, CALLBACK_FAILURE) != 0 ||
	    status_expect(s, "success") != 0)
		return (-1);
	/* An identifier of our own making means nothing to the business. */
	if (s->setup->options->opaque_id == NULL && sim_link_delete(s) != 0)
		return (-1);
	sim_say(s, "second use: failure, and the sign-in stands");
	return (0);
}
