/* SPDX-License-Identifier: ISC */
/*
 * What the holder of an access token learns about a customer: by scope, from
 * the JSON that the customer view has (OpenID Connect Core 5.1, 5.3, 5.4).
 */
#ifndef OAUTH_USERINFO_H
#define OAUTH_USERINFO_H

#include <stddef.h>

#include <jansson.h>

/* Releases every attribute that is no standard claim. */
#define USERINFO_SCOPE_OTHERS	"customer"

/* 1 if scope allows anything besides "sub". */
int	userinfo_is_wanted(const char *scope);
/*
 * "sub" and what scope allows of attributes (an object, or NULL). What has the
 * wrong type for its name, is null or empty, or would speak in the server's
 * own name, is left out. A new object; NULL only without memory.
 */
json_t	*userinfo_claims(const char *sub, const char *scope,
	    const json_t *attributes);
/*
 * Attributes as an operator writes them, len bytes of JSON: NULL and the object
 * in *out, or what is wrong, written to why.
 */
const char *userinfo_read(json_t **out, const char *text, size_t len,
	    char *why, size_t whylen);
/* Add the scopes, or the standard claims, to a list. 0, or -1. */
int	userinfo_add_scopes(json_t *list);
int	userinfo_add_claims(json_t *list);

#endif
