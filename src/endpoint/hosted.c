/* SPDX-License-Identifier: ISC */
/* The callback hosted here, as other endpoints see it; see hosted.h. */
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "endpoint/hosted.h"
#include "endpoint/service.h"
#include "http/form.h"
#include "oauth/authorize.h"
#include "oauth/redirect.h"

void
hosted_uri(char out[HOSTED_URI_LEN])
{
	struct text	t;

	text_init(&t, out, HOSTED_URI_LEN);
	text_addf(&t, "%s%s", service.settings->issuer, HOSTED_PATH);
	PRECOND(text_is_ok(&t));
}

int
hosted_is_uri(const char *redirect_uri)
{
	char	uri[HOSTED_URI_LEN];

	hosted_uri(uri);
	return (strcmp(uri, redirect_uri) == 0);
}

int
hosted_state_digest(uint8_t out[DIGEST_LEN], const char *raw_state)
{
	char	state[AUTHORIZE_STATE_LEN];
	long	len;

	len = form_decode(state, sizeof(state), raw_state, strlen(raw_state),
	    1);
	if (len <= 0)
		return (-1);
	digest_sha256(out, state, (size_t)len);
	return (0);
}

int
hosted_form_origin(char *out, size_t cap, const char *redirect_uri)
{
	/* 'self', which our callback is, stands in every policy. */
	if (hosted_is_uri(redirect_uri))
		return (text_copy(out, cap, HOSTED_SCHEME));
	return (redirect_origin(out, cap, redirect_uri));
}
