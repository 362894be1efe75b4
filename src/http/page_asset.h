/* SPDX-License-Identifier: ISC */
/* A file of assets/login, embedded in the binary. */
#ifndef HTTP_PAGE_ASSET_H
#define HTTP_PAGE_ASSET_H

#include "http/assets.h"

/* The asset of that path, or NULL. */
const struct asset	*page_asset_find(const char *path);

#endif
