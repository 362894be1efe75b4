/* SPDX-License-Identifier: ISC */
/* Small files read whole into memory of the caller. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stddef.h>
#include <sys/types.h>

/* Read fd to its end. Bytes, or -1: an error (errno), or EFBIG beyond cap. */
ssize_t	file_read(int fd, void *out, size_t cap);
/*
 * Read the secret in the regular file at path as NUL-terminated text, without
 * the one newline that may end it. NULL, or what is wrong with the file.
 */
const char	*file_read_secret(const char *path, char *out, size_t cap);

#endif
