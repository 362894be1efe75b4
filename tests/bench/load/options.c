/* SPDX-License-Identifier: ISC */
/* Options: a table of names, limits and where they go. */
#include <getopt.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "options.h"

#define SECONDS_MAX	3600
#define COUNT_MAX	5000000
#define CLIENTS_MAX	20000
#define TOKENS_MAX	100000
#define RATE_MAX	1000000
#define CLIENTS_OPEN	256		/* unless said otherwise */
#define CLIENTS_CLOSED	16

enum kind { TEXT, NUMBER, REAL, FLAG, SCENARIO, PID, PROBE, HELP };

static int	option_take(struct options *, int, char *);
static int	pid_take(struct options *, char *);
static int	probe_take(struct options *, char *);
static int	real_take(const char *, double, double *);
static int	options_check(struct options *, long, int);
static void	help(void);

static const struct {
	const char	*name;
	enum kind	 kind;
	size_t		 at;
	long		 min;
	long		 max;
	const char	*help;
} table[] = {
#define AT(field)	offsetof(struct options, field)
	{ "setup", TEXT, AT(setup), 0, 0,
	    "FILE        whom to load, and as whom (JSON, see below)" },
	{ "scenario", SCENARIO, AT(scenario), 0, 0,
	    "NAME     what to do (see below)" },
	{ "closed", NUMBER, AT(clients), 1, CLIENTS_MAX,
	    "N          N clients, each begins anew when answered (16)" },
	{ "open", REAL, AT(rate), 0, RATE_MAX,
	    "RATE         arrivals a second, whoever is waiting; times count\n"
	    "                      from the arrival" },
	{ "clients", NUMBER, AT(clients), 1, CLIENTS_MAX,
	    "N         connections of an open loop (256), or of idle" },
	{ "count", NUMBER, AT(count), 1, COUNT_MAX,
	    "N           operations to measure" },
	{ "seconds", REAL, AT(seconds), 0, SECONDS_MAX,
	    "S         time in which operations begin" },
	{ "warm", REAL, AT(warm), 0, SECONDS_MAX,
	    "S            the same before it, not measured" },
	{ "tokens", NUMBER, AT(tokens), 1, TOKENS_MAX,
	    "N          tokens made for reads and links (1000)" },
	{ "new-connections", FLAG, AT(is_new), 0, 0,
	    "   a connection for each request" },
	{ "resume", FLAG, AT(has_resume), 0, 0,
	    "            new TLS connections offer the last session" },
	{ "pid", PID, 0, 0, 0,
	    "NAME:PID      CPU and memory of that process and those below\n"
	    "                      it; up to 8 times" },
	{ "probe", PROBE, 0, 0, 0,
	    "NAME:RATE   another scenario beside it, open; up to 8 times" },
	{ "label", TEXT, AT(label), 0, 0,
	    "TEXT        goes into the report as it is" },
	{ "help", HELP, 0, 0, 0,
	    "              this" },
};
#define OPTIONS	(sizeof(table) / sizeof(table[0]))

int
options_read(struct options *o, int argc, char **argv)
{
	struct option	names[OPTIONS + 1];
	size_t		i;
	long		closed = 0;
	int		which, has_clients = 0;

	memset(o, 0, sizeof(*o));
	memset(names, 0, sizeof(names));
	o->label = "";
	o->tokens = 1000;
	for (i = 0; i < OPTIONS; i++) {
		names[i].name = table[i].name;
		names[i].has_arg = table[i].kind != FLAG &&
		    table[i].kind != HELP;
		names[i].val = (int)i;
	}
	while ((which = getopt_long(argc, argv, "", names, NULL)) != -1) {
		if (which == '?')
			return (-1);
		if (table[which].kind == HELP) {
			help();
			return (1);
		}
		if (option_take(o, which, optarg) == -1) {
			fprintf(stderr, "load: --%s does not take '%s'\n",
			    table[which].name, optarg);
			return (-1);
		}
		closed |= strcmp(table[which].name, "closed") == 0;
		has_clients |= table[which].at == AT(clients) &&
		    table[which].kind == NUMBER;
	}
	if (optind != argc) {
		fprintf(stderr, "load: what is '%s'?\n", argv[optind]);
		return (-1);
	}
	return (options_check(o, closed, has_clients));
}

