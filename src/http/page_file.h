/* SPDX-License-Identifier: ISC */
/*
 * The files that a page asks for: each under a path with a fingerprint of what
 * is in it, so that it may be kept for a year, and compressed once.
 */
#ifndef HTTP_PAGE_FILE_H
#define HTTP_PAGE_FILE_H

#include <stddef.h>
#include <stdint.h>

#define PAGE_FILE_ROOT		"/assets/"
#define PAGE_FILE_PATH_LEN	192
#define PAGE_FILE_PRINT_LEN	17	/* a fingerprint in hex, NUL included */

enum page_file_kind { PAGE_FILE_STYLE, PAGE_FILE_SCRIPT, PAGE_FILE_MAX };

struct page_file {
	char		 path[PAGE_FILE_PATH_LEN];
	const char	*type;		/* of media */
	const char	*data;
	size_t		 len;
	void		*gzip;		/* malloc'ed; NULL: not smaller */
	size_t		 gzip_len;
};

/* Once at start. 0, or -1 with why in the log. */
int	page_file_init(void);
const struct page_file	*page_file_get(enum page_file_kind);
/* The file of that path, or NULL. */
const struct page_file	*page_file_find(const char *path);
/* A fingerprint: hex of the first bytes of the SHA-256. */
void	page_file_print(char out[PAGE_FILE_PRINT_LEN], const void *,
	    size_t len);

#endif
