/* SPDX-License-Identifier: ISC */
/* The report, put together with jansson. */
#include <math.h>
#include <stdio.h>

#include <jansson.h>

#include "report.h"

static json_t	*number(double);
static json_t	*integer(uint64_t);
static json_t	*times(const struct histogram *);
static json_t	*steps(const struct stream *);
static json_t	*probes(const struct report *);
static void	 counts_put(json_t *, const struct stream *);
static void	 processes_put(json_t *, const struct report *);
static json_t	*process_list(const struct procs *);
static json_t	*idle(const struct report *, size_t);

int
report_print(const struct report *r)
{
	const struct options	*o = r->options;
	const struct stream	*s = r->engine->streams[0];
	json_t			*root = json_object(), *own = json_object();
	double			 ok = (double)s->counts.ok;
	int			 rv;

	json_object_set_new(root, "label", json_string(o->label));
	json_object_set_new(root, "scenario",
	    json_string(s->scenario->name));
	json_object_set_new(root, "mode",
	    json_string(o->is_open ? "open" : "closed"));
	json_object_set_new(root, "clients", integer((uint64_t)o->clients));
	json_object_set_new(root, "rate",
	    o->is_open ? number(o->rate) : json_null());
	counts_put(root, s);
	json_object_set_new(root, "seconds", number(r->seconds));
	json_object_set_new(root, "per_second", number(ok / r->seconds));
	json_object_set_new(root, "latency_ms", times(&s->latency));
	json_object_set_new(root, "refused_latency_ms", times(&s->refused));
	json_object_set_new(root, "steps", steps(s));
	json_object_set_new(root, "probes", probes(r));
	processes_put(root, r);
	json_object_set_new(own, "cpu_ms_per_op",
	    ok > 0 ? number(r->own_cpu_ms / ok) : json_null());
	json_object_set_new(own, "cpu_share",
	    number(r->own_cpu_ms / 1e3 / r->seconds));
	json_object_set_new(root, "generator", own);
	json_object_set_new(root, "http_requests",
	    integer(s->counts.requests));
	json_object_set_new(root, "retries", integer(s->counts.retries));
	rv = json_dumpf(root, stdout, JSON_INDENT(1) |
	    JSON_REAL_PRECISION(7));
	printf("\n");
	json_decref(root);
	return (rv == 0 && fflush(stdout) == 0 ? 0 : -1);
}

/* More digits than were measured help nobody. */
static json_t *
number(double x)
{
	return (json_real(isfinite(x) ? round(x * 1e5) / 1e5 : 0));
}

static json_t *
integer(uint64_t x)
{
	return (json_integer((json_int_t)x));
}

static json_t *
times(const struct histogram *h)
{
	json_t	*o = json_object();

	json_object_set_new(o, "p50", number(histogram_at(h, 0.5)));
	json_object_set_new(o, "p95", number(histogram_at(h, 0.95)));
	json_object_set_new(o, "p99", number(histogram_at(h, 0.99)));
	json_object_set_new(o, "p999", number(histogram_at(h, 0.999)));
	json_object_set_new(o, "max", number((double)h->max / 1e6));
	json_object_set_new(o, "mean", number(histogram_mean(h)));
	return (o);
}

static json_t *
steps(const struct stream *s)
{
	json_t		*list = json_array(), *one;
	unsigned	 i;

	for (i = 0; s->scenario->steps[i] != NULL; i++) {
		one = times(&s->steps[i]);
		json_object_set_new(one, "name",
		    json_string(s->scenario->steps[i]->name));
		json_array_append_new(list, one);
	}
	return (list);
}

static json_t *
probes(const struct report *r)
{
	const struct stream	*s;
	json_t			*list = json_array(), *one;
	size_t			 i;

	for (i = 1; i < r->engine->count; i++) {
		s = r->engine->streams[i];
		one = json_object();
		json_object_set_new(one, "name",
		    json_string(s->scenario->name));
		json_object_set_new(one, "rate", number(s->rate));
		counts_put(one, s);
		json_object_set_new(one, "latency_ms", times(&s->latency));
		json_array_append_new(list, one);
	}
	return (list);
}

static void
counts_put(json_t *o, const struct stream *s)
{
	const struct counts	*c = &s->counts;

	json_object_set_new(o, "count",
	    integer(c->ok + c->errors + c->refused));
	json_object_set_new(o, "ok", integer(c->ok));
	json_object_set_new(o, "errors", integer(c->errors));
	json_object_set_new(o, "refused", integer(c->refused));
	json_object_set_new(o, "refused_with_retry_after",
	    integer(c->refused_with_retry_after));
}

static void
processes_put(json_t *root, const struct report *r)
{
	const char	*name;
	json_t		*cpu = json_object(), *rss = json_object(), *one;
	json_t		*lists = json_object(), *held = json_object();
	double		 ok = (double)r->engine->streams[0]->counts.ok, ms;
	size_t		 i;

	for (i = 0; i < r->options->pid_count; i++) {
		name = r->options->pids[i].name;
		ms = r->after[i].cpu_ms - r->before[i].cpu_ms;
		one = json_object();
		json_object_set_new(one, "ms_total", number(ms));
		json_object_set_new(one, "ms_per_op",
		    ok > 0 ? number(ms / ok) : json_null());
		json_object_set_new(cpu, name, one);
		json_object_set_new(rss, name, number(r->after[i].pss_mb));
		json_object_set_new(lists, name, process_list(&r->after[i]));
		if (r->is_idle)
			json_object_set_new(held, name, idle(r, i));
	}
	json_object_set_new(root, "cpu", cpu);
	json_object_set_new(root, "rss_mb", rss);
	json_object_set_new(root, "processes", lists);
	if (r->is_idle)
		json_object_set_new(root, "idle", held);
	else
		json_decref(held);
}

static json_t *
process_list(const struct procs *p)
{
	json_t	*list = json_array(), *one;
	size_t	 i;

	for (i = 0; i < p->count; i++) {
		one = json_object();
		json_object_set_new(one, "pid", json_integer(p->list[i].pid));
		json_object_set_new(one, "rss_mb", number(p->list[i].rss_mb));
		json_object_set_new(one, "pss_mb", number(p->list[i].pss_mb));
		json_object_set_new(one, "threads",
		    json_integer(p->list[i].threads));
		json_array_append_new(list, one);
	}
	return (list);
}

static json_t *
idle(const struct report *r, size_t i)
{
	double	 held = stream_held(r->engine->streams[0]);
	double	 more = r->after[i].pss_mb - r->before[i].pss_mb;
	json_t	*o = json_object();

	json_object_set_new(o, "connections", integer((uint64_t)held));
	json_object_set_new(o, "before_mb", number(r->before[i].pss_mb));
	json_object_set_new(o, "after_mb", number(r->after[i].pss_mb));
	json_object_set_new(o, "kb_per_connection",
	    held > 0 ? number(more * 1024 / held) : json_null());
	return (o);
}
