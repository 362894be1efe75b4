/* SPDX-License-Identifier: ISC */
/*
 * ambauth encrypt: what the device does with an access token before it hands
 * it to the messaging provider, for trying out the provider's side.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "apple/ecies.h"
#include "apple/response_key.h"
#include "base/file.h"
#include "cli/cli.h"
#include "crypto/digest.h"

static int	encrypt(const char *);

static const char usage[] =
    "usage: ambauth encrypt --key PUBLIC < token\n"
    "Encrypt an access token, read from standard input (a newline at its end\n"
    "is left out), to a public key in base64 as ambauth keygen prints it, and\n"
    "print the result as an Apple device puts it into its reply.\n";

static const struct option options[] = {
	{ "key", required_argument, NULL, 'k' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

int
cli_encrypt(int argc, char **argv)
{
	const char	*key;
	int		 opt;

	key = NULL;

	optind = 0;
	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (opt) {
		case 'k':
			key = optarg;
			break;
		case 'h':
			fputs(usage, stdout);
			return (CLI_OK);
		default:
			fputs(usage, stderr);
			return (CLI_USAGE);
		}
	}
	if (key == NULL || optind != argc) {
		fputs(usage, stderr);
		return (CLI_USAGE);
	}

	return (encrypt(key));
}

static int
encrypt(const char *key)
{
	uint8_t	 point[RESPONSE_KEY_MAX];
	char	 plain[ECIES_PLAIN_MAX + 1];
	char	 text[ECIES_TEXT_LEN(ECIES_PLAIN_MAX)];
	size_t	 pointlen;
	ssize_t	 len;
	int	 status;

	status = CLI_FAILED;

	if (response_key_get(point, &pointlen, key) == -1) {
		fputs("ambauth encrypt: --key is not base64 of a point on "
		    "P-384 or P-256\n", stderr);
		goto out;
	}
	len = file_read(STDIN_FILENO, plain, sizeof(plain));
	if (len > 0 && plain[len - 1] == '\n')
		len--;
	if (len <= 0 || len > ECIES_PLAIN_MAX) {
		fprintf(stderr, "ambauth encrypt: standard input: %s\n",
		    len == 0 ? "nothing to encrypt" :
		    strerror(len > 0 ? EFBIG : errno));
		goto out;
	}
	if (ecies_encrypt(text, sizeof(text), point, pointlen, plain,
	    (size_t)len) == -1) {
		fputs("ambauth encrypt: OpenSSL could not encrypt\n", stderr);
		goto out;
	}
	if (puts(text) == EOF || fflush(stdout) == EOF)
		perror("ambauth encrypt: standard output");
	else
		status = CLI_OK;
out:
	digest_wipe(plain, sizeof(plain));

	return (status);
}
