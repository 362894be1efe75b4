/* SPDX-License-Identifier: ISC */
/*
 * Hashes that came from elsewhere, in the forms of crypt(3): bcrypt, yescrypt,
 * scrypt, sha512crypt, sha256crypt. They are only ever verified, never made.
 */
#ifndef LOGIN_PASSWORD_CRYPT_H
#define LOGIN_PASSWORD_CRYPT_H

#define PASSWORD_CRYPT_MEMORY_MAX	(256UL * 1024 * 1024)	/* bytes */
#define PASSWORD_CRYPT_ROUNDS_MAX	1000000		/* sha*crypt */
#define PASSWORD_CRYPT_BCRYPT_MAX	16		/* log2 of the rounds */

/* 1 if hash is whole, of a known form, and asks for no more than the limits. */
int	password_crypt_is_known(const char *hash);
/*
 * 1 if password (NUL-terminated) made the known hash, 0 if not, -1 if it could
 * not be tried (longer than crypt takes, no memory).
 */
int	password_crypt_verify(const char *hash, const char *password);

#endif
