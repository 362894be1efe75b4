/* SPDX-License-Identifier: ISC */
/*
 * The tags of an HTML page, one after another: tolerant of what HTML allows,
 * without copying. It understands comments, raw text elements, attributes and
 * character references, and no more.
 */
#ifndef CLI_HTML_TAG_H
#define CLI_HTML_TAG_H

#include <stddef.h>

#include "base/text.h"

#define HTML_ATTRS_MAX	24		/* of one tag; more are dropped */

struct html_attr {
	struct span	 name;
	struct span	 value;		/* as written */
};

struct html_tag {
	struct span	 name;
	int		 is_end;	/* </name> */
	struct html_attr attr[HTML_ATTRS_MAX];
	size_t		 attr_count;
};

/* Read the next tag of p[0..end) and move p behind it. 1, or 0 at the end. */
int	html_tag_next(struct html_tag *, const char **p, const char *end);
/*
 * The first attribute of that name, its character references resolved, or ""
 * if there is none. 0, or -1 if it was cut.
 */
int	html_tag_get(const struct html_tag *, const char *name, char *out,
	    size_t cap);
/* 1 if the span is that word, without regard to case. */
int	html_word_is(struct span, const char *word);

#endif
