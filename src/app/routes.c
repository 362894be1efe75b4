/* SPDX-License-Identifier: ISC */
/* The routes table; see routes.h. */
#include <string.h>

#include "app/routes.h"
#include "app/watchdog.h"
#include "endpoint/endpoint.h"
#include "endpoint/hosted.h"
#include "http/page_file.h"
#include "http/reply.h"

struct route {
	const char	*path;		/* with a "/" at its end: all below */
	int		 method;
	int		(*handle)(struct http_request *);
};

static const struct route	*route_find(const struct http_request *, int *);
static int			 is_path(const char *, const char *);
static int			 refuse_method(struct http_request *, int);

static const struct route	routes[] = {
	{ "/oauth/authorize", HTTP_METHOD_GET, endpoint_authorize },
	{ "/oauth/authorize", HTTP_METHOD_POST, endpoint_authorize_post },
	{ "/oauth/token", HTTP_METHOD_POST, endpoint_token },
	{ "/oauth/userinfo", HTTP_METHOD_GET, endpoint_userinfo },
	{ "/oauth/userinfo", HTTP_METHOD_POST, endpoint_userinfo },
	{ "/oauth/introspect", HTTP_METHOD_POST, endpoint_introspect },
	{ "/oauth/revoke", HTTP_METHOD_POST, endpoint_revoke },
	{ "/oauth/jwks", HTTP_METHOD_GET, endpoint_jwks },
	{ "/v1/external-user-id", HTTP_METHOD_GET, endpoint_external_user_id },
	{ "/v1/links", HTTP_METHOD_GET, endpoint_links_find },
	{ "/v1/links", HTTP_METHOD_POST, endpoint_links_put },
	{ "/v1/links", HTTP_METHOD_DELETE, endpoint_links_delete },
	{ "/v1/sign-ins", HTTP_METHOD_GET, endpoint_sign_ins_find },
	{ "/v1/sign-ins", HTTP_METHOD_POST, endpoint_sign_ins_put },
	{ HOSTED_PATH, HTTP_METHOD_GET, endpoint_callback },
	{ "/.well-known/oauth-authorization-server", HTTP_METHOD_GET,
	    endpoint_metadata },
	{ "/.well-known/openid-configuration", HTTP_METHOD_GET,
	    endpoint_metadata },
	{ "/healthz", HTTP_METHOD_GET, endpoint_healthz },
	{ "/readyz", HTTP_METHOD_GET, endpoint_readyz },
	{ PAGE_FILE_ROOT, HTTP_METHOD_GET, endpoint_asset },
	{ "/.well-known/apple-app-site-association", HTTP_METHOD_GET,
	    endpoint_app_site },
	{ "/apple-app-site-association", HTTP_METHOD_GET, endpoint_app_site },
};

#define ROUTES	(sizeof(routes) / sizeof(routes[0]))

static const struct {
	int		 method;
	const char	*name;
} methods[] = {
	{ HTTP_METHOD_GET, "GET, HEAD" },
	{ HTTP_METHOD_POST, "POST" },
	{ HTTP_METHOD_DELETE, "DELETE" },
};

int
routes_dispatch(struct http_request *req)
{
	const struct route	*route;
	int			 allowed;

	watchdog_step();
	route = route_find(req, &allowed);
	if (route != NULL)
		return (route->handle(req));
	if (allowed != 0)
		return (refuse_method(req, allowed));
	reply_problem(req, HTTP_STATUS_NOT_FOUND, "not_found",
	    "there is nothing at this path");
	return (KORE_RESULT_OK);
}

/* A HEAD is a GET whose body Kore leaves out. */
static const struct route *
route_find(const struct http_request *req, int *allowed)
{
	size_t		 i;
	int		 method;

	*allowed = 0;
	method = req->method == HTTP_METHOD_HEAD ? HTTP_METHOD_GET :
	    req->method;
	for (i = 0; i < ROUTES; i++) {
		if (!is_path(routes[i].path, req->path))
			continue;
		if (routes[i].method == method)
			return (&routes[i]);
		*allowed |= routes[i].method;
	}
	return (NULL);
}

static int
is_path(const char *route, const char *path)
{
	size_t	len;

	len = strlen(route);
	if (route[len - 1] == '/')
		return (strncmp(route, path, len) == 0);
	return (strcmp(route, path) == 0);
}

static int
refuse_method(struct http_request *req, int allowed)
{
	struct text	t;
	char		allow[64];
	size_t		i;

	text_init(&t, allow, sizeof(allow));
	for (i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (allowed & methods[i].method)
			text_addf(&t, "%s%s", t.len == 0 ? "" : ", ",
			    methods[i].name);
	http_response_header(req, "allow", allow);
	reply_problem(req, HTTP_STATUS_METHOD_NOT_ALLOWED,
	    "method_not_allowed", "this path does not know this method");
	return (KORE_RESULT_OK);
}

void
routes_render(struct text *t)
{
	text_add(t, "\troute ^/.*$ routes_dispatch\n");
}
