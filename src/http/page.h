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

/*
 * The states of the page. Those with a form show it again, what went wrong
 * above it, when the flow is given; else they say what to do instead.
 */
enum page_state {
	PAGE_LOGIN,		/* first view */
	PAGE_WRONG,		/* wrong user name or password */
	PAGE_THROTTLED,		/* too many attempts: wait some minutes */
	PAGE_BUSY,		/* hash queue full: try again shortly */
	PAGE_OUTAGE,		/* database away: try again */
	PAGE_EXPIRED,		/* the flow is too old: start again */
	PAGE_USED,		/* the form was sent again after its end */
	PAGE_UNKNOWN_CLIENT,	/* or a foreign redirect URI */
	PAGE_BAD_REQUEST,	/* anything else that must not be redirected */
	PAGE_FORM_POST,		/* response_mode=form_post: posts itself on */
	PAGE_CALLBACK_SUCCESS,	/* the callback hosted here: signed in */
	PAGE_CALLBACK_FAILURE,	/* ... it did not work */
	PAGE_CALLBACK_CANCEL,	/* ... the customer did not want to */
	PAGE_STATE_MAX
};

struct page {
	enum page_state	 state;
	const char	*locale;	/* from locale_choose */
	const char	*brand_name;
	const char	*help_url;	/* "" none */
	const char	*forgot_url;	/* "" none; these two: NULL too */
	const char	*privacy_url;
	const char	*style;		/* path of the client's; NULL: ours */
	int		 has_logo;	/* that style sheet has one */
	const char	*flow;		/* the sealed flow, for the forms */
	const char	*username;	/* typed before, kept */
	const char	*detail;	/* for developers, or "" */
	unsigned	 retry_after;	/* seconds, 0: as usual */
	/* PAGE_CALLBACK_*: "messages-auth://?status=...", for the button */
	const char	*messages_url;
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
/* 1 if the page loads the script, so that its policy must let it. */
int	page_has_script(const struct page *);
/*
 * The Content-Security-Policy of a page: nothing inline, nothing from
 * elsewhere, form-action to ourselves and the origin that the flow will be
 * redirected to (browsers apply it to redirects after a form), or "" for none.
 * 0, or -1: it does not fit, or form_origin is not a source.
 */
int	page_csp(char *out, size_t cap, const char *form_origin,
	    int has_script);

#endif
