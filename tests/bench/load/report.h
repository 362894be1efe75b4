/* SPDX-License-Identifier: ISC */
/* What was measured, as one JSON object on standard output. */
#ifndef LOAD_REPORT_H
#define LOAD_REPORT_H

#include "engine.h"
#include "options.h"
#include "procs.h"

struct report {
	const struct options	*options;
	const struct engine	*engine;
	double			 seconds;	/* it took */
	double			 own_cpu_ms;
	struct procs		*before;	/* one for each --pid */
	struct procs		*after;
	int			 is_idle;	/* memory before counts too */
};

/* 0, or -1 if it could not be written. */
int	report_print(const struct report *);

#endif
