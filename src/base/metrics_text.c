/* SPDX-License-Identifier: ISC */
/* The slots added up, in Prometheus' text format 0.0.4. */
#include <inttypes.h>
#include <string.h>

#include "base/metrics.h"
#include "base/metrics_table.h"

#define LABELS_LEN	256

static void	about(struct text *);
static void	heading(struct text *, const char *, const char *,
		    const char *);
static void	row(struct text *, enum metric);
static void	each(struct text *, enum metric);
static void	single(struct text *, enum metric, size_t, const char *);
static void	histogram(struct text *, enum metric, size_t, const char *);
static void	line(struct text *, const char *, const char *, const char *);
static void	number(struct text *, const struct metric_row *, uint64_t);
static void	labels(char [LABELS_LEN], const struct metric_row *, size_t);
static int	is_zero(enum metric, size_t);
static void	label_add(struct text *, const char *, const char *);
static uint64_t	total(enum metric, size_t);
static uint64_t	gauge(enum metric, size_t);
static int	is_alive(const struct metrics_slot *);

static const char	*const types[] = {
	[METRIC_COUNTER] = "counter",
	[METRIC_GAUGE_SUM] = "gauge",
	[METRIC_GAUGE_MAX] = "gauge",
	[METRIC_GAUGE_MIN] = "gauge",
	[METRIC_HISTOGRAM] = "histogram",
};

/* When this was asked: one look at the clock for all. */
static uint64_t	now_ms;

void
metrics_render(struct text *t)
{
	size_t	i;

	if (metrics_head() == NULL)
		return;
	now_ms = metrics_now() / 1000;
	about(t);
	for (i = 0; i < METRIC_MAX; i++)
		row(t, (enum metric)i);
}

/* What is not counted but so. */
static void
about(struct text *t)
{
	const struct metrics_head	*h = metrics_head();
	struct text			 l;
	char				 mem[LABELS_LEN];
	unsigned			 i, alive;

	text_init(&l, mem, sizeof(mem));
	label_add(&l, "version", h->build.version);
	label_add(&l, "kore", h->build.kore);
	label_add(&l, "openssl", h->build.openssl);
	label_add(&l, "libpq", h->build.libpq);
	heading(t, "ambauth_build_info", "What this service is made of.",
	    "gauge");
	line(t, "ambauth_build_info", "", mem);
	text_add(t, "1\n");
	alive = 0;
	for (i = 0; i < h->workers; i++)
		alive += (unsigned)is_alive(&h->slots[i]);
	heading(t, "ambauth_workers", "Workers that are alive.", "gauge");
	text_addf(t, "ambauth_workers %u\n", alive);
	heading(t, "ambauth_start_time_seconds",
	    "When the service was started, as Unix time.", "gauge");
	text_addf(t, "ambauth_start_time_seconds %" PRIu64 "\n", h->start);
}

