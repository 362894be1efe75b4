/* SPDX-License-Identifier: ISC */
/* The pages' style sheet, under a path that changes with its content. */
#include "endpoint/endpoint.h"
#include "http/page.h"
#include "http/reply.h"

int
endpoint_style(struct http_request *req)
{
	const char	*css;
	size_t		 len;

	css = page_style(&len);
	reply_asset(req, "text/css; charset=utf-8", css, len);
	return (KORE_RESULT_OK);
}
