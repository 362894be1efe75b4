/* SPDX-License-Identifier: ISC */
/*
 * ambauth simulate: plays the iPhone and the messaging provider against a
 * running server, in both of Apple's flows, and says where it went wrong.
 */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/simulate.h"
#include "cli/verb.h"
#include "crypto/digest.h"

static int	simulate(void *, int, char **);
static int	report(json_t *, int);

#define AT(field)	offsetof(struct sim_options, field)

/* Secrets have no option: arguments can be read by every user of a machine. */
static const struct verb_option options[] = {
	{ "url", "URL", "the issuer, https://host[:port]", VERB_TEXT,
	  AT(url) },
	{ "client-id", "ID", "the client to play", VERB_TEXT, AT(client_id) },
	{ "username", "NAME", "the customer to sign in", VERB_TEXT,
	  AT(username) },
	{ "profile", "PROFILE", "a messaging provider's manners, as in "
	  "`client add'", VERB_TEXT, AT(profile) },
	{ "flow", "old|new", "one of Apple's flows; with --demo all",
	  VERB_TEXT, AT(flow) },
	{ "redirect-uri", "URI", "where the code goes, in the new flow",
	  VERB_TEXT, AT(redirect_uri) },
	{ "scope", "SCOPE", "openid, if not given", VERB_TEXT, AT(scope) },
	{ "state", "TEXT", "as it is to stand in the URL; random", VERB_TEXT,
	  AT(state) },
	{ "ca-file", "FILE", "certificates to trust, not the system's",
	  VERB_TEXT, AT(ca_file) },
	{ "client-secret-file", "FILE", "the client's secret, if it has one",
	  VERB_TEXT, AT(client_secret_file) },
	{ "password-file", "FILE", "the password; else it is asked for",
	  VERB_TEXT, AT(password_file) },
	{ "pre-ios15", NULL, "old flow: the token request in the URL",
	  VERB_FLAG, AT(is_pre_ios15) },
	{ "basic", NULL, "new flow: the secret in a header", VERB_FLAG,
	  AT(is_basic) },
	{ "hosted", NULL, "new flow: with the callback that the server hosts",
	  VERB_FLAG, AT(is_hosted) },
	{ "curve", "P-384|P-256", "of the response encryption key; P-384",
	  VERB_TEXT, AT(curve) },
	{ "opaque-id", "URN", "to link; a passing one, if not given",
	  VERB_TEXT, AT(opaque_id) },
	{ "demo", "FILE", "take all this from make run's demo.json",
	  VERB_TEXT, AT(demo) },
	{ "json", NULL, "print one JSON object", VERB_FLAG, AT(is_json) },
	{ "verbose", NULL, "each request, on standard error", VERB_FLAG,
	  AT(is_verbose) },
};

static const struct verb command = {
	.name = "simulate",
	.help = "Play the iPhone and the messaging provider against a running "
	    "server: sign in,\nexchange the code, look the customer up, link "
	    "an opaque ID. Either --demo or\n--url, --client-id and "
	    "--username say with what. With --profile, each way in which that "
	    "provider's codes\nare exchanged is tried.\n\n"
	    "Exit status: 0 every step went well, 1 one failed, 2 called "
	    "wrongly.",
	VERB_OPTIONS(options),
	.run = simulate,
	.help_more = client_profile_help,
};

int
cli_simulate(int argc, char **argv)
{
	struct sim_options	 values;

	memset(&values, 0, sizeof(values));
	return (verb_run(&command, &values, argc, argv));
}

static int
simulate(void *values, int operands, char **operand)
{
	struct sim_setup	 setup;
	json_t			*flows = json_array();
	char			 err[256];
	int			 rv = CLI_USAGE, is_ok;

	(void)operands;
	(void)operand;
	if (sim_setup_fill(&setup, values, err, sizeof(err)) != 0) {
		(void)fprintf(stderr, "ambauth simulate: %s\n(`ambauth "
		    "simulate --help' says more)\n", err);
		goto out;
	}
	is_ok = sim_ways_run(&setup, flows) == 0;
	rv = is_ok ? CLI_OK : CLI_FAILED;
	if (setup.options->is_json && report(flows, is_ok) != 0)
		rv = CLI_FAILED;
out:
	digest_wipe(&setup, sizeof(setup));
	json_decref(flows);
	return (rv);
}

static int
report(json_t *flows, int is_ok)
{
	json_t	*all = json_pack("{s:b, s:O}", "ok", is_ok, "flows", flows);
	int	 rv;

	rv = json_dumpf(all, stdout, JSON_COMPACT | JSON_REAL_PRECISION(6));
	json_decref(all);
	if (rv == 0 && puts("") != EOF && fflush(stdout) == 0)
		return (0);
	perror("ambauth simulate: standard output");
	return (-1);
}