static int
options_check(struct options *o, long closed, int has_clients)
{
	const char	*why = NULL;
	size_t		 i;
	int		 is_idle;

	o->is_open = o->rate > 0;
	is_idle = o->scenario != NULL &&
	    strcmp(o->scenario->name, "idle") == 0;
	if (!has_clients)
		o->clients = o->is_open ? CLIENTS_OPEN : CLIENTS_CLOSED;
	if (o->setup == NULL || o->scenario == NULL)
		why = "--setup and --scenario are needed";
	else if (!text_is_utf8(o->label, strlen(o->label)))
		why = "--label is not UTF-8";
	else if (closed && o->is_open)
		why = "a loop is --closed or --open, not both";
	else if (o->count == 0 && o->seconds <= 0)
		why = "--count or --seconds says how long";
	else if (o->count == 0 && o->scenario->need == NEED_CODES)
		why = "--count says how many codes to make";
	else if (is_idle && (o->seconds <= 0 || o->probe_count > 0 ||
	    o->is_open))
		why = "idle takes --clients and --seconds, and no probe";
	for (i = 0; i < o->probe_count && why == NULL; i++) {
		if (o->probes[i].scenario->need == NEED_CODES &&
		    o->seconds <= 0)
			why = "--seconds says how many codes a probe needs";
	}
	if (why == NULL)
		return (0);
	fprintf(stderr, "load: %s; --help tells more\n", why);
	return (-1);
}

static int
option_take(struct options *o, int which, char *value)
{
	char	*at = (char *)o + table[which].at;

	switch (table[which].kind) {
	case TEXT:
		memcpy(at, &value, sizeof(value));
		return (0);
	case NUMBER:
		return (text_number(value, table[which].min,
		    table[which].max, (long *)(void *)at));
	case REAL:
		return (real_take(value, (double)table[which].max,
		    (double *)(void *)at));
	case FLAG:
		*(int *)(void *)at = 1;
		return (0);
	case SCENARIO:
		o->scenario = scenario_find(value);
		return (o->scenario != NULL ? 0 : -1);
	case PID:
		return (pid_take(o, value));
	case PROBE:
		return (probe_take(o, value));
	default:
		return (-1);
	}
}

static int
pid_take(struct options *o, char *value)
{
	struct options_pid	*p = &o->pids[o->pid_count];
	const char		*colon = strrchr(value, ':');

	if (colon == NULL || colon == value ||
	    o->pid_count == OPTIONS_PIDS_MAX ||
	    text_copy_bytes(p->name, sizeof(p->name), value,
	    (size_t)(colon - value)) == -1 ||
	    text_number(colon + 1, 1, INT_MAX, &p->pid) == -1)
		return (-1);
	o->pid_count++;
	return (0);
}

static int
probe_take(struct options *o, char *value)
{
	struct options_probe	*p = &o->probes[o->probe_count];
	char			 name[OPTIONS_NAME_LEN];
	const char		*colon = strrchr(value, ':');

	if (colon == NULL || o->probe_count == OPTIONS_PROBES_MAX ||
	    text_copy_bytes(name, sizeof(name), value,
	    (size_t)(colon - value)) == -1 ||
	    (p->scenario = scenario_find(name)) == NULL ||
	    !p->scenario->is_probe ||
	    real_take(colon + 1, RATE_MAX, &p->rate) == -1)
		return (-1);
	o->probe_count++;
	return (0);
}

/* Above 0, up to max. */
static int
real_take(const char *value, double max, double *out)
{
	char	*end;

	*out = strtod(value, &end);
	return (end != value && *end == '\0' && *out > 0 && *out <= max ?
	    0 : -1);
}

static void
help(void)
{
	size_t	i;

	printf("load: does what customers and messaging providers do to\n"
	    "ambauth on this machine, and prints what it took as JSON.\n\n"
	    "  load --setup FILE --scenario NAME [--closed N | --open RATE]\n"
	    "      [--clients N] [--count N] [--seconds S] [--warm S]\n"
	    "      [--new-connections] [--pid NAME:PID]... [--probe "
	    "NAME:RATE]...\n      [--label TEXT]\n\n");
	for (i = 0; i < OPTIONS; i++)
		printf("  --%s %s\n", table[i].name, table[i].help);
	printf("\nScenarios:\n");
	scenario_list(stdout);
	printf("\nThe setup: {\"base_url\": http or https on loopback, "
	    "\"ca_file\", \"client_id\",\n\"client_secret\", "
	    "\"redirect_uri\", \"scope\", \"users\": {\"prefix\", \"count\"},"
	    "\n\"password\", \"response_key\": base64}. Users are the prefix "
	    "and 1 to count;\nca_file, scope and response_key may be left "
	    "out.\n\n"
	    "In the report, latency_ms is of operations that ended well; in "
	    "an open loop it\ncounts from when each was due. "
	    "refused_latency_ms is of the answer alone that\nrefused. rss_mb "
	    "sums fair parts of shared pages (PSS). ms_per_op divides by\n"
	    "what ended well. Warming is over before anything is read or "
	    "counted.\n\n"
	    "Exit status: 0 if at most 1 %% were errors, 1 if more, 2 if it "
	    "was called wrongly.\n");
}
