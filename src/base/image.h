/* SPDX-License-Identifier: ISC */
/* What kind of picture a file is, and how large: PNG and JPEG, nothing else. */
#ifndef BASE_IMAGE_H
#define BASE_IMAGE_H

#include <stddef.h>

#define IMAGE_SIDE_MIN	16	/* pixels */
#define IMAGE_SIDE_MAX	2048

struct image {
	const char	*type;		/* "image/png" or "image/jpeg" */
	unsigned	 width;		/* pixels */
	unsigned	 height;
};

/* NULL, or what is wrong with it ("is neither PNG nor JPEG"). */
const char	*image_check(struct image *, const void *, size_t len);

#endif
