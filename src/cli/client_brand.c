/* SPDX-License-Identifier: ISC */
/*
 * ambauth client brand: how a client's page looks. What customers could not
 * read or would be harmed by is refused here, with the reason.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/file.h"
#include "base/image.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/client.h"
#include "cli/session.h"
#include "cli/values.h"
#include "http/colour.h"
#include "store/brand.h"

struct changes {
	struct brand_change	 change;
	struct image		 image;
	char			 accent[COLOUR_TEXT_LEN];
	char			 accent_dark[COLOUR_TEXT_LEN];
	unsigned char		 logo[BRAND_LOGO_MAX];
};

static int	brand(void *, int, char **);
static int	changes_fill(struct changes *, const struct client_args *);
static int	fill_colour(const char **, char *, const char *, const char *);
static int	fill_logo(struct changes *, const char *);
static int	fill_url(const char **, const char *, const char *);
static int	check_colours(const struct changes *, const struct brand *);
static int	check_scheme(const char *, const char *, const char *,
		    const char *);
static int	is_change(const struct brand_change *);
static int	brand_now(struct session *, const char *, struct brand *);
static int	print(const struct brand *, int);
static int	wrong(const char *, const char *, const char *);

#define ARG(name, argument, kind, field, help)				\
	{ (name), (argument), (help), (kind),				\
	    offsetof(struct client_args, field) }

static const struct verb_option options[] = {
	ARG("name", "NAME", VERB_TEXT, brand_name,
	    "the name that customers know the business by"),
	ARG("accent", "COLOUR", VERB_TEXT, accent,
	    "of the button, such as #0066cc"),
	ARG("accent-dark", "COLOUR", VERB_TEXT, accent_dark,
	    "the same in the dark scheme; --accent if not given"),
	ARG("logo", "FILE", VERB_TEXT, logo,
	    "PNG or JPEG, 32 KB at most; it is shown on white"),
	ARG("help-url", "URL", VERB_TEXT, help_url,
	    "help with signing in; https:, mailto: or tel:"),
	ARG("forgot-url", "URL", VERB_TEXT, forgot_url,
	    "for who forgot the password"),
	ARG("privacy-url", "URL", VERB_TEXT, privacy_url,
	    "about privacy"),
	ARG("clear", NULL, VERB_FLAG, is_clear,
	    "take all of it away, then set what else is given"),
	ARG("json", NULL, VERB_FLAG, is_json, "print JSON"),
	ARG("config", "FILE", VERB_TEXT, config, "the operator's file"),
};

const struct verb client_brand_verb = {
	.name = "brand", .operands = "CLIENT_ID", .operands_min = 1,
	.operands_max = 1, VERB_OPTIONS(options), .run = brand,
	.help = "Change how a client's login page looks, and print how it "
	    "does.\nWhat is not given stays; what is given as \"\" is taken "
	    "away, and then the page\nhas what the operator's file says. A "
	    "colour that cannot be told from what it\nlies on (WCAG 2.2 AA), "
	    "in the light or the dark scheme, is refused.",
};

static const struct output_column columns[] = {
	{ "client_id", OUTPUT_TEXT }, { "name", OUTPUT_TEXT },
	{ "accent", OUTPUT_TEXT }, { "accent_dark", OUTPUT_TEXT },
	{ "logo", OUTPUT_TEXT }, { "help_url", OUTPUT_TEXT },
	{ "forgot_url", OUTPUT_TEXT }, { "privacy_url", OUTPUT_TEXT },
};
#define COLUMNS	(sizeof(columns) / sizeof(columns[0]))

static const char	*client_id;

static int
brand(void *values, int count, char **operand)
{
	const struct client_args	*args = values;
	struct store_query		 q;
	struct session			 s;
	static struct changes		 changes;
	struct brand			 now;
	int				 status = CLI_FAILED;

	(void)count;
	memset(&q, 0, sizeof(q));
	client_id = operand[0];
	if (changes_fill(&changes, args) == -1)
		return (CLI_USAGE);
	if (session_open(&s, args->config) == -1)
		return (CLI_FAILED);
	if (brand_now(&s, client_id, &now) == -1)
		goto out;
	if (args->is_clear)
		memset(&now, 0, sizeof(now));
	if (check_colours(&changes, &now) == -1) {
		status = CLI_USAGE;
		goto out;
	}
	if (args->is_clear) {
		store_brand_clear(s.store, &q, client_id);
		if (client_found(&s, &q, "such client", client_id) == -1)
			goto out;
	}
	if (is_change(&changes.change)) {
		store_brand_put(s.store, &q, client_id, &changes.change);
		if (client_found(&s, &q, "such client", client_id) == -1)
			goto out;
	}
	if (brand_now(&s, client_id, &now) == 0 &&
	    print(&now, args->is_json) == 0)
		status = CLI_OK;
out:
	store_query_drop(&q);
	session_close(&s);
	return (status);
}

static int
changes_fill(struct changes *c, const struct client_args *args)
{
	struct brand_change	*b = &c->change;
	const char		*fault;

	memset(c, 0, sizeof(*c));
	b->name = args->brand_name;
	if (b->name != NULL && *b->name != '\0' &&
	    (fault = value_fault(b->name, BRAND_NAME_LEN - 1)) != NULL)
		return (wrong("--name", b->name, fault));
	if (fill_colour(&b->accent, c->accent, "--accent",
	    args->accent) == -1 ||
	    fill_colour(&b->accent_dark, c->accent_dark, "--accent-dark",
	    args->accent_dark) == -1 ||
	    fill_url(&b->help_url, "--help-url", args->help_url) == -1 ||
	    fill_url(&b->forgot_url, "--forgot-url", args->forgot_url) == -1 ||
	    fill_url(&b->privacy_url, "--privacy-url",
	    args->privacy_url) == -1)
		return (-1);
	return (args->logo == NULL ? 0 : fill_logo(c, args->logo));
}

/* As the database has it: six digits in lower case. */
static int
fill_colour(const char **to, char *text, const char *option,
    const char *value)
{
	struct colour	colour;

	*to = value;
	if (value == NULL || *value == '\0')
		return (0);
	if (colour_parse(&colour, value) == -1)
		return (wrong(option, value, "is not a colour such as "
		    "#0066cc"));
	colour_text(text, &colour);
	*to = text;
	return (0);
}

