/* SPDX-License-Identifier: ISC */
/*
 * A process's CPU clock counts ns of all its threads, ended ones included.
 * What has ended and been waited for is in its parent's cutime and cstime.
 * These are sums of ns, shown in ticks: a process that ends between two
 * readings moves from one to the other, and loses less than a tick.
 */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "procs.h"

#define SEEN_MAX	32768

struct seen {
	pid_t	pid;
	pid_t	parent;
	long	threads;
	double	cpu_ms;			/* in ticks' precision */
	double	ended_ms;		/* of children waited for */
};

static size_t	seen_read(struct seen *, size_t);
static int	seen_read_one(struct seen *, const char *);
static int	is_below(const struct seen *, size_t, pid_t, pid_t);
static double	cpu_read(const struct seen *);
static void	memory_read(struct procs_one *);
static double	memory_field(const char *, const char *);
static ssize_t	proc_read(const char *, const char *, char *, size_t);

int
procs_read(struct procs *p, pid_t root, int has_memory)
{
	static struct seen	 seen[SEEN_MAX];
	struct procs_one	*one;
	size_t			 i, n;

	memset(p, 0, sizeof(*p));
	n = seen_read(seen, SEEN_MAX);
	for (i = 0; i < n && p->count < PROCS_MAX; i++) {
		if (!is_below(seen, n, seen[i].pid, root))
			continue;
		p->cpu_ms += cpu_read(&seen[i]) + seen[i].ended_ms;
		one = &p->list[p->count++];
		one->pid = seen[i].pid;
		one->threads = seen[i].threads;
		if (has_memory)
			memory_read(one);
		p->pss_mb += one->pss_mb;
	}
	return (p->count > 0 ? 0 : -1);
}

static size_t
seen_read(struct seen *seen, size_t cap)
{
	struct dirent	*entry;
	size_t		 n = 0;
	DIR		*dir;

	if ((dir = opendir("/proc")) == NULL)
		return (0);
	while (n < cap && (entry = readdir(dir)) != NULL) {
		if (isdigit((unsigned char)entry->d_name[0]) &&
		    seen_read_one(&seen[n], entry->d_name) == 0)
			n++;
	}
	closedir(dir);
	return (n);
}

/* The command's name may hold anything: fields count from its last ")". */
static int
seen_read_one(struct seen *s, const char *name)
{
	unsigned long	 utime, stime;
	long		 cutime, cstime;
	double		 tick_ms = 1000.0 / (double)sysconf(_SC_CLK_TCK);
	char		 text[1024], state;
	const char	*at;
	int		 parent;

	if (proc_read(name, "stat", text, sizeof(text)) <= 0 ||
	    (at = strrchr(text, ')')) == NULL ||
	    sscanf(at + 1, " %c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u "
	    "%lu %lu %ld %ld %*d %*d %ld", &state, &parent, &utime, &stime,
	    &cutime, &cstime, &s->threads) != 7)
		return (-1);
	s->pid = (pid_t)strtol(name, NULL, 10);
	s->parent = (pid_t)parent;
	s->cpu_ms = (double)(utime + stime) * tick_ms;
	s->ended_ms = (double)(cutime + cstime) * tick_ms;
	return (0);
}

static int
is_below(const struct seen *seen, size_t n, pid_t pid, pid_t root)
{
	size_t	i;
	int	depth;

	for (depth = 0; pid != root && depth < 16; depth++) {
		for (i = 0; i < n && seen[i].pid != pid; i++)
			;
		if (i == n || seen[i].parent <= 1)
			return (0);
		pid = seen[i].parent;
	}
	return (pid == root);
}

static double
cpu_read(const struct seen *s)
{
	struct timespec	ts;
	clockid_t	clock;

	if (clock_getcpuclockid(s->pid, &clock) != 0 ||
	    clock_gettime(clock, &ts) == -1)
		return (s->cpu_ms);
	return ((double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6);
}

static void
memory_read(struct procs_one *one)
{
	char	name[32], text[8192];

	snprintf(name, sizeof(name), "%ld", (long)one->pid);
	if (proc_read(name, "smaps_rollup", text, sizeof(text)) > 0) {
		one->rss_mb = memory_field(text, "\nRss:");
		one->pss_mb = memory_field(text, "\nPss:");
	} else if (proc_read(name, "status", text, sizeof(text)) > 0) {
		one->rss_mb = memory_field(text, "\nVmRSS:");
		one->pss_mb = one->rss_mb;
	}
}

static double
memory_field(const char *text, const char *name)
{
	const char	*at = strstr(text, name);

	return (at == NULL ? 0 :
	    (double)strtol(at + strlen(name), NULL, 10) / 1024);
}

static ssize_t
proc_read(const char *pid, const char *file, char *out, size_t cap)
{
	char	path[512];
	ssize_t	n;
	int	fd;

	snprintf(path, sizeof(path), "/proc/%s/%s", pid, file);
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1)
		return (-1);
	n = file_read(fd, out, cap - 1);
	close(fd);
	out[n > 0 ? n : 0] = '\0';
	return (n);
}
