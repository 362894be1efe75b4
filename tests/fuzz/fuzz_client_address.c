/* SPDX-License-Identifier: ISC */
/*
 * X-Forwarded-For: a peer that is no proxy stays who it is, and what comes of
 * a proxy's word is an address of the family that it says.
 */
#include <sys/socket.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "http/client_address.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const struct settings_network proxies[] = {
	{ AF_INET, { 10 }, 8 },
	{ AF_INET6, { 0x20, 0x01, 0x0d, 0xb8 }, 32 },
};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const uint8_t	proxy[4] = { 10, 0, 0, 1 };
	static const uint8_t	stranger[4] = { 192, 0, 2, 1 };
	static const uint8_t	zero[12];
	struct client_address	a, before;
	char			*header;
	int			 goes_on;

	if ((header = malloc(len + 1)) == NULL)
		return (0);
	memcpy(header, data, len);
	header[len] = '\0';

	client_address_init(&a, AF_INET, stranger);
	before = a;
	PRECOND(client_address_forward(&a, header, proxies, 2) == 0);
	PRECOND(memcmp(&a, &before, sizeof(a)) == 0);

	client_address_init(&a, AF_INET, proxy);
	goes_on = client_address_forward(&a, header, proxies, 2);
	PRECOND(a.family == AF_INET || a.family == AF_INET6);
	PRECOND(!goes_on || client_address_is_in(&a, proxies, 2));
	if (a.family == AF_INET)
		PRECOND(memcmp(a.addr + 4, zero, sizeof(zero)) == 0);
	client_address_network(&a);
	if (a.family == AF_INET6)
		PRECOND(memcmp(a.addr + 8, zero, 8) == 0);
	free(header);

	return (0);
}
