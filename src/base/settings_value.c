/* SPDX-License-Identifier: ISC */
/* Values: text, switches, numbers, quantities with units, the master key. */
#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "base/base64.h"
#include "base/log.h"
#include "base/settings_value.h"
#include "base/text.h"

static const char	*put_text(struct settings *, const struct setting *,
			    const char *);
static const char	*put_url(struct settings *, const struct setting *,
			    const char *);
static const char	*put_app_ids(struct settings *, const struct setting *,
			    const char *);
static const char	*put_word(struct settings *, const struct setting *,
			    const char *);
static const char	*put_number(struct settings *, const struct setting *,
			    const char *);
static const char	*put_quantity(struct settings *, const struct setting *,
			    const char *);
static const char	*put_key(struct settings *, const struct setting *,
			    const char *);
static const char	*put_bounded(struct settings *, const struct setting *,
			    unsigned long long);
static void	*field_of(struct settings *, const struct setting *);

struct word {
	const char	*name;
	int		 value;
};

struct unit {
	const char	*name;
	unsigned	 factor;
};

static const char *(*const parsers[SETTING_TYPE_MAX])(struct settings *,
    const struct setting *, const char *) = {
	[SETTING_TEXT] = put_text,
	[SETTING_URL] = put_url,
	[SETTING_ISSUER] = settings_value_issuer,
	[SETTING_SWITCH] = put_word,
	[SETTING_LEVEL] = put_word,
	[SETTING_NUMBER] = put_number,
	[SETTING_SECONDS] = put_quantity,
	[SETTING_MILLISECONDS] = put_quantity,
	[SETTING_KIBIBYTES] = put_quantity,
	[SETTING_LISTEN] = settings_value_listen,
	[SETTING_NETWORKS] = settings_value_networks,
	[SETTING_APP_IDS] = put_app_ids,
	[SETTING_KEY] = put_key,
};

static const struct word	switch_words[] = {
	{ "on", 1 }, { "off", 0 }, { NULL, 0 },
};
static const struct word	level_words[] = {
	{ "error", LOG_LEVEL_ERROR }, { "warn", LOG_LEVEL_WARN },
	{ "info", LOG_LEVEL_INFO }, { "debug", LOG_LEVEL_DEBUG }, { NULL, 0 },
};
static const struct word *const	words[SETTING_TYPE_MAX] = {
	[SETTING_SWITCH] = switch_words,
	[SETTING_LEVEL] = level_words,
};

static const struct unit	seconds[] = {
	{ "s", 1 }, { "m", 60 }, { "h", 3600 }, { "d", 86400 }, { NULL, 0 },
};
static const struct unit	milliseconds[] = {
	{ "ms", 1 }, { "s", 1000 }, { "m", 60000 }, { NULL, 0 },
};
static const struct unit	kibibytes[] = {
	{ "KiB", 1 }, { "MiB", 1024 }, { "GiB", 1048576 }, { NULL, 0 },
};
static const struct unit *const	units[SETTING_TYPE_MAX] = {
	[SETTING_SECONDS] = seconds,
	[SETTING_MILLISECONDS] = milliseconds,
	[SETTING_KIBIBYTES] = kibibytes,
};

const char *
settings_value_put(struct settings *s, const struct setting *row,
    const char *value)
{
	return (parsers[row->type](s, row, value));
}

static const char *
put_text(struct settings *s, const struct setting *row, const char *value)
{
	size_t	 i;

	if (!text_is_utf8(value, strlen(value)))
		return ("is not UTF-8");
	for (i = 0; value[i] != '\0'; i++) {
		if (iscntrl((unsigned char)value[i]))
			return ("has a control character");
	}
	if (text_copy(field_of(s, row), row->size, value) == -1)
		return ("is too long");

	return (NULL);
}

/* It becomes a link in pages: nothing but https, and no javascript: either. */
static const char *
put_url(struct settings *s, const struct setting *row, const char *value)
{
	static const char	 scheme[] = "https://";
	size_t			 i;

	for (i = 0; value[i] != '\0'; i++) {
		if (!isgraph((unsigned char)value[i]) ||
		    strchr("\"'<>\\`", value[i]) != NULL)
			return ("has a character that no URL has");
	}
	if (value[0] != '\0' &&
	    (strncmp(value, scheme, sizeof(scheme) - 1) != 0 ||
	    strlen(value) == sizeof(scheme) - 1))
		return ("is not an https URL");

	return (put_text(s, row, value));
}

