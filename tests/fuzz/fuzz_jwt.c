/* SPDX-License-Identifier: ISC */
/*
 * A presented token, read as every endpoint with Bearer reads it. The key is
 * one half only: what was signed with the other stands in the corpus, and any
 * other text must not verify. Input that begins with '{' is taken for claims
 * that did.
 */
#include <stdint.h>
#include <string.h>

#include "base/log.h"
#include "crypto/ec_key.h"
#include "crypto/jwt.h"
#include "crypto/signature.h"
#include "oauth/claims.h"

#define ISSUER	"https://op.example.com"
#define NOW	1795000000

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static struct signing_key key = {
	.kid = "WE_0uLjc4jk9ATBNH8bVmU7iLEbDkgGe8ty29AbYs-8",
	.alg = "ES256",
};

static const uint8_t point[] = {
	0x04, 0xf5, 0x4e, 0xb1, 0x21, 0x18, 0xf8, 0xcd, 0xe0,
	0xfe, 0x99, 0x72, 0xa5, 0x48, 0xac, 0x5a, 0x7b, 0xe7,
	0x44, 0x4f, 0x53, 0x20, 0x30, 0x1b, 0xb7, 0x2d, 0xc6,
	0x62, 0x0a, 0x19, 0x99, 0xa7, 0x0b, 0x8a, 0x1e, 0x76,
	0x21, 0x1c, 0x1c, 0xa7, 0xa3, 0x9b, 0x7d, 0xe4, 0xd1,
	0xa4, 0x6e, 0xe7, 0x11, 0xb4, 0x79, 0x0b, 0x60, 0x7a,
	0x8f, 0x79, 0x00, 0x9d, 0x03, 0xa4, 0xa6, 0x5c, 0xe1,
	0x08, 0x67
};

/* Signed with that key: a harness that cannot verify it tries nothing. */
static const char genuine[] =
    "eyJhbGciOiJFUzI1NiIsImtpZCI6IldFXzB1TGpjNGprOUFUQk5IOGJWbVU3aUxFYkRr"
    "Z0dlOHR5MjlBYllzLTgiLCJ0eXAiOiJhdCtqd3QifQ.eyJpc3MiOiJodHRwczovL29wL"
    "mV4YW1wbGUuY29tIiwic3ViIjoiQy0xMDAxIiwiYXVkIjoiaHR0cHM6Ly9vcC5leGFtc"
    "GxlLmNvbSIsImNsaWVudF9pZCI6ImFtYiIsInNjb3BlIjoib3BlbmlkIG9yZGVycyIsI"
    "mlhdCI6MTc5NTAwMDAwMCwiZXhwIjoxNzk1MDAzNjAwLCJqdGkiOiJqdGktMSIsImF1d"
    "GhfdGltZSI6MTc5NDk5OTk5MCwiZ3JhbnQiOiIxNy40MiIsImJ1c2luZXNzIjoiZGVmY"
    "XVsdCJ9.A5cd3K4IwH9Alo5mgJ4wB-BQ-"
    "Ss9MRPLmCnGmcpEDasQnZNWlq8B8b4yI6nLlahXh3erz9lvR0QjYEhwMMSGFQ";

static void
claims_check(const json_t *claims)
{
	struct access_token	t;

	if (claims_access_token_read(&t, claims, ISSUER, NOW) == -1) {
		PRECOND(t.customer_id == NULL && t.client_id == NULL);
		return;
	}
	PRECOND(t.client_id[0] != '\0' && t.customer_id[0] != '\0');
	PRECOND(t.business[0] != '\0' && t.grant[0] != '\0');
	PRECOND(t.jti[0] != '\0' && t.scope != NULL);
	PRECOND(t.expires > NOW && t.expires > t.issued);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const char	*text = (const char *)data;
	json_t		*claims, *id;
	EVP_PKEY	*public;
	static int	 is_tried;

	if (!is_tried) {
		is_tried = 1;
		public = ec_key_public("P-256", point, sizeof(point));
		PRECOND(signature_ready(&key, NULL, public) == 0);
		EVP_PKEY_free(public);
		claims = jwt_text_verify(genuine, strlen(genuine),
		    JWT_TYPE_ACCESS, &key, 1);
		PRECOND(claims != NULL);
		json_decref(claims);
	}
	if (len > 0 && text[0] == '{') {
		claims = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
		claims_check(claims);
		json_decref(claims);
		return (0);
	}
	claims = jwt_text_verify(text, len, JWT_TYPE_ACCESS, &key, 1);
	id = jwt_text_verify(text, len, JWT_TYPE_ID, &key, 1);
	PRECOND(claims == NULL || id == NULL);	/* one token, one type */
	claims_check(claims);
	json_decref(claims);
	json_decref(id);

	return (0);
}
