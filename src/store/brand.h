/* SPDX-License-Identifier: ISC */
/* How a client's login page looks, where it is not as the settings say. */
#ifndef STORE_BRAND_H
#define STORE_BRAND_H

#include <stddef.h>

#include "store/store.h"

#define BRAND_NAME_LEN		128	/* NUL included */
#define BRAND_COLOUR_LEN	8	/* "#rrggbb" */
#define BRAND_URL_LEN		512
#define BRAND_LOGO_MAX		32768	/* bytes */

/* What is "" or 0 is not set. */
struct brand {
	char		 name[BRAND_NAME_LEN];
	char		 accent[BRAND_COLOUR_LEN];
	char		 accent_dark[BRAND_COLOUR_LEN];
	char		 help_url[BRAND_URL_LEN];
	char		 privacy_url[BRAND_URL_LEN];
	char		 forgot_url[BRAND_URL_LEN];
	char		 logo_type[16];		/* of media; "" no logo */
	char		 logo_digest[65];	/* SHA-256 in hex */
	unsigned	 logo_width;		/* pixels */
	unsigned	 logo_height;
};

/* What a command changes: NULL leaves it, "" (or no bytes) takes it away. */
struct brand_change {
	const char	*name;
	const char	*accent;
	const char	*accent_dark;
	const char	*help_url;
	const char	*privacy_url;
	const char	*forgot_url;
	const void	*logo;
	size_t		 logo_len;
	const char	*logo_type;
	unsigned	 logo_width;
	unsigned	 logo_height;
};

/* STORE_NONE: nothing is set for this client. */
void	store_brand_find(struct store *, struct store_query *,
	    const char *client_id);
/* The same, for store_brand_logo. */
void	store_brand_find_logo(struct store *, struct store_query *,
	    const char *client_id);
int	store_brand_count(const struct store_query *);
/* 0, or -1 if it does not fit its buffers. */
int	store_brand_get(const struct store_query *, int row, struct brand *);
/* The logo in base64, "" if there is none; good until the query is dropped. */
const char	*store_brand_logo(const struct store_query *, int row);
/* STORE_NONE: no such client. */
void	store_brand_put(struct store *, struct store_query *,
	    const char *client_id, const struct brand_change *);
void	store_brand_clear(struct store *, struct store_query *,
	    const char *client_id);

#endif