/* Apple's: ten characters of a team, a dot, a bundle identifier. */
static const char *
put_app_ids(struct settings *s, const struct setting *row, const char *value)
{
	static const char	 team[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	const char		*p;
	size_t			 len;

	for (p = value; *p != '\0'; p += len) {
		p += strspn(p, " ");
		len = strspn(p, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		    "abcdefghijklmnopqrstuvwxyz0123456789.-");
		if (p[len] != '\0' && p[len] != ' ')
			return ("has a character that no identifier has");
		if (len > 0 && (strspn(p, team) != 10 || p[10] != '.' ||
		    len == 11))
			return ("has an identifier without its team");
	}

	return (put_text(s, row, value));
}

static const char *
put_word(struct settings *s, const struct setting *row, const char *value)
{
	const struct word	*word;
	int			*field;

	for (word = words[row->type]; word->name != NULL; word++) {
		if (strcmp(word->name, value) == 0) {
			field = field_of(s, row);
			*field = word->value;
			return (NULL);
		}
	}

	return ("is not a word for it");
}

static const char *
put_number(struct settings *s, const struct setting *row, const char *value)
{
	long	 number;

	if (text_number(value, 0, UINT32_MAX, &number) == -1)
		return ("is not a number for it");

	return (put_bounded(s, row, (unsigned long long)number));
}

/* Digits and a unit. Without one, "5" could be seconds here, minutes there. */
static const char *
put_quantity(struct settings *s, const struct setting *row, const char *value)
{
	const struct unit	*unit;
	char			 digits[11];
	long			 number;
	size_t			 len;

	len = strspn(value, "0123456789");
	if (text_copy_bytes(digits, sizeof(digits), value, len) == -1)
		return ("is too large");
	if (text_number(digits, 0, UINT32_MAX, &number) == -1)
		return ("does not begin with a number for it");
	if (value[len] == '\0')
		return ("has no unit");

	for (unit = units[row->type]; unit->name != NULL; unit++) {
		if (strcmp(unit->name, value + len) == 0)
			return (put_bounded(s, row,
			    (unsigned long long)number * unit->factor));
	}

	return ("has a unit that is not known here");
}

/*
 * Every base64 that key generators print is taken: either alphabet, with or
 * without its padding. A key of one repeated byte was not drawn at random.
 */
static const char *
put_key(struct settings *s, const struct setting *row, const char *value)
{
	char	 text[BASE64URL_LEN(SETTINGS_KEY_LEN)];
	uint8_t	*key;
	size_t	 i, len;
	ssize_t	 n;

	key = field_of(s, row);
	s->has_master_key = 0;
	if (value[0] == '\0')
		return (NULL);

	len = strlen(value);
	if (len > 0 && value[len - 1] == '=')
		len--;
	if (text_copy_bytes(text, sizeof(text), value, len) == -1)
		return ("is too long");
	for (i = 0; i < len; i++) {
		if (text[i] == '+')
			text[i] = '-';
		else if (text[i] == '/')
			text[i] = '_';
	}
	n = base64url_decode(key, SETTINGS_KEY_LEN, text, len);
	explicit_bzero(text, sizeof(text));
	if (n != SETTINGS_KEY_LEN)
		return ("is not that");
	for (i = 1; i < SETTINGS_KEY_LEN && key[i] == key[0]; i++)
		continue;
	if (i == SETTINGS_KEY_LEN)
		return ("is not random");
	s->has_master_key = 1;

	return (NULL);
}

static const char *
put_bounded(struct settings *s, const struct setting *row,
    unsigned long long value)
{
	unsigned	*field;

	if (value < row->min)
		return ("is too small");
	if (value > row->max)
		return ("is too large");
	field = field_of(s, row);
	*field = (unsigned)value;

	return (NULL);
}

static void *
field_of(struct settings *s, const struct setting *row)
{
	return ((char *)s + row->offset);
}
