/* SPDX-License-Identifier: ISC */
/*
 * Who is at the other end: the connection's address or, when that is a trusted
 * proxy's, what the proxy says of its own. Anyone can send an X-Forwarded-For;
 * only what a trusted proxy added to it, at its right end, counts.
 */
#ifndef HTTP_CLIENT_ADDRESS_H
#define HTTP_CLIENT_ADDRESS_H

#include <stddef.h>
#include <stdint.h>

#include "base/settings.h"

struct client_address {
	int		 family;	/* AF_INET or AF_INET6 */
	uint8_t		 addr[16];	/* 4 or 16 bytes; the rest is zero */
};

/* From a peer's raw address; an IPv4 one in IPv6's clothes becomes IPv4. */
void	client_address_init(struct client_address *, int family,
	    const void *addr);
/*
 * Replace a trusted peer by the right-most entry of a line of X-Forwarded-For
 * that no trusted proxy is. 1 if all of them are trusted, so that the line
 * above this one goes on; 0 if the client is found, as it is when an entry
 * does not read: then it is the last proxy that did.
 */
int	client_address_forward(struct client_address *, const char *header,
	    const struct settings_network *proxies, size_t count);
/* 1 if one of the networks has it. */
int	client_address_is_in(const struct client_address *,
	    const struct settings_network *, size_t count);
/*
 * The network that is one customer's: an IPv4 address, the /64 of an IPv6 one.
 * A subscriber of IPv6 has 2^64 addresses to come from.
 */
void	client_address_network(struct client_address *);

#endif
