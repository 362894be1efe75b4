/* SPDX-License-Identifier: ISC */
/*
 * What a profile makes of `client add`: the options that were not given, and
 * the values that are to be entered at Apple and at the provider.
 */
#ifndef CLI_CLIENT_RECIPE_H
#define CLI_CLIENT_RECIPE_H

#include "cli/client.h"
#include "cli/client_profile.h"

/*
 * Fill in what the profile says and no option does. profile is that of
 * args->profile, or NULL if none is given. 0, or -1 after saying what is wrong.
 */
int	client_recipe_fill(struct client_args *,
	    const struct client_profile **profile);
/*
 * Print the new client, its secret (NULL: it has none) and what to enter
 * where. 0, or -1.
 */
int	client_recipe_print(const struct client_profile *,
	    const struct client *, const char *secret, const char *issuer,
	    int is_json);

#endif
