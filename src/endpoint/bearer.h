/* SPDX-License-Identifier: ISC */
/*
 * An access token presented as Bearer (RFC 6750 2.1, 2.2): its signature, its
 * grant in the database (so that a revocation counts at once, on every node),
 * and its time by the database's clock.
 */
#ifndef ENDPOINT_BEARER_H
#define ENDPOINT_BEARER_H

#include <jansson.h>

#include <kore/kore.h>
#include <kore/http.h>

#include "oauth/claims.h"
#include "store/grant.h"
#include "store/store.h"

struct bearer {
	struct store_query	 query;
	json_t			*claims;
	struct access_token	 token;		/* points into claims */
	struct grant_id		 grant_id;
	struct grant		 grant;
};

/*
 * Read the token and check all that needs no database: token and grant_id then
 * say whose it is, if it stands. from_body: the token of a form body, or NULL.
 * HTTP_STATE_CONTINUE, or _COMPLETE when it was refused.
 */
int	bearer_read(struct http_request *, struct bearer *,
	    const char *from_body);
/*
 * Ask for the grant of a token that was read, with has_claims for what is known
 * of the customer too, and go on in state next: HTTP_STATE_RETRY.
 */
int	bearer_grant_ask(struct http_request *, struct bearer *,
	    int has_claims, int next);
/* HTTP_STATE_CONTINUE if the token is good, else _COMPLETE after a refusal. */
int	bearer_judge(struct http_request *, struct bearer *);
/* The database says that it is not. */
int	bearer_refuse(struct http_request *);
void	bearer_release(struct bearer *);

/*
 * For who judges tokens without presenting them (introspection): 0 and the
 * grant asked for, or -1: not a token of ours.
 */
int	bearer_token_ask(struct bearer *, const char *token);
/* 1 if the answered grant makes the token live. */
int	bearer_token_is_live(struct bearer *);

#endif
