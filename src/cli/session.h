/* SPDX-License-Identifier: ISC */
/* What every command on the database begins and ends with. */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include "base/settings.h"
#include "store/store.h"

struct session {
	struct settings		 settings;
	struct store		*store;		/* NULL until session_open */
};

/*
 * Read the operator's file: config (--config), or AMBAUTH_CONF, or the default
 * place. 0, or -1 after saying on standard error what is wrong.
 */
int	session_settings(struct session *, const char *config);
/* The same, and connect. */
int	session_open(struct session *, const char *config);
/*
 * Wait for the answer. 0 if there is a row, 1 if not (STORE_NONE), or -1 after
 * saying on standard error what is wrong; taken is what STORE_CONFLICT means.
 */
int	session_wait(struct session *, struct store_query *,
	    const char *taken);
void	session_close(struct session *);

#endif
