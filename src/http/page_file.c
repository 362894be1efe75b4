/* SPDX-License-Identifier: ISC */
/* The embedded files of a page; see page_file.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "http/compress.h"
#include "http/page_asset.h"
#include "http/page_file.h"

static int	 file_init(enum page_file_kind);

/* Where each comes from and goes to. */
static const struct {
	const char	*asset;
	const char	*name;
	const char	*suffix;
	const char	*type;
} sources[PAGE_FILE_MAX] = {
	[PAGE_FILE_STYLE] = { "style.css", "style", ".css",
	    "text/css; charset=utf-8" },
	[PAGE_FILE_SCRIPT] = { "page.js", "page", ".js",
	    "text/javascript; charset=utf-8" }
};

static struct page_file	 files[PAGE_FILE_MAX];

int
page_file_init(void)
{
	int	 i;

	for (i = 0; i < PAGE_FILE_MAX; i++) {
		if (file_init((enum page_file_kind)i) == -1)
			return (-1);
	}
	return (0);
}

const struct page_file *
page_file_get(enum page_file_kind kind)
{
	return (&files[kind]);
}

const struct page_file *
page_file_find(const char *path)
{
	int	 i;

	for (i = 0; i < PAGE_FILE_MAX; i++) {
		if (strcmp(files[i].path, path) == 0)
			return (&files[i]);
	}
	return (NULL);
}

void
page_file_print(char out[PAGE_FILE_PRINT_LEN], const void *data, size_t len)
{
	struct text	 t;
	uint8_t		 digest[DIGEST_LEN];
	size_t		 i;

	digest_sha256(digest, data, len);
	text_init(&t, out, PAGE_FILE_PRINT_LEN);
	for (i = 0; i < (PAGE_FILE_PRINT_LEN - 1) / 2; i++)
		text_addf(&t, "%02x", digest[i]);
}

static int
file_init(enum page_file_kind kind)
{
	struct page_file	*f = &files[kind];
	const struct asset	*a = page_asset_find(sources[kind].asset);
	char			 print[PAGE_FILE_PRINT_LEN];

	if (a == NULL) {
		log_error("%s is not embedded", sources[kind].asset);
		return (-1);
	}
	free(f->gzip);
	f->type = sources[kind].type;
	f->data = (const char *)a->data;
	f->len = a->len;
	if (compress_gzip(&f->gzip, &f->gzip_len, f->data, f->len) == -1) {
		log_error("%s cannot be compressed", sources[kind].asset);
		return (-1);
	}
	page_file_print(print, f->data, f->len);
	snprintf(f->path, sizeof(f->path), "%s%s-%s%s", PAGE_FILE_ROOT,
	    sources[kind].name, print, sources[kind].suffix);
	return (0);
}