/* It becomes a link: one that leads somewhere and runs nothing. */
static int
fill_url(const char **to, const char *option, const char *value)
{
	static const char *const	schemes[] = { "https://", "mailto:",
	    "tel:" };
	size_t				i, n;

	*to = value;
	if (value == NULL || *value == '\0')
		return (0);
	if (strlen(value) >= BRAND_URL_LEN)
		return (wrong(option, value, "is too long"));
	for (i = 0; value[i] != '\0'; i++) {
		if (!isgraph((unsigned char)value[i]) ||
		    strchr("\"'<>\\`", value[i]) != NULL)
			return (wrong(option, value,
			    "has a character that no URL has"));
	}
	for (i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		n = strlen(schemes[i]);
		if (strncmp(value, schemes[i], n) == 0 && value[n] != '\0')
			return (0);
	}
	return (wrong(option, value, "is no https:, mailto: or tel: URL"));
}

static int
fill_logo(struct changes *c, const char *path)
{
	struct brand_change	*b = &c->change;
	const char		*fault;
	ssize_t			 len;
	int			 fd;

	b->logo = c->logo;
	if (*path == '\0')
		return (0);
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1)
		return (wrong("--logo", path, strerror(errno)));
	len = file_read(fd, c->logo, sizeof(c->logo));
	fault = len == -1 && errno == EFBIG ? "is larger than 32 KB" :
	    strerror(errno);
	close(fd);
	if (len == -1)
		return (wrong("--logo", path, fault));
	if ((fault = image_check(&c->image, c->logo, (size_t)len)) != NULL)
		return (wrong("--logo", path, fault));
	b->logo_len = (size_t)len;
	b->logo_type = c->image.type;
	b->logo_width = c->image.width;
	b->logo_height = c->image.height;
	return (0);
}

