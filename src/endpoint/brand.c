/* SPDX-License-Identifier: ISC */
/* Brands of clients on pages; see brand.h. */
#include "endpoint/brand.h"

void
brand_set(struct brand_page *b, const char *client_id,
    const struct brand *brand)
{
	b->client_id = client_id;
	b->brand = brand;
}

void
brand_put(struct page *page, struct brand_page *b)
{
	const struct brand	*brand = b->brand;
	struct page_brand	 view;

	if (brand == NULL)
		return;
	if (brand->name[0] != '\0')
		page->brand_name = brand->name;
	if (brand->help_url[0] != '\0')
		page->help_url = brand->help_url;
	if (brand->privacy_url[0] != '\0')
		page->privacy_url = brand->privacy_url;
	if (brand->forgot_url[0] != '\0')
		page->forgot_url = brand->forgot_url;
	brand_view(&view, brand);
	page_brand_path(b->style, &view, b->client_id);
	page->style = b->style;
	page->has_logo = brand->logo_type[0] != '\0';
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
