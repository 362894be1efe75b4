/* SPDX-License-Identifier: ISC */
/* gzip, by zlib; see compress.h. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define ZLIB_CONST
#include <zlib.h>

#include "http/compress.h"

#define GZIP_WINDOW	(15 + 16)	/* zlib: the largest, in gzip's frame */
#define BLANK		" \t"

static int	 weight_is_zero(const char *, size_t);

int
compress_gzip(void **out, size_t *outlen, const void *data, size_t len)
{
	z_stream	 z;
	int		 rc = -1;

	*out = NULL;
	*outlen = 0;
	memset(&z, 0, sizeof(z));
	if (len == 0 || deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED,
	    GZIP_WINDOW, 9, Z_DEFAULT_STRATEGY) != Z_OK)
		return (-1);
	if ((*out = malloc(len)) == NULL)
		goto out;
	z.next_in = data;
	z.avail_in = (uInt)len;
	z.next_out = *out;
	z.avail_out = (uInt)len;
	if (deflate(&z, Z_FINISH) != Z_STREAM_END)
		goto out;
	*outlen = len - z.avail_out;
	rc = 0;
out:
	(void)deflateEnd(&z);
	if (rc == -1) {
		free(*out);
		*out = NULL;
	}
	return (rc);
}

/* What is named counts before "*"; a weight of zero is a no. */
int
compress_is_accepted(const char *header)
{
	const char	*p = header, *weight;
	size_t		 len, name;
	int		 is_any = 0, is_no;

	while (p != NULL && *p != '\0') {
		p += strspn(p, BLANK ",");
		len = strcspn(p, ",");
		name = strcspn(p, BLANK ";,");
		weight = memchr(p, ';', len);
		is_no = weight != NULL &&
		    weight_is_zero(weight, len - (size_t)(weight - p));
		if ((name == 4 && strncasecmp(p, "gzip", 4) == 0) ||
		    (name == 6 && strncasecmp(p, "x-gzip", 6) == 0))
			return (!is_no);
		if (name == 1 && *p == '*')
			is_any = !is_no;
		p += len;
	}
	return (is_any);
}

/* ";q=0", ";q=0.000", with blanks where RFC 9110 12.4.2 has them. */
static int
weight_is_zero(const char *s, size_t len)
{
	const char	*end = s + len;

	while (s < end && strchr("; \t", *s) != NULL)
		s++;
	if (end - s < 3 || (*s != 'q' && *s != 'Q') || s[1] != '=')
		return (0);
	for (s += 2; s < end && (*s == '0' || *s == '.'); s++)
		continue;
	return (s == end || strchr(BLANK, *s) != NULL);
}
