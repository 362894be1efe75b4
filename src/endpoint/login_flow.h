/* SPDX-License-Identifier: ISC */
/* The flow behind a form, and the cookie that ties it to one browser. */
#ifndef ENDPOINT_LOGIN_FLOW_H
#define ENDPOINT_LOGIN_FLOW_H

#include <kore/kore.h>
#include <kore/http.h>

#include "login/flow.h"

/* Open the flow of a form with the cookie that came with it. */
enum flow_verdict login_flow_read(struct http_request *, struct flow *,
	    const char *text);
/* The flow is at its end: sent once more, its form will be known for it. */
void	login_flow_end(struct http_request *, const struct flow *);
/*
 * Whose attempts are counted: the customer's network as the connection, or a
 * trusted proxy, tells it. -1: there is none, on a socket of this machine.
 */
int	login_flow_network(struct http_request *, uint8_t out[16]);

#endif
