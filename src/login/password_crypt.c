/* SPDX-License-Identifier: ISC */
/*
 * Verifying hashes of crypt(3). What was imported is not trusted: one row that
 * asks for gigabytes or for hours would stop every sign-in behind it, so each
 * form's cost is read and bounded before crypt_r sees it.
 */
#include <crypt.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "crypto/digest.h"
#include "login/password_crypt.h"

#define BASE64_CHARS	"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" \
			"abcdefghijklmnopqrstuvwxyz"
#define COST_MAX	24	/* log2 of N; memory bounds it further */
#define NUMBER_CHARS	5		/* a 30-bit number of "$7$" */

static int	 is_bounded_bcrypt(const char *);
static int	 is_bounded_rounds(const char *);
static int	 is_bounded_scrypt(const char *);
static int	 is_bounded_yescrypt(const char *);
static int	 is_bounded_memory(unsigned long, unsigned long);
static unsigned long digit(char);
static unsigned long number(const char *);

/* What a form begins with, how long its last part is, what bounds its cost. */
static const struct form {
	const char	*prefix;
	size_t		 digest_len;	/* characters behind the last '$' */
	int		 (*is_bounded)(const char *);	/* behind the prefix */
} forms[] = {
	{ "$2a$", 53, is_bounded_bcrypt },	/* salt 22 and digest 31 */
	{ "$2b$", 53, is_bounded_bcrypt },
	{ "$2y$", 53, is_bounded_bcrypt },
	{ "$y$", 43, is_bounded_yescrypt },
	{ "$7$", 43, is_bounded_scrypt },
	{ "$6$", 86, is_bounded_rounds },
	{ "$5$", 43, is_bounded_rounds }
};

int
password_crypt_is_known(const char *hash)
{
	const struct form *f;
	const char	*last;
	size_t		 i, n;

	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		f = &forms[i];
		n = strlen(f->prefix);
		if (strncmp(hash, f->prefix, n) != 0)
			continue;
		last = strrchr(hash, '$') + 1;
		return (strlen(last) == f->digest_len &&
		    strspn(last, BASE64_CHARS) == f->digest_len &&
		    f->is_bounded(hash + n));
	}
	return (0);
}

int
password_crypt_verify(const char *hash, const char *password)
{
	struct crypt_data *data;
	const char	*made;
	size_t		 len = strlen(hash);
	int		 rc = -1;

	/* 32 KiB: too much for the stack of a thread. */
	if ((data = calloc(1, sizeof(*data))) == NULL)
		return (-1);
	made = crypt_r(password, hash, data);
	if (made == NULL || made[0] == '*')	/* crypt(3): a failure */
		goto out;
	rc = strlen(made) == len && digest_is_equal(made, hash, len);
out:
	digest_wipe(data, sizeof(*data));
	free(data);
	return (rc);
}

/* bcrypt: two digits, the logarithm of the rounds. */
static int
is_bounded_bcrypt(const char *s)
{
	char		 cost[3];
	long		 n;

	if (strnlen(s, 3) < 3 || s[2] != '$' ||
	    strspn(s, "0123456789") != 2 ||
	    text_copy_bytes(cost, sizeof(cost), s, 2) == -1)
		return (0);
	n = strtol(cost, NULL, 10);
	return (n >= 4 && n <= PASSWORD_CRYPT_BCRYPT_MAX &&
	    strchr(s + 3, '$') == NULL);
}

/* sha512crypt and sha256crypt: "rounds=N$" may stand before the salt. */
static int
is_bounded_rounds(const char *s)
{
	static const char name[] = "rounds=";
	char		 digits[8];
	size_t		 n;
	long		 rounds;

	if (strncmp(s, name, strlen(name)) != 0)
		return (1);
	s += strlen(name);
	n = strspn(s, "0123456789");
	if (s[n] != '$' || text_copy_bytes(digits, sizeof(digits), s, n) == -1)
		return (0);
	return (text_number(digits, 1, PASSWORD_CRYPT_ROUNDS_MAX,
	    &rounds) == 0);
}

/* scrypt: one character log2(N), five for r, five for p, little-endian. */
static int
is_bounded_scrypt(const char *s)
{
	unsigned long	 r, p;

	if (strspn(s, BASE64_CHARS) < 1 + 2 * NUMBER_CHARS)
		return (0);
	r = number(s + 1);
	p = number(s + 1 + NUMBER_CHARS);
	return (p >= 1 && p <= 4 && is_bounded_memory(digit(s[0]), r));
}

/*
 * yescrypt: three numbers of variable length, of which a first character up to
 * 47 is whole. Those are all that crypt_gensalt(3) makes; others are unknown.
 */
static int
is_bounded_yescrypt(const char *s)
{
	size_t		 i;

	if (strspn(s, BASE64_CHARS) != 3)
		return (0);
	for (i = 0; i < 3; i++) {
		if (digit(s[i]) > 47)
			return (0);
	}
	return (is_bounded_memory(digit(s[1]) + 1, digit(s[2]) + 1));
}

/* Both fill 128 * r * N bytes. */
static int
is_bounded_memory(unsigned long log2_n, unsigned long r)
{
	return (log2_n >= 1 && log2_n <= COST_MAX && r >= 1 &&
	    r <= (PASSWORD_CRYPT_MEMORY_MAX / 128) >> log2_n);
}

/* The value of a character of crypt's own base64. */
static unsigned long
digit(char c)
{
	static const char alphabet[] = BASE64_CHARS;

	return ((unsigned long)(strchr(alphabet, c) - alphabet));
}

static unsigned long
number(const char *s)
{
	unsigned long	 n = 0;
	int		 i;

	for (i = NUMBER_CHARS - 1; i >= 0; i--)
		n = n << 6 | digit(s[i]);
	return (n);
}
