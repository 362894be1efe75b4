/* SPDX-License-Identifier: ISC */
/* What a scenario needs, made by whole sign-ins that are not measured. */
#ifndef LOAD_PREPARE_H
#define LOAD_PREPARE_H

#include "stream.h"

/* Fill the stream's stock with `count` things. 0, or -1 (said on stderr). */
int	prepare_stock(struct stream *, struct conn_target *, size_t count);

#endif
