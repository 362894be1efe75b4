/* SPDX-License-Identifier: ISC */
/*
 * load: a load generator for ambauth, bounded by design. It talks to this
 * machine's loopback only, and always ends.
 */
#include <sys/resource.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

#include "compose.h"
#include "engine.h"
#include "options.h"
#include "prepare.h"
#include "procs.h"
#include "report.h"

#define PROBE_CLIENTS	64

struct load {
	struct options		 options;
	struct setup		 setup;
	struct conn_target	 target;
	struct engine		 engine;
	struct stream		 streams[ENGINE_STREAMS_MAX];
	struct stock		 stocks[ENGINE_STREAMS_MAX];
	struct procs		 before[OPTIONS_PIDS_MAX];
	struct procs		 after[OPTIONS_PIDS_MAX];
	uint64_t		 took;		/* ns */
	double			 own_cpu_ms;
};

static int	start(struct load *);
static int	streams_open(struct load *);
static int	stream_add(struct load *, const struct scenario *, unsigned,
		    double, size_t);
static int	measure(struct load *);
static int	sample(struct load *, struct procs *);
static double	own_cpu_ms(void);
static int	is_idle(const struct load *);
static int	verdict(const struct load *);
static void	end(struct load *);

int
main(int argc, char **argv)
{
	static struct load	l;
	int			rv;

	if ((rv = options_read(&l.options, argc, argv)) != 0)
		return (rv == 1 ? 0 : 2);
	if ((rv = start(&l)) == 0)
		rv = streams_open(&l) == 0 && measure(&l) == 0 ?
		    verdict(&l) : 1;
	end(&l);
	return (rv);
}

/* 0, or the exit status. */
static int
start(struct load *l)
{
	struct rlimit	files;
	char		err[512];

	l->target.epoll = -1;
	if (setup_read(&l->setup, l->options.setup, err, sizeof(err)) == -1) {
		fprintf(stderr, "load: %s\n", err);
		return (2);
	}
	signal(SIGPIPE, SIG_IGN);
	/* Arrivals are closer to each other than the kernel's usual slack. */
	prctl(PR_SET_TIMERSLACK, 1000UL);
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	if (compose_open() == -1 || conn_target_open(&l->target, &l->setup,
	    l->options.has_resume) == -1)
		return (1);
	return (0);
}

static int
streams_open(struct load *l)
{
	const struct options	*o = &l->options;
	double			 window = o->seconds + o->warm;
	size_t			 i, codes;
	unsigned		 clients = (unsigned)o->clients;

	/* Codes are used up by the warming too; tokens are not. */
	codes = (size_t)o->count;
	if (o->warm > 0)
		codes *= 2;
	if (stream_add(l, o->scenario, clients, o->rate, codes) == -1)
		return (-1);
	for (i = 0; i < o->probe_count; i++) {
		codes = (size_t)(o->probes[i].rate * window * 1.2) + 20;
		if (stream_add(l, o->probes[i].scenario, PROBE_CLIENTS,
		    o->probes[i].rate, codes) == -1)
			return (-1);
	}
	l->engine.target = &l->target;
	return (0);
}

static int
stream_add(struct load *l, const struct scenario *scenario, unsigned clients,
    double rate, size_t codes)
{
	size_t		 i = l->engine.count;
	struct stream	*s = &l->streams[i];

	if (stream_open(s, scenario, &l->target, clients) == -1) {
		fprintf(stderr, "load: no memory\n");
		return (-1);
	}
	l->engine.streams[l->engine.count++] = s;
	s->stock = &l->stocks[i];
	s->is_open = rate > 0;
	s->rate = rate;
	s->is_new |= l->options.is_new;
	s->is_holding = is_idle(l);
	return (prepare_stock(s, &l->target, scenario->need == NEED_CODES ?
	    codes : (size_t)l->options.tokens));
}

static int
measure(struct load *l)
{
	struct report	 report;
	double		 seconds = l->options.seconds, before;
	uint64_t	 count = (uint64_t)l->options.count;

	if (is_idle(l)) {
		seconds = 0;
		count = (uint64_t)l->options.clients;
	}
	if (l->options.warm > 0)
		engine_run(&l->engine, l->options.warm, count);
	if (sample(l, l->before) == -1)
		return (-1);
	before = own_cpu_ms();
	l->took = engine_run(&l->engine, seconds, count);
	l->own_cpu_ms = own_cpu_ms() - before;
	if (is_idle(l))
		engine_hold(&l->engine, l->options.seconds);
	if (sample(l, l->after) == -1)
		return (-1);
	report.options = &l->options;
	report.engine = &l->engine;
	report.seconds = (double)l->took / 1e9;
	report.own_cpu_ms = l->own_cpu_ms;
	report.before = l->before;
	report.after = l->after;
	report.is_idle = is_idle(l);
	return (report_print(&report));
}

static int
sample(struct load *l, struct procs *into)
{
	size_t	i;

	for (i = 0; i < l->options.pid_count; i++) {
		if (procs_read(&into[i], (pid_t)l->options.pids[i].pid,
		    into == l->after || is_idle(l)) == 0)
			continue;
		fprintf(stderr, "load: there is no process %ld (%s)\n",
		    l->options.pids[i].pid, l->options.pids[i].name);
		return (-1);
	}
	return (0);
}

static double
own_cpu_ms(void)
{
	struct timespec	ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return ((double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6);
}

static int
is_idle(const struct load *l)
{
	return (strcmp(l->options.scenario->name, "idle") == 0);
}

static int
verdict(const struct load *l)
{
	const struct counts	*c;
	size_t			 i;
	uint64_t		 all;

	for (i = 0; i < l->engine.count; i++) {
		c = &l->streams[i].counts;
		all = c->ok + c->errors + c->refused;
		if (all == 0 || c->errors * 100 > all)
			return (1);
	}
	return (0);
}

static void
end(struct load *l)
{
	size_t	i;

	for (i = 0; i < ENGINE_STREAMS_MAX; i++) {
		stream_close(&l->streams[i]);
		stock_close(&l->stocks[i]);
	}
	conn_target_close(&l->target);
}
