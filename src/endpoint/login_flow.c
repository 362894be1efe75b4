/* SPDX-License-Identifier: ISC */
/* Flows of forms; see login_flow.h. */
#include <string.h>
#include <time.h>

#include "endpoint/login_flow.h"
#include "endpoint/respond.h"
#include "endpoint/service.h"
#include "http/client_address.h"
#include "http/cookie.h"
#include "http/reply.h"
#include "http/request.h"

enum flow_verdict
login_flow_read(struct http_request *req, struct flow *flow, const char *text)
{
	char		 id[FLOW_ID_LEN], name[FLOW_COOKIE_LEN];
	char		 binding[FLOW_BINDING_LEN];
	const char	*header;
	int		 found;

	if (flow_peek_id(id, text) == -1)
		return (FLOW_BROKEN);
	flow_cookie_name(name, id);
	header = request_header(req, "cookie");
	found = header != NULL && cookie_find(header,
	    respond_cookie_name(name), binding, sizeof(binding)) == 0;
	return (flow_open(flow, text, &service.flow_key,
	    found ? binding : NULL, time(NULL),
	    service.settings->flow_seconds));
}

void
login_flow_end(struct http_request *req, const struct flow *flow)
{
	char	name[FLOW_COOKIE_LEN], cookie[256];

	flow_cookie_name(name, flow->id);
	if (cookie_format(cookie, sizeof(cookie), respond_cookie_name(name),
	    FLOW_USED_MARK, service.settings->flow_seconds,
	    reply_is_tls()) == 0)
		http_response_header(req, "set-cookie", cookie);
}

int
login_flow_network(struct http_request *req, uint8_t out[16])
{
	const struct connection	*c = req->owner;
	struct client_address	 address;
	const struct http_header *h;
	const char		*line[HTTP_REQ_HEADER_MAX];
	size_t			 n = 0;

	memset(out, 0, 16);
	if (c == NULL || (c->family != AF_INET && c->family != AF_INET6))
		return (-1);
	client_address_init(&address, c->family, c->family == AF_INET ?
	    (const void *)&c->addr.ipv4.sin_addr :
	    (const void *)&c->addr.ipv6.sin6_addr);
	/* A proxy may add a line of its own behind those that came. */
	TAILQ_FOREACH(h, &req->req_headers, list) {
		if (strcasecmp(h->header, "x-forwarded-for") == 0 &&
		    n < HTTP_REQ_HEADER_MAX)
			line[n++] = h->value;
	}
	while (n > 0 && client_address_forward(&address, line[n - 1],
	    service.settings->proxies, service.settings->proxy_count) == 1)
		n--;
	client_address_network(&address);
	memcpy(out, address.addr, 16);
	return (0);
}
