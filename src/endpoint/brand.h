/* SPDX-License-Identifier: ISC */
/* The brand of the client that a page is shown for. */
#ifndef ENDPOINT_BRAND_H
#define ENDPOINT_BRAND_H

#include "http/page.h"
#include "http/page_brand.h"
#include "store/brand.h"
#include "store/client.h"

struct brand_page {
	const struct brand	*brand;		/* NULL: none */
	const char		*client_id;
	char			 style[PAGE_FILE_PATH_LEN];
};

/* Both stay the caller's, as long as pages are made. NULL: it has none. */
void	brand_set(struct brand_page *, const char *client_id,
	    const struct brand *);
/* Put it over what the settings say. */
void	brand_put(struct page *, struct brand_page *);

/* What the style sheet is made of. */
void	brand_view(struct page_brand *, const struct brand *);

#endif
