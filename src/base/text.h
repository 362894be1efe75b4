/* SPDX-License-Identifier: ISC */
/*
 * Bounded text on memory of the caller: it never allocates, never writes past
 * its end, always stays NUL-terminated, and remembers that it overflowed.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stddef.h>
#include <stdint.h>

struct text {
	char		*p;		/* the caller's memory */
	size_t		 len;		/* bytes used, without the NUL */
	size_t		 cap;		/* bytes of memory, NUL included */
	int		 overflow;	/* something did not fit */
};

/* A span of bytes that somebody else owns; p may be NULL when len is 0. */
struct span {
	const char	*p;
	size_t		 len;
};

/* Start an empty text on mem, cap bytes (at least 1). */
void	text_init(struct text *, char *mem, size_t cap);
void	text_add(struct text *, const char *s);
void	text_add_bytes(struct text *, const void *, size_t len);
void	text_addf(struct text *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
/* In decimal. */
void	text_add_number(struct text *, int64_t);
/* 1 for an ASCII letter or digit, whatever the locale. */
int	text_is_alnum(char);
/* Append s percent-encoded: all but RFC 3986 2.3 unreserved bytes as %XX. */
void	text_add_uri(struct text *, const char *s, size_t len);
/* Append s safe inside HTML text and double-quoted attributes. */
void	text_add_html(struct text *, const char *s, size_t len);
/* 1 if everything fitted. */
int	text_is_ok(const struct text *);

/* Copy src into dst of cap bytes, with a NUL. 0, or -1 if cut (dst is ""). */
int	text_copy(char *dst, size_t cap, const char *src);
int	text_copy_bytes(char *dst, size_t cap, const void *src, size_t len);
/* Parse a whole decimal number within lo..hi. 0, or -1 when it is not one. */
int	text_number(const char *, long lo, long hi, long *out);
/* 1 if the bytes are well-formed UTF-8 (RFC 3629) without NUL. */
int	text_is_utf8(const char *, size_t len);

#endif
