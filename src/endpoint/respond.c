/* SPDX-License-Identifier: ISC */
/* Authorization responses; see respond.h. */
#include <string.h>

#include "base/log.h"
#include "endpoint/respond.h"
#include "endpoint/service.h"
#include "http/form.h"
#include "http/locale.h"
#include "http/reply.h"
#include "http/request.h"

#define LOCATION_LEN	8192

static int	form_post(struct http_request *,
		    const struct authorization_response *,
		    struct brand_page *);

void
respond_page_init(struct page *page, enum page_state state, const char *locale)
{
	memset(page, 0, sizeof(*page));
	page->state = state;
	page->locale = locale;
	page->brand_name = service.settings->brand_name;
	page->help_url = service.settings->brand_help_url;
	page->forgot_url = service.settings->brand_forgot_url;
	page->privacy_url = service.settings->brand_privacy_url;
	page->flow = page->username = page->detail = "";
}

int
respond_page(struct http_request *req, enum page_state state,
    const char *detail)
{
	struct page	page;
	char		locale[LOCALE_LEN];

	locale_choose(locale, NULL, request_header(req, "accept-language"));
	respond_page_init(&page, state, locale);
	page.detail = detail;
	return (reply_page(req, &page, "", NULL));
}

int
respond_redirect(struct http_request *req,
    const struct authorization_response *response, struct brand_page *brand)
{
	char	location[LOCATION_LEN];

	if (response->mode == MODE_FORM_POST)
		return (form_post(req, response, brand));
	if (redirect_build(location, sizeof(location), response) == -1) {
		log_error("an authorization response does not fit");
		return (respond_page(req, PAGE_BAD_REQUEST,
		    "the answer is too long"));
	}
	return (reply_redirect(req, location));
}

/* OAuth 2.0 Form Post Response Mode 1.0: a form that the customer sends on. */
static int
form_post(struct http_request *req, const struct authorization_response *r,
    struct brand_page *brand)
{
	struct page	page;
	char		locale[LOCALE_LEN], origin[256], state[2048];
	long		len;

	locale_choose(locale, NULL, request_header(req, "accept-language"));
	respond_page_init(&page, PAGE_FORM_POST, locale);
	brand_put(&page, brand);
	page.action = r->redirect_uri;
	page.code = r->code;
	page.iss = r->iss;
	if (r->raw_state_len > 0) {
		len = form_decode(state, sizeof(state) - 1, r->raw_state,
		    r->raw_state_len, 1);
		if (len == -1)
			return (respond_page(req, PAGE_BAD_REQUEST,
			    "state cannot be decoded"));
		state[len] = '\0';
		page.state_value = state;
	}
	if (r->error != NULL) {
		page.error = oauth_error_name(r->error->error);
		page.error_description = r->error->description;
	}
	if (redirect_origin(origin, sizeof(origin), r->redirect_uri) == -1)
		return (respond_page(req, PAGE_BAD_REQUEST, ""));
	return (reply_page(req, &page, origin, NULL));
}

const char *
respond_cookie_name(const char *name)
{
	static const char	prefix[] = "__Host-";

	if (!reply_is_tls() && strncmp(name, prefix, sizeof(prefix) - 1) == 0)
		return (name + sizeof(prefix) - 1);
	return (name);
}
