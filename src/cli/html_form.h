/* SPDX-License-Identifier: ISC */
/*
 * The form of a login page as a browser would send it, and what on the page
 * would spoil Apple's sheet.
 */
#ifndef CLI_HTML_FORM_H
#define CLI_HTML_FORM_H

#include <stddef.h>

#define HTML_INPUTS_MAX	12
#define HTML_NAME_LEN	64
#define HTML_VALUE_LEN	16384
#define HTML_URL_LEN	2048

struct html_input {
	char		 name[HTML_NAME_LEN];
	char		 type[HTML_NAME_LEN];		/* lower case */
	char		 autocomplete[HTML_NAME_LEN];	/* lower case */
	char		 value[HTML_VALUE_LEN];
};

/* What was found; the form is the first one that asks for a password. */
struct html_page {
	size_t		 password_forms;	/* that ask for a password */
	char		 method[HTML_NAME_LEN];	/* lower case; "get" */
	char		 action[HTML_URL_LEN];	/* as written; "": the page */
	/* those that have a name */
	struct html_input input[HTML_INPUTS_MAX];
	size_t		 input_count;
	char		 insecure[HTML_URL_LEN];	/* an http: load */
};

/*
 * Read text[0..len). 0, or -1 if something in the form did not fit. Of the
 * submit buttons only the first is an input, as when return is pressed.
 */
int	html_page_read(struct html_page *, const char *text, size_t len);
/* The form's input of that name, or with that autocomplete word, or NULL. */
const struct html_input *html_input_find(const struct html_page *,
	    const char *name);
const struct html_input *html_input_find_autocomplete(const struct html_page *,
	    const char *word);

#endif
