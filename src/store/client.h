/* SPDX-License-Identifier: ISC */
/* OAuth clients: who may ask for sign-ins, and how (RFC 6749 2, RFC 7591 2). */
#ifndef STORE_CLIENT_H
#define STORE_CLIENT_H

#include <stddef.h>
#include <stdint.h>

#include "store/brand.h"
#include "store/store.h"

#define CLIENT_ID_LEN		128	/* NUL included; A-Z a-z 0-9 - . _ ~ */
#define CLIENT_NAME_LEN		256
#define CLIENT_LIST_LEN		2048	/* space-separated values */
#define CLIENT_KEYS_LEN		4096
#define BUSINESS_LEN		64
#define BUSINESS_DEFAULT	"default"
#define CLIENT_SECRET_DIGEST	32
#define CLIENT_EPOCH_LEN	37	/* a UUID */

/* RFC 7591 2, token_endpoint_auth_method; a client may have several. */
#define CLIENT_AUTH_NONE	0x01
#define CLIENT_AUTH_BASIC	0x02
#define CLIENT_AUTH_POST	0x04

#define CLIENT_GRANT_CODE	0x01
#define CLIENT_GRANT_REFRESH	0x02

struct client {
	char		 client_id[CLIENT_ID_LEN];
	char		 business[BUSINESS_LEN];
	char		 name[CLIENT_NAME_LEN];
	unsigned	 auth_methods;		/* CLIENT_AUTH_* */
	unsigned	 grant_types;		/* CLIENT_GRANT_* */
	uint8_t		 secret[CLIENT_SECRET_DIGEST];	/* SHA-256 */
	int		 has_secret;
	uint8_t		 old_secret[CLIENT_SECRET_DIGEST];
	int		 has_old_secret;	/* not yet run out */
	int		 is_apple_device;	/* Apple device profile */
	int		 is_pkce_required;
	int		 is_access_token_encrypted;	/* in its place */
	int		 is_disabled;
	unsigned	 access_token_seconds;	/* 0: the service's setting */
	char		 id_token_alg[8];	/* "": ES256; or RS256 */
	char		 profile[32];		/* "": none was named */
	char		 scopes[CLIENT_LIST_LEN];	/* allowed */
	char		 redirect_uris[CLIENT_LIST_LEN];
	char		 response_keys[CLIENT_KEYS_LEN];	/* ""; any */
	char		 created_at[32];	/* RFC 3339, UTC */
};

/* A client as it was read, with its brand. */
struct client_known {
	struct client	 client;
	struct brand	 brand;
	int		 has_brand;
	char		 epoch[CLIENT_EPOCH_LEN];
};

/* What is to become of a client; NULL, 0 and "": as it is. */
struct client_change {
	const char	*name;
	unsigned	 auth_methods;
	unsigned	 grant_types;
	int		 is_pkce_required;		/* -1: as it is */
	int		 is_access_token_encrypted;	/* -1: as it is */
	int64_t		 access_token_seconds;		/* -1: as it is */
	char		 scopes[CLIENT_LIST_LEN];
	char		 added_uris[CLIENT_LIST_LEN];
	char		 removed_uris[CLIENT_LIST_LEN];
	char		 added_keys[CLIENT_KEYS_LEN];
	char		 removed_keys[CLIENT_KEYS_LEN];
	int		 is_enabled;			/* end a disabling */
};

/* Room for all names of one kind of bits. */
#define CLIENT_NAMES_LEN	96

/* The names of RFC 7591 2 that the bits have, space-separated. */
void	client_auth_names(char out[CLIENT_NAMES_LEN], unsigned bits);
void	client_grant_names(char out[CLIENT_NAMES_LEN], unsigned bits);
/*
 * The bits of the names in a list, spaces or commas between them. 0, or -1 if
 * one is unknown or none is there; bits has the known ones all the same.
 */
int	client_auth_bits(unsigned *bits, const char *list);
int	client_grant_bits(unsigned *bits, const char *list);

/* STORE_NONE: no such client. A disabled one is found; look at is_disabled. */
void	store_client_find(struct store *, struct store_query *,
	    const char *client_id);
/* Row 0 of the answer. 0, or -1 if it does not fit its buffers. */
int	store_client_get(const struct store_query *, int row, struct client *);
/* The same of what store_client_find found, and all that belongs to it. */
int	store_client_get_known(const struct store_query *,
	    struct client_known *);
/*
 * What holds of clients: as long as it is the epoch that a client was read
 * under, what was read is so still.
 */
void	store_client_epoch(struct store *, struct store_query *);
const char *store_client_epoch_get(const struct store_query *);

/* For commands. add: STORE_CONFLICT if the client_id is taken. */
void	store_client_add(struct store *, struct store_query *,
	    const struct client *);
void	store_client_list(struct store *, struct store_query *);
int	store_client_count(const struct store_query *);
/*
 * A new secret; the old one stays good for overlap seconds (0: not at all).
 * STORE_NONE: no such client, or it has no secret.
 */
void	store_client_rotate_secret(struct store *, struct store_query *,
	    const char *client_id, const uint8_t digest[CLIENT_SECRET_DIGEST],
	    int64_t overlap);
/*
 * All of the change or nothing. With is_enabled grants of sign-ins until now
 * stay revoked. STORE_NONE: no such client.
 */
void	store_client_update(struct store *, struct store_query *,
	    const char *client_id, const struct client_change *);
/*
 * "" if the change was made, or why not: changed_meanwhile (try again),
 * redirect_uri_unknown and response_key_unknown (it has no such to remove),
 * redirect_uri_last, redirect_uris_long, response_keys_long, secret_unused
 * (methods without it, for one that has one), secret_missing.
 */
const char	*store_client_update_refusal(const struct store_query *);
/* Also revokes every grant the client holds. */
void	store_client_disable(struct store *, struct store_query *,
	    const char *client_id);

#endif
