/* SPDX-License-Identifier: ISC */
/*
 * What the baselines share: one operation, done over and over on a thread for
 * each core, and what that came to.
 */
#ifndef BENCH_BASELINE_H
#define BENCH_BASELINE_H

/*
 * Do op for so many seconds on so many threads (0: one for each core this
 * process may run on) and print one JSON object. op gets what make returned on
 * its thread and is 0, or -1, which ends the program. The exit status.
 */
int	baseline_run(double seconds, unsigned threads, void *(*make)(void),
	    int (*op)(void *));
/* SECONDS [THREADS] of a command line; 0, or -1 having said what is wrong. */
int	baseline_args(int argc, char **argv, double *seconds,
	    unsigned *threads);
/* CLOCK_MONOTONIC in seconds. */
double	baseline_now(void);
/* Sorts the n milliseconds and prints "latency_ms":{…}. */
void	baseline_latencies(float *ms, unsigned long n);

#endif
