/* SPDX-License-Identifier: ISC */
/*
 * Loading the settings: defaults, then the file, then the environment. Nothing
 * is overlooked: a word that names no setting is a slip of the pen, and what
 * it was meant to switch on would be off without anybody's knowing.
 */
#include <sys/stat.h>

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ini.h>

#include "base/file.h"
#include "base/log.h"
#include "base/settings.h"
#include "base/settings_value.h"
#include "base/text.h"

#define LINE_LEN	2048	/* bytes of a line of the file */

struct loader {
	struct settings	*settings;
	char		*err;
	size_t		 errlen;
	int		 failed;
	/* the file, or NULL while it is the environment's turn */
	FILE		*fp;
	uint32_t	 line;
	int		 is_public;	/* everyone can read the file */
	const char	*variable;
};

static int	load_defaults(struct loader *);
static int	load_file(struct loader *, const char *);
static int	load_environment(struct loader *);
static char	*line_read(char *, int, void *);
static const char	*line_check(const char *, size_t, size_t);
static int	line_take(void *, const char *, const char *, const char *);
static int	is_overridden(const struct setting *);
static int	row_put(struct loader *, int, int, const char *);
static int	row_is_first(struct loader *, int);
static int	secret_is_public(const struct loader *, const struct setting *,
		    const char *);
static int	fail(struct loader *, const char *, ...)
		    __attribute__((format(printf, 2, 3)));

int
settings_load(struct settings *s, const char *path, char *err, size_t errlen)
{
	struct loader	 l;

	memset(&l, 0, sizeof(l));
	memset(s, 0, sizeof(*s));
	l.settings = s;
	l.err = err;
	l.errlen = errlen;
	err[0] = '\0';

	if (load_defaults(&l) == -1 || load_file(&l, path) == -1 ||
	    load_environment(&l) == -1) {
		settings_wipe(s);
		return (-1);
	}

	return (0);
}

void
settings_wipe(struct settings *s)
{
	explicit_bzero(s->master_key, sizeof(s->master_key));
	explicit_bzero(s->conninfo, sizeof(s->conninfo));
	s->has_master_key = 0;
}

static int
load_defaults(struct loader *l)
{
	const struct setting	*row;
	size_t			 i;

	for (i = 0; i < settings_table_count; i++) {
		row = &settings_table[i];
		PRECOND(settings_value_put(l->settings, row,
		    row->text) == NULL);
	}

	return (0);
}

static int
load_file(struct loader *l, const char *path)
{
	struct stat	 st;
	int		 result;

	if (path == NULL)
		return (0);
	if (text_copy(l->settings->path, sizeof(l->settings->path),
	    path) == -1)
		return (fail(l, "the path of the file is too long"));
	if ((l->fp = fopen(path, "re")) == NULL)
		return (fail(l, "%s; give the path of ambauth.conf",
		    strerror(errno)));
	l->is_public = fstat(fileno(l->fp), &st) == -1 ||
	    (st.st_mode & S_IROTH) != 0;

	/* A comment has a line of its own: passwords may hold a semicolon. */
	ini_allow_inline_comments = false;
	ini_allow_multiline = false;
	ini_stop_on_first_error = true;
	ini_max_line = LINE_LEN;
	result = ini_parse_stream(line_read, l, line_take, l);
	if (result != 0 && !l->failed)
		(void)fail(l, "is neither [section] nor key = value nor "
		    "a comment with # or ; in front");
	if (!l->failed && ferror(l->fp))
		(void)fail(l, "%s", strerror(errno));
	(void)fclose(l->fp);
	l->fp = NULL;

	return (l->failed ? -1 : 0);
}

static int
load_environment(struct loader *l)
{
	char	 name[128], *value, **entry;
	int	 is_file, row;

	/* clearenv(3) leaves no list at all. */
	for (entry = environ; entry != NULL && *entry != NULL; entry++) {
		value = strchr(*entry, '=');
		if (strncmp(*entry, SETTINGS_ENV_PREFIX,
		    sizeof(SETTINGS_ENV_PREFIX) - 1) != 0 || value == NULL)
			continue;
		(void)snprintf(name, sizeof(name), "%.*s",
		    (int)(value - *entry), *entry);
		if (strcmp(name, "AMBAUTH_CONF") == 0)
			continue;
		l->variable = name;
		if ((row = settings_table_find_env(name, &is_file)) == -1)
			return (fail(l, "names no setting; write AMBAUTH_, the "
			    "section, _ and the key, "
			    "such as AMBAUTH_SERVER_LISTEN"));
		if (row_put(l, row, is_file, value + 1) == -1)
			return (-1);
	}

	return (0);
}

/*
 * Called for each line by inih, which cuts what does not fit in two and reads
 * on: that must not happen to a long conninfo, so such a line is an error.
 */
static char *
line_read(char *out, int cap, void *arg)
{
	struct loader	*l = arg;
	const char	*wrong;
	char		*line, *result;
	size_t		 size;
	ssize_t		 len;

	line = NULL;
	size = 0;
	result = NULL;

	if ((len = getline(&line, &size, l->fp)) == -1)
		goto out;
	l->line++;
	if ((wrong = line_check(line, (size_t)len, (size_t)cap)) != NULL) {
		(void)fail(l, "%s", wrong);
		goto out;
	}
	memcpy(out, line, (size_t)len + 1);
	result = out;
out:
	if (line != NULL)
		explicit_bzero(line, size);
	free(line);

	return (result);
}

