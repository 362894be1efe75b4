/* SPDX-License-Identifier: ISC */
/*
 * What libsodium alone does: one password checked against its Argon2id hash of
 * 19 MiB and 2 passes, over and over. Nothing can sign in faster than this.
 *
 *   hash_baseline SECONDS [THREADS]
 */
#include <err.h>
#include <sodium.h>
#include <string.h>

#include "baseline.h"

#define MEMORY	(19 * 1024 * 1024)	/* bytes */
#define PASSES	2

static void	*make(void);
static int	 op(void *);

static const char	password[] = "correct horse battery";
static char		hash[crypto_pwhash_STRBYTES];

int
main(int argc, char **argv)
{
	double		seconds;
	unsigned	threads;

	if (baseline_args(argc, argv, &seconds, &threads) == -1)
		return (2);
	if (sodium_init() == -1 || crypto_pwhash_str_alg(hash, password,
	    strlen(password), PASSES, MEMORY,
	    crypto_pwhash_ALG_ARGON2ID13) == -1)
		errx(1, "libsodium does not hash");

	return (baseline_run(seconds, threads, make, op));
}

static void *
make(void)
{
	return (hash);
}

static int
op(void *arg)
{
	return (crypto_pwhash_str_verify(arg, password, strlen(password)));
}
