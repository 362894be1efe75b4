/* SPDX-License-Identifier: ISC */
/* One operation over and over, on every core; see baseline.h. */
#include <sys/resource.h>

#include <err.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "baseline.h"

#define THREADS_MAX	256
#define SAMPLES		65536	/* latencies that each thread keeps */
#define SECONDS_MAX	3600.0

struct runner {
	pthread_t	 thread;
	void		*(*make)(void);
	int		(*op)(void *);
	unsigned long	 count;
	float		*ms;		/* the last SAMPLES, in a ring */
	int		 is_failed;
};

static void	*run(void *);
static unsigned	 cores(void);
static int	 compare(const void *, const void *);
static double	 cpu_seconds(void);
static void	 report(struct runner *, unsigned, double, double);

static pthread_barrier_t	barrier;
static double			until;

int
baseline_run(double seconds, unsigned threads, void *(*make)(void),
    int (*op)(void *))
{
	static struct runner	 runners[THREADS_MAX];
	double			 began, cpu;
	unsigned		 i;
	int			 result;

	if (threads == 0)
		threads = cores();
	if (threads > THREADS_MAX)
		threads = THREADS_MAX;
	if (pthread_barrier_init(&barrier, NULL, threads + 1) != 0)
		errx(1, "no barrier");
	for (i = 0; i < threads; i++) {
		runners[i].make = make;
		runners[i].op = op;
		runners[i].ms = calloc(SAMPLES, sizeof(float));
		if (runners[i].ms == NULL || pthread_create(
		    &runners[i].thread, NULL, run, &runners[i]) != 0)
			errx(1, "no thread");
	}
	/* Once all are prepared, the time is set, and then they may go. */
	(void)pthread_barrier_wait(&barrier);
	cpu = cpu_seconds();
	began = baseline_now();
	until = began + seconds;
	(void)pthread_barrier_wait(&barrier);
	result = 0;
	for (i = 0; i < threads; i++) {
		(void)pthread_join(runners[i].thread, NULL);
		result |= runners[i].is_failed;
	}
	if (result == 0)
		report(runners, threads, baseline_now() - began,
		    cpu_seconds() - cpu);

	return (result);
}

int
baseline_args(int argc, char **argv, double *seconds, unsigned *threads)
{
	char	*end;
	long	 n = 0;

	if (argc < 2 || argc > 3)
		goto usage;
	*seconds = strtod(argv[1], &end);
	if (*end != '\0' || !(*seconds > 0) || *seconds > SECONDS_MAX)
		goto usage;
	if (argc == 3) {
		n = strtol(argv[2], &end, 10);
		if (*end != '\0' || n < 0 || n > THREADS_MAX)
			goto usage;
	}
	*threads = (unsigned)n;

	return (0);
usage:
	fprintf(stderr, "usage: %s SECONDS [THREADS]\n", argv[0]);

	return (-1);
}

double
baseline_now(void)
{
	struct timespec	ts;

	if (clock_gettime(CLOCK_MONOTONIC, &ts) == -1)
		err(1, "clock_gettime");

	return ((double)ts.tv_sec + (double)ts.tv_nsec / 1e9);
}

void
baseline_latencies(float *ms, unsigned long n)
{
	static const struct {
		const char	*name;
		double		 share;
	} wanted[] = {
		{ "p50", 0.5 }, { "p95", 0.95 }, { "p99", 0.99 },
		{ "p999", 0.999 }, { "max", 1.0 },
	};
	const char	*comma = "";
	unsigned long	 at;
	size_t		 i;

	qsort(ms, n, sizeof(*ms), compare);
	printf("\"latency_ms\":{");
	for (i = 0; n > 0 && i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		at = (unsigned long)(wanted[i].share * (double)(n - 1));
		printf("%s\"%s\":%.4f", comma, wanted[i].name,
		    (double)ms[at]);
		comma = ",";
	}
	printf("}");
}

static void *
run(void *arg)
{
	struct runner	*r = arg;
	void		*state;
	double		 before, now;

	state = r->make();
	(void)pthread_barrier_wait(&barrier);
	(void)pthread_barrier_wait(&barrier);
	if (state == NULL) {
		r->is_failed = 1;
		return (NULL);
	}
	now = baseline_now();
	while (now < until) {
		before = now;
		if (r->op(state) == -1) {
			r->is_failed = 1;
			break;
		}
		now = baseline_now();
		r->ms[r->count++ % SAMPLES] = (float)((now - before) * 1e3);
	}

	return (NULL);
}

static unsigned
cores(void)
{
	cpu_set_t	set;

	if (sched_getaffinity(0, sizeof(set), &set) == -1)
		return (1);

	return ((unsigned)CPU_COUNT(&set));
}

static int
compare(const void *a, const void *b)
{
	float	x = *(const float *)a, y = *(const float *)b;

	return ((x > y) - (x < y));
}

static double
cpu_seconds(void)
{
	struct rusage	ru;

	if (getrusage(RUSAGE_SELF, &ru) == -1)
		err(1, "getrusage");

	return ((double)(ru.ru_utime.tv_sec + ru.ru_stime.tv_sec) +
	    (double)(ru.ru_utime.tv_usec + ru.ru_stime.tv_usec) / 1e6);
}

static void
report(struct runner *runners, unsigned threads, double seconds, double cpu)
{
	unsigned long	 count = 0, kept, n = 0;
	unsigned	 i;
	float		*ms;

	if ((ms = calloc((size_t)threads * SAMPLES, sizeof(*ms))) == NULL)
		err(1, "calloc");
	for (i = 0; i < threads; i++) {
		count += runners[i].count;
		kept = runners[i].count < SAMPLES ? runners[i].count : SAMPLES;
		memcpy(ms + n, runners[i].ms, kept * sizeof(*ms));
		n += kept;
		free(runners[i].ms);
	}
	printf("{\"threads\":%u,\"count\":%lu,\"seconds\":%.3f,"
	    "\"per_second\":%.2f,\"cpu_ms_per_op\":%.5f,", threads, count,
	    seconds, (double)count / seconds,
	    count == 0 ? 0.0 : cpu * 1e3 / (double)count);
	baseline_latencies(ms, n);
	printf("}\n");
	free(ms);
}
