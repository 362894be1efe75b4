/* SPDX-License-Identifier: ISC */
/*
 * What `client add` and `client update` take for a client. Each puts the value
 * as the database keeps it, and returns NULL, or what is wrong with it.
 */
#ifndef CLI_CLIENT_VALUES_H
#define CLI_CLIENT_VALUES_H

#include "cli/verb.h"
#include "store/client.h"

const char	*client_value_name(char out[CLIENT_NAME_LEN], const char *);
const char	*client_value_scope(char out[CLIENT_LIST_LEN], const char *);
/* which is the one that is wrong. */
const char	*client_value_uris(char out[CLIENT_LIST_LEN],
		    const struct verb_list *, const char **which);
/* Keys are kept in one spelling, so that they can be compared as text. */
const char	*client_value_keys(char out[CLIENT_KEYS_LEN],
		    const struct verb_list *, const char **which);

#endif
