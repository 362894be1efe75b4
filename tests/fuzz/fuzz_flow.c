/* SPDX-License-Identifier: ISC */
/*
 * The sealed flow. The input is taken as the sealed text, which must not open,
 * and as what is under a true seal, where a leaked key or an older release may
 * have put anything: that is decoded, or refused, and seals again to the same.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/log.h"
#include "login/flow.h"

#define ID		"AAAAAAAAAAAAAAAAAAAAAA"
#define BINDING		"a binding of forty-three characters, or less"
#define NOW		1795000000
#define PLAIN_MAX	8192

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static struct flow	flow, again;
static char		text[2 * PLAIN_MAX];

static void
sealed_check(const struct seal_key *key, const uint8_t *data, size_t len)
{
	static uint8_t	sealed[PLAIN_MAX + SEAL_OVERHEAD];
	ssize_t		n;

	n = seal_put(key, sealed, sizeof(sealed), data, len, ID, strlen(ID));
	PRECOND(n > 0);
	memcpy(text, ID ".", sizeof(ID));
	PRECOND(base64url_encode(text + sizeof(ID), sizeof(text) - sizeof(ID),
	    sealed, (size_t)n) > 0);

	if (flow_open(&flow, text, key, NULL, NOW, 600) != FLOW_UNBOUND)
		return;
	PRECOND(strcmp(flow.id, ID) == 0);
	PRECOND(flow.response_key_len <= sizeof(flow.response_key));
	PRECOND(flow_seal(text, sizeof(text), &flow, key, BINDING) == 0);
	PRECOND(flow_open(&again, text, key, BINDING, NOW, 600) == FLOW_OK);
	PRECOND(memcmp(&flow, &again, sizeof(flow)) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const uint8_t	master[32] = { 1 };
	struct seal_key		key;
	char			id[FLOW_ID_LEN], *copy;

	if (len > PLAIN_MAX || (copy = malloc(len + 1)) == NULL)
		return (0);
	memcpy(copy, data, len);
	copy[len] = '\0';

	seal_key_derive(&key, master, sizeof(master), "flow");
	(void)flow_peek_id(id, copy);
	PRECOND(flow_open(&flow, copy, &key, BINDING, NOW, 600) ==
	    FLOW_BROKEN);
	sealed_check(&key, data, len);
	free(copy);

	return (0);
}
