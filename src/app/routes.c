/* SPDX-License-Identifier: ISC */
/* The routes table; see routes.h. */
#include <string.h>

#include "app/arrival.h"
#include "app/routes.h"
#include "app/tracing.h"
#include "app/watchdog.h"
#include "base/log.h"
#include "base/metrics.h"
#include "endpoint/endpoint.h"
#include "endpoint/hosted.h"
#include "http/page_file.h"
#include "http/reply.h"
#include "http/request.h"

struct route {
	const char	*path;		/* with a "/" at its end: all below */
	int		 method;
	int		(*handle)(struct http_request *);
	const char	*name;		/* for counting; some share one */
};

/* What there is on a kind of listener. */
struct table {
	const struct route	*routes;
	size_t			 count;
	unsigned		*endpoints;
};

enum { PUBLIC, METRICS };

static int			 dispatch(struct http_request *,
				    const struct table *);
static unsigned			 name_put(const char **, size_t *,
				    const char *);
static const struct route	*route_find(const struct http_request *,
				    const struct table *, int *);
static enum metric_method	 method_of(const struct http_request *);
static int			 refuse(struct http_request *, int);
static int			 is_path(const char *, const char *);
static int			 refuse_method(struct http_request *, int);

static const struct route	routes[] = {
	{ "/oauth/authorize", HTTP_METHOD_GET, endpoint_authorize,
	    "authorize" },
	{ "/oauth/authorize", HTTP_METHOD_POST, endpoint_authorize_post,
	    "authorize_post" },
	{ "/oauth/token", HTTP_METHOD_POST, endpoint_token, "token" },
	{ "/oauth/userinfo", HTTP_METHOD_GET, endpoint_userinfo, "userinfo" },
	{ "/oauth/userinfo", HTTP_METHOD_POST, endpoint_userinfo, "userinfo" },
	{ "/oauth/introspect", HTTP_METHOD_POST, endpoint_introspect,
	    "introspect" },
	{ "/oauth/revoke", HTTP_METHOD_POST, endpoint_revoke, "revoke" },
	{ "/oauth/jwks", HTTP_METHOD_GET, endpoint_jwks, "jwks" },
	{ "/v1/external-user-id", HTTP_METHOD_GET, endpoint_external_user_id,
	    "external_user_id" },
	{ "/v1/links", HTTP_METHOD_GET, endpoint_links_find, "links_find" },
	{ "/v1/links", HTTP_METHOD_POST, endpoint_links_put, "links_put" },
	{ "/v1/links", HTTP_METHOD_DELETE, endpoint_links_delete,
	    "links_delete" },
	{ "/v1/sign-ins", HTTP_METHOD_GET, endpoint_sign_ins_find,
	    "sign_ins_find" },
	{ "/v1/sign-ins", HTTP_METHOD_POST, endpoint_sign_ins_put,
	    "sign_ins_put" },
	{ HOSTED_PATH, HTTP_METHOD_GET, endpoint_callback, "callback" },
	{ "/.well-known/oauth-authorization-server", HTTP_METHOD_GET,
	    endpoint_metadata, "metadata" },
	{ "/.well-known/openid-configuration", HTTP_METHOD_GET,
	    endpoint_metadata, "metadata" },
	{ "/healthz", HTTP_METHOD_GET, endpoint_healthz, "healthz" },
	{ "/readyz", HTTP_METHOD_GET, endpoint_readyz, "readyz" },
	{ PAGE_FILE_ROOT, HTTP_METHOD_GET, endpoint_asset, "asset" },
	{ "/.well-known/apple-app-site-association", HTTP_METHOD_GET,
	    endpoint_app_site, "app_site" },
	{ "/apple-app-site-association", HTTP_METHOD_GET, endpoint_app_site,
	    "app_site" },
};

/* On the listeners for who watches the service, and there alone. */
static const struct route	metrics_routes[] = {
	{ "/metrics", HTTP_METHOD_GET, endpoint_metrics, "metrics" },
	{ "/healthz", HTTP_METHOD_GET, endpoint_healthz, "healthz" },
	{ "/readyz", HTTP_METHOD_GET, endpoint_readyz, "readyz" },
};

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))
#define ROUTES		COUNT(routes)
#define METRICS_ROUTES	COUNT(metrics_routes)

/* The numbers of their names, for base/metrics; 0 is for what is unknown. */
static unsigned			endpoints[ROUTES];
static unsigned			metrics_endpoints[METRICS_ROUTES];

