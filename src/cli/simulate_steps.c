/* SPDX-License-Identifier: ISC */
/*
 * The steps in their order, and those of them that machines take: finding the
 * endpoints, the token, the customer, the link, and what must not work twice.
 */
#include <string.h>
#include <strings.h>

#include "base/base64.h"
#include "cli/simulate.h"
#include "crypto/random.h"

#define OPAQUE_BYTES	120		/* what Apple's identifiers hold */

static int	step_token(struct sim *);
static int	step_user(struct sim *);
static int	step_link(struct sim *);
static int	step_replay(struct sim *);
static int	endpoint_take(struct sim *, char *, const json_t *,
		    const char *);
static int	jwks_check(struct sim *, const json_t *);
static int	link_post(struct sim *, long *);
static int	link_url(struct sim *);

const struct sim_step sim_steps[] = {
	{ "discover", sim_step_discover },
	{ "authorize", sim_step_authorize },
	{ "sign in", sim_step_sign_in },
	{ "token", step_token },
	{ "user info", step_user },
	{ "link", step_link },
	{ "replay", step_replay },
	{ NULL, NULL }
};

int
sim_step_discover(struct sim *s)
{
	struct sim_request	 q = { .agent = SIM_MSP, .method = "GET" };
	json_t			*o;
	int			 rv = -1;

	sim_issuer_url(s, "/.well-known/oauth-authorization-server");
	q.url = s->url;
	if (sim_json_ask(s, &q, &o) != 0)
		return (-1);
	/* RFC 8414 3.3: the same text, or it is somebody else's. */
	if (strcmp(sim_json_text(o, "issuer"), s->setup->issuer) != 0)
		sim_say(s, "the issuer is \"%s\", not %s",
		    sim_json_text(o, "issuer"), s->setup->issuer);
	else if (endpoint_take(s, s->authorize_url, o,
	    "authorization_endpoint") == 0 &&
	    endpoint_take(s, s->token_url, o, "token_endpoint") == 0 &&
	    endpoint_take(s, s->userinfo_url, o, "userinfo_endpoint") == 0)
		rv = jwks_check(s, o);
	json_decref(o);
	return (rv);
}

/* Secrets will go there, so it must be the issuer's own. */
static int
endpoint_take(struct sim *s, char *out, const json_t *o, const char *name)
{
	const char	*url = sim_json_text(o, name);
	size_t		 n = strlen(s->setup->issuer);

	if (strncmp(url, s->setup->issuer, n) != 0 || url[n] != '/')
		return (sim_fail(s, "%s is \"%.200s\", not of the issuer",
		    name, url));
	if (text_copy(out, SIM_URL_LEN, url) != 0)
		return (sim_fail(s, "%s is too long", name));
	return (0);
}

static int
jwks_check(struct sim *s, const json_t *metadata)
{
	struct sim_request	 q = { .agent = SIM_MSP, .method = "GET" };
	json_t			*o;
	size_t			 n;

	if (endpoint_take(s, s->url, metadata, "jwks_uri") != 0)
		return (-1);
	q.url = s->url;
	if (sim_json_ask(s, &q, &o) != 0)
		return (-1);
	json_decref(s->jwks);
	s->jwks = o;
	n = json_array_size(json_object_get(o, "keys"));
	if (n == 0)
		return (sim_fail(s, "the server publishes no key"));
	sim_say(s, "issuer %s, %zu key%s", s->setup->issuer, n,
	    n == 1 ? "" : "s");
	return (0);
}

static int
step_token(struct sim *s)
{
	struct sim_reply	 r;
	json_t			*o;
	int			 rv = -1;

	if (s->flow->exchange(s, &r) != 0 ||
	    (o = sim_reply_json(s, "the token endpoint", 200, &r)) == NULL)
		return (-1);
	if (sim_json_text(o, "access_token")[0] == '\0')
		sim_say(s, "access_token is missing: the device would report "
		    "error 2");
	else if (strcasecmp(sim_json_text(o, "token_type"), "Bearer") != 0)
		sim_say(s, "token_type is \"%s\", not Bearer",
		    sim_json_text(o, "token_type"));
	else if (json_integer_value(json_object_get(o, "expires_in")) <= 0)
		sim_say(s, "expires_in is no positive number");
	else if (strcasestr(r.cache_control, "no-store") == NULL)
		sim_say(s, "Cache-Control is \"%s\", not no-store",
		    r.cache_control);
	else
		rv = s->flow->accept(s, o);
	json_decref(o);
	return (rv);
}

