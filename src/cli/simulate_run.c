/* SPDX-License-Identifier: ISC */
/* One of Apple's flows from its first step to its last, timed and reported. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/base64.h"
#include "cli/simulate.h"
#include "crypto/digest.h"
#include "crypto/random.h"

static int	way_run(const struct sim_setup *, size_t, json_t *);
static int	steps_run(struct sim *, json_t *);
static void	state_make(struct sim *);
static void	long_state_make(struct text *, size_t);
static void	step_report(const struct sim *, const char *, int, double,
		    json_t *);
static double	now_ms(void);

static const struct {
	unsigned		 way;
	enum sim_kind		 kind;
	const struct sim_flow	*flow;
	const char		*name;
} ways[] = {
	{ PROFILE_OLD, SIM_OLD, &sim_flow_old, "form" },
	{ PROFILE_OLD_URL, SIM_OLD, &sim_flow_old, "url" },
	{ PROFILE_NEW, SIM_NEW, &sim_flow_new, "provider" },
	{ SIM_WAY_HOSTED, SIM_HOSTED, &sim_flow_hosted, "hosted" },
};

int
sim_ways_run(const struct sim_setup *setup, json_t *results)
{
	size_t	i;
	int	rv = 0;

	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		if ((setup->ways & ways[i].way) != 0 &&
		    way_run(setup, i, results) != 0)
			rv = -1;
	return (rv);
}

static int
way_run(const struct sim_setup *setup, size_t way, json_t *results)
{
	const char	*profile = setup->profile == NULL ? NULL :
			    setup->profile->name;
	struct sim	*s;
	json_t		*steps = json_array();
	int		 rv = -1;

	if ((s = calloc(1, sizeof(*s))) == NULL)
		goto out;
	s->setup = setup;
	s->client = &setup->client[ways[way].kind];
	s->flow = ways[way].flow;
	s->way = ways[way].way;
	state_make(s);
	if (!setup->options->is_json)
		(void)printf("%s%s%s flow%s: %s\n",
		    profile == NULL ? "" : profile,
		    profile == NULL ? "" : ", ", s->flow->name,
		    s->way == PROFILE_OLD_URL ? " before iOS 15" : "",
		    s->flow->title);
	if ((s->http = sim_http_open(setup)) == NULL) {
		sim_say(s, "libcurl cannot be set up");
		step_report(s, "set up", 0, 0, steps);
	} else
		rv = steps_run(s, steps);
	sim_http_close(s->http);
	json_decref(s->jwks);
	digest_wipe(s, sizeof(*s));
	free(s);
out:
	(void)json_array_append_new(results, json_pack(
	    "{s:s, s:s, s:s?, s:b, s:O}", "flow", ways[way].flow->name,
	    "way", ways[way].name, "profile", profile, "ok", rv == 0,
	    "steps", steps));
	json_decref(steps);
	return (rv);
}

static int
steps_run(struct sim *s, json_t *steps)
{
	const struct sim_step	*step;
	double			 start;
	int			 rv = 0;

	step = s->flow->steps == NULL ? sim_steps : s->flow->steps;
	for (; step->name != NULL && rv == 0; step++) {
		s->said[0] = '\0';
		start = now_ms();
		rv = step->run(s);
		step_report(s, step->name, rv == 0, now_ms() - start, steps);
	}
	return (rv);
}

/*
 * A state with all that gets mangled on the way: '+', '/' and '=', raw in one
 * flow and percent-encoded in the other. It must come back byte for byte.
 */
static void
state_make(struct sim *s)
{
	const struct client_profile	*profile = s->setup->profile;
	uint8_t		 bytes[25];
	char		 text[BASE64_LEN(sizeof(bytes))];
	struct text	 t;

	text_init(&t, s->raw_state, sizeof(s->raw_state));
	if (s->setup->options->state != NULL) {
		text_add(&t, s->setup->options->state);
		return;
	}
	if (profile != NULL && profile->state_len > 0) {
		long_state_make(&t, profile->state_len);
		return;
	}
	random_bytes(bytes, sizeof(bytes));
	bytes[0] = 0xfb;		/* "+/" */
	bytes[1] |= 0xf0;
	(void)base64_encode(text, sizeof(text), bytes, sizeof(bytes));
	if (s->way != PROFILE_NEW)
		text_add(&t, text);
	else
		text_add_uri(&t, text, strlen(text));
}

/* The longest that a provider may send, of characters that need no escape. */
static void
long_state_make(struct text *t, size_t len)
{
	char	 token[RANDOM_TOKEN_LEN];
	size_t	 n;

	while (t->len < len) {
		random_token(token);
		n = strlen(token);
		text_add_bytes(t, token, n < len - t->len ? n : len - t->len);
	}
}

static void
step_report(const struct sim *s, const char *name, int is_ok, double ms,
    json_t *steps)
{
	(void)json_array_append_new(steps, json_pack("{s:s, s:b, s:f, s:s}",
	    "name", name, "ok", is_ok, "ms", ms, is_ok ? "detail" : "error",
	    s->said));
	if (s->setup->options->is_json)
		return;
	(void)printf("%-4s %-12s %9.1f ms  %s\n", is_ok ? "ok" : "FAIL", name,
	    ms, s->said);
	(void)fflush(stdout);
}

static double
now_ms(void)
{
	struct timespec	 t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return ((double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6);
}
