/* SPDX-License-Identifier: ISC */
/* Links: which opaque ID of Apple's belongs to which customer of a business. */
#ifndef STORE_LINK_H
#define STORE_LINK_H

#include <stddef.h>
#include <stdint.h>

#include "store/client.h"
#include "store/customer.h"
#include "store/grant.h"
#include "store/store.h"

#define OPAQUE_ID_LEN	1024	/* NUL included */

struct link_row {
	char		 opaque_id[OPAQUE_ID_LEN];
	char		 customer_id[CUSTOMER_ID_LEN];
	char		 linked_at[32];		/* RFC 3339, UTC */
	char		 last_sign_in_at[32];
};

enum link_outcome { LINK_CREATED, LINK_EXISTED, LINK_MOVED, LINK_FOREIGN };

struct link_put {
	const struct grant_id	*grant;		/* says whose it shall be */
	int64_t			 expires;	/* the token, since 1970 */
	const char		*opaque_id;
	int			 may_replace;	/* an audit record stays */
};

/* STORE_NONE: grant or token do not stand (store_grant_find). */
void	store_link_put(struct store *, struct store_query *,
	    const struct link_put *);
enum link_outcome store_link_outcome(const struct store_query *);
/* The grant's customer, good as long as the answer is. */
const char *store_link_customer(const struct store_query *);

void	store_link_find(struct store *, struct store_query *,
	    const char *business, const char *opaque_id);
void	store_link_find_customer(struct store *, struct store_query *,
	    const char *business, const char *customer_id);
/* A page of all, in the order of opaque_id, after that one ("": first). */
void	store_link_list(struct store *, struct store_query *,
	    const char *business, const char *after, int limit);
int	store_link_count(const struct store_query *);
int	store_link_get(const struct store_query *, int row, struct link_row *);
/* STORE_NONE: there was none. */
void	store_link_delete(struct store *, struct store_query *,
	    const char *business, const char *opaque_id, const char *actor);

#endif
