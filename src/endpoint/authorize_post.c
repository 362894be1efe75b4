/* SPDX-License-Identifier: ISC */
/*
 * POST /oauth/authorize is two things: the login form coming back, and an
 * authorization request in a body (OpenID Connect Core 3.1.2.1), for clients
 * whose request is too long or too private for a URL.
 */
#include "endpoint/endpoint.h"
#include "http/form.h"
#include "http/request.h"

/*
 * Asked again at each state of either, so that it looks at nothing but the
 * body. What is neither is a login form that is broken.
 */
int
endpoint_authorize_post(struct http_request *req)
{
	const char	*body;
	size_t		 len;

	body = request_body(req, &len);
	if (body != NULL && !form_has(body, len, "flow") &&
	    form_has(body, len, "client_id"))
		return (endpoint_authorize(req));
	return (endpoint_login(req));
}
