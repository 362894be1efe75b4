/* SPDX-License-Identifier: ISC */
/* Who is asking: client authentication of RFC 6749 2.3, for every endpoint. */
#ifndef ENDPOINT_CLIENT_AUTH_H
#define ENDPOINT_CLIENT_AUTH_H

#include <kore/kore.h>
#include <kore/http.h>

#include "http/request.h"
#include "oauth/token.h"
#include "store/client.h"
#include "store/store.h"

struct client_auth {
	struct store_query		 query;
	struct basic_auth		 basic;
	struct client_credentials	 credentials;
	struct client			 client;
};

/*
 * Read the credentials from header and parameters and ask for the client,
 * then go on in state next. HTTP_STATE_RETRY, or _COMPLETE when refused.
 */
int	client_auth_ask(struct http_request *, struct request *,
	    struct client_auth *, int next);
/*
 * The same for the endpoints whose form names a token (RFC 7662 2.1, RFC 7009
 * 2.1): the body is parsed, and must name one, once.
 */
int	client_auth_token_ask(struct http_request *, struct request *,
	    struct client_auth *, int next);
/*
 * HTTP_STATE_CONTINUE if the client is who it says, else _COMPLETE after the
 * reply. needs_secret: public clients are refused too.
 */
int	client_auth_judge(struct http_request *, struct client_auth *,
	    int needs_secret);
/* What the protocol's decisions need of the client. */
void	client_auth_view(struct token_client *, const struct client_auth *);
void	client_auth_release(struct client_auth *);

#endif
