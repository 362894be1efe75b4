/* SPDX-License-Identifier: ISC */
/*
 * Templates: {{name}} is a value, always escaped for HTML; what stands from
 * {{#name}} to {{/name}} is there if the value is not empty, from {{^name}} to
 * {{/name}} if it is. There is no way to put a value in unescaped. Parsed once;
 * filling allocates nothing.
 */
#ifndef HTTP_PAGE_TEMPLATE_H
#define HTTP_PAGE_TEMPLATE_H

#include <stddef.h>

#include "base/text.h"

#define TEMPLATE_SEGMENTS_MAX	256
#define TEMPLATE_DEPTH_MAX	8	/* sections within sections */

enum template_kind { TEMPLATE_TEXT, TEMPLATE_VALUE, TEMPLATE_IF,
	TEMPLATE_UNLESS };

struct template_segment {
	enum template_kind kind;
	struct span	 span;		/* TEXT: as it stands; else the name */
	int		 value;		/* the value's number */
	size_t		 end;		/* IF, UNLESS: the segment behind it */
};

struct page_template {
	struct template_segment	 segment[TEMPLATE_SEGMENTS_MAX];
	size_t			 count;
	char			 err[160];	/* why it could not be parsed */
};

struct page_value {
	const char	*text;		/* NULL is empty */
	int		 is_word;	/* of a language, with {brand} */
};

/*
 * Parse src, which must outlive the template. find gives a name's number, or
 * -1 for one that does not exist. 0, or -1 with "line N: ..." in err.
 */
int	page_template_parse(struct page_template *, const char *src,
	    size_t len, int (*find)(const char *name, size_t len));
/* Append it, filled from values by number. */
void	page_template_render(struct text *, const struct page_template *,
	    const struct page_value *values, const char *brand);

#endif