static int
step_user(struct sim *s)
{
	struct sim_request	 q = { .agent = SIM_MSP, .method = "GET",
				    .bearer = s->token };
	char			 sub[sizeof(s->customer_id)];
	json_t			*o;
	int			 bad;

	q.url = s->userinfo_url;
	if (sim_json_ask(s, &q, &o) != 0)
		return (-1);
	bad = text_copy(sub, sizeof(sub), sim_json_text(o, "sub"));
	json_decref(o);
	if (bad || sub[0] == '\0')
		return (sim_fail(s, "user info has no usable sub"));
	if (s->customer_id[0] != '\0' && strcmp(s->customer_id, sub) != 0)
		return (sim_fail(s, "user info's sub is not the id_token's"));
	(void)text_copy(s->customer_id, sizeof(s->customer_id), sub);
	if (s->setup->customer_id[0] != '\0' &&
	    strcmp(s->setup->customer_id, sub) != 0)
		return (sim_fail(s, "the customer is %s, not %s", sub,
		    s->setup->customer_id));
	if (s->setup->profile != NULL && !s->setup->profile->asks_external_id) {
		sim_say(s, "customer %s", sub);
		return (0);
	}
	sim_issuer_url(s, "/v1/external-user-id");
	q.url = s->url;
	if (sim_json_ask(s, &q, &o) != 0)
		return (-1);
	bad = strcmp(sim_json_text(o, "external_user_id"), sub) != 0;
	json_decref(o);
	if (bad)
		return (sim_fail(s, "external_user_id is not user info's sub"));
	sim_say(s, "customer %s, external user identifier too", sub);
	return (0);
}

static int
step_link(struct sim *s)
{
	int	 is_given = s->setup->options->opaque_id != NULL;
	int	 has_secret = s->client->secret[0] != '\0';
	long	 first, second;

	if (sim_opaque_id_choose(s) != 0 || link_post(s, &first) != 0)
		return (-1);
	if (!is_given && first != 201)
		return (sim_fail(s, "a new opaque ID was linked with status "
		    "%ld, not 201", first));
	if (has_secret && sim_link_find(s) != 0)
		return (-1);
	if (link_post(s, &second) != 0)
		return (-1);
	if (second != 200)
		return (sim_fail(s, "the second link had status %ld, not 200",
		    second));
	/* An identifier of our own making means nothing to the business. */
	if (!is_given && has_secret && sim_link_delete(s) != 0)
		return (-1);
	sim_say(s, "%ld, then 200%s%s", first, has_secret ?
	    "; found again" : "; not looked up, the client has no secret",
	    !is_given && has_secret ? ", and deleted" : "");
	return (0);
}

/* RFC 6749 4.1.2: the second use is refused, and the first one's token dies. */
static int
step_replay(struct sim *s)
{
	struct sim_request	 q = { .agent = SIM_MSP, .method = "GET",
				    .url = s->userinfo_url,
				    .bearer = s->token };
	struct sim_reply	 r;
	json_t			*o;
	int			 is_refused;

	if (s->flow->exchange(s, &r) != 0)
		return (-1);
	if (r.status == 200)
		return (sim_fail(s, "the code could be used twice"));
	o = sim_reply_json(s, "the second exchange", 400, &r);
	if (o == NULL)
		return (-1);
	is_refused = strcmp(sim_json_text(o, "error"), "invalid_grant") == 0;
	json_decref(o);
	if (!is_refused)
		return (sim_fail_reply(s, "the second exchange", &r));
	if (sim_http_ask(s, &q, &r) != 0)
		return (-1);
	if (r.status != 401)
		return (sim_fail(s, "the token still works after the code was "
		    "used twice: status %ld", r.status));
	sim_say(s, "second use of the code: invalid_grant, token revoked");
	return (0);
}

