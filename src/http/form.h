/* SPDX-License-Identifier: ISC */
/*
 * application/x-www-form-urlencoded, from query or body, parsed by ourselves:
 * the first '=' ends the name, so that "state=YWJj==" stays whole. A known
 * name sent twice is reported (RFC 6749 3.1); NUL, broken escapes and text
 * that is not UTF-8 are refused. Unknown names are ignored.
 */
#ifndef HTTP_FORM_H
#define HTTP_FORM_H

#include <stddef.h>

#include "oauth/params.h"

#define FORM_BODY_MAX	65536	/* bytes of a body */
#define FORM_PAIRS_MAX	64	/* parameters, the unknown counted */

enum form_error { FORM_OK, FORM_SYNTAX, FORM_NUL, FORM_UTF8, FORM_TOO_MANY,
	FORM_NO_SPACE };

/*
 * Parse text[0..len) into params, adding to what is there (a name met in both
 * query and body is a duplicate). Values are decoded into mem (cap bytes, as
 * much as len plus one per value is enough); used tells how much is taken, and
 * on a second call continues there. text must outlive params (raw_state).
 */
enum form_error	form_parse(struct oauth_params *, const char *text, size_t len,
		    char *mem, size_t cap, size_t *used);
/*
 * The same for the Apple device, whose values are not escaped (':' '/' '?' '='
 * '+' as they are): '+' stays '+', and a '&' that is not followed by a known
 * name and '=' belongs to the value.
 */
enum form_error	form_parse_unescaped(struct oauth_params *, const char *text,
		    size_t len, char *mem, size_t cap, size_t *used);
/* Percent-decode ('+' to space where plus). Length, or -1 (syntax, NUL). */
long		 form_decode(char *out, size_t cap, const char *in, size_t len,
		    int plus);
/*
 * 1 if a parameter stands there under this name, written without escapes: for
 * who must choose a reader before anything is read.
 */
int		 form_has(const char *text, size_t len, const char *name);
const char	*form_error_text(enum form_error);

#endif
