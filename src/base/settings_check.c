/* SPDX-License-Identifier: ISC */
/*
 * Whether the settings can serve. A file that is missing or an address that
 * would send passwords in the clear is told at the start, at its line, and not
 * by the first customer.
 */
#include <sys/stat.h>

#include <errno.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/settings.h"
#include "base/settings_value.h"
#include "base/text.h"

/* OWASP's least for Argon2id: 19 MiB and two passes. */
#define HASH_MEMORY_LEAST	19456
#define HASH_PASSES_LEAST	2

struct checker {
	const struct settings	*settings;
	char			*err;
	size_t			 errlen;
};

static int	check_present(const struct checker *);
static int	check_issuer(const struct checker *);
static int	check_tls(const struct checker *);
static int	check_cleartext(const struct checker *);
static int	check_user(const struct checker *);
static int	check_run_dir(const struct checker *);
static int	check_file(const struct checker *, const char *, const char *,
		    mode_t);
static void	warn_hash(const struct settings *);
static int	fail(const struct checker *, const char *, const char *,
		    const char *, ...) __attribute__((format(printf, 4, 5)));

int
settings_check_serve(const struct settings *s, char *err, size_t errlen)
{
	static int	(*const checks[])(const struct checker *) = {
		check_present, check_issuer, check_tls, check_user,
		check_run_dir,
	};
	struct checker	 c = { s, err, errlen };
	size_t		 i;

	err[0] = '\0';
	for (i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		if (checks[i](&c) == -1)
			return (-1);
	}
	warn_hash(s);

	return (0);
}

static int
check_present(const struct checker *c)
{
	const struct settings	*s = c->settings;
	const struct {
		const char	*section, *key;
		int		 present;
	} required[] = {
		{ "server", "issuer", s->issuer[0] != '\0' },
		{ "server", "certificate", !s->tls || s->certificate[0] },
		{ "server", "certificate_key",
		  !s->tls || s->certificate_key[0] },
		{ "server", "run_dir", s->run_dir[0] != '\0' },
		{ "database", "conninfo", s->conninfo[0] != '\0' },
		{ "keys", "master_key", s->has_master_key },
	};
	size_t			 i;
	int			 is_file, row;

	for (i = 0; i < sizeof(required) / sizeof(required[0]); i++) {
		if (required[i].present)
			continue;
		row = settings_table_find(required[i].section, required[i].key,
		    &is_file);
		PRECOND(row != -1);
		return (fail(c, required[i].section, required[i].key,
		    "is missing; write %s", settings_table[row].want));
	}

	return (0);
}

static int
check_issuer(const struct checker *c)
{
	if (c->settings->tls &&
	    strncmp(c->settings->issuer, "https://", 8) != 0)
		return (fail(c, "server", "issuer", "\"%s\" is http, but tls "
		    "is on; write https://", c->settings->issuer));

	return (0);
}

static int
check_tls(const struct checker *c)
{
	const struct settings	*s = c->settings;

	if (!s->tls)
		return (check_cleartext(c));
	if (check_file(c, "certificate", s->certificate, 0) == -1)
		return (-1);

	return (check_file(c, "certificate_key", s->certificate_key,
	    S_IROTH | S_IWOTH));
}

static int
check_cleartext(const struct checker *c)
{
	size_t	 i;

	for (i = 0; i < c->settings->listen_count; i++) {
		if (settings_value_is_loopback(c->settings->listen[i].host))
			continue;
		return (fail(c, "server", "tls", "is off, and %s can be "
		    "reached from other machines, which would send passwords "
		    "in the clear; write tls = on, or listen = 127.0.0.1:8443",
		    c->settings->listen[i].host));
	}

	return (0);
}

/* Root starts it and must be able to become somebody else. */
static int
check_user(const struct checker *c)
{
	const struct passwd	*pw;

	if (geteuid() != 0)
		return (0);
	pw = getpwnam(c->settings->user);
	if (pw == NULL)
		return (fail(c, "server", "user", "\"%s\" is no user of this "
		    "system; create it (adduser --system --group NAME) or name "
		    "another", c->settings->user));
	if (pw->pw_uid == 0)
		return (fail(c, "server", "user", "\"%s\" is root; name a user "
		    "without rights", c->settings->user));

	return (0);
}

/* The pid file is written there; Kore goes there. */
static int
check_run_dir(const struct checker *c)
{
	const char	*dir = c->settings->run_dir;
	struct stat	 st;

	if (stat(dir, &st) == -1)
		return (fail(c, "server", "run_dir", "cannot use \"%s\": %s",
		    dir, strerror(errno)));
	if (!S_ISDIR(st.st_mode))
		return (fail(c, "server", "run_dir", "\"%s\" is not a "
		    "directory", dir));

	return (0);
}

/* A regular file that can be read, with none of the mode bits forbidden. */
static int
check_file(const struct checker *c, const char *key, const char *path,
    mode_t forbidden)
{
	struct stat	 st;

	if (stat(path, &st) == -1 || access(path, R_OK) == -1)
		return (fail(c, "server", key, "cannot read \"%s\": %s; give "
		    "the path of a PEM file", path, strerror(errno)));
	if (!S_ISREG(st.st_mode))
		return (fail(c, "server", key, "\"%s\" is not a file; give the "
		    "path of a PEM file", path));
	if ((st.st_mode & forbidden) != 0)
		return (fail(c, "server", key, "everyone on this machine can "
		    "read or write \"%s\": chmod o-rwx it", path));

	return (0);
}

static void
warn_hash(const struct settings *s)
{
	if (s->hash_memory_kib >= HASH_MEMORY_LEAST &&
	    s->hash_passes >= HASH_PASSES_LEAST)
		return;
	log_warn("PASSWORD HASHES ARE WEAK: [passwords] memory %u KiB and "
	    "passes %u are below 19 MiB and 2; whoever copies the database "
	    "guesses its passwords quickly. Never use this in production.",
	    s->hash_memory_kib, s->hash_passes);
}

/* "where: [section] key …". Always -1. */
static int
fail(const struct checker *c, const char *section, const char *key,
    const char *fmt, ...)
{
	struct text	 t;
	char		 env[SETTINGS_ENV_LEN], message[1024];
	va_list		 args;
	uint32_t	 line;
	int		 is_file, row;

	row = settings_table_find(section, key, &is_file);
	PRECOND(row != -1);
	line = c->settings->line[row];

	va_start(args, fmt);
	(void)vsnprintf(message, sizeof(message), fmt, args);
	va_end(args);

	text_init(&t, c->err, c->errlen);
	settings_table_env(&settings_table[row], env);
	if (line == SETTINGS_FROM_ENV || c->settings->path[0] == '\0')
		text_add(&t, env);
	else if (line > 0)
		text_addf(&t, "%s:%u", c->settings->path, (unsigned)line);
	else
		text_add(&t, c->settings->path);
	text_add(&t, ": ");
	(void)snprintf(t.p + t.len, t.cap - t.len, "[%s] %s %s", section, key,
	    message);

	return (-1);
}
