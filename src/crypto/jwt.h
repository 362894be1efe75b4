/* SPDX-License-Identifier: ISC */
/*
 * JSON Web Tokens (RFC 7519). When reading, the algorithm and the type are
 * pinned and the key is the one that kid names among ours: the
 * token's own header chooses nothing (RFC 8725 3.1, 3.11).
 */
#ifndef CRYPTO_JWT_H
#define CRYPTO_JWT_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/text.h"
#include "crypto/digest.h"
#include "crypto/signing_key.h"

#define JWT_TEXT_LEN		4096	/* of the longest token, NUL included */
#define JWT_TYPE_ACCESS		"at+jwt"	/* RFC 9068 2.1 */
#define JWT_TYPE_ID		"JWT"

#define JWT_SEEN_MAX		16384	/* a power of 2; 32 bytes each */

/*
 * Tokens whose signature is known to be good, because it was verified before
 * or made here: verifying costs more than all else of an answer. All zero when
 * new. A table of fixed size in which the newer takes the older one's place.
 * Several processes may share one: what is half one digest and half another is
 * that of no token.
 */
#define JWT_SEEN_WORDS		(DIGEST_LEN / sizeof(uint64_t))
struct jwt_seen {
	uint64_t	 digest[JWT_SEEN_MAX][JWT_SEEN_WORDS];
};

/*
 * The same for one process, and what the latest of them say, which is as dear
 * to read again. All zero but for seen when new.
 */
#define JWT_KNOWN_MAX		512	/* some 2 KB each; a power of 2 */
struct jwt_memory {
	struct jwt_seen	*seen;
	struct {
		uint8_t	 digest[DIGEST_LEN];
		json_t	*claims;
	} known[JWT_KNOWN_MAX];
};

/* The first part of what key signs as typ, in base64url. 0, or -1. */
int	jwt_header(char *out, size_t cap, const struct signing_key *,
	    const char *typ);
/*
 * Sign claims (a JSON object) with key, header typ and kid. 0, or -1; an RS256
 * key signs nothing but ID tokens.
 */
int	jwt_text_sign(char *out, size_t cap, const struct signing_key *,
	    const char *typ, const struct text *claims);
/*
 * The claims of a token signed by one of keys[0..count) with header typ, or
 * NULL. Times are not judged here: only the signature and the header.
 */
json_t	*jwt_text_verify(const char *, size_t len, const char *typ,
	    const struct signing_key *keys, size_t count);
/*
 * The same, and remember. What is remembered is the whole text's signature
 * alone: its key must still be among keys, and who revoked it is not asked.
 * The claims may be those that somebody else was given: not to be changed.
 */
json_t	*jwt_text_verify_seen(struct jwt_memory *, const char *, size_t len,
	    const char *typ, const struct signing_key *keys, size_t count);
/* Remember a token of our own making. */
void	jwt_seen_put(struct jwt_seen *, const char *, size_t len);

#endif
