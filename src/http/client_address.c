/* SPDX-License-Identifier: ISC */
/* Addresses of clients; see client_address.h. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <string.h>

#include "base/text.h"
#include "http/client_address.h"

#define BLANK		" \t"
#define ENTRY_LEN	64	/* an address with brackets and a port */
#define CUSTOMER_BYTES	8	/* of an IPv6 address: a /64 */

static int	 entry_parse(struct client_address *, const char *, size_t);
static size_t	 entry_last(const char *, size_t, size_t *);

void
client_address_init(struct client_address *a, int family, const void *addr)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	const uint8_t	*p = addr;

	memset(a, 0, sizeof(*a));
	a->family = family;
	if (family == AF_INET6 && memcmp(p, mapped, sizeof(mapped)) == 0) {
		a->family = AF_INET;
		p += sizeof(mapped);
	}
	memcpy(a->addr, p, a->family == AF_INET ? 4 : 16);
}

int
client_address_forward(struct client_address *a, const char *header,
    const struct settings_network *proxies, size_t count)
{
	struct client_address next;
	size_t		 begin, len, left;

	left = strlen(header);
	while (client_address_is_in(a, proxies, count)) {
		if (left == 0)
			return (1);
		begin = entry_last(header, left, &len);
		if (entry_parse(&next, header + begin, len) == -1)
			return (0);
		*a = next;
		/* In front of the comma, or at the beginning. */
		left = begin;
		while (left > 0 && header[left - 1] != ',')
			left--;
		left = left > 0 ? left - 1 : 0;
	}
	return (0);
}

int
client_address_is_in(const struct client_address *a,
    const struct settings_network *n, size_t count)
{
	unsigned	 bits;
	size_t		 i;

	for (i = 0; i < count; i++, n++) {
		if (n->family != a->family ||
		    memcmp(n->addr, a->addr, n->prefix / 8) != 0)
			continue;
		bits = n->prefix % 8;
		if (bits == 0 || (n->addr[n->prefix / 8] ^
		    a->addr[n->prefix / 8]) >> (8 - bits) == 0)
			return (1);
	}
	return (0);
}

void
client_address_network(struct client_address *a)
{
	if (a->family == AF_INET6)
		memset(a->addr + CUSTOMER_BYTES, 0, 16 - CUSTOMER_BYTES);
}

/* Where the last entry of the list begins, without blanks around it. */
static size_t
entry_last(const char *list, size_t end, size_t *len)
{
	size_t		 begin;

	while (end > 0 && strchr(BLANK, list[end - 1]) != NULL)
		end--;
	begin = end;
	while (begin > 0 && list[begin - 1] != ',')
		begin--;
	while (begin < end && strchr(BLANK, list[begin]) != NULL)
		begin++;
	*len = end - begin;
	return (begin);
}

/* "192.0.2.1", "192.0.2.1:443", "2001:db8::1", "[2001:db8::1]:443". */
static int
entry_parse(struct client_address *a, const char *s, size_t len)
{
	uint8_t		 addr[16];
	char		 text[ENTRY_LEN], *host = text, *end;
	int		 family = AF_INET6;

	if (text_copy_bytes(text, sizeof(text), s, len) == -1)
		return (-1);
	if (text[0] == '[') {
		host++;
		if ((end = strchr(host, ']')) == NULL ||
		    (end[1] != '\0' && end[1] != ':'))
			return (-1);
		*end = '\0';
	} else if ((end = strchr(text, ':')) == NULL ||
	    strchr(end + 1, ':') == NULL) {
		family = AF_INET;
		if (end != NULL)
			*end = '\0';
	}
	if (inet_pton(family, host, addr) != 1)
		return (-1);
	client_address_init(a, family, addr);
	return (0);
}
