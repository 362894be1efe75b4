/* SPDX-License-Identifier: ISC */
/*
 * Customers, read for sign-in through the view customer_by_login, which an
 * operator may redefine over their own table.
 */
#ifndef STORE_CUSTOMER_H
#define STORE_CUSTOMER_H

#include <stddef.h>

#include "store/client.h"
#include "store/store.h"

#define CUSTOMER_ID_LEN		256
#define CUSTOMER_LOGIN_LEN	256
#define CUSTOMER_HASH_LEN	512
#define CUSTOMER_CLAIMS_LEN	16384	/* of JSON, that commands take */

struct customer {
	char		 customer_id[CUSTOMER_ID_LEN];
	char		 login[CUSTOMER_LOGIN_LEN];
	char		 password_hash[CUSTOMER_HASH_LEN];	/* "": none */
	int		 is_locked;
	char		 created_at[32];
	int64_t		 read_at;	/* of find: microseconds since 1970 */
	char		 epoch[CLIENT_EPOCH_LEN];	/* of clients, then */
};

/*
 * Login is compared without regard to case, as the database knows it. There is
 * always a row: of an unknown customer it has the login only, in the form that
 * it was compared in; customer_id and password_hash are "".
 */
void	store_customer_find(struct store *, struct store_query *,
	    const char *business, const char *login);
/* From the answer of find or list. 0, or -1. */
int	store_customer_get(const struct store_query *, int row,
	    struct customer *);
/*
 * Put new_hash in place of old_hash if that still stands; customers kept in
 * an operator's own table are left alone (STORE_NONE).
 */
void	store_customer_rehash(struct store *, struct store_query *,
	    const char *business, const char *customer_id,
	    const char *old_hash, const char *new_hash);

/* For commands. STORE_CONFLICT: the id or the login is taken. */
void	store_customer_add(struct store *, struct store_query *,
	    const char *business, const struct customer *);
/* A page of them, in the order of customer_id, after that id ("": first). */
void	store_customer_list(struct store *, struct store_query *,
	    const char *business, const char *after, int limit);
int	store_customer_count(const struct store_query *);
/* Revokes the customer's grants too. STORE_NONE: no such customer. */
void	store_customer_set_password(struct store *, struct store_query *,
	    const char *business, const char *customer_id, const char *hash);
/* Locking revokes the customer's grants. */
void	store_customer_lock(struct store *, struct store_query *,
	    const char *business, const char *customer_id, int is_locked);
/* JSON of what is known of a customer, through the view. */
void	store_customer_claims(struct store *, struct store_query *,
	    const char *business, const char *customer_id);
/* Its text, good as long as the answer is; "" when the view has none. */
const char *store_customer_claims_get(const struct store_query *);
/* json: an object, in place of what was there. STORE_NONE: no such customer. */
void	store_customer_set_claims(struct store *, struct store_query *,
	    const char *business, const char *customer_id, const char *json);
/* With links and grants. */
void	store_customer_delete(struct store *, struct store_query *,
	    const char *business, const char *customer_id);

#endif
