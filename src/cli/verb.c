/* SPDX-License-Identifier: ISC */
/* Command lines with verbs, read and explained from tables. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/verb.h"

#define HELP_COLUMN	30
#define SECONDS_MAX	(3650L * 86400)

/* getopt_long's answer for the option of row n, and for --help. */
#define ANSWER(n)	(256 + (int)(n))
#define ANSWER_HELP	255

static int	 run(const char *, const struct verb *, void *, int, char **);
static void	 options_fill(struct option *, const struct verb *);
static int	 value_put(const struct verb_option *, void *, const char *);
static int	 misused(const char *, const char *, const char *);
static void	 verbs_help(FILE *, const char *, const struct verb *, size_t);
static void	 verb_help(const char *, const struct verb *);

static const struct {
	char		letter;
	long		seconds;
} units[] = {
	{ 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 },
};

int
verb_dispatch(const struct verb *verbs, size_t count, void *values, int argc,
    char **argv)
{
	char	 name[64];
	size_t	 i;

	if (argc < 2) {
		verbs_help(stderr, argv[0], verbs, count);
		return (CLI_USAGE);
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
		verbs_help(stdout, argv[0], verbs, count);
		return (CLI_OK);
	}
	for (i = 0; i < count; i++) {
		if (strcmp(argv[1], verbs[i].name) != 0)
			continue;
		snprintf(name, sizeof(name), "%s %s", argv[0], argv[1]);
		return (run(name, &verbs[i], values, argc - 1, argv + 1));
	}
	return (misused(argv[0], "no such verb", argv[1]));
}

int
verb_run(const struct verb *v, void *values, int argc, char **argv)
{
	return (run(v->name, v, values, argc, argv));
}

int
verb_seconds(const char *text, int64_t *out)
{
	char	digits[16];
	long	number, unit;
	size_t	i, n;

	n = strspn(text, "0123456789");
	unit = text[n] == '\0' ? 1 : 0;
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (text[n] == units[i].letter && text[n + 1] == '\0')
			unit = units[i].seconds;
	if (unit == 0 ||
	    text_copy_bytes(digits, sizeof(digits), text, n) == -1 ||
	    text_number(digits, 0, SECONDS_MAX / unit, &number) == -1)
		return (-1);
	*out = (int64_t)number * unit;
	return (0);
}

static int
run(const char *name, const struct verb *v, void *values, int argc,
    char **argv)
{
	const struct verb_option	*o;
	struct option			 options[VERB_OPTIONS_MAX + 2];
	int				 answer;

	options_fill(options, v);
	optind = 0;
	opterr = 0;
	while ((answer = getopt_long(argc, argv, ":h", options,
	    NULL)) != -1) {
		if (answer == 'h' || answer == ANSWER_HELP) {
			verb_help(name, v);
			return (CLI_OK);
		}
		if (answer == ':')
			return (misused(name, "a value is missing behind",
			    argv[optind - 1]));
		if (answer == '?')
			return (misused(name, "this option does not fit",
			    argv[optind - 1]));
		o = &v->options[answer - ANSWER(0)];
		if (value_put(o, values, optarg) == -1)
			return (misused(name, "this value does not fit",
			    argv[optind - 1]));
	}
	if (argc - optind < v->operands_min)
		return (misused(name, "missing", v->operands));
	if (argc - optind > v->operands_max)
		return (misused(name, "this is too much",
		    argv[optind + v->operands_max]));
	return (v->run(values, argc - optind, argv + optind));
}

static void
options_fill(struct option *out, const struct verb *v)
{
	size_t	i;

	PRECOND(v->options_count <= VERB_OPTIONS_MAX);
	memset(out, 0, (v->options_count + 2) * sizeof(*out));
	for (i = 0; i < v->options_count; i++) {
		out[i].name = v->options[i].name;
		out[i].has_arg = v->options[i].kind == VERB_FLAG ?
		    no_argument : required_argument;
		out[i].val = ANSWER(i);
	}
	out[i].name = "help";
	out[i].val = ANSWER_HELP;
}

static int
value_put(const struct verb_option *o, void *values, const char *value)
{
	struct verb_list	*list;
	void			*place;

	place = (char *)values + o->offset;
	switch (o->kind) {
	case VERB_FLAG:
		*(int *)place = 1;
		return (0);
	case VERB_TEXT:
		*(const char **)place = value;
		return (0);
	case VERB_LIST:
		list = place;
		if (list->count == VERB_LIST_MAX)
			return (-1);
		list->values[list->count++] = value;
		return (0);
	case VERB_SECONDS:
		return (verb_seconds(value, place));
	}
	return (-1);
}

static int
misused(const char *name, const char *what, const char *word)
{
	fprintf(stderr, "ambauth %s: %s: %s\n(`ambauth %s --help' says more)\n",
	    name, what, word, name);
	return (CLI_USAGE);
}

static void
verbs_help(FILE *out, const char *name, const struct verb *verbs,
    size_t count)
{
	const char	*p;
	size_t		 i;

	fprintf(out, "usage: ambauth %s verb [options]\n\n", name);
	for (i = 0; i < count; i++) {
		fprintf(out, "  %-14s ", verbs[i].name);
		/* The first sentence, on one line. */
		for (p = verbs[i].help; *p != '\0'; p++) {
			fputc(*p == '\n' ? ' ' : *p, out);
			if (*p == '.' && (p[1] == '\n' || p[1] == ' '))
				break;
		}
		fputc('\n', out);
	}
	fprintf(out, "\n`ambauth %s verb --help' says more.\n", name);
}

static void
verb_help(const char *name, const struct verb *v)
{
	const struct verb_option	*o;
	size_t				 i;
	int				 width;

	printf("usage: ambauth %s%s%s%s\n\n%s\n\n", name,
	    v->options_count > 0 ? " [options]" : "",
	    v->operands == NULL ? "" : " ",
	    v->operands == NULL ? "" : v->operands, v->help);
	for (i = 0; i < v->options_count; i++) {
		o = &v->options[i];
		width = printf("  --%s%s%s", o->name,
		    o->argument == NULL ? "" : " ",
		    o->argument == NULL ? "" : o->argument);
		if (width >= HELP_COLUMN) {
			putchar('\n');
			width = 0;
		}
		printf("%*s%s\n", HELP_COLUMN - width, "", o->help);
	}
	if (v->help_more != NULL)
		v->help_more();
}
