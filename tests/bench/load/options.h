/* SPDX-License-Identifier: ISC */
/* The command line, checked against its limits. */
#ifndef LOAD_OPTIONS_H
#define LOAD_OPTIONS_H

#include "scenario.h"

#define OPTIONS_PIDS_MAX	8
#define OPTIONS_PROBES_MAX	8
#define OPTIONS_NAME_LEN	32	/* NUL included */

struct options_pid {
	char	name[OPTIONS_NAME_LEN];
	long	pid;
};

struct options_probe {
	const struct scenario	*scenario;
	double			 rate;
};

struct options {
	const char		*setup;
	const struct scenario	*scenario;
	const char		*label;
	int			 is_open;
	double			 rate;
	long			 clients;
	long			 count;		/* 0: by time */
	double			 seconds;	/* 0: by count */
	double			 warm;
	long			 tokens;
	int			 is_new;
	int			 has_resume;
	struct options_pid	 pids[OPTIONS_PIDS_MAX];
	size_t			 pid_count;
	struct options_probe	 probes[OPTIONS_PROBES_MAX];
	size_t			 probe_count;
};

/* 0; 1 after --help; -1 (said on stderr). */
int	options_read(struct options *, int argc, char **argv);

#endif
