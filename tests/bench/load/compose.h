/* SPDX-License-Identifier: ISC */
/* Pieces of requests written, and of responses read, without allocating. */
#ifndef LOAD_COMPOSE_H
#define LOAD_COMPOSE_H

#include "base/text.h"
#include "setup.h"
#include "stream.h"

/* RFC 7636 appendix B: one pair will do, no attacker is in the test. */
#define COMPOSE_VERIFIER	"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
#define COMPOSE_CHALLENGE	"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

/* 0, or -1: no randomness for compose_unique. */
int	compose_open(void);
/* Letters and digits that no other operation of any run has. */
void	compose_unique(char out[STATE_LEN]);
/* A value of a form or query, percent-encoded where it must be. */
void	compose_form(struct text *, const char *, size_t len);
/* What follows the target of a GET; token: Bearer, or NULL. */
void	compose_get_end(struct text *, const struct setup *,
	    const char *token);
/* The last headers of a POST, and its form. */
void	compose_post_end(struct text *, const struct setup *,
	    const struct text *body);
/* Undo HTML's escapes of text. Bytes written. */
size_t	compose_unescape(char *out, size_t cap, struct span);
/* The raw value of a parameter of a URL; empty if it is not there. */
struct span	compose_param(struct span url, const char *name);
/* The text of a JSON member of that name whose value needs no escape. */
struct span	compose_member(struct span json, const char *name);

#endif
