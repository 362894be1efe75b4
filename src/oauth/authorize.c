/* SPDX-License-Identifier: ISC */
/*
 * The authorization request, judged. Until the client and its redirect URI are
 * known to belong together nobody but the customer may be told anything: a
 * redirect to an address that the request chose is an open redirector, and the
 * way codes are stolen (RFC 9700 4.1, 4.11).
 */
#include <limits.h>
#include <string.h>

#include "base/base64.h"
#include "base/text.h"
#include "oauth/authorize.h"
#include "oauth/list.h"
#include "oauth/pkce.h"
#include "oauth/scope.h"

struct judgement {
	struct authorize_request	*out;
	struct oauth_verdict		*v;
	const char *const		*value;		/* of the parameters */
	const struct oauth_params	*params;
	const struct authorize_client	*client;
	int				(*key_check)(uint8_t out[97],
					    size_t *len, const char *);
};

static enum oauth_error	check_client(struct judgement *);
static enum oauth_error	check_redirect(struct judgement *);
static enum oauth_error	check_state(struct judgement *);
static enum oauth_error	check_mode(struct judgement *);
static enum oauth_error	check_duplicate(struct judgement *);
static enum oauth_error	check_request_object(struct judgement *);
static enum oauth_error	check_response_type(struct judgement *);
static enum oauth_error	check_scope(struct judgement *);
static enum oauth_error	check_response_key(struct judgement *);
static enum oauth_error	check_pkce(struct judgement *);
static enum oauth_error	check_nonce(struct judgement *);
static enum oauth_error	check_max_age(struct judgement *);
static enum oauth_error	check_prompt(struct judgement *);
static int		mode_find(const char *);
static int		has_control(const char *);
static void		reply_prepare(struct judgement *);

static const char *const mode_names[] = {
	[MODE_QUERY] = "query",
	[MODE_FRAGMENT] = "fragment",
	[MODE_FORM_POST] = "form_post",
};

/* Who may be told comes first; prompt=none answers only a sound request. */
static enum oauth_error (*const page_checks[])(struct judgement *) = {
	check_client, check_redirect, NULL
};
static enum oauth_error (*const redirect_checks[])(struct judgement *) = {
	check_state, check_mode, check_duplicate, check_request_object,
	check_response_type, check_scope, check_response_key, check_pkce,
	check_nonce, check_max_age, check_prompt, NULL
};

enum oauth_error
authorize_check(struct authorize_request *out, enum authorize_audience *who,
    struct oauth_verdict *v, const struct oauth_params *params,
    const struct authorize_client *client,
    int (*key_check)(uint8_t out[97], size_t *len, const char *))
{
	struct judgement	j = { out, v, params->value, params, client,
				    key_check };
	size_t			i;

	memset(out, 0, sizeof(*out));
	memset(v, 0, sizeof(*v));

	*who = AUTHORIZE_PAGE;
	for (i = 0; page_checks[i] != NULL; i++) {
		if (page_checks[i](&j) != OAUTH_OK)
			return (v->error);
	}

	*who = AUTHORIZE_REDIRECT;
	reply_prepare(&j);
	for (i = 0; redirect_checks[i] != NULL; i++) {
		if (redirect_checks[i](&j) != OAUTH_OK)
			return (v->error);
	}

	/* Hints: one that does not fit is none (OIDC Core 3.1.2.1). */
	if (j.value[P_LOGIN_HINT] != NULL)
		(void)text_copy(out->login_hint, sizeof(out->login_hint),
		    j.value[P_LOGIN_HINT]);
	if (j.value[P_UI_LOCALES] != NULL)
		(void)text_copy(out->ui_locales, sizeof(out->ui_locales),
		    j.value[P_UI_LOCALES]);

	return (OAUTH_OK);
}

static enum oauth_error
check_client(struct judgement *j)
{
	if (j->value[P_CLIENT_ID] == NULL)
		return (oauth_refuse(j->v, OAUTH_INVALID_REQUEST,
		    "client_id is missing or was sent twice"));
	if (j->client == NULL)
		return (oauth_refuse(j->v, OAUTH_INVALID_CLIENT,
		    "client_id is not registered"));
	if (j->client->is_disabled)
		return (oauth_refuse(j->v, OAUTH_UNAUTHORIZED_CLIENT,
		    "This client is disabled"));

	return (OAUTH_OK);
}

