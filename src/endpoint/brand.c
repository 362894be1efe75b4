/* SPDX-License-Identifier: ISC */
/* Brands of clients on pages; see brand.h. */
#include "base/text.h"
#include "endpoint/await.h"
#include "endpoint/brand.h"
#include "endpoint/service.h"

void
brand_ask(struct brand_page *b, const char *client_id)
{
	if (text_copy(b->client_id, sizeof(b->client_id), client_id) == -1)
		return;		/* no client has such an ID */
	b->query.done = NULL;
	store_brand_find(service.store, &b->query, client_id);
}

int
brand_await(struct http_request *req, struct brand_page *b, int next)
{
	if (b->query.op != NULL)
		return (await_query(req, &b->query, next));
	b->is_there = b->query.status == STORE_OK &&
	    store_brand_get(&b->query, 0, &b->brand) == 0;
	return (HTTP_STATE_CONTINUE);
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
brand_release(struct brand_page *b)
{
	store_query_drop(&b->query);
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
