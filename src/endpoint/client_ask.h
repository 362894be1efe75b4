/* SPDX-License-Identifier: ISC */
/*
 * The client that a request names, with its brand. A worker remembers those it
 * has read, and under which epoch of all clients (store/client.h). What is
 * remembered counts only once the database has said that the epoch is still the
 * same: asked by itself, or by the way in a statement that is asked anyway. Who
 * hears of it tells client_epoch_seen, and for some milliseconds nobody asks.
 */
#ifndef ENDPOINT_CLIENT_ASK_H
#define ENDPOINT_CLIENT_ASK_H

#include <kore/kore.h>
#include <kore/http.h>

#include "endpoint/brand.h"
#include "store/client.h"

struct client_held;

struct client_ask {
	struct store_query	 query;
	char			 client_id[CLIENT_ID_LEN];
	/* What is remembered, held as long as this one needs it. */
	struct client_held	*held;
	const struct client	*client;	/* nobody's, if not found */
	const char		*epoch;
	struct brand_page	 brand;
	int			 is_check;	/* query is for the epoch */
	int			 is_here;	/* without a query */
	int			 is_recalled;	/* yet to be confirmed */
};

/* Ask, and go on in state next. HTTP_STATE_RETRY, or _CONTINUE. */
int	client_ask(struct http_request *, struct client_ask *,
	    const char *client_id, int next);
/*
 * HTTP_STATE_CONTINUE when it is answered: query.status is then STORE_OK (the
 * client is there), STORE_NONE (there is none), or says what went wrong.
 * HTTP_STATE_RETRY when not yet: come again in state next.
 */
int	client_answer(struct http_request *, struct client_ask *, int next);

/*
 * What is remembered, without asking: 1, and is_recalled until it is confirmed;
 * 0 if nothing is. Nothing may come of it but by way of client_is_current, or
 * of a statement that is given the epoch; what is refused is to be asked for
 * first, for it may be right by now.
 */
int	client_recall(struct client_ask *, const char *client_id);
/* 1 unless it was recalled and the database says another epoch by now. */
int	client_is_current(const struct client_ask *, const char *epoch);
/* The epoch that an answer of the database had. */
void	client_epoch_seen(const char *epoch);
void	client_release(struct client_ask *);

#endif
