/* SPDX-License-Identifier: ISC */
/* The endpoints' handlers, as app/routes.c lists them. */
#ifndef ENDPOINT_ENDPOINT_H
#define ENDPOINT_ENDPOINT_H

#include <kore/kore.h>
#include <kore/http.h>

int	endpoint_authorize(struct http_request *);	/* a request for one */
int	endpoint_login(struct http_request *);		/* POST of the form */
int	endpoint_authorize_post(struct http_request *);	/* either of them */
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
int	endpoint_sign_ins_put(struct http_request *);
int	endpoint_sign_ins_find(struct http_request *);
int	endpoint_callback(struct http_request *);	/* the hosted one */
int	endpoint_healthz(struct http_request *);
int	endpoint_readyz(struct http_request *);
int	endpoint_metrics(struct http_request *);	/* not to the public */
int	endpoint_asset(struct http_request *);
int	endpoint_app_site(struct http_request *);	/* Apple's */

#endif
