/* SPDX-License-Identifier: ISC */
/* Between the files of `ambauth client`. */
#ifndef CLI_CLIENT_H
#define CLI_CLIENT_H

#include <stdint.h>

#include "cli/output.h"
#include "cli/verb.h"
#include "crypto/random.h"
#include "cli/session.h"
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
	const char		*id_token_alg;
	const char		*profile;
	const char		*region;
	char			 profile_uri[256];	/* with the region */
	/* update; also what add has */
	const char		*name;
	struct verb_list	 removed_uris;
	struct verb_list	 removed_keys;
	const char		*pkce;		/* on, off */
	const char		*encrypt;	/* on, off */
	const char		*lifetime;	/* a time, default */
	int			 is_enable;
	/* rotate-secret */
	int64_t			 overlap;
	/* brand */
	const char		*brand_name;
	const char		*accent;
	const char		*accent_dark;
	const char		*logo;
	const char		*help_url;
	const char		*forgot_url;
	const char		*privacy_url;
	int			 is_clear;
	/* preview */
	const char		*out;
};

extern const struct verb	client_add_verb;
extern const struct verb	client_update_verb;
extern const struct verb	client_brand_verb;
extern const struct verb	client_preview_verb;

/* A new secret and its digest. */
void	client_secret_make(char secret[RANDOM_TOKEN_LEN],
	    uint8_t digest[CLIENT_SECRET_DIGEST]);
/* What is shown once and never again. 0, or -1. */
int	client_secret_print(const struct client_args *, const char *client_id,
	    const char *secret);
/* 0 if there is such a client, or -1 after saying that there is not. */
int	client_found(struct session *, struct store_query *, const char *what,
	    const char *client_id);
/* All about a client as it is now. 0, or -1 after saying what is wrong. */
int	client_print(struct session *, const char *client_id, int is_json);

#endif
