/* SPDX-License-Identifier: ISC */
/*
 * Memory for password hashes: huge pages, kept by a thread from one hash to the
 * next. For a thread that asked for it, libsodium's own calls end up here.
 */
#ifndef APP_HASH_MEMORY_H
#define APP_HASH_MEMORY_H

#include <stddef.h>

/* From now on this thread keeps what a hash took, up to max bytes. */
void	hash_memory_keep(size_t max);
/* Give back what this thread keeps: no hash is under way. */
void	hash_memory_release(void);

#endif
