/* SPDX-License-Identifier: ISC */
/*
 * The pages a customer sees, filled from embedded templates (assets/login) with
 * the words of a locale. Every value is escaped; nothing is marked as safe.
 */
#ifndef HTTP_PAGE_H
#define HTTP_PAGE_H

#include <stddef.h>

#include "base/text.h"

#define PAGE_LEN_MAX	32768	/* bytes of a page */

enum page_state {
	PAGE_LOGIN,		/* first view */
	PAGE_WRONG,		/* wrong user name or password */
	PAGE_BUSY,		/* hash queue full: try again shortly */
	PAGE_OUTAGE,		/* database away: try again */
	PAGE_EXPIRED,		/* the flow is too old: start again */
	PAGE_UNKNOWN_CLIENT,	/* or a foreign redirect URI */
	PAGE_BAD_REQUEST,	/* anything else that must not be redirected */
	PAGE_FORM_POST,		/* response_mode=form_post: posts itself on */
	PAGE_STATE_MAX
};

struct page {
	enum page_state	 state;
	const char	*locale;	/* from locale_choose */
	const char	*brand_name;
	const char	*help_url;	/* "" none */
	const char	*flow;		/* the sealed flow, for the forms */
	const char	*username;	/* typed before, kept */
	const char	*detail;	/* for developers, or "" */
	/* PAGE_FORM_POST */
	const char	*action;	/* the redirect URI */
	const char	*code;
	const char	*state_value;	/* decoded state, or NULL */
	const char	*iss;
	const char	*error;		/* instead of code, or NULL */
	const char	*error_description;
};

/* Once at start: parse templates and locales. 0, or -1 with why in the log. */
int	page_init(void);
/* Append the page. 0, or -1 if it does not fit. */
int	page_render(struct text *, const struct page *);
/* The HTTP status that goes with a state. */
int	page_status(enum page_state);
/* The embedded style sheet, its fingerprinted path, and its length. */
const char	*page_style_path(void);
const char	*page_style(size_t *len);
/*
 * The Content-Security-Policy of a page: nothing inline, nothing from
 * elsewhere, form-action to ourselves and the origin that the flow will be
 * redirected to (browsers apply it to redirects after a form), or "" for none.
 * 0, or -1: it does not fit, or form_origin is not a source.
 */
int	page_csp(char *out, size_t cap, const char *form_origin);

#endif
