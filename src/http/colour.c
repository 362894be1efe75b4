/* SPDX-License-Identifier: ISC */
/* sRGB, its luminance, and contrast; see colour.h. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "http/colour.h"

#define PRESSED	0.18	/* of the way */

static const struct colour black = { 0, 0, 0 };
static const struct colour white = { 255, 255, 255 };

static int	 digit(char);
static double	 linear(uint8_t);
static double	 luminance(const struct colour *);
static uint8_t	 step(uint8_t, uint8_t);

int
colour_parse(struct colour *c, const char *s)
{
	uint8_t		 *part[] = { &c->r, &c->g, &c->b };
	size_t		 i, len = strlen(s), n = len == 4 ? 1 : 2;
	int		 high, low;

	if (s[0] != '#' || (len != 4 && len != 7))
		return (-1);
	for (i = 0; i < 3; i++) {
		high = digit(s[1 + n * i]);
		low = digit(s[n * (i + 1)]);
		if (high == -1 || low == -1)
			return (-1);
		*part[i] = (uint8_t)(high << 4 | low);
	}
	return (0);
}

void
colour_text(char out[COLOUR_TEXT_LEN], const struct colour *c)
{
	snprintf(out, COLOUR_TEXT_LEN, "#%02x%02x%02x", c->r, c->g, c->b);
}

double
colour_contrast(const struct colour *a, const struct colour *b)
{
	double		 la = luminance(a), lb = luminance(b);

	return (la > lb ? (la + 0.05) / (lb + 0.05) :
	    (lb + 0.05) / (la + 0.05));
}

/* White where both would do: it is what buttons of colour have. */
struct colour
colour_ink(const struct colour *c)
{
	return (colour_contrast(c, &white) >= COLOUR_RATIO_TEXT ? white :
	    black);
}

struct colour
colour_pressed(const struct colour *c)
{
	struct colour	 to = colour_ink(c).r == 0 ? white : black, out;

	out.r = step(c->r, to.r);
	out.g = step(c->g, to.g);
	out.b = step(c->b, to.b);
	return (out);
}

static int
digit(char ch)
{
	if (ch >= '0' && ch <= '9')
		return (ch - '0');
	if (ch >= 'a' && ch <= 'f')
		return (ch - 'a' + 10);
	if (ch >= 'A' && ch <= 'F')
		return (ch - 'A' + 10);
	return (-1);
}

/* WCAG 2.2, relative luminance. */
static double
linear(uint8_t value)
{
	double		 v = value / 255.0;

	return (v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4));
}

static double
luminance(const struct colour *c)
{
	return (0.2126 * linear(c->r) + 0.7152 * linear(c->g) +
	    0.0722 * linear(c->b));
}

static uint8_t
step(uint8_t from, uint8_t to)
{
	return ((uint8_t)lround(from + (to - from) * PRESSED));
}
