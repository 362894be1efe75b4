/* SPDX-License-Identifier: ISC */
/*
 * Writing a flat JSON object (RFC 8259 4, 7), where a tree of values that is
 * made, written and freed for each token would cost half a signature. Whatever
 * is nested, or comes from outside, is jansson's.
 */
#ifndef BASE_JSON_TEXT_H
#define BASE_JSON_TEXT_H

#include <stdint.h>

#include "base/text.h"

void	json_text_open(struct text *);
/* Names are written as they are. NULL: no such member. */
void	json_text_string(struct text *, const char *name, const char *value);
void	json_text_number(struct text *, const char *name, int64_t value);
/* value is JSON already. */
void	json_text_raw(struct text *, const char *name, const char *value);
/* What is not UTF-8 has made the text overflow, as what does not fit. */
void	json_text_close(struct text *);

#endif
