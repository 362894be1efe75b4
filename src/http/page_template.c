/* SPDX-License-Identifier: ISC */
/* The template engine: one pass to parse, one loop to fill. */
#include <string.h>

#include "http/page_template.h"
#include "http/page_words.h"

#define OPEN	"{{"
#define CLOSE	"}}"

struct parser {
	struct page_template *t;
	const char	*start;
	const char	*p;
	const char	*end;
	int		 (*find)(const char *, size_t);
	size_t		 section[TEMPLATE_DEPTH_MAX];	/* still open */
	size_t		 depth;
};

static int	 parse_tag(struct parser *);
static int	 parse_close(struct parser *, const struct span *);
static int	 add(struct parser *, enum template_kind, const char *, size_t);
static int	 fail(struct parser *, const char *, const struct span *);
static void	 put_value(struct text *, const struct page_value *,
		    const char *);
static int	 is_empty(const struct page_value *);

int
page_template_parse(struct page_template *t, const char *src, size_t len,
    int (*find)(const char *, size_t))
{
	struct parser	 p = { t, src, src, src + len, find, { 0 }, 0 };
	const char	*tag;

	t->count = 0;
	t->err[0] = '\0';
	while (p.p < p.end) {
		tag = memmem(p.p, (size_t)(p.end - p.p), OPEN, strlen(OPEN));
		if (tag == NULL)
			tag = p.end;
		if (tag > p.p && add(&p, TEMPLATE_TEXT, p.p,
		    (size_t)(tag - p.p)) == -1)
			return (-1);
		p.p = tag;
		if (tag < p.end && parse_tag(&p) == -1)
			return (-1);
	}
	if (p.depth > 0)
		return (fail(&p, "is not closed",
		    &t->segment[p.section[p.depth - 1]].span));
	return (0);
}

void
page_template_render(struct text *out, const struct page_template *t,
    const struct page_value *values, const char *brand)
{
	const struct template_segment *s;
	size_t		 i, next;

	for (i = 0; i < t->count; i = next) {
		s = &t->segment[i];
		next = i + 1;
		switch (s->kind) {
		case TEMPLATE_TEXT:
			text_add_bytes(out, s->span.p, s->span.len);
			break;
		case TEMPLATE_VALUE:
			put_value(out, &values[s->value], brand);
			break;
		case TEMPLATE_IF:
			if (is_empty(&values[s->value]))
				next = s->end;
			break;
		case TEMPLATE_UNLESS:
			if (!is_empty(&values[s->value]))
				next = s->end;
			break;
		}
	}
}

/* At "{{". */
static int
parse_tag(struct parser *p)
{
	struct span	 name = { p->p + strlen(OPEN), 0 };
	const char	*close;
	enum template_kind kind = TEMPLATE_VALUE;

	close = memmem(p->p, (size_t)(p->end - p->p), CLOSE, strlen(CLOSE));
	if (close == NULL)
		return (fail(p, "has no }} behind it", &name));
	name.len = (size_t)(close - name.p);
	p->p = close + strlen(CLOSE);
	if (name.len > 0 && strchr("#^/", *name.p) != NULL) {
		if (*name.p == '#')
			kind = TEMPLATE_IF;
		else if (*name.p == '^')
			kind = TEMPLATE_UNLESS;
		name.p++;
		name.len--;
		if (name.p[-1] == '/')
			return (parse_close(p, &name));
	}
	if (kind != TEMPLATE_VALUE) {
		if (p->depth == TEMPLATE_DEPTH_MAX)
			return (fail(p, "is nested too deep", &name));
		p->section[p->depth++] = p->t->count;
	}
	return (add(p, kind, name.p, name.len));
}

static int
parse_close(struct parser *p, const struct span *name)
{
	struct template_segment *s;

	if (p->depth == 0)
		return (fail(p, "is closed but not open", name));
	s = &p->t->segment[p->section[p->depth - 1]];
	if (s->span.len != name->len ||
	    memcmp(s->span.p, name->p, name->len) != 0)
		return (fail(p, "is closed while another is open", name));
	s->end = p->t->count;
	p->depth--;
	return (0);
}

static int
add(struct parser *p, enum template_kind kind, const char *s, size_t len)
{
	struct template_segment *seg;
	struct span	 span = { s, len };
	int		 value = -1;

	if (kind != TEMPLATE_TEXT && (value = p->find(s, len)) == -1)
		return (fail(p, "is not a name", &span));
	if (p->t->count == TEMPLATE_SEGMENTS_MAX)
		return (fail(p, "is one segment too many", &span));
	seg = &p->t->segment[p->t->count++];
	seg->kind = kind;
	seg->span = span;
	seg->value = value;
	seg->end = p->t->count;
	return (0);
}

/* Say on which line of the template, and about what; no more than 40 bytes. */
static int
fail(struct parser *p, const char *why, const struct span *about)
{
	struct text	 t;
	const char	*s;
	int		 line = 1;

	for (s = p->start; s < about->p; s++)
		line += *s == '\n';
	text_init(&t, p->t->err, sizeof(p->t->err));
	text_addf(&t, "line %d: \"%.*s\" %s", line,
	    (int)(about->len < 40 ? about->len : 40), about->p, why);
	return (-1);
}

/*
 * Only words have the brand put in: a user name of "{brand}" stays what it is.
 */
static void
put_value(struct text *out, const struct page_value *v, const char *brand)
{
	const char	*s = v->text, *mark;

	if (is_empty(v))
		return;
	while (v->is_word && (mark = strstr(s, PAGE_WORDS_BRAND)) != NULL) {
		text_add_html(out, s, (size_t)(mark - s));
		text_add_html(out, brand, strlen(brand));
		s = mark + strlen(PAGE_WORDS_BRAND);
	}
	text_add_html(out, s, strlen(s));
}

static int
is_empty(const struct page_value *v)
{
	return (v->text == NULL || v->text[0] == '\0');
}