static void
heading(struct text *t, const char *name, const char *help, const char *type)
{
	text_addf(t, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void
row(struct text *t, enum metric m)
{
	const struct metric_row	*r = &metrics_rows[m];
	size_t			 i;
	char			 mem[LABELS_LEN];

	heading(t, r->name, r->help, types[r->kind]);
	if (r->is_each) {
		each(t, m);
		return;
	}
	for (i = 0; i < metrics_row_count(r); i++) {
		if (r->is_sparse && is_zero(m, i))
			continue;
		labels(mem, r, i);
		if (r->kind == METRIC_HISTOGRAM)
			histogram(t, m, i, mem);
		else
			single(t, m, i, mem);
	}
}

/* By worker, for those who served. */
static void
each(struct text *t, enum metric m)
{
	const struct metrics_head	*h = metrics_head();
	const struct metric_row		*r = &metrics_rows[m];
	unsigned			 i;
	uint64_t			 value;

	for (i = 0; i < h->workers; i++) {
		value = metrics_load(&h->slots[i].cell[metrics_offset(m)]);
		if (value == 0)
			continue;
		text_addf(t, "%s{worker=\"%u\"} ", r->name, i + 1);
		number(t, r, value);
	}
}

static void
single(struct text *t, enum metric m, size_t at, const char *label)
{
	const struct metric_row	*r = &metrics_rows[m];
	uint64_t		 value;

	value = r->kind == METRIC_COUNTER ? total(m, at) : gauge(m, at);
	line(t, r->name, "", label);
	number(t, r, value);
}

/* The count is that of the buckets, so that the two never contradict. */
static void
histogram(struct text *t, enum metric m, size_t at, const char *label)
{
	const struct metric_row	*r = &metrics_rows[m];
	struct text		 l;
	char			 mem[LABELS_LEN];
	uint64_t		 count;
	size_t			 i, first;

	count = 0;
	first = at * metrics_row_width(r);
	for (i = 0; i <= r->bound_count; i++) {
		count += total(m, first + i);
		text_init(&l, mem, sizeof(mem));
		text_add(&l, label);
		label_add(&l, "le", i < r->bound_count ? r->bounds[i].le :
		    "+Inf");
		line(t, r->name, "_bucket", mem);
		text_addf(t, "%" PRIu64 "\n", count);
	}
	line(t, r->name, "_sum", label);
	number(t, r, total(m, first + r->bound_count + 1));
	line(t, r->name, "_count", label);
	text_addf(t, "%" PRIu64 "\n", count);
}

/* A line up to its value. */
static void
line(struct text *t, const char *name, const char *suffix, const char *label)
{
	text_addf(t, "%s%s", name, suffix);
	if (*label != '\0')
		text_addf(t, "{%s}", label);
	text_add(t, " ");
}

static void
number(struct text *t, const struct metric_row *r, uint64_t value)
{
	if (r->is_micro)
		text_addf(t, "%" PRIu64 ".%06" PRIu64 "\n", value / 1000000,
		    value % 1000000);
	else
		text_addf(t, "%" PRIu64 "\n", value);
}

/* The labels of a row's combination. */
static void
labels(char mem[LABELS_LEN], const struct metric_row *r, size_t at)
{
	const struct metrics_head	*h = metrics_head();
	const struct metric_label	*label;
	struct text			 l;
	size_t				 i, rest, below;

	text_init(&l, mem, LABELS_LEN);
	below = metrics_row_count(r);
	rest = at;
	for (i = 0; i < METRICS_LABELS_MAX && r->labels[i] != NULL; i++) {
		label = r->labels[i];
		below /= label->count;
		if (label->values != NULL)
			label_add(&l, label->name, label->values[rest / below]);
		else
			label_add(&l, label->name, h->endpoints[rest / below]);
		rest %= below;
	}
}

/* A combination that was never counted: most of endpoint, method and status. */
static int
is_zero(enum metric m, size_t at)
{
	size_t	i, width;

	width = metrics_row_width(&metrics_rows[m]);
	for (i = 0; i < width; i++)
		if (total(m, at * width + i) != 0)
			return (0);
	return (1);
}

/* A value's backslash, quote and line feed are escaped. */
static void
label_add(struct text *l, const char *name, const char *value)
{
	text_addf(l, "%s%s=\"", l->len > 0 ? "," : "", name);
	for (; *value != '\0'; value++) {
		if (*value == '\n')
			text_add(l, "\\n");
		else if (*value == '\\' || *value == '"')
			text_addf(l, "\\%c", *value);
		else
			text_add_bytes(l, value, 1);
	}
	text_add(l, "\"");
}

/* Of all who ever had a slot. */
static uint64_t
total(enum metric m, size_t at)
{
	const struct metrics_head	*h = metrics_head();
	uint64_t			 sum;
	unsigned			 i;

	sum = 0;
	for (i = 0; i < h->workers; i++)
		sum += metrics_load(&h->slots[i].cell[metrics_offset(m) + at]);
	return (sum);
}

/* Of those who live. */
static uint64_t
gauge(enum metric m, size_t at)
{
	const struct metrics_head	*h = metrics_head();
	uint64_t			 value, result;
	unsigned			 i;
	int				 is_first;

	result = 0;
	is_first = 1;
	for (i = 0; i < h->workers; i++) {
		if (!is_alive(&h->slots[i]))
			continue;
		value = metrics_load(&h->slots[i].cell[metrics_offset(m) +
		    at]);
		if (is_first)
			result = value;
		else if (metrics_rows[m].kind == METRIC_GAUGE_SUM)
			result += value;
		else if ((metrics_rows[m].kind == METRIC_GAUGE_MAX) ==
		    (value > result))
			result = value;
		is_first = 0;
	}
	return (result);
}

static int
is_alive(const struct metrics_slot *s)
{
	uint64_t	beat;

	beat = metrics_load(&s->beat_ms);
	return (beat != 0 && beat + METRICS_ALIVE_MS > now_ms);
}
