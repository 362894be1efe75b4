/* SPDX-License-Identifier: ISC */
/*
 * Sign-ins that an MSP has announced for the callback hosted here. Each ends
 * at most once.
 */
#ifndef STORE_SIGN_IN_H
#define STORE_SIGN_IN_H

#include <stdint.h>

#include "store/client.h"
#include "store/customer.h"
#include "store/link.h"
#include "store/store.h"

#define SIGN_IN_DIGEST		32
#define SIGN_IN_WORD_LEN	64

struct sign_in {
	char		 status[SIGN_IN_WORD_LEN];	/* as the API has it */
	char		 opaque_id[OPAQUE_ID_LEN];
	char		 customer_id[CUSTOMER_ID_LEN];	/* of a success */
	char		 error[SIGN_IN_WORD_LEN];	/* or "" */
	char		 expires_at[32];	/* RFC 3339, UTC */
	char		 ended_at[32];		/* "": pending or expired */
};

struct sign_in_put {
	const uint8_t	*state;		/* SHA-256 */
	const char	*client_id;
	const char	*business;
	const char	*opaque_id;
	unsigned	 lifetime;	/* seconds */
};

/* STORE_NONE: this client has announced that state before. */
void	store_sign_in_put(struct store *, struct store_query *,
	    const struct sign_in_put *);
/* STORE_NONE: this client has announced none under that state. */
void	store_sign_in_find(struct store *, struct store_query *,
	    const uint8_t state[SIGN_IN_DIGEST], const char *client_id);
int	store_sign_in_get(const struct store_query *, struct sign_in *);

/*
 * Take the code, end the sign-in of its client under this state, tie the
 * opaque ID to the customer: one statement.
 */
void	store_sign_in_end(struct store *, struct store_query *,
	    const uint8_t code[SIGN_IN_DIGEST],
	    const uint8_t state[SIGN_IN_DIGEST], const char *redirect_uri,
	    const char *state_text);
enum sign_in_outcome {
	SIGN_IN_SUCCESS,
	SIGN_IN_FOREIGN,	/* failed: the opaque ID is another's */
	SIGN_IN_REVOKED,	/* failed: client or customer locked since */
	SIGN_IN_NO_CODE,	/* code unknown, spent, or of another state */
	SIGN_IN_NONE		/* the code is spent, but none was waiting */
};
enum sign_in_outcome store_sign_in_outcome(const struct store_query *);
/* 1 if a successful one has tied an opaque ID that was not tied before. */
int	store_sign_in_is_link_new(const struct store_query *);

/* End it as "cancel" or "failure". STORE_NONE: none was waiting. */
void	store_sign_in_refuse(struct store *, struct store_query *,
	    const uint8_t state[SIGN_IN_DIGEST], const char *status,
	    const char *error, const char *state_text);

#endif
