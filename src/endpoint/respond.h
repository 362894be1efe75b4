/* SPDX-License-Identifier: ISC */
/* The authorization response and the pages around it, of GET and POST. */
#ifndef ENDPOINT_RESPOND_H
#define ENDPOINT_RESPOND_H

#include <kore/kore.h>
#include <kore/http.h>

#include "endpoint/brand.h"
#include "http/page.h"
#include "oauth/redirect.h"

/* A page with the brand's values and empty ones elsewhere. */
void	respond_page_init(struct page *, enum page_state, const char *locale);
/* A page without a form, in the browser's language. */
int	respond_page(struct http_request *, enum page_state,
	    const char *detail);
/*
 * Send the customer back to the client, in the mode that was asked for; brand
 * is for the page that does it in form_post.
 */
int	respond_redirect(struct http_request *,
	    const struct authorization_response *, struct brand_page *brand);
/* The cookie's name as it can be set: "__Host-" needs TLS. */
const char *respond_cookie_name(const char *name);

#endif
