/* SPDX-License-Identifier: ISC */
/*
 * What a worker takes of the machine. It looks itself: another process's /proc
 * may be closed to the one that is asked.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/metrics_table.h"

#define LOOK_MS		1000

static uint64_t	cpu(void);
static uint64_t	resident(void);

static uint64_t	next_ms;
static uint64_t	cpu_base;	/* of those who had the slot before */

void
metrics_process_attach(uint64_t cpu_before)
{
	cpu_base = cpu_before;
	next_ms = 0;
}

void
metrics_process_tick(uint64_t now_ms)
{
	if (now_ms < next_ms)
		return;
	next_ms = now_ms + LOOK_MS;
	metrics_set(METRIC_CPU, 0, cpu_base + cpu());
	metrics_set(METRIC_RESIDENT_MEMORY, 0, resident());
}

static uint64_t
cpu(void)
{
	struct timespec	ts;

	if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts) == -1)
		return (0);
	return ((uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000);
}

/* proc(5): the second number of statm, in pages. 0 where there is no /proc. */
static uint64_t
resident(void)
{
	char	 line[128], *p;
	ssize_t	 n;
	int	 fd;

	if ((fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)) == -1)
		return (0);
	n = read(fd, line, sizeof(line) - 1);
	(void)close(fd);
	if (n <= 0)
		return (0);
	line[n] = '\0';
	(void)strtoull(line, &p, 10);
	return (strtoull(p, NULL, 10) * (uint64_t)sysconf(_SC_PAGESIZE));
}