/* Ask, and expect 200 with a JSON object. */
int
sim_json_ask(struct sim *s, const struct sim_request *q, json_t **o)
{
	struct sim_reply	 r;
	char			 path[256];

	(void)text_copy_bytes(path, sizeof(path), q->url,
	    strcspn(q->url, "?"));
	if (sim_http_ask(s, q, &r) != 0)
		return (-1);
	*o = sim_reply_json(s, path, 200, &r);
	return (*o == NULL ? -1 : 0);
}

int
sim_opaque_id_choose(struct sim *s)
{
	const char	*given = s->setup->options->opaque_id;
	uint8_t		 bytes[OPAQUE_BYTES];
	char		 text[BASE64_LEN(OPAQUE_BYTES)];
	struct text	 t;

	if (given != NULL)
		return (text_copy(s->opaque_id, sizeof(s->opaque_id), given));
	random_bytes(bytes, sizeof(bytes));
	if (base64_encode(text, sizeof(text), bytes, sizeof(bytes)) < 0)
		return (sim_fail(s, "no opaque ID could be made"));
	text_init(&t, s->opaque_id, sizeof(s->opaque_id));
	text_addf(&t, "%s%s", OPAQUE_ID_PREFIX, text);
	return (0);
}

static int
link_post(struct sim *s, long *status)
{
	struct sim_request	 q = { .agent = SIM_MSP, .method = "POST",
				    .bearer = s->token };
	struct sim_reply	 r;
	struct text		 t;

	sim_issuer_url(s, "/v1/links");
	text_init(&t, s->body, sizeof(s->body));
	text_add(&t, "opaque_id=");
	text_add_uri(&t, s->opaque_id, strlen(s->opaque_id));
	q.url = s->url;
	q.body = s->body;
	if (sim_http_ask(s, &q, &r) != 0)
		return (-1);
	*status = r.status;
	if (r.status != 201 && r.status != 200)
		return (sim_fail_reply(s, "POST /v1/links", &r));
	return (0);
}

int
sim_link_find(struct sim *s)
{
	struct sim_request	 q = { .agent = SIM_MSP, .method = "GET",
				    .basic = s->client };
	json_t			*o;
	int			 is_ours;

	if (link_url(s) != 0)
		return (-1);
	q.url = s->url;
	if (sim_json_ask(s, &q, &o) != 0)
		return (-1);
	is_ours = strcmp(sim_json_text(o, "opaque_id"), s->opaque_id) == 0 &&
	    strcmp(sim_json_text(o, "customer_id"), s->customer_id) == 0;
	json_decref(o);
	if (!is_ours)
		return (sim_fail(s, "the link names another customer or "
		    "opaque ID"));
	return (0);
}

int
sim_link_delete(struct sim *s)
{
	struct sim_request	 q = { .agent = SIM_MSP, .method = "DELETE",
				    .basic = s->client };
	struct sim_reply	 r;

	if (link_url(s) != 0)
		return (-1);
	q.url = s->url;
	if (sim_http_ask(s, &q, &r) != 0)
		return (-1);
	if (r.status != 204)
		return (sim_fail_reply(s, "DELETE /v1/links", &r));
	return (0);
}

static int
link_url(struct sim *s)
{
	struct text	 t;

	text_init(&t, s->url, sizeof(s->url));
	text_addf(&t, "%s/v1/links?opaque_id=", s->setup->issuer);
	text_add_uri(&t, s->opaque_id, strlen(s->opaque_id));
	if (!text_is_ok(&t))
		return (sim_fail(s, "the opaque ID is too long for a URL"));
	return (0);
}

void
sim_issuer_url(struct sim *s, const char *path)
{
	struct text	 t;

	text_init(&t, s->url, sizeof(s->url));
	text_addf(&t, "%s%s", s->setup->issuer, path);
}