/* The colours as they will stand together, changed and kept ones. */
static int
check_colours(const struct changes *c, const struct brand *now)
{
	const char	*light, *dark;

	light = c->change.accent != NULL ? c->change.accent : now->accent;
	dark = c->change.accent_dark != NULL ? c->change.accent_dark :
	    now->accent_dark;
	if (*light == '\0' && *dark != '\0')
		return (wrong("--accent-dark", dark, "needs --accent too"));
	if (*light == '\0')
		return (0);
	if (check_scheme("--accent", light, "light", COLOUR_LIGHT) == -1)
		return (-1);
	if (*dark != '\0')
		return (check_scheme("--accent-dark", dark, "dark",
		    COLOUR_DARK));
	if (check_scheme("--accent", light, "dark", COLOUR_DARK) == 0)
		return (0);
	fprintf(stderr, "Give the dark scheme another with --accent-dark.\n");
	return (-1);
}

static int
check_scheme(const char *option, const char *value, const char *scheme,
    const char *ground)
{
	struct colour	c, under, ink;
	char		text[COLOUR_TEXT_LEN];
	double		shape, words;

	if (colour_parse(&c, value) == -1 ||
	    colour_parse(&under, ground) == -1)
		return (-1);
	ink = colour_ink(&c);
	colour_text(text, &ink);
	shape = colour_contrast(&c, &under);
	words = colour_contrast(&c, &ink);
	if (shape < COLOUR_RATIO_SHAPE) {
		fprintf(stderr, "ambauth client brand: %s %s cannot be told "
		    "from the %s ground %s:\ntheir contrast is %.2f:1, %.1f:1 "
		    "is needed (WCAG 2.2, 1.4.11)\n", option, value, scheme,
		    ground, shape, COLOUR_RATIO_SHAPE);
		return (-1);
	}
	if (words < COLOUR_RATIO_TEXT) {
		fprintf(stderr, "ambauth client brand: %s %s: its words, in "
		    "%s, cannot be read:\ntheir contrast is %.2f:1, %.1f:1 is "
		    "needed (WCAG 2.2, 1.4.3)\n", option, value, text, words,
		    COLOUR_RATIO_TEXT);
		return (-1);
	}
	return (0);
}

static int
is_change(const struct brand_change *b)
{
	return (b->name != NULL || b->accent != NULL ||
	    b->accent_dark != NULL || b->help_url != NULL ||
	    b->privacy_url != NULL || b->forgot_url != NULL ||
	    b->logo != NULL);
}

static int
brand_now(struct session *s, const char *id, struct brand *b)
{
	struct store_query	q;
	int			result;

	memset(&q, 0, sizeof(q));
	memset(b, 0, sizeof(*b));
	store_brand_find(s->store, &q, id);
	result = session_wait(s, &q, NULL);
	if (result == 0 && store_brand_get(&q, 0, b) == -1) {
		fprintf(stderr, "ambauth client brand: it does not read\n");
		result = -1;
	}
	store_query_drop(&q);
	return (result == -1 ? -1 : 0);
}

static int
print(const struct brand *b, int is_json)
{
	const char	*cells[COLUMNS];
	char		 logo[48];
	size_t		 i;

	snprintf(logo, sizeof(logo), "%s, %u x %u", b->logo_type,
	    b->logo_width, b->logo_height);
	cells[0] = client_id;
	cells[1] = b->name;
	cells[2] = b->accent;
	cells[3] = b->accent_dark;
	cells[4] = b->logo_type[0] == '\0' ? "" : logo;
	cells[5] = b->help_url;
	cells[6] = b->forgot_url;
	cells[7] = b->privacy_url;
	for (i = 0; i < COLUMNS; i++) {
		if (cells[i][0] == '\0')
			cells[i] = NULL;
	}
	if (output_object(stdout, columns, COLUMNS, cells, is_json) == 0)
		return (0);
	perror("ambauth client brand: standard output");
	return (-1);
}

static int
wrong(const char *option, const char *value, const char *fault)
{
	fprintf(stderr, "ambauth client brand: %s \"%s\" %s\n", option, value,
	    fault);
	return (-1);
}
