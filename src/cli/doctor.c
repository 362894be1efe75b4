/* SPDX-License-Identifier: ISC */
/*
 * ambauth doctor: looks at a server from outside, as Apple's review and a
 * security team would, and says what to do. It signs nobody in and sends no
 * secret, so that it goes on where a certificate is not to be trusted.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/cli.h"
#include "cli/doctor.h"
#include "cli/verb.h"
#include "oauth/redirect.h"

static int	examine(void *, int, char **);
static const char *setup_fill(struct doctor *, const char *);
static void	checks_run(struct doctor *, size_t *, json_t *, json_t *);
static double	now_ms(void);

#define AT(field)	offsetof(struct doctor_options, field)

static const struct verb_option options[] = {
	{ "client-id", "ID", "look at this client's login page too",
	  VERB_TEXT, AT(client_id) },
	{ "redirect-uri", "URI", "one that it is registered with",
	  VERB_TEXT, AT(redirect_uri) },
	{ "ca-file", "FILE", "certificates to trust, not the system's",
	  VERB_TEXT, AT(ca_file) },
	{ "http-port", "PORT", "where plain http would be; 80", VERB_TEXT,
	  AT(http_port) },
	{ "json", NULL, "print one JSON object", VERB_FLAG, AT(is_json) },
};

static const struct verb command = {
	.name = "doctor",
	.operands = "URL",
	.operands_min = 1,
	.operands_max = 1,
	.help = "Look at the server with this issuer, https://host[:port], "
	    "from outside, as Apple's\nreview and a security team do. Each "
	    "check is OK, WARN or FAIL, with the remedy.\nNobody is signed in "
	    "and no secret is sent.\n\n"
	    "Exit status: 0 nothing failed, 1 a check did, 2 called wrongly.",
	VERB_OPTIONS(options),
	.run = examine,
};

int
cli_doctor(int argc, char **argv)
{
	struct doctor_options	 values;

	memset(&values, 0, sizeof(values));
	return (verb_run(&command, &values, argc, argv));
}

static int
examine(void *values, int operands, char **operand)
{
	struct doctor	*d;
	json_t		*results = json_array(), *left_out = json_array();
	size_t		 count[DOCTOR_VERDICTS] = { 0 };
	const char	*wrong;
	int		 rv = CLI_FAILED;

	(void)operands;
	if ((d = calloc(1, sizeof(*d))) == NULL)
		goto out;
	d->options = values;
	if ((wrong = setup_fill(d, operand[0])) != NULL) {
		(void)fprintf(stderr, "ambauth doctor: %s\n(`ambauth doctor "
		    "--help' says more)\n", wrong);
		rv = CLI_USAGE;
		goto out;
	}
	if ((d->sim.http = sim_http_open(&d->setup)) == NULL) {
		(void)fputs("ambauth doctor: libcurl cannot be set up\n",
		    stderr);
		goto out;
	}
	checks_run(d, count, results, left_out);
	if (doctor_report_end(d, count, results, left_out) == 0 &&
	    count[DOCTOR_FAIL] == 0)
		rv = CLI_OK;
out:
	if (d != NULL) {
		sim_http_close(d->sim.http);
		json_decref(d->metadata);
		free(d->page.body);
		free(d);
	}
	json_decref(results);
	json_decref(left_out);
	return (rv);
}

/* NULL, or what was called wrongly. */
static const char *
setup_fill(struct doctor *d, const char *url)
{
	const struct doctor_options	*o = d->options;
	struct sim_setup		*s = &d->setup;
	const char			*why;
	size_t				 n;
	long				 port;

	d->sim.setup = s;
	s->options = &d->sim_options;
	s->is_unverified = 1;
	if (strncmp(url, "https://", 8) != 0)
		return ("the URL begins with https://");
	if (text_copy(s->issuer, sizeof(s->issuer), url) != 0 ||
	    strpbrk(url, "?#") != NULL)
		return ("the URL is https://host[:port]");
	for (n = strlen(s->issuer); n > 8 && s->issuer[n - 1] == '/'; )
		s->issuer[--n] = '\0';
	if (n == 8)
		return ("the URL has no host");
	if (o->ca_file != NULL && text_copy(s->ca_file, sizeof(s->ca_file),
	    o->ca_file) != 0)
		return ("--ca-file is too long");
	if (o->http_port != NULL && text_number(o->http_port, 1, 65535,
	    &port) != 0)
		return ("--http-port is a number");
	if ((o->client_id == NULL) != (o->redirect_uri == NULL))
		return ("--client-id and --redirect-uri go together");
	if (o->client_id == NULL)
		return (NULL);
	if (strlen(o->client_id) >= sizeof(s->client[0].client_id) ||
	    strlen(o->redirect_uri) >= sizeof(s->client[0].redirect_uri))
		return ("--client-id or --redirect-uri is too long");
	if (!redirect_is_registrable(o->redirect_uri, &why))
		return (why);
	d->has |= DOCTOR_CLIENT;
	return (NULL);
}

static void
checks_run(struct doctor *d, size_t *count, json_t *results,
    json_t *left_out)
{
	const struct doctor_check	*check;
	enum doctor_verdict		 verdict;
	double				 start;

	for (check = doctor_checks; check->id != NULL; check++) {
		if ((check->needs & ~d->has) != 0) {
			(void)json_array_append_new(left_out,
			    json_string(check->id));
			continue;
		}
		d->sim.said[0] = '\0';
		d->remedy = NULL;
		start = now_ms();
		verdict = check->run(d);
		count[verdict]++;
		doctor_report(d, check, verdict, now_ms() - start, results);
	}
}

static double
now_ms(void)
{
	struct timespec	 t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return ((double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6);
}
