/* SPDX-License-Identifier: ISC */
/* What trees of processes have used: CPU and memory, out of /proc. */
#ifndef LOAD_PROCS_H
#define LOAD_PROCS_H

#include <stddef.h>
#include <sys/types.h>

#define PROCS_MAX	1024		/* in a tree */

struct procs_one {
	pid_t	pid;
	long	threads;
	double	rss_mb;
	double	pss_mb;			/* shared pages in fair parts */
};

struct procs {
	double			cpu_ms;	/* since each began */
	double			pss_mb;
	size_t			count;
	struct procs_one	list[PROCS_MAX];
};

/*
 * CPU of root and everything below it, those that have ended included; with
 * memory, which takes longer to read, if asked. 0, or -1: there is no root.
 */
int	procs_read(struct procs *, pid_t root, int has_memory);

#endif
