/* SPDX-License-Identifier: ISC */
/* Brands of clients on pages; see brand.h. */
#include "base/text.h"
#include "endpoint/brand.h"

void
brand_set(struct brand_page *b, const char *client_id,
    const struct brand *brand)
{
	b->is_there = brand != NULL &&
	    text_copy(b->client_id, sizeof(b->client_id), client_id) == 0;
	if (b->is_there)
		b->brand = *brand;
}

void
brand_put(struct page *page, struct brand_page *b)
{
	struct page_brand	view;

	if (!b->is_there)
		return;
	if (b->brand.name[0] != '\0')
		page->brand_name = b->brand.name;
	if (b->brand.help_url[0] != '\0')
		page->help_url = b->brand.help_url;
	if (b->brand.privacy_url[0] != '\0')
		page->privacy_url = b->brand.privacy_url;
	if (b->brand.forgot_url[0] != '\0')
		page->forgot_url = b->brand.forgot_url;
	brand_view(&view, &b->brand);
	page_brand_path(b->style, &view, b->client_id);
	page->style = b->style;
	page->has_logo = b->brand.logo_type[0] != '\0';
}

void
brand_view(struct page_brand *view, const struct brand *b)
{
	view->accent = b->accent;
	view->accent_dark = b->accent_dark;
	view->logo_type = b->logo_type;
	view->logo_digest = b->logo_digest;
	view->logo_width = b->logo_width;
	view->logo_height = b->logo_height;
}