static enum oauth_error
check_redirect(struct judgement *j)
{
	const char	*uri = j->value[P_REDIRECT_URI];

	if (uri == NULL)
		return (oauth_refuse(j->v, OAUTH_INVALID_REQUEST,
		    "redirect_uri is missing or was sent twice"));
	if (!redirect_match(j->client->redirect_uris, uri) ||
	    text_copy(j->out->redirect_uri, sizeof(j->out->redirect_uri),
	    uri) == -1)
		return (oauth_refuse(j->v, OAUTH_INVALID_REQUEST,
		    "redirect_uri is not registered for this client"));

	return (OAUTH_OK);
}

/* What every answer needs, errors included: as much of it as is sound. */
static void
reply_prepare(struct judgement *j)
{
	const char	*mode = j->value[P_RESPONSE_MODE];

	j->out->mode = MODE_QUERY;
	if (mode != NULL && mode_find(mode) != -1)
		j->out->mode = (enum response_mode)mode_find(mode);
	if (j->params->raw_state != NULL)
		(void)text_copy_bytes(j->out->raw_state,
		    sizeof(j->out->raw_state), j->params->raw_state,
		    j->params->raw_state_len);
}

static enum oauth_error
check_state(struct judgement *j)
{
	if (j->params->raw_state != NULL &&
	    j->params->raw_state_len >= sizeof(j->out->raw_state))
		return (oauth_refuse(j->v, OAUTH_INVALID_REQUEST,
		    "state is longer than %d characters",
		    AUTHORIZE_STATE_LEN - 1));

	return (OAUTH_OK);
}

static enum oauth_error
check_mode(struct judgement *j)
{
	const char	*mode = j->value[P_RESPONSE_MODE];

	if (mode != NULL && mode_find(mode) == -1)
		return (oauth_refuse(j->v, OAUTH_INVALID_REQUEST,
		    "response_mode must be query, fragment or form_post"));

	return (OAUTH_OK);
}

static int
mode_find(const char *name)
{
	size_t	i;

	for (i = 0; i < sizeof(mode_names) / sizeof(mode_names[0]); i++) {
		if (strcmp(mode_names[i], name) == 0)
			return ((int)i);
	}

	return (-1);
}

static enum oauth_error
check_duplicate(struct judgement *j)
{
	if (j->params->duplicate != NULL)
		return (oauth_refuse(j->v, OAUTH_INVALID_REQUEST,
		    "%s was sent twice", j->params->duplicate));

	return (OAUTH_OK);
}

/* OpenID Connect Core 6: the errors for a server that takes neither form. */
static enum oauth_error
check_request_object(struct judgement *j)
{
	if (j->value[P_REQUEST] != NULL)
		return (oauth_refuse(j->v, OAUTH_REQUEST_NOT_SUPPORTED,
		    "The request parameter is not supported"));
	if (j->value[P_REQUEST_URI] != NULL)
		return (oauth_refuse(j->v, OAUTH_REQUEST_URI_NOT_SUPPORTED,
		    "The request_uri parameter is not supported"));

	return (OAUTH_OK);
}

/* "token" puts tokens into URLs (RFC 9700 2.1.2): code only. */
static enum oauth_error
check_response_type(struct judgement *j)
{
	const char	*type = j->value[P_RESPONSE_TYPE];

	if (type == NULL)
		return (oauth_refuse(j->v, OAUTH_INVALID_REQUEST,
		    "response_type is missing"));
	if (strcmp(type, "code") != 0)
		return (oauth_refuse(j->v, OAUTH_UNSUPPORTED_RESPONSE_TYPE,
		    "response_type must be code"));

	return (OAUTH_OK);
}

/* Without scope: all that the client is registered for (RFC 6749 3.3). */
static enum oauth_error
check_scope(struct judgement *j)
{
	const char	*scope = j->value[P_SCOPE];

	if (scope == NULL)
		scope = j->client->scopes;
	else if (!scope_is_valid(scope))
		return (oauth_refuse(j->v, OAUTH_INVALID_SCOPE,
		    "scope must be words with one space between two"));
	else if (!scope_is_within(scope, j->client->scopes))
		return (oauth_refuse(j->v, OAUTH_INVALID_SCOPE,
		    "scope holds one that this client may not ask for"));

	if (scope_normalise(j->out->scope, sizeof(j->out->scope), scope) == -1)
		return (oauth_refuse(j->v, OAUTH_INVALID_SCOPE,
		    "scope is too long"));

	return (OAUTH_OK);
}

/*
 * A key that is not on its curve would give away the bits of an ephemeral
 * secret; one that is not the MSP's own lets a stranger's link carry off a
 * customer's token, which is what the list of allowed keys is for.
 */
