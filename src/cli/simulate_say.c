/* SPDX-License-Identifier: ISC */
/*
 * What a step has to say. Much of it repeats what the server has sent, so
 * nothing but printable ASCII gets through to the terminal.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cli/simulate.h"

void
sim_say(struct sim *s, const char *fmt, ...)
{
	va_list	 ap;

	va_start(ap, fmt);
	sim_vsay(s, fmt, ap);
	va_end(ap);
}

int
sim_fail(struct sim *s, const char *fmt, ...)
{
	va_list	 ap;

	va_start(ap, fmt);
	sim_vsay(s, fmt, ap);
	va_end(ap);
	return (-1);
}

void
sim_vsay(struct sim *s, const char *fmt, va_list ap)
{
	char	*p;

	(void)vsnprintf(s->said, sizeof(s->said), fmt, ap);
	for (p = s->said; *p != '\0'; p++)
		if (*p < ' ' || *p > '~')
			*p = '?';
}

int
sim_fail_reply(struct sim *s, const char *what, const struct sim_reply *r)
{
	json_t	*o;

	o = json_loadb(r->body, r->len, 0, NULL);
	sim_say(s, "%s answered %ld %.64s%s%.200s", what, r->status,
	    sim_json_text(o, "error"),
	    *sim_json_text(o, "error_description") == '\0' ? "" : ": ",
	    sim_json_text(o, "error_description"));
	json_decref(o);
	return (-1);
}

json_t *
sim_reply_json(struct sim *s, const char *what, long status,
    const struct sim_reply *r)
{
	static const char	 type[] = "application/json";
	json_error_t		 bad;
	json_t			*o;

	if (r->status != status) {
		(void)sim_fail_reply(s, what, r);
		return (NULL);
	}
	if (strncasecmp(r->content_type, type, sizeof(type) - 1) != 0) {
		sim_say(s, "%s answered with content type \"%s\", not %s",
		    what, r->content_type, type);
		return (NULL);
	}
	o = json_loadb(r->body, r->len, JSON_REJECT_DUPLICATES, &bad);
	if (o == NULL)
		/* Not bad.text, which quotes what may be a token. */
		sim_say(s, "%s: its JSON is broken at byte %d", what,
		    bad.position);
	else if (!json_is_object(o)) {
		sim_say(s, "%s answered with JSON that is no object", what);
		json_decref(o);
		o = NULL;
	}
	return (o);
}

const char *
sim_json_text(const json_t *o, const char *name)
{
	const char	*s = json_string_value(json_object_get(o, name));

	return (s == NULL ? "" : s);
}
