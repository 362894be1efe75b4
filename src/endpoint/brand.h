/* SPDX-License-Identifier: ISC */
/* The brand of the client that a page is shown for. */
#ifndef ENDPOINT_BRAND_H
#define ENDPOINT_BRAND_H

#include <kore/kore.h>
#include <kore/http.h>

#include "http/page.h"
#include "http/page_brand.h"
#include "store/brand.h"
#include "store/client.h"
#include "store/store.h"

struct brand_page {
	struct store_query	 query;
	char			 client_id[CLIENT_ID_LEN];
	struct brand		 brand;
	char			 style[PAGE_FILE_PATH_LEN];
	int			 is_there;
};

/* Ask for it, in the same turn as for the client; nobody is woken for it. */
void	brand_ask(struct brand_page *, const char *client_id);
/*
 * Wait until it is answered, in state next: HTTP_STATE_CONTINUE if it is, and
 * HTTP_STATE_RETRY if not yet. Without an answer a page has the brand of the
 * settings: no reason to show none.
 */
int	brand_await(struct http_request *, struct brand_page *, int next);
/* Put it over what the settings say. */
void	brand_put(struct page *, struct brand_page *);
void	brand_release(struct brand_page *);

/* What the style sheet is made of. */
void	brand_view(struct page_brand *, const struct brand *);

#endif
