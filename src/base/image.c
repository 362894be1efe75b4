/* SPDX-License-Identifier: ISC */
/*
 * The frame of a picture, not its contents: those are decoded by browsers, in
 * their own sandbox, on a page that runs nothing out of it.
 */
#include <stdint.h>
#include <string.h>

#include "base/image.h"

#define PNG_HEAD	24	/* signature, and IHDR up to the height */
#define PNG_TAIL	12	/* an empty IEND */

static const char	*png_check(struct image *, const uint8_t *, size_t);
static const char	*jpeg_check(struct image *, const uint8_t *, size_t);
static int		 is_frame(unsigned);
static unsigned		 number(const uint8_t *, size_t);

static const uint8_t png_magic[] = {
	0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13, 'I', 'H',
	'D', 'R'
};
static const uint8_t png_end[] = {
	0, 0, 0, 0, 'I', 'E', 'N', 'D', 0xae, 0x42, 0x60, 0x82
};

const char *
image_check(struct image *image, const void *data, size_t len)
{
	const char	*wrong;

	memset(image, 0, sizeof(*image));
	if (len > sizeof(png_magic) &&
	    memcmp(data, png_magic, sizeof(png_magic)) == 0)
		wrong = png_check(image, data, len);
	else if (len > 4 && memcmp(data, "\xff\xd8\xff", 3) == 0)
		wrong = jpeg_check(image, data, len);
	else
		wrong = "is neither PNG nor JPEG";
	if (wrong != NULL)
		return (wrong);
	if (image->width < IMAGE_SIDE_MIN || image->height < IMAGE_SIDE_MIN)
		return ("is less than 16 pixels wide or high");
	if (image->width > IMAGE_SIDE_MAX || image->height > IMAGE_SIDE_MAX)
		return ("is more than 2048 pixels wide or high");
	return (NULL);
}

/* W3C PNG 5.2 and 11.2.2: IHDR comes first, IEND last. */
static const char *
png_check(struct image *image, const uint8_t *p, size_t len)
{
	if (len < PNG_HEAD + PNG_TAIL ||
	    memcmp(p + len - PNG_TAIL, png_end, PNG_TAIL) != 0)
		return ("is a PNG that is cut off");
	image->type = "image/png";
	image->width = number(p + 16, 4);
	image->height = number(p + 20, 4);
	return (NULL);
}

/* ITU-T T.81 B.1, B.2: segments with a length, up to the frame's header. */
static const char *
jpeg_check(struct image *image, const uint8_t *p, size_t len)
{
	static const char cut[] = "is a JPEG that is cut off";
	size_t		 at = 2, size;

	if (p[len - 2] != 0xff || p[len - 1] != 0xd9)
		return (cut);
	for (;;) {
		if (at + 4 > len || p[at] != 0xff)
			return (cut);
		if (p[at + 1] == 0xff) {	/* a byte of filling */
			at++;
			continue;
		}
		size = number(p + at + 2, 2);
		if (size < 2 || at + 2 + size > len)
			return (cut);
		if (is_frame(p[at + 1]))
			break;
		at += 2 + size;
	}
	if (size < 8)
		return (cut);
	image->type = "image/jpeg";
	image->height = number(p + at + 5, 2);
	image->width = number(p + at + 7, 2);
	return (NULL);
}

/* SOF0 to SOF15 without DHT, JPG and DAC, which stand between them. */
static int
is_frame(unsigned marker)
{
	return (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 &&
	    marker != 0xc8 && marker != 0xcc);
}

/* Big-endian. */
static unsigned
number(const uint8_t *p, size_t size)
{
	unsigned	 n = 0;

	while (size-- > 0)
		n = n << 8 | *p++;
	return (n);
}
