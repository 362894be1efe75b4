/* SPDX-License-Identifier: ISC */
/* Signing keys, sealed: this room stores them and cannot read them. */
#ifndef STORE_KEY_H
#define STORE_KEY_H

#include <stddef.h>
#include <stdint.h>

#include "store/store.h"

#define KEY_ROW_SEALED_LEN	4096

struct key_row {
	char		 kid[44];
	char		 alg[8];
	uint8_t		 sealed[KEY_ROW_SEALED_LEN];
	size_t		 sealed_len;
	int		 is_signing;	/* the one of its alg that signs now */
	int64_t		 age;		/* seconds since it may sign */
};

/* All keys to publish; of an alg, the signing one first. STORE_NONE: none. */
void	store_key_list(struct store *, struct store_query *);
int	store_key_count(const struct store_query *);
int	store_key_get(const struct store_query *, int row, struct key_row *);
/* Add the first key of its alg; STORE_NONE if another node was quicker. */
void	store_key_add_first(struct store *, struct store_query *,
	    const struct key_row *);

#endif
