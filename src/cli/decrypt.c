/* SPDX-License-Identifier: ISC */
/*
 * ambauth decrypt: what a messaging provider or a business does with the token
 * of an authentication reply. The private key comes from a file only, because
 * everyone on a machine can read the arguments of a process.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "apple/ecies.h"
#include "base/base64.h"
#include "base/file.h"
#include "cli/cli.h"
#include "crypto/digest.h"

static int	decrypt(const char *);
static ssize_t	scalar_read(const char *, uint8_t [ECIES_SCALAR_MAX]);
static ssize_t	token_read(char *, size_t);

static const char usage[] =
    "usage: ambauth decrypt --key-file FILE < token\n"
    "Decrypt a token that was encrypted to a responseEncryptionKey, read from\n"
    "standard input in base64, and print what was in it. FILE holds the\n"
    "private key in base64, as ambauth keygen prints it, and nothing else;\n"
    "nobody but its owner and group may have a right to it (chmod o-rwx).\n";

static const struct option options[] = {
	{ "key-file", required_argument, NULL, 'k' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

int
cli_decrypt(int argc, char **argv)
{
	const char	*path;
	int		 opt;

	path = NULL;

	optind = 0;
	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (opt) {
		case 'k':
			path = optarg;
			break;
		case 'h':
			fputs(usage, stdout);
			return (CLI_OK);
		default:
			fputs(usage, stderr);
			return (CLI_USAGE);
		}
	}
	if (path == NULL || optind != argc) {
		fputs(usage, stderr);
		return (CLI_USAGE);
	}

	return (decrypt(path));
}

static int
decrypt(const char *path)
{
	uint8_t	 scalar[ECIES_SCALAR_MAX];
	char	 plain[ECIES_PLAIN_MAX];
	char	 text[ECIES_TEXT_LEN(ECIES_PLAIN_MAX) + 2];
	ssize_t	 len, scalarlen, textlen;
	int	 status;

	status = CLI_FAILED;
	if ((scalarlen = scalar_read(path, scalar)) == -1 ||
	    (textlen = token_read(text, sizeof(text))) == -1)
		goto out;

	len = ecies_decrypt(plain, sizeof(plain), scalar, (size_t)scalarlen,
	    text, (size_t)textlen);
	if (len == -1) {
		fputs("ambauth decrypt: this is no token that was encrypted to "
		    "this key\n", stderr);
		goto out;
	}
	if (fwrite(plain, 1, (size_t)len, stdout) != (size_t)len ||
	    putchar('\n') == EOF || fflush(stdout) == EOF)
		perror("ambauth decrypt: standard output");
	else
		status = CLI_OK;
out:
	digest_wipe(scalar, sizeof(scalar));
	digest_wipe(plain, sizeof(plain));

	return (status);
}

static ssize_t
scalar_read(const char *path, uint8_t scalar[ECIES_SCALAR_MAX])
{
	const char	*wrong;
	char		 text[BASE64_LEN(ECIES_SCALAR_MAX) + 2];
	ssize_t		 len;

	len = -1;
	wrong = file_read_secret(path, text, sizeof(text));
	if (wrong == NULL) {
		len = base64_decode(scalar, ECIES_SCALAR_MAX, text,
		    strlen(text));
		if (len <= 0) {
			len = -1;
			wrong = "it does not hold a private key in base64";
		}
	}
	digest_wipe(text, sizeof(text));
	if (wrong != NULL)
		fprintf(stderr, "ambauth decrypt: %s: %s\n", path, wrong);

	return (len);
}

/* Without the newline that a pipe or an editor put behind it. */
static ssize_t
token_read(char *text, size_t cap)
{
	ssize_t	 len;

	if ((len = file_read(STDIN_FILENO, text, cap)) == -1) {
		fprintf(stderr, "ambauth decrypt: standard input: %s\n",
		    strerror(errno));
		return (-1);
	}
	if (len > 0 && text[len - 1] == '\n')
		len--;
	if (len > 0 && text[len - 1] == '\r')
		len--;

	return (len);
}
