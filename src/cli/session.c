/* SPDX-License-Identifier: ISC */
/* Settings and a connection for commands. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/session.h"

static const char	*config_path(const char *);

/* What each bad end of a question means to who typed the command. */
static const char *const ends[] = {
	[STORE_UNAVAILABLE]	= "the database cannot be reached",
	[STORE_UNKNOWN]		= "the connection to the database was lost; "
	    "look whether it was done",
	[STORE_TIMEOUT]		= "the database does not answer in time; "
	    "look whether it was done",
	[STORE_CONFLICT]	= "it contradicts what the database has",
	[STORE_FAILED]		= "the database refused",
};

int
session_settings(struct session *s, const char *config)
{
	char	err[512];

	memset(s, 0, sizeof(*s));
	if (settings_load(&s->settings, config_path(config), err,
	    sizeof(err)) == 0)
		return (0);
	fprintf(stderr, "ambauth: %s\n", err);
	return (-1);
}

int
session_open(struct session *s, const char *config)
{
	char	err[512];

	if (session_settings(s, config) == -1)
		return (-1);
	s->store = store_open_blocking(s->settings.conninfo, err,
	    sizeof(err));
	if (s->store != NULL)
		return (0);
	fprintf(stderr, "ambauth: %s\n", err);
	session_close(s);
	return (-1);
}

int
session_wait(struct session *s, struct store_query *q, const char *taken)
{
	if (store_wait(s->store, q) == 0)
		return (q->status == STORE_OK ? 0 : 1);
	fprintf(stderr, "ambauth: %s\n",
	    q->status == STORE_CONFLICT && taken != NULL ? taken :
	    ends[q->status]);
	return (-1);
}

void
session_close(struct session *s)
{
	if (s->store != NULL)
		store_close(s->store);
	s->store = NULL;
	settings_wipe(&s->settings);
}

/* NULL: the environment says it all, as in a container without a file. */
static const char *
config_path(const char *config)
{
	const char	*path;

	if (config != NULL)
		return (config);
	if ((path = getenv("AMBAUTH_CONF")) != NULL && *path != '\0')
		return (path);
	if (access(SETTINGS_PATH_DEFAULT, F_OK) == -1 &&
	    getenv("AMBAUTH_DATABASE_CONNINFO") != NULL)
		return (NULL);
	return (SETTINGS_PATH_DEFAULT);
}