static const struct table	tables[] = {
	[PUBLIC] = { routes, ROUTES, endpoints },
	[METRICS] = { metrics_routes, METRICS_ROUTES, metrics_endpoints },
};

static const struct {
	int		 method;
	const char	*name;
} methods[] = {
	{ HTTP_METHOD_GET, "GET, HEAD" },
	{ HTTP_METHOD_POST, "POST" },
	{ HTTP_METHOD_DELETE, "DELETE" },
};

static const struct {
	int			 method;
	enum metric_method	 label;
} counted[] = {
	{ HTTP_METHOD_GET, METRIC_GET },
	{ HTTP_METHOD_HEAD, METRIC_HEAD },
	{ HTTP_METHOD_POST, METRIC_POST },
	{ HTTP_METHOD_DELETE, METRIC_DELETE },
};

size_t
routes_names(const char **names, size_t cap)
{
	size_t	i, j, n;

	PRECOND(cap > ROUTES + METRICS_ROUTES);
	n = 0;
	(void)name_put(names, &n, "other");
	for (i = 0; i < COUNT(tables); i++)
		for (j = 0; j < tables[i].count; j++)
			tables[i].endpoints[j] = name_put(names, &n,
			    tables[i].routes[j].name);
	return (n);
}

static unsigned
name_put(const char **names, size_t *n, const char *name)
{
	size_t	i;

	for (i = 0; i < *n && strcmp(names[i], name) != 0; i++)
		;
	if (i == *n)
		names[(*n)++] = name;
	return ((unsigned)i);
}

int
routes_dispatch(struct http_request *req)
{
	return (dispatch(req, &tables[PUBLIC]));
}

/* RFC 6797 7.2: over plain HTTP there is no word of HSTS, nor does it help. */
int
routes_metrics_dispatch(struct http_request *req)
{
	u_int64_t	hsts;
	int		r;

	hsts = http_hsts_enable;
	http_hsts_enable = 0;
	r = dispatch(req, &tables[METRICS]);
	http_hsts_enable = hsts;
	return (r);
}

/* Every request comes by here, again each time that it has slept. */
static int
dispatch(struct http_request *req, const struct table *t)
{
	const struct route	*route;
	struct trace		 fresh;
	unsigned		 endpoint;
	uint64_t		 began;
	int			 allowed, r;

	watchdog_step();
	/*
	 * It has come in whole. After a body in a segment of its own Kore would
	 * let its time run on, and answer 408 in the middle of our work.
	 */
	if (req->owner != NULL)
		req->owner->http_timeout = 0;
	began = arrival_of(req);
	tracing_enter(req, &fresh);
	route = route_find(req, t, &allowed);
	r = route != NULL ? route->handle(req) : refuse(req, allowed);
	endpoint = route != NULL ? t->endpoints[route - t->routes] : 0;
	if (r == KORE_RESULT_RETRY) {
		request_counts(req, endpoint, method_of(req), began);
	} else {
		request_counted(req);
		metrics_request(endpoint, method_of(req), req->status, began);
		log_debug("%s %s: %d", http_method_text(req->method),
		    route != NULL ? route->path : "elsewhere", req->status);
	}
	trace_leave();
	return (r);
}

static enum metric_method
method_of(const struct http_request *req)
{
	size_t	i;

	for (i = 0; i < COUNT(counted); i++)
		if (counted[i].method == req->method)
			return (counted[i].label);
	return (METRIC_OTHER_METHOD);
}

static int
refuse(struct http_request *req, int allowed)
{
	if (allowed != 0)
		return (refuse_method(req, allowed));
	reply_problem(req, HTTP_STATUS_NOT_FOUND, "not_found",
	    "there is nothing at this path");
	return (KORE_RESULT_OK);
}

/* A HEAD is a GET whose body Kore leaves out. */
static const struct route *
route_find(const struct http_request *req, const struct table *t,
    int *allowed)
{
	size_t		 i;
	int		 method;

	*allowed = 0;
	method = req->method == HTTP_METHOD_HEAD ? HTTP_METHOD_GET :
	    req->method;
	for (i = 0; i < t->count; i++) {
		if (!is_path(t->routes[i].path, req->path))
			continue;
		if (t->routes[i].method == method)
			return (&t->routes[i]);
		*allowed |= t->routes[i].method;
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

void
routes_metrics_render(struct text *t)
{
	text_add(t, "\troute ^/.*$ routes_metrics_dispatch\n");
}
