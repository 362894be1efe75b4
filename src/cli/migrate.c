/* SPDX-License-Identifier: ISC */
/* ambauth migrate: bring the database's schema up to date. */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/session.h"
#include "cli/verb.h"
#include "store/migrate.h"

/* What the command line says. */
struct migrate_args {
	const char	*config;
	int		 is_status;
	int		 is_json;
};

static int	migrate(void *, int, char **);

#define ARG(name, argument, kind, field, help)				\
	{ (name), (argument), (help), (kind),				\
	    offsetof(struct migrate_args, field) }

static const struct verb_option options[] = {
	ARG("status", NULL, VERB_FLAG, is_status,
	    "change nothing; print what is applied and what is not"),
	ARG("json", NULL, VERB_FLAG, is_json, "print the status as JSON"),
	ARG("config", "FILE", VERB_TEXT, config, "the operator's file"),
};

static const struct verb verb = {
	.name = "migrate", VERB_OPTIONS(options), .run = migrate,
	.help = "Apply the migrations that the database has not had, and make "
	    "the\npartitions of the coming days. Safe to run at any time, on "
	    "several nodes\nat once, and while older nodes serve.",
};

int
cli_migrate(int argc, char **argv)
{
	struct migrate_args	args;

	memset(&args, 0, sizeof(args));
	return (verb_run(&verb, &args, argc, argv));
}

static int
migrate(void *values, int count, char **operand)
{
	const struct migrate_args	*args = values;
	struct session			 s;
	char				 err[1024];
	int				 result;

	(void)count;
	(void)operand;
	if (args->is_json && !args->is_status) {
		fprintf(stderr, "ambauth migrate: --json goes with --status\n");
		return (CLI_USAGE);
	}
	if (session_settings(&s, args->config) == -1)
		return (CLI_FAILED);
	if (args->is_status)
		result = migrate_status(s.settings.conninfo, args->is_json,
		    stdout, err, sizeof(err));
	else
		result = migrate_run(s.settings.conninfo, stdout, err,
		    sizeof(err));
	if (result == -1)
		fprintf(stderr, "ambauth migrate: %s\n", err);
	session_close(&s);
	return (result == -1 ? CLI_FAILED : CLI_OK);
}
