/* SPDX-License-Identifier: ISC */
/* Colours, and how well they can be told apart (WCAG 2.2, 1.4.3 and 1.4.11). */
#ifndef HTTP_COLOUR_H
#define HTTP_COLOUR_H

#include <stddef.h>
#include <stdint.h>

#define COLOUR_TEXT_LEN	8	/* "#rrggbb", NUL included */

/* What the page lies on, as assets/login/style.css has it. */
#define COLOUR_LIGHT	"#ffffff"
#define COLOUR_DARK	"#1c1c1e"

#define COLOUR_RATIO_TEXT	4.5	/* text on its ground, 1.4.3 */
#define COLOUR_RATIO_SHAPE	3.0	/* a button on its ground, 1.4.11 */

struct colour {
	uint8_t		 r, g, b;
};

/* "#rrggbb" or "#rgb", either case. 0, or -1. */
int	colour_parse(struct colour *, const char *);
void	colour_text(char out[COLOUR_TEXT_LEN], const struct colour *);
/* From 1 (the same) to 21 (black on white). */
double	colour_contrast(const struct colour *, const struct colour *);
/* White or black, whichever can be read better on it. */
struct colour	colour_ink(const struct colour *);
/*
 * What it becomes when pressed: a step away from the ink on it, so that the
 * ink can only be read better.
 */
struct colour	colour_pressed(const struct colour *);

#endif
