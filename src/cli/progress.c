/* SPDX-License-Identifier: ISC */
/* The bar: how much of the file, how many rows, how fast. */
#include <sys/stat.h>

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/progress.h"

#define EVERY_MS	100
#define BAR_WIDTH	30

static uint64_t	now_ms(void);

void
progress_begin(struct progress *p, FILE *file)
{
	struct stat	st;

	memset(p, 0, sizeof(*p));
	p->is_shown = isatty(STDERR_FILENO);
	if (fstat(fileno(file), &st) == 0 && S_ISREG(st.st_mode))
		p->total = (uint64_t)st.st_size;
	p->begun = now_ms();
}

void
progress_put(struct progress *p, uint64_t bytes, uint64_t rows)
{
	static const char	full[] = "##############################";
	uint64_t		now, spent;
	int			done;

	if (!p->is_shown || (now = now_ms()) < p->drawn + EVERY_MS)
		return;
	p->drawn = now;
	spent = now > p->begun ? now - p->begun : 1;
	if (p->total > 0 && bytes <= p->total) {
		done = (int)(bytes * BAR_WIDTH / p->total);
		fprintf(stderr, "\r[%-*.*s] %3d%%", BAR_WIDTH, done, full,
		    (int)(bytes * 100 / p->total));
	} else {
		fputc('\r', stderr);
	}
	fprintf(stderr, " %llu rows, %llu/s\033[K", (unsigned long long)rows,
	    (unsigned long long)(rows * 1000 / spent));
}

void
progress_say(struct progress *p, const char *what)
{
	if (p->is_shown)
		fprintf(stderr, "\r%s\033[K", what);
}

void
progress_clear(const struct progress *p)
{
	if (p->is_shown)
		fputs("\r\033[K", stderr);
}

static uint64_t
now_ms(void)
{
	struct timespec	ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ((uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000);
}
