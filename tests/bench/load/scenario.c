/* SPDX-License-Identifier: ISC */
/* Which steps make a scenario. */
#include <string.h>

#include "scenario.h"
#include "steps.h"

static const struct scenario	scenarios[] = {
	{ .name = "flow",
	    .help = "a whole sign-in: page, form, token, userinfo, link",
	    .steps = { &step_page, &step_form, &step_token, &step_userinfo,
	    &step_link } },
	{ .name = "sign-in", .may_refuse = 1,
	    .help = "page and form, up to the code; 503 and 429 are refusals",
	    .steps = { &step_page, &step_form } },
	{ .name = "page", .is_probe = 1,
	    .help = "GET the login page",
	    .steps = { &step_page } },
	{ .name = "jwks", .is_probe = 1,
	    .help = "GET the keys",
	    .steps = { &step_jwks } },
	{ .name = "health", .is_probe = 1,
	    .help = "GET /healthz",
	    .steps = { &step_health } },
	{ .name = "redeem", .is_probe = 1, .need = NEED_CODES,
	    .help = "codes, made before, for tokens",
	    .steps = { &step_redeem } },
	{ .name = "encrypted", .is_probe = 1, .need = NEED_CODES,
	    .is_encrypted = 1,
	    .help = "as redeem, of sign-ins with a response_encryption_key",
	    .steps = { &step_redeem_encrypted } },
	{ .name = "introspect", .is_probe = 1, .need = NEED_TOKENS,
	    .help = "introspection of tokens made before, at random",
	    .steps = { &step_read_introspect } },
	{ .name = "userinfo", .is_probe = 1, .need = NEED_TOKENS,
	    .help = "userinfo of tokens made before, at random",
	    .steps = { &step_read_userinfo } },
	{ .name = "link", .is_probe = 1, .need = NEED_TOKENS,
	    .help = "a new opaque ID tied to the customer of such a token",
	    .steps = { &step_read_link } },
	{ .name = "connect", .is_new = 1,
	    .help = "GET /healthz on a new connection each",
	    .steps = { &step_health } },
	{ .name = "idle",
	    .help = "--clients connections, held --seconds, asked every 5 s",
	    .steps = { &step_health } },
};

const struct scenario	scenario_codes = {
	.name = "codes made before", .may_refuse = 1,
	.steps = { &step_page, &step_form_keep },
};
const struct scenario	scenario_tokens = {
	.name = "tokens made before", .may_refuse = 1,
	.steps = { &step_page, &step_form, &step_token_keep },
};

const struct scenario *
scenario_find(const char *name)
{
	size_t	i;

	for (i = 0; i < sizeof(scenarios) / sizeof(scenarios[0]); i++) {
		if (strcmp(scenarios[i].name, name) == 0)
			return (&scenarios[i]);
	}
	return (NULL);
}

void
scenario_list(FILE *to)
{
	size_t	i;

	for (i = 0; i < sizeof(scenarios) / sizeof(scenarios[0]); i++)
		fprintf(to, "  %-12s %s\n", scenarios[i].name,
		    scenarios[i].help);
}
