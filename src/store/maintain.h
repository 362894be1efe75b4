/* SPDX-License-Identifier: ISC */
/* Retention: partitions for the coming days are made, old ones dropped. */
#ifndef STORE_MAINTAIN_H
#define STORE_MAINTAIN_H

#include "store/store.h"

/* One round; other nodes doing the same at once do no harm. */
void	store_maintain(struct store *, struct store_query *);

#endif
