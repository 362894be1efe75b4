/* SPDX-License-Identifier: ISC */
/* The login page's form, put together from its tags. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "cli/html_form.h"
#include "cli/html_tag.h"

/* Where the reader stands. */
struct reader {
	struct html_page	*page;
	int			 in_form;
	int			 asks_password;	/* the form it is in */
	int			 has_submit;
	int			 overflow;
};

static void	form_begin(struct reader *, const struct html_tag *);
static void	form_end(struct reader *);
static void	input_add(struct reader *, const struct html_tag *);
static void	input_type(char *, size_t, const struct html_tag *);
static int	input_is_sent(struct reader *, const struct html_input *);
static void	insecure_check(struct html_page *, const struct html_tag *);
static int	attr_is_loading(const struct html_tag *, struct span);
static void	lower(char *);

int
html_page_read(struct html_page *page, const char *text, size_t len)
{
	struct reader	 r = { .page = page };
	struct html_tag	 tag;
	const char	*p = text;

	memset(page, 0, sizeof(*page));
	while (html_tag_next(&tag, &p, text + len)) {
		if (tag.is_end) {
			if (html_word_is(tag.name, "form"))
				form_end(&r);
			continue;
		}
		insecure_check(page, &tag);
		if (html_word_is(tag.name, "form"))
			form_begin(&r, &tag);
		else if (html_word_is(tag.name, "input") ||
		    html_word_is(tag.name, "button"))
			input_add(&r, &tag);
	}
	form_end(&r);
	return (r.overflow ? -1 : 0);
}

const struct html_input *
html_input_find(const struct html_page *page, const char *name)
{
	size_t	 i;

	for (i = 0; i < page->input_count; i++)
		if (strcmp(page->input[i].name, name) == 0)
			return (&page->input[i]);
	return (NULL);
}

/* The attribute is a list of words: "section-a username webauthn". */
const struct html_input *
html_input_find_autocomplete(const struct html_page *page, const char *word)
{
	static const char	 space[] = " \t\r\n\f";
	const char		*p;
	size_t			 i, n;

	for (i = 0; i < page->input_count; i++) {
		p = page->input[i].autocomplete;
		for (p += strspn(p, space); *p != '\0';
		    p += n, p += strspn(p, space)) {
			n = strcspn(p, space);
			if (n == strlen(word) && strncmp(p, word, n) == 0)
				return (&page->input[i]);
		}
	}
	return (NULL);
}

/* A form inside a form does not exist in HTML: its tag is ignored. */
static void
form_begin(struct reader *r, const struct html_tag *tag)
{
	struct html_page	*page = r->page;

	if (r->in_form)
		return;
	r->in_form = 1;
	r->asks_password = 0;
	r->has_submit = 0;
	if (page->password_forms > 0)
		return;
	page->input_count = 0;
	if (html_tag_get(tag, "action", page->action,
	    sizeof(page->action)) != 0)
		r->overflow = 1;
	(void)html_tag_get(tag, "method", page->method, sizeof(page->method));
	lower(page->method);
	if (page->method[0] == '\0')
		(void)text_copy(page->method, sizeof(page->method), "get");
}

static void
form_end(struct reader *r)
{
	if (r->in_form && r->asks_password)
		r->page->password_forms++;
	else if (r->in_form && r->page->password_forms == 0)
		r->page->input_count = 0;
	r->in_form = 0;
}

static void
input_add(struct reader *r, const struct html_tag *tag)
{
	struct html_page	*page = r->page;
	struct html_input	*in;
	char			 type[HTML_NAME_LEN];

	if (!r->in_form)
		return;
	input_type(type, sizeof(type), tag);
	if (strcmp(type, "password") == 0)
		r->asks_password = 1;
	if (page->password_forms > 0)
		return;
	if (page->input_count == HTML_INPUTS_MAX) {
		r->overflow = 1;
		return;
	}
	in = &page->input[page->input_count];
	memset(in, 0, sizeof(*in));
	memcpy(in->type, type, sizeof(in->type));
	if (html_tag_get(tag, "name", in->name, sizeof(in->name)) != 0 ||
	    html_tag_get(tag, "value", in->value, sizeof(in->value)) != 0)
		r->overflow = 1;
	(void)html_tag_get(tag, "autocomplete", in->autocomplete,
	    sizeof(in->autocomplete));
	lower(in->autocomplete);
	if (input_is_sent(r, in))
		page->input_count++;
}

static void
input_type(char *out, size_t cap, const struct html_tag *tag)
{
	(void)html_tag_get(tag, "type", out, cap);
	lower(out);
	if (out[0] == '\0')
		(void)text_copy(out, cap,
		    html_word_is(tag->name, "button") ? "submit" : "text");
}

/*
 * Return presses the first submit button and no other; a second one ("cancel")
 * would say something that the customer did not.
 */
static int
input_is_sent(struct reader *r, const struct html_input *in)
{
	if (strcmp(in->type, "button") == 0 || strcmp(in->type, "reset") == 0)
		return (0);
	if (strcmp(in->type, "submit") == 0) {
		if (r->has_submit)
			return (0);
		r->has_submit = 1;
	}
	return (in->name[0] != '\0');
}

/* An http: subresource takes the "secure" mark off Apple's sheet. */
static void
insecure_check(struct html_page *page, const struct html_tag *tag)
{
	const struct html_attr	*a;
	size_t			 i;

	for (i = 0; i < tag->attr_count; i++) {
		a = &tag->attr[i];
		if (page->insecure[0] == '\0' && a->value.len > 5 &&
		    strncasecmp(a->value.p, "http:", 5) == 0 &&
		    attr_is_loading(tag, a->name))
			(void)text_copy_bytes(page->insecure,
			    sizeof(page->insecure), a->value.p,
			    a->value.len < 80 ? a->value.len : 80);
	}
}

/* Does it make a browser load or send something without being clicked on? */
static int
attr_is_loading(const struct html_tag *tag, struct span name)
{
	static const char *const loading[] = {
		"src", "srcset", "data", "poster", "action", "formaction"
	};
	size_t	 i;

	for (i = 0; i < sizeof(loading) / sizeof(loading[0]); i++)
		if (html_word_is(name, loading[i]))
			return (1);
	return (html_word_is(name, "href") &&
	    (html_word_is(tag->name, "link") ||
	    html_word_is(tag->name, "base")));
}

static void
lower(char *s)
{
	for (; *s != '\0'; s++)
		*s = (char)tolower((unsigned char)*s);
}
