/* SPDX-License-Identifier: ISC */
/* Between the files of `ambauth client`. */
#ifndef CLI_CLIENT_H
#define CLI_CLIENT_H

#include <stdint.h>

#include "cli/output.h"
#include "cli/verb.h"
#include "crypto/random.h"
#include "store/client.h"

/* What the command line says. */
struct client_args {
	const char		*config;
	int			 is_json;
	/* add */
	const char		*business;
	const char		*id;
	int			 is_public;
	int			 is_confidential;
	int			 is_apple_device;
	struct verb_list	 redirect_uris;
	const char		*scope;
	const char		*auth;		/* comma-separated */
	const char		*grant;		/* comma-separated */
	int			 is_pkce_required;
	struct verb_list	 response_keys;
	int			 is_access_token_encrypted;
	int64_t			 access_token_seconds;
	/* rotate-secret */
	int64_t			 overlap;
};

extern const struct verb	client_add_verb;

/* A new secret and its digest. */
void	client_secret_make(char secret[RANDOM_TOKEN_LEN],
	    uint8_t digest[CLIENT_SECRET_DIGEST]);
/* What is shown once and never again. 0, or -1. */
int	client_secret_print(const struct client_args *, const char *client_id,
	    const char *secret);

#endif
