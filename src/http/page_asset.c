/* SPDX-License-Identifier: ISC */
/* Finding an embedded file by its path. */
#include <string.h>

#include "http/page_asset.h"

const struct asset *
page_asset_find(const char *path)
{
	size_t		 i;

	for (i = 0; i < assets_count; i++) {
		if (strcmp(assets[i].path, path) == 0)
			return (&assets[i]);
	}
	return (NULL);
}
