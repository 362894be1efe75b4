/* SPDX-License-Identifier: ISC */
/*
 * ambauth keygen: a pair of keys as Apple Messages for Business takes them. The
 * public one goes into the message that asks the customer to sign in.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "apple/ecies.h"
#include "base/base64.h"
#include "cli/cli.h"
#include "crypto/digest.h"

static int	curve_find(const char *);
static int	pair_print(enum ecies_curve, int);

static const char usage[] =
    "usage: ambauth keygen [--curve P-384|P-256] [--json]\n"
    "Make a key pair for encrypted access tokens and print both halves in\n"
    "base64: the public one is what a message carries as its\n"
    "responseEncryptionKey, the private one opens the tokens (ambauth\n"
    "decrypt). Apple specifies P-384, which is the default.\n";

static const struct option options[] = {
	{ "curve", required_argument, NULL, 'c' },
	{ "json", no_argument, NULL, 'j' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static const char *const curve_names[] = {
	[ECIES_P384] = "P-384",
	[ECIES_P256] = "P-256",
};

int
cli_keygen(int argc, char **argv)
{
	int	 curve, json, opt;

	curve = ECIES_P384;
	json = 0;

	optind = 0;
	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (opt) {
		case 'c':
			if ((curve = curve_find(optarg)) != -1)
				break;
			fprintf(stderr, "ambauth keygen: no curve \"%s\"; "
			    "write P-384 or P-256\n", optarg);
			return (CLI_USAGE);
		case 'j':
			json = 1;
			break;
		case 'h':
			fputs(usage, stdout);
			return (CLI_OK);
		default:
			fputs(usage, stderr);
			return (CLI_USAGE);
		}
	}
	if (optind != argc) {
		fputs(usage, stderr);
		return (CLI_USAGE);
	}

	return (pair_print((enum ecies_curve)curve, json));
}

static int
curve_find(const char *name)
{
	size_t	 i;

	for (i = 0; i < sizeof(curve_names) / sizeof(curve_names[0]); i++) {
		if (strcmp(curve_names[i], name) == 0)
			return ((int)i);
	}

	return (-1);
}

static int
pair_print(enum ecies_curve curve, int json)
{
	uint8_t	 point[ECIES_POINT_MAX], scalar[ECIES_SCALAR_MAX];
	char	 public[BASE64_LEN(ECIES_POINT_MAX)];
	char	 private[BASE64_LEN(ECIES_SCALAR_MAX)];
	size_t	 pointlen, scalarlen;
	int	 status;

	status = CLI_FAILED;
	if (ecies_generate(curve, point, &pointlen, scalar, &scalarlen) == -1 ||
	    base64_encode(public, sizeof(public), point, pointlen) == -1 ||
	    base64_encode(private, sizeof(private), scalar, scalarlen) == -1) {
		fputs("ambauth keygen: OpenSSL made no key\n", stderr);
		goto out;
	}
	if (json)
		printf("{\"curve\":\"%s\",\"public\":\"%s\","
		    "\"private\":\"%s\"}\n", curve_names[curve], public,
		    private);
	else
		printf("curve %s\npublic %s\nprivate %s\n",
		    curve_names[curve], public, private);
	if (fflush(stdout) == 0)
		status = CLI_OK;
	else
		perror("ambauth keygen: standard output");
out:
	digest_wipe(scalar, sizeof(scalar));
	digest_wipe(private, sizeof(private));

	return (status);
}
