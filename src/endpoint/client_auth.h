/* SPDX-License-Identifier: ISC */
/* Who is asking: client authentication of RFC 6749 2.3, for every endpoint. */
#ifndef ENDPOINT_CLIENT_AUTH_H
#define ENDPOINT_CLIENT_AUTH_H

#include <kore/kore.h>
#include <kore/http.h>

#include "endpoint/client_ask.h"
#include "http/request.h"
#include "oauth/token.h"
#include "store/client.h"
#include "store/store.h"

#define SECRET_LEN	256	/* of a secret that may be right */

struct client_auth {
	struct client_ask		 who;
	int				 may_recall;	/* see below */
	struct basic_auth		 basic;
	struct client_credentials	 credentials;	/* in what follows */
	char				 id[CLIENT_ID_LEN];
	char				 secret[SECRET_LEN];
};

/*
 * Read the credentials from header and parameters and ask for the client,
 * then go on in state next. HTTP_STATE_RETRY, or _COMPLETE when refused. With
 * may_recall, which is the asker's to set, it may be _CONTINUE, with a client
 * that the asker still has to confirm (client_ask.h).
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
/*
 * What was recalled may not be so any more: ask, and judge in state next what
 * is there now. HTTP_STATE_RETRY.
 */
int	client_auth_again(struct http_request *, struct client_auth *,
	    int next);
/* What the protocol's decisions need of the client. */
void	client_auth_view(struct token_client *, const struct client_auth *);
void	client_auth_release(struct client_auth *);

#endif
