/* SPDX-License-Identifier: ISC */
/* `ambauth version`. */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"

int
cli_version(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		printf("usage: ambauth version\n");
		return (CLI_OK);
	}
	if (argc != 1) {
		fprintf(stderr, "usage: ambauth version\n");
		return (CLI_USAGE);
	}
	printf("ambauth %s\n", AMBAUTH_VERSION);
	return (CLI_OK);
}
