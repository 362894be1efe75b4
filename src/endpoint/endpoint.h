/* SPDX-License-Identifier: ISC */
/* The endpoints' handlers, as app/routes.c lists them. */
#ifndef ENDPOINT_ENDPOINT_H
#define ENDPOINT_ENDPOINT_H

#include <kore/kore.h>
#include <kore/http.h>

int	endpoint_authorize(struct http_request *);	/* GET */
int	endpoint_login(struct http_request *);		/* POST of the form */
int	endpoint_token(struct http_request *);
int	endpoint_userinfo(struct http_request *);
int	endpoint_external_user_id(struct http_request *);
int	endpoint_introspect(struct http_request *);
int	endpoint_revoke(struct http_request *);
int	endpoint_metadata(struct http_request *);
int	endpoint_jwks(struct http_request *);
int	endpoint_links_put(struct http_request *);
int	endpoint_links_find(struct http_request *);
int	endpoint_links_delete(struct http_request *);
int	endpoint_healthz(struct http_request *);
int	endpoint_readyz(struct http_request *);
int	endpoint_style(struct http_request *);

#endif
