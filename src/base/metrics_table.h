/* SPDX-License-Identifier: ISC */
/* Between the files of the metrics alone: what each is, and where it is. */
#ifndef BASE_METRICS_TABLE_H
#define BASE_METRICS_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/metrics.h"

#define METRICS_LABELS_MAX	3
#define METRICS_CELLS		6144	/* of a slot; metrics_map checks it */

enum metric_kind {
	METRIC_COUNTER,
	METRIC_GAUGE_SUM,		/* of all workers */
	METRIC_GAUGE_MAX,
	METRIC_GAUGE_MIN,
	METRIC_HISTOGRAM
};

struct metric_label {
	const char		*name;
	const char *const	*values;	/* NULL: the endpoints */
	size_t			 count;		/* of cells there are */
};

struct metric_bound {
	uint64_t	 most;		/* in what is observed */
	const char	*le;		/* the same, as it is shown */
};

struct metric_row {
	const char			*name;
	const char			*help;
	enum metric_kind		 kind;
	const struct metric_label	*labels[METRICS_LABELS_MAX];
	const struct metric_bound	*bounds;
	size_t				 bound_count;
	int				 is_micro;	/* shown as seconds */
	int				 is_sparse;	/* zeros are left out */
	int				 is_each;	/* a worker a line */
};

struct metrics_slot {
	uint64_t	 beat_ms;	/* 0: nobody's */
	uint64_t	 cell[METRICS_CELLS];
};

/* In front of the slots. */
struct metrics_head {
	unsigned		 workers;
	uint64_t		 start;		/* Unix time */
	struct metrics_build	 build;
	const char		*endpoints[METRICS_ENDPOINTS_MAX];
	size_t			 endpoint_count;
	struct metrics_slot	 slots[];
};

extern const struct metric_row	metrics_rows[METRIC_MAX];

/* Cells that a combination of labels takes, and how many of those there are. */
size_t	metrics_row_width(const struct metric_row *);
size_t	metrics_row_count(const struct metric_row *);
/* The label of a status; 0 is "gone". */
unsigned metrics_status_label(int status);

/* metrics.c: the memory (NULL: not mapped), and a metric's first cell. */
const struct metrics_head *metrics_head(void);
size_t	metrics_offset(enum metric);
uint64_t metrics_load(const uint64_t *);
/* metrics_process.c: this process's use of the machine, into its slot. */
void	metrics_process_attach(uint64_t cpu_before);
void	metrics_process_tick(uint64_t now_ms);

#endif