/* What inih would overlook. */
static const char *
line_check(const char *line, size_t len, size_t cap)
{
	size_t	 first;

	if (len >= cap)
		return ("is too long for a line; up to 2000 characters fit");
	if (strlen(line) != len)
		return ("has a NUL byte; write plain text");

	while (len > 0 && strchr(" \t\r\n", line[len - 1]) != NULL)
		len--;
	first = strspn(line, " \t");
	if (first < len && line[first] == '[' && line[len - 1] != ']')
		return ("has something behind its [section]; "
		    "write that on a line of its own");

	return (NULL);
}

/* inih: 1 to go on, 0 to stop. */
static int
line_take(void *arg, const char *section, const char *key, const char *value)
{
	struct loader	*l = arg;
	char		 keys[512];
	int		 is_file, row;

	row = settings_table_find(section, key, &is_file);
	if (row != -1)
		return (row_put(l, row, is_file, value) == 0);

	settings_table_keys(section, keys, sizeof(keys));
	if (section[0] == '\0')
		(void)fail(l, "%s stands before any [section]", key);
	else if (keys[0] == '\0')
		(void)fail(l, "[%s] is no section; write [server], [database], "
		    "[tokens], [passwords], [keys] or [brand]", section);
	else
		(void)fail(l, "[%s] has no setting %s; it has %s", section, key,
		    keys);

	return (0);
}

/* What the environment says wins; a file not needed need not be there. */
static int
is_overridden(const struct setting *row)
{
	char	 name[SETTINGS_ENV_LEN], file[SETTINGS_ENV_LEN + 8];

	settings_table_env(row, name);
	(void)snprintf(file, sizeof(file), "%s_FILE", name);

	return (getenv(name) != NULL || getenv(file) != NULL);
}

static int
row_put(struct loader *l, int at, int is_file, const char *value)
{
	const struct setting	*row = &settings_table[at];
	const char		*wrong;
	char			 secret[2048];
	int			 result;

	result = -1;
	if (!row_is_first(l, at))
		goto out;
	if (is_file && l->variable == NULL && is_overridden(row)) {
		result = 0;
		goto out;
	}
	if (is_file) {
		wrong = file_read_secret(value, secret, sizeof(secret));
		if (wrong != NULL) {
			(void)fail(l, "[%s] %s_file: cannot use \"%s\": %s",
			    row->section, row->key, value, wrong);
			goto out;
		}
		value = secret;
	} else if (secret_is_public(l, row, value)) {
		(void)fail(l, "[%s] %s is a secret, and everyone on this "
		    "machine can read this file: chmod o-rwx, or move it into "
		    "a file of its own and write %s_file = its path",
		    row->section, row->key, row->key);
		goto out;
	}

	wrong = settings_value_put(l->settings, row, value);
	if (wrong != NULL && row->is_secret)
		(void)fail(l, "[%s] %s %s; write %s", row->section, row->key,
		    wrong, row->want);
	else if (wrong != NULL)
		(void)fail(l, "[%s] %s: \"%.80s\" %s; write %s", row->section,
		    row->key, value, wrong, row->want);
	else
		result = 0;
out:
	explicit_bzero(secret, sizeof(secret));

	return (result);
}

/* Two values for one setting: which of them did the operator mean? */
static int
row_is_first(struct loader *l, int at)
{
	const struct setting	*row = &settings_table[at];
	uint32_t		*line = &l->settings->line[at];

	if (l->fp == NULL && *line == SETTINGS_FROM_ENV)
		return (fail(l, "is set twice; give it once%s", row->is_secret ?
		    ", with or without _FILE" : "") == 0);
	if (l->fp != NULL && *line != 0)
		return (fail(l, "[%s] %s is set twice, first on line %u",
		    row->section, row->key, (unsigned)*line) == 0);
	*line = l->fp == NULL ? SETTINGS_FROM_ENV : l->line;

	return (1);
}

/* A conninfo is one only with a password in it (libpq 34.1.1, either form). */
static int
secret_is_public(const struct loader *l, const struct setting *row,
    const char *value)
{
	if (!row->is_secret || l->fp == NULL || !l->is_public)
		return (0);
	if (row->type == SETTING_KEY)
		return (value[0] != '\0');

	return (strstr(value, "password") != NULL ||
	    (strstr(value, "://") != NULL && strchr(value, '@') != NULL));
}

/* The first failure is told, with where it is. Always -1. */
static int
fail(struct loader *l, const char *fmt, ...)
{
	struct text	 t;
	char		 message[1024];
	va_list		 args;

	if (l->failed)
		return (-1);
	l->failed = 1;

	va_start(args, fmt);
	(void)vsnprintf(message, sizeof(message), fmt, args);
	va_end(args);

	text_init(&t, l->err, l->errlen);
	if (l->variable != NULL)
		text_add(&t, l->variable);
	else if (l->line > 0)
		text_addf(&t, "%s:%u", l->settings->path, (unsigned)l->line);
	else
		text_add(&t, l->settings->path[0] != '\0' ?
		    l->settings->path : "ambauth.conf");
	text_add(&t, ": ");
	(void)snprintf(t.p + t.len, t.cap - t.len, "%s", message);

	return (-1);
}
