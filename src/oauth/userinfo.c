/* SPDX-License-Identifier: ISC */
/*
 * Claims about a customer, by scope. The attributes are an operator's, and a
 * client may be strict: what it could not read, it does not get.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "oauth/scope.h"
#include "oauth/userinfo.h"

enum kind { TEXT, TRUTH, NUMBER, OBJECT };

struct claim {
	const char	*name;
	const char	*scope;
	enum kind	 kind;
};

static const struct claim	*claim_find(const char *);
static int	is_kind(const json_t *, enum kind);
static int	is_empty(const json_t *);
static int	is_reserved(const char *);
static const char	*fault(const char *, const json_t *);

static const char *const	scopes[] = {
	"profile", "email", "address", "phone", USERINFO_SCOPE_OTHERS
};

/* OpenID Connect Core 5.1 and 5.4. */
static const struct claim	claims[] = {
	{ "name", "profile", TEXT },
	{ "family_name", "profile", TEXT },
	{ "given_name", "profile", TEXT },
	{ "middle_name", "profile", TEXT },
	{ "nickname", "profile", TEXT },
	{ "preferred_username", "profile", TEXT },
	{ "profile", "profile", TEXT },
	{ "picture", "profile", TEXT },
	{ "website", "profile", TEXT },
	{ "gender", "profile", TEXT },
	{ "birthdate", "profile", TEXT },
	{ "zoneinfo", "profile", TEXT },
	{ "locale", "profile", TEXT },
	{ "updated_at", "profile", NUMBER },
	{ "email", "email", TEXT },
	{ "email_verified", "email", TRUTH },
	{ "address", "address", OBJECT },
	{ "phone_number", "phone", TEXT },
	{ "phone_number_verified", "phone", TRUTH },
};

/* Of the token or its issuer: an attribute must not pass for one. */
static const char *const	reserved[] = {
	"sub", "iss", "aud", "azp", "exp", "iat", "nbf", "jti", "nonce",
	"auth_time", "at_hash", "c_hash", "acr", "amr", "sid", "events",
	"scope", "client_id", "active", "error", "error_description",
	"_claim_names", "_claim_sources"
};

static const char *const	kind_names[] = {
	[TEXT] = "text",
	[TRUTH] = "true or false",
	[NUMBER] = "a number",
	[OBJECT] = "an object",
};

#define COUNT(table)	(sizeof(table) / sizeof((table)[0]))

int
userinfo_is_wanted(const char *scope)
{
	size_t	i;

	for (i = 0; i < COUNT(scopes); i++) {
		if (scope_has(scope, scopes[i]))
			return (1);
	}

	return (0);
}

json_t *
userinfo_claims(const char *sub, const char *scope, const json_t *attributes)
{
	const struct claim	*c;
	const char		*name, *needed;
	json_t			*out, *value;

	if ((out = json_pack("{s:s}", "sub", sub)) == NULL)
		return (NULL);
	/* Jansson iterates an object that it does not change. */
	json_object_foreach((json_t *)(uintptr_t)attributes, name, value) {
		c = claim_find(name);
		needed = c == NULL ? USERINFO_SCOPE_OTHERS : c->scope;
		if (!scope_has(scope, needed) || is_empty(value) ||
		    fault(name, value) != NULL)
			continue;
		if (json_object_set(out, name, value) == -1) {
			json_decref(out);
			return (NULL);
		}
	}

	return (out);
}

const char *
userinfo_read(json_t **out, const char *text, size_t len, char *why,
    size_t whylen)
{
	json_error_t	 error;
	const char	*name, *wrong;
	json_t		*value;

	*out = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
	if (*out == NULL) {
		(void)snprintf(why, whylen, "is no JSON: %s", error.text);
		return (why);
	}
	if (!json_is_object(*out)) {
		(void)snprintf(why, whylen, "is no JSON object");
		goto refuse;
	}
	json_object_foreach(*out, name, value) {
		if ((wrong = fault(name, value)) == NULL)
			continue;
		(void)snprintf(why, whylen, "\"%s\" %s%s", name,
		    is_reserved(name) ? "" : "must be ", wrong);
		goto refuse;
	}

	return (NULL);
refuse:
	json_decref(*out);
	*out = NULL;

	return (why);
}

int
userinfo_add_scopes(json_t *list)
{
	size_t	i;

	for (i = 0; i < COUNT(scopes); i++) {
		if (json_array_append_new(list, json_string(scopes[i])) == -1)
			return (-1);
	}

	return (0);
}

int
userinfo_add_claims(json_t *list)
{
	size_t	i;

	for (i = 0; i < COUNT(claims); i++) {
		if (json_array_append_new(list,
		    json_string(claims[i].name)) == -1)
			return (-1);
	}

	return (0);
}

static const struct claim *
claim_find(const char *name)
{
	size_t	i;

	for (i = 0; i < COUNT(claims); i++) {
		if (strcmp(claims[i].name, name) == 0)
			return (&claims[i]);
	}

	return (NULL);
}

/* NULL, or what the value must be, or what is wrong with a reserved name. */
static const char *
fault(const char *name, const json_t *value)
{
	const struct claim	*c;

	if (is_reserved(name))
		return ("is the server's to say");
	if (json_is_null(value) || (c = claim_find(name)) == NULL ||
	    is_kind(value, c->kind))
		return (NULL);

	return (kind_names[c->kind]);
}

static int
is_kind(const json_t *value, enum kind kind)
{
	switch (kind) {
	case TEXT:
		return (json_is_string(value));
	case TRUTH:
		return (json_is_boolean(value));
	case NUMBER:
		return (json_is_number(value));
	case OBJECT:
		return (json_is_object(value));
	}

	return (0);
}

/* OpenID Connect Core 5.3.2: left out rather than null or empty. */
static int
is_empty(const json_t *value)
{
	return (json_is_null(value) || (json_is_string(value) &&
	    json_string_length(value) == 0));
}

static int
is_reserved(const char *name)
{
	size_t	i;

	for (i = 0; i < COUNT(reserved); i++) {
		if (strcmp(reserved[i], name) == 0)
			return (1);
	}

	return (name[0] == '\0');
}
