/* SPDX-License-Identifier: ISC */
/*
 * Grants: one a sign-in. Access and refresh tokens name their grant, so one
 * UPDATE revokes them all, on every node at once.
 */
#ifndef STORE_GRANT_H
#define STORE_GRANT_H

#include <stddef.h>
#include <stdint.h>

#include "store/client.h"
#include "store/store.h"

#define GRANT_ID_LEN	48	/* "<days since 1970>-<uuid>", NUL included */

struct grant_id {
	char		 text[GRANT_ID_LEN];
};

struct grant {
	struct grant_id	 id;
	char		 client_id[128];
	char		 business[64];
	char		 customer_id[256];
	char		 scope[1024];
	int64_t		 auth_time;	/* seconds since 1970 */
	int64_t		 now;		/* the database's clock */
	char		 epoch[CLIENT_EPOCH_LEN];	/* of clients, then */
};

/* The same as numbers and text. 0, or -1 if it is not well-formed. */
struct grant_key {
	int		 day;		/* since 1970 */
	const char	*uuid;		/* in the text that was read, or NULL */
};
int	grant_id_read(const char *, struct grant_key *);

/* Well-formed? 1 or 0. */
int	grant_id_is_valid(const char *);

/*
 * STORE_NONE: unknown, revoked, run out, or of a locked customer. With what is
 * known of the customer, if has_claims.
 */
void	store_grant_find(struct store *, struct store_query *,
	    const struct grant_id *, int has_claims);
int	store_grant_get(const struct store_query *, struct grant *);
/* JSON, good as long as the answer is; "" if the view has none. */
const char *store_grant_claims(const struct store_query *);
/* By a refresh token; the client must be the grant's. STORE_NONE: refused. */
void	store_grant_refresh(struct store *, struct store_query *,
	    const char *client_id, uint16_t day, const uint8_t digest[32]);
/*
 * From the answer of store_grant_refresh: the point that this sign-in's tokens
 * are encrypted to; *len 0: none. 0, or -1 if it does not fit.
 */
int	store_grant_key_get(const struct store_query *, uint8_t *out,
	    size_t cap, size_t *len);
/* By its id, for the client that holds it. OK also if revoked before. */
void	store_grant_revoke(struct store *, struct store_query *,
	    const char *client_id, const struct grant_id *);
/* By a refresh token. */
void	store_grant_revoke_refresh(struct store *, struct store_query *,
	    const char *client_id, uint16_t day, const uint8_t digest[32]);

#endif
