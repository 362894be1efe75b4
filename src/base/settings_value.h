/* SPDX-License-Identifier: ISC */
/* From the text of a value to the field of its setting. */
#ifndef BASE_SETTINGS_VALUE_H
#define BASE_SETTINGS_VALUE_H

#include "base/settings_table.h"

/* Parse value for the row. NULL, or what is wrong with it ("has no unit"). */
const char	*settings_value_put(struct settings *, const struct setting *,
		    const char *value);

/* The parsers that read addresses and URLs. */
const char	*settings_value_issuer(struct settings *,
		    const struct setting *, const char *);
const char	*settings_value_listen(struct settings *,
		    const struct setting *, const char *);
const char	*settings_value_networks(struct settings *,
		    const struct setting *, const char *);
/* 1 if the numeric address, or "localhost", is of this machine only. */
int	settings_value_is_loopback(const char *host);
/* The host of an issuer, without brackets. 0, or -1 if it does not fit. */
int	settings_value_host(const char *issuer, char *out, size_t cap);

#endif
