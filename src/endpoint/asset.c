/* SPDX-License-Identifier: ISC */
/*
 * Style sheets and the script, under paths that change with their content.
 * What was made for a client is kept: its path says what it is made of.
 */
#include <string.h>

#include "base/text.h"
#include "endpoint/await.h"
#include "endpoint/brand.h"
#include "endpoint/endpoint.h"
#include "endpoint/service.h"
#include "http/reply.h"
#include "http/request.h"
#include "store/client.h"

#define KEPT_MAX	16	/* of clients; the oldest goes */

struct asset_request {
	struct request		 rq;	/* first */
	struct store_query	 query;
	char			 client_id[PAGE_BRAND_CLIENT_LEN];
};

static int	asset_find(struct http_request *);
static int	asset_reply(struct http_request *);
static const struct page_file *kept_find(const char *);
static int	not_found(struct http_request *);
static void	asset_release(void *);

enum { FIND, REPLY };

static struct http_state	states[] = {
	[FIND] = KORE_HTTP_STATE(asset_find),	/* ours, or a client's? */
	[REPLY] = KORE_HTTP_STATE(asset_reply),	/* make it of its brand */
};

static struct page_file	kept[KEPT_MAX];
static size_t		kept_next;

int
endpoint_asset(struct http_request *req)
{
	request_state(req, sizeof(struct asset_request), asset_release);
	return (http_state_run(states, 2, req));
}

static int
asset_find(struct http_request *req)
{
	struct asset_request	*a = http_state_get(req);
	const struct page_file	*f;

	if ((f = page_file_find(req->path)) != NULL ||
	    (f = kept_find(req->path)) != NULL)
		return (reply_file(req, f));
	if (page_brand_client(a->client_id, req->path) == -1)
		return (not_found(req));
	store_brand_find_logo(service.store, &a->query, a->client_id);
	return (await_query(req, &a->query, REPLY));
}

/*
 * When the brand has changed since the page was made, what it has now stands
 * under another path: under this one it would be kept for a year.
 */
static int
asset_reply(struct http_request *req)
{
	struct asset_request	*a = http_state_get(req);
	const struct page_file	*there;
	struct page_file	*f;
	struct page_brand	 view;
	struct brand		 brand;
	char			 path[PAGE_FILE_PATH_LEN];
	int			 next;

	if ((next = await_judge(req, &a->query)) != HTTP_STATE_CONTINUE)
		return (next);
	if (a->query.status == STORE_NONE ||
	    store_brand_get(&a->query, 0, &brand) == -1)
		return (not_found(req));
	brand_view(&view, &brand);
	page_brand_path(path, &view, a->client_id);
	if (strcmp(path, req->path) != 0)
		return (reply_redirect(req, path));
	/* Others may have asked for it at the same time. */
	if ((there = kept_find(path)) != NULL)
		return (reply_file(req, there));
	f = &kept[kept_next];
	page_brand_free(f);
	if (page_brand_make(f, &view, a->client_id,
	    store_brand_logo(&a->query, 0)) == -1)
		return (not_found(req));
	kept_next = (kept_next + 1) % KEPT_MAX;
	return (reply_file(req, f));
}

static const struct page_file *
kept_find(const char *path)
{
	size_t	i;

	for (i = 0; i < KEPT_MAX; i++) {
		if (kept[i].data != NULL && strcmp(kept[i].path, path) == 0)
			return (&kept[i]);
	}
	return (NULL);
}

static int
not_found(struct http_request *req)
{
	return (reply_problem(req, HTTP_STATUS_NOT_FOUND, "not_found",
	    "there is nothing at this path"));
}

static void
asset_release(void *state)
{
	struct asset_request	*a = state;

	store_query_drop(&a->query);
}
