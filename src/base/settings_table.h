/* SPDX-License-Identifier: ISC */
/* Every setting as a row: what it is called, what it may be, where it goes. */
#ifndef BASE_SETTINGS_TABLE_H
#define BASE_SETTINGS_TABLE_H

#include <stddef.h>

#include "base/settings.h"

#define SETTINGS_ENV_PREFIX	"AMBAUTH_"
#define SETTINGS_ENV_LEN	64	/* the longest name, NUL included */

enum setting_type {
	SETTING_TEXT,		/* UTF-8 without control characters */
	SETTING_URL,		/* https, or nothing */
	SETTING_ISSUER,
	SETTING_SWITCH,		/* on, off */
	SETTING_LEVEL,		/* error, warn, info, debug */
	SETTING_NUMBER,
	SETTING_SECONDS,
	SETTING_MILLISECONDS,
	SETTING_KIBIBYTES,
	SETTING_LISTEN,
	SETTING_NETWORKS,
	SETTING_APP_IDS,	/* of Apple, separated by spaces */
	SETTING_KEY,		/* base64 of SETTINGS_KEY_LEN bytes */
	SETTING_TYPE_MAX
};

struct setting {
	const char		*section;
	const char		*key;
	enum setting_type	 type;
	size_t			 offset;	/* in struct settings */
	size_t			 size;		/* of a text, NUL included */
	size_t			 count;		/* offset of a list's length */
	unsigned		 min, max;	/* of a number, in its unit */
	int			 is_secret;	/* may be a file, never shown */
	const char		*text;		/* the default */
	const char		*want;		/* what would be right */
};

extern const struct setting	settings_table[];
extern const size_t		settings_table_count;

/*
 * The row of a key, or -1. is_file says that the key is the row's with "_file"
 * behind it, so that the value is the path of a file that holds the secret.
 */
int	settings_table_find(const char *section, const char *key, int *is_file);
/* The row of an environment variable's name, or -1. */
int	settings_table_find_env(const char *name, int *is_file);
/* The variable's name of a row. */
void	settings_table_env(const struct setting *, char [SETTINGS_ENV_LEN]);
/* "listen, issuer, …" of a section, "" if there is none such. */
void	settings_table_keys(const char *section, char *out, size_t cap);

#endif
