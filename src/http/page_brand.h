/* SPDX-License-Identifier: ISC */
/*
 * The style sheet of a client's page: ours, and behind it the client's colours
 * and logo. The logo travels in it, so that a page is three requests with it
 * as without.
 */
#ifndef HTTP_PAGE_BRAND_H
#define HTTP_PAGE_BRAND_H

#include <stddef.h>

#include "base/text.h"
#include "http/page_file.h"

#define PAGE_BRAND_CLIENT_LEN	128	/* a client_id, NUL included */
#define PAGE_BRAND_EXTRA	512	/* what is added, the logo aside */

/* "" where the client has none. */
struct page_brand {
	const char	*accent;	/* "#rrggbb" */
	const char	*accent_dark;	/* "": as in the light scheme */
	const char	*logo_type;
	const char	*logo_digest;
	unsigned	 logo_width;	/* pixels */
	unsigned	 logo_height;
};

/* The path of the client's style sheet; ours if it has neither. */
void	page_brand_path(char out[PAGE_FILE_PATH_LEN],
	    const struct page_brand *, const char *client_id);
/* The client_id in such a path. 0, or -1: it is none. */
int	page_brand_client(char out[PAGE_BRAND_CLIENT_LEN], const char *path);
/*
 * The style sheet, compressed; logo is in base64, or "". 0, or -1 without
 * memory. page_brand_free when it is not needed any more.
 */
int	page_brand_make(struct page_file *, const struct page_brand *,
	    const char *client_id, const char *logo);
void	page_brand_free(struct page_file *);

#endif
