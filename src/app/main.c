/* SPDX-License-Identifier: ISC */
/*
 * Kore owns main(); it calls kore_parent_configure first. There a subcommand
 * runs and ends the process, or `serve` prepares Kore's configuration and
 * returns, so that Kore starts.
 */
#include <kore/kore.h>
#include <kore/hooks.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/serve.h"
#include "cli/cli.h"

static int	usage(FILE *);

static const struct {
	const char	*name;
	int		(*run)(int, char **);	/* NULL: serve */
	const char	*purpose;
} subcommands[] = {
	{ "serve", NULL, "serve sign-ins" },
	{ "migrate", cli_migrate, "bring the database's schema up to date" },
	{ "client", cli_client, "register and manage OAuth clients" },
	{ "customer", cli_customer, "manage and import customers" },
	{ "link", cli_link, "see and remove links to opaque IDs" },
	{ "webhook", cli_webhook, "tell clients of sign-ins and links" },
	{ "keygen", cli_keygen, "make a response encryption key" },
	{ "encrypt", cli_encrypt, "encrypt a token as the service does" },
	{ "decrypt", cli_decrypt, "decrypt a token as an MSP does" },
	{ "simulate", cli_simulate, "play the iPhone and the MSP" },
	{ "doctor", cli_doctor, "look at a server from outside" },
	{ "version", cli_version, "say which version this is" },
};

#define SUBCOMMANDS	(sizeof(subcommands) / sizeof(subcommands[0]))

void
kore_parent_configure(int argc, char **argv)
{
	size_t	i;

	if (argc < 2)
		exit(usage(stderr));
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
	    strcmp(argv[1], "help") == 0) {
		usage(stdout);
		exit(CLI_OK);
	}
	for (i = 0; i < SUBCOMMANDS; i++) {
		if (strcmp(argv[1], subcommands[i].name) != 0)
			continue;
		if (subcommands[i].run != NULL)
			exit(subcommands[i].run(argc - 1, argv + 1));
		serve_configure(argc - 1, argv + 1);
		return;
	}
	fprintf(stderr, "ambauth: %s: no such command\n", argv[1]);
	exit(usage(stderr));
}

static int
usage(FILE *out)
{
	size_t	i;

	fprintf(out, "usage: ambauth command [options]\n\n"
	    "Sign-in for Apple Messages for Business.\n\n");
	for (i = 0; i < SUBCOMMANDS; i++)
		fprintf(out, "  %-10s %s\n", subcommands[i].name,
		    subcommands[i].purpose);
	fprintf(out, "\n`ambauth command --help' says more; so does "
	    "ambauth(1).\n");
	return (CLI_USAGE);
}