static enum oauth_error
check_response_key(struct judgement *j)
{
	struct authorize_request	*out = j->out;
	const char	*text = j->value[P_RESPONSE_ENCRYPTION_KEY];
	const char	*allowed = j->client->response_keys;
	char		 canonical[BASE64_LEN(sizeof(out->response_key))];
	ssize_t		 len;

	if (text == NULL)
		return (OAUTH_OK);
	if (j->key_check(out->response_key, &out->response_key_len, text) ==
	    -1) {
		out->response_key_len = 0;
		return (oauth_refuse(j->v, OAUTH_INVALID_REQUEST,
		    "response_encryption_key is not an uncompressed point of "
		    "P-384 or P-256 in base64"));
	}
	if (allowed == NULL || allowed[0] == '\0')
		return (OAUTH_OK);

	len = base64_encode(canonical, sizeof(canonical), out->response_key,
	    out->response_key_len);
	if (len == -1 || !list_has(allowed, canonical, (size_t)len))
		return (oauth_refuse(j->v, OAUTH_INVALID_REQUEST,
		    "response_encryption_key is not one of this client's"));

	return (OAUTH_OK);
}

/* RFC 7636 4.3: a missing method means plain, and plain is no protection. */
static enum oauth_error
check_pkce(struct judgement *j)
{
	const char	*challenge = j->value[P_CODE_CHALLENGE];
	const char	*method = j->value[P_CODE_CHALLENGE_METHOD];

	if (challenge == NULL && method == NULL) {
		if (j->client->is_pkce_required)
			return (oauth_refuse(j->v, OAUTH_INVALID_REQUEST,
			    "code_challenge is required"));
		return (OAUTH_OK);
	}
	if (challenge == NULL)
		return (oauth_refuse(j->v, OAUTH_INVALID_REQUEST,
		    "code_challenge_method came without code_challenge"));
	if (method == NULL || strcmp(method, "S256") != 0)
		return (oauth_refuse(j->v, OAUTH_INVALID_REQUEST,
		    "code_challenge_method must be S256"));
	if (!pkce_challenge_is_valid(challenge) ||
	    text_copy(j->out->challenge, sizeof(j->out->challenge),
	    challenge) == -1)
		return (oauth_refuse(j->v, OAUTH_INVALID_REQUEST,
		    "code_challenge is not 43 characters of base64url"));

	return (OAUTH_OK);
}

/* Six bytes each in JSON: of such a nonce no token could be made. */
static enum oauth_error
check_nonce(struct judgement *j)
{
	const char	*nonce = j->value[P_NONCE];

	if (nonce != NULL && has_control(nonce))
		return (oauth_refuse(j->v, OAUTH_INVALID_REQUEST,
		    "nonce holds control characters"));
	if (nonce != NULL &&
	    text_copy(j->out->nonce, sizeof(j->out->nonce), nonce) == -1)
		return (oauth_refuse(j->v, OAUTH_INVALID_REQUEST,
		    "nonce is longer than %zu characters",
		    sizeof(j->out->nonce) - 1));

	return (OAUTH_OK);
}

static int
has_control(const char *s)
{
	for (; *s != '\0'; s++) {
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			return (1);
	}

	return (0);
}

/* Every sign-in is fresh, so that any age is kept. */
static enum oauth_error
check_max_age(struct judgement *j)
{
	const char	*age = j->value[P_MAX_AGE];
	long		 seconds;

	if (age != NULL && text_number(age, 0, LONG_MAX, &seconds) == -1)
		return (oauth_refuse(j->v, OAUTH_INVALID_REQUEST,
		    "max_age must be a number of seconds"));

	return (OAUTH_OK);
}

/* OpenID Connect Core 3.1.2.1: none stands alone; no session ever exists. */
static enum oauth_error
check_prompt(struct judgement *j)
{
	const char	*prompt = j->value[P_PROMPT];

	if (prompt == NULL)
		return (OAUTH_OK);
	if (strcmp(prompt, "none") == 0)
		return (oauth_refuse(j->v, OAUTH_LOGIN_REQUIRED,
		    "There is no session: the customer must sign in"));
	if (scope_has(prompt, "none"))
		return (oauth_refuse(j->v, OAUTH_INVALID_REQUEST,
		    "prompt=none cannot stand with another"));
	if (!scope_is_valid(prompt) ||
	    !scope_is_within(prompt, "login consent select_account"))
		return (oauth_refuse(j->v, OAUTH_INVALID_REQUEST,
		    "prompt must be none, login, consent or select_account"));

	return (OAUTH_OK);
}
