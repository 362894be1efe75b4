/* SPDX-License-Identifier: ISC */
/*
 * Passwords. Whoever measures the time of a sign-in must not learn whether the
 * user name exists: where there is nothing to verify, one Argon2id of the same
 * cost is computed and thrown away.
 */
#include <errno.h>
#include <sodium.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "login/password.h"
#include "login/password_crypt.h"

#define ARGON2_PREFIX		"$argon2id$v=19$"
#define ARGON2_MEMORY_MAX	(256L * 1024)	/* KiB an import may ask for */
#define ARGON2_PASSES_MAX	16
#define ARGON2_LANES_MAX	16
#define ARGON2_SALT_MIN		11		/* characters: 8 bytes */
#define ARGON2_DIGEST_MIN	22		/* characters: 16 bytes */

struct argon2 {
	long		 memory_kib;
	long		 passes;
	long		 lanes;
};

static int	 argon2_parse(struct argon2 *, const char *);
static const char *argon2_number(const char *, const char *, long, long *);
static const char *argon2_part(const char *, size_t);
static int	 argon2_verify(const char *, const char *, size_t);
static int	 crypt_verify(const char *, const char *, size_t,
		    const struct password_cost *);
static void	 spend(const char *, size_t, const struct password_cost *);
static int	 is_acceptable(const char *, size_t);

int
password_init(void)
{
	return (sodium_init() == -1 ? -1 : 0);
}

int
password_hash(char out[PASSWORD_HASH_LEN], const char *password, size_t len,
    const struct password_cost *cost)
{
	out[0] = '\0';
	if (!is_acceptable(password, len))
		return (-1);
	return (crypto_pwhash_str_alg(out, password, len, cost->passes,
	    (size_t)cost->memory_kib * 1024, crypto_pwhash_ALG_ARGON2ID13));
}

int
password_verify(const char *hash, const char *password, size_t len,
    const struct password_cost *cost)
{
	struct argon2	 a;

	if (hash == NULL || !is_acceptable(password, len)) {
		spend("", 0, cost);
		return (0);
	}
	if (argon2_parse(&a, hash) == 0)
		return (argon2_verify(hash, password, len));
	if (password_crypt_is_known(hash))
		return (crypt_verify(hash, password, len, cost));
	spend(password, len, cost);
	return (0);
}

int
password_is_stale(const char *hash, const struct password_cost *cost)
{
	struct argon2	 a;

	return (hash == NULL || argon2_parse(&a, hash) == -1 ||
	    a.memory_kib < (long)cost->memory_kib ||
	    a.passes < (long)cost->passes);
}

int
password_hash_is_known(const char *hash)
{
	struct argon2	 a;

	return (hash != NULL && strnlen(hash, PASSWORD_HASH_LEN) <
	    PASSWORD_HASH_LEN && (argon2_parse(&a, hash) == 0 ||
	    password_crypt_is_known(hash)));
}

/*
 * "$argon2id$v=19$m=M,t=T,p=P$salt$digest". A hash that asks for more than the
 * limits is not known: whoever can write a row must not be able to stop us.
 */
static int
argon2_parse(struct argon2 *a, const char *s)
{
	if (strncmp(s, ARGON2_PREFIX, strlen(ARGON2_PREFIX)) != 0)
		return (-1);
	s += strlen(ARGON2_PREFIX);
	if ((s = argon2_number(s, "m=", ARGON2_MEMORY_MAX,
	    &a->memory_kib)) == NULL || *s++ != ',' ||
	    (s = argon2_number(s, "t=", ARGON2_PASSES_MAX,
	    &a->passes)) == NULL || *s++ != ',' ||
	    (s = argon2_number(s, "p=", ARGON2_LANES_MAX,
	    &a->lanes)) == NULL || *s++ != '$')
		return (-1);
	if ((s = argon2_part(s, ARGON2_SALT_MIN)) == NULL || *s++ != '$' ||
	    (s = argon2_part(s, ARGON2_DIGEST_MIN)) == NULL || *s != '\0')
		return (-1);
	return (0);
}

/* Read name and a number in 1..max. What stands behind it, or NULL. */
static const char *
argon2_number(const char *s, const char *name, long max, long *out)
{
	char		 digits[8];
	size_t		 n;

	if (strncmp(s, name, strlen(name)) != 0)
		return (NULL);
	s += strlen(name);
	n = strspn(s, "0123456789");
	if (text_copy_bytes(digits, sizeof(digits), s, n) == -1 ||
	    text_number(digits, 1, max, out) == -1)
		return (NULL);
	return (s + n);
}

/* Skip base64 of at least min characters. What stands behind it, or NULL. */
static const char *
argon2_part(const char *s, size_t min)
{
	size_t		 n;

	n = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789+/");
	return (n < min ? NULL : s + n);
}

static int
argon2_verify(const char *hash, const char *password, size_t len)
{
	errno = 0;
	if (crypto_pwhash_str_verify(hash, password, len) == 0)
		return (1);
	if (errno == ENOMEM)
		log_error("no memory to verify a password");
	return (0);
}

static int
crypt_verify(const char *hash, const char *password, size_t len,
    const struct password_cost *cost)
{
	char		 copy[PASSWORD_LEN_MAX + 1];
	int		 rc;

	memcpy(copy, password, len);
	copy[len] = '\0';
	rc = password_crypt_verify(hash, copy);
	if (rc == -1)
		spend(password, len, cost);
	digest_wipe(copy, sizeof(copy));
	return (rc == 1);
}

/* Take as long as a verification at this cost. */
static void
spend(const char *password, size_t len, const struct password_cost *cost)
{
	static const unsigned char salt[crypto_pwhash_SALTBYTES];
	unsigned char	 digest[32];

	if (crypto_pwhash(digest, sizeof(digest), password, len, salt,
	    cost->passes, (size_t)cost->memory_kib * 1024,
	    crypto_pwhash_ALG_ARGON2ID13) == -1)
		log_error("no memory to hash a password");
	digest_wipe(digest, sizeof(digest));
}

/*
 * crypt(3) stops at a NUL: "secret\0anything" would sign in as "secret". So no
 * form takes one.
 */
static int
is_acceptable(const char *password, size_t len)
{
	return (len > 0 && len <= PASSWORD_LEN_MAX &&
	    memchr(password, '\0', len) == NULL);
}
