/* SPDX-License-Identifier: ISC */
/* Logos: whatever a file holds, it is of two kinds, or refused in words. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/image.h"
#include "base/log.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct image	 image;
	const char	*wrong;
	uint8_t		*exact;

	/* Memory of exactly this length, so that one byte more is seen. */
	if ((exact = malloc(len + (len == 0))) == NULL)
		return (0);
	memcpy(exact, data, len);
	wrong = image_check(&image, exact, len);
	free(exact);
	if (wrong != NULL) {
		PRECOND(wrong[0] != '\0');
		return (0);
	}
	PRECOND(strcmp(image.type, "image/png") == 0 ||
	    strcmp(image.type, "image/jpeg") == 0);
	PRECOND(image.width >= IMAGE_SIDE_MIN && image.width <= IMAGE_SIDE_MAX);
	PRECOND(image.height >= IMAGE_SIDE_MIN &&
	    image.height <= IMAGE_SIDE_MAX);

	return (0);
}
