/* SPDX-License-Identifier: ISC */
/* A client's values, judged before they are kept. */
#include <string.h>

#include "apple/response_key.h"
#include "base/base64.h"
#include "base/text.h"
#include "cli/client_values.h"
#include "cli/values.h"
#include "oauth/redirect.h"
#include "oauth/scope.h"
#include "store/code.h"

static const char	*all_long(const struct text *, const char **);

const char *
client_value_name(char out[CLIENT_NAME_LEN], const char *name)
{
	const char	*fault;

	if ((fault = value_fault(name, CLIENT_NAME_LEN - 1)) != NULL)
		return (fault);
	return (text_copy(out, CLIENT_NAME_LEN, name) == -1 ? "is too long" :
	    NULL);
}

const char *
client_value_scope(char out[CLIENT_LIST_LEN], const char *scope)
{
	/* All of them may be asked for at once, and stand in a token. */
	if (!scope_is_valid(scope) || strlen(scope) >= CODE_SCOPE_LEN ||
	    scope_normalise(out, CLIENT_LIST_LEN, scope) == -1)
		return ("takes scopes with one blank between two (RFC 6749 "
		    "3.3), not");
	return (NULL);
}

const char *
client_value_uris(char out[CLIENT_LIST_LEN], const struct verb_list *list,
    const char **which)
{
	const char	*why;
	struct text	 t;
	size_t		 i;

	text_init(&t, out, CLIENT_LIST_LEN);
	for (i = 0; i < list->count; i++) {
		*which = list->values[i];
		if (!redirect_is_registrable(*which, &why))
			return (why);
		if (redirect_match(out, *which))
			continue;
		text_addf(&t, "%s%s", t.len > 0 ? " " : "", *which);
	}
	return (all_long(&t, which));
}

const char *
client_value_keys(char out[CLIENT_KEYS_LEN], const struct verb_list *list,
    const char **which)
{
	uint8_t		 point[RESPONSE_KEY_MAX];
	char		 base64[BASE64_LEN(RESPONSE_KEY_MAX)];
	struct text	 t;
	size_t		 i, len;

	text_init(&t, out, CLIENT_KEYS_LEN);
	for (i = 0; i < list->count; i++) {
		*which = list->values[i];
		if (response_key_get(point, &len, *which) == -1 ||
		    base64_encode(base64, sizeof(base64), point, len) == -1)
			return ("no point of P-384 or P-256 in base64");
		text_addf(&t, "%s%s", t.len > 0 ? " " : "", base64);
	}
	return (all_long(&t, which));
}

static const char *
all_long(const struct text *t, const char **which)
{
	if (text_is_ok(t))
		return (NULL);
	*which = "too long";
	return ("all of them together");
}
