/* SPDX-License-Identifier: ISC */
/*
 * The authorization request from its query to the Location header: it leads to
 * a registered address or nowhere, and is one line.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "apple/response_key.h"
#include "base/log.h"
#include "http/form.h"
#include "oauth/authorize.h"
#include "oauth/scope.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const struct authorize_client client = {
	.redirect_uris = "https://auth.businesschat.apple.com "
	    "https://msp.example/cb?tenant=1",
	.scopes = "openid orders",
	.response_keys = "",
};

static void
answer_check(const struct authorize_request *r, const struct oauth_verdict *v)
{
	struct authorization_response	a;
	static char			out[16384];
	const char			*p;
	size_t				n = strlen(r->redirect_uri);

	PRECOND(redirect_match(client.redirect_uris, r->redirect_uri));
	memset(&a, 0, sizeof(a));
	a.redirect_uri = r->redirect_uri;
	a.mode = r->mode;
	a.code = "SplxlOBeZQQYbYS6WxSbIA";
	a.raw_state = r->raw_state;
	a.raw_state_len = strlen(r->raw_state);
	a.iss = "https://op.example.com";
	a.error = v->error == OAUTH_OK ? NULL : v;
	if (redirect_build(out, sizeof(out), &a) == -1) {
		PRECOND(r->mode == MODE_FORM_POST);
		return;
	}
	PRECOND(strncmp(out, r->redirect_uri, n) == 0);
	PRECOND(out[n] == '?' || out[n] == '&' || out[n] == '#');
	for (p = out; *p != '\0'; p++)
		PRECOND(*p > 0x20 && *p < 0x7f);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct authorize_request	r;
	struct oauth_params		params;
	struct oauth_verdict		v;
	enum authorize_audience		who;
	char				*mem;
	size_t				used = 0;

	if ((mem = malloc(len + P_MAX)) == NULL)
		return (0);
	memset(&params, 0, sizeof(params));
	if (form_parse(&params, (const char *)data, len, mem, len + P_MAX,
	    &used) != FORM_OK)
		goto out;
	if (authorize_check(&r, &who, &v, &params, &client,
	    response_key_get) == OAUTH_OK) {
		PRECOND(who == AUTHORIZE_REDIRECT && params.duplicate == NULL);
		PRECOND(scope_is_within(r.scope, client.scopes));
	}
	if (who == AUTHORIZE_REDIRECT)
		answer_check(&r, &v);
	else
		PRECOND(v.error != OAUTH_OK && r.redirect_uri[0] == '\0');
out:
	free(mem);
	return (0);
}
