/* SPDX-License-Identifier: ISC */
/* Hashing the plain passwords of a batch, on all cores. */
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "cli/import_batch.h"
#include "crypto/digest.h"

#define THREADS_MAX	64

struct work {
	struct import_batch		*batch;
	const struct password_cost	*cost;
	pthread_mutex_t			 lock;
	size_t				 next;	/* row to look at */
};

static void	*work(void *);
static struct import_row *work_next(struct work *);
static size_t	 threads_wanted(size_t);

void
import_batch_hash(struct import_batch *b, const struct password_cost *cost)
{
	pthread_t	threads[THREADS_MAX];
	struct work	w;
	size_t		i, n, wanted;

	if (b->plain == 0)
		return;
	memset(&w, 0, sizeof(w));
	w.batch = b;
	w.cost = cost;
	pthread_mutex_init(&w.lock, NULL);
	wanted = threads_wanted(b->plain);
	for (n = 0; n < wanted; n++)
		if (pthread_create(&threads[n], NULL, work, &w) != 0)
			break;
	/* This thread too, so that it goes on if there is no other. */
	(void)work(&w);
	for (i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
	pthread_mutex_destroy(&w.lock);
}

void
import_batch_clear(struct import_batch *b)
{
	digest_wipe(b->rows, b->count * sizeof(b->rows[0]));
	b->count = 0;
	b->plain = 0;
}

static void *
work(void *arg)
{
	struct import_row	*row;
	struct work		*w;

	w = arg;
	while ((row = work_next(w)) != NULL) {
		row->has_failed = password_hash(row->hash, row->password,
		    strlen(row->password), w->cost) == -1;
		digest_wipe(row->password, sizeof(row->password));
	}
	return (NULL);
}

static struct import_row *
work_next(struct work *w)
{
	struct import_row	*row;

	row = NULL;
	pthread_mutex_lock(&w->lock);
	while (row == NULL && w->next < w->batch->count) {
		row = &w->batch->rows[w->next++];
		if (!row->is_plain)
			row = NULL;
	}
	pthread_mutex_unlock(&w->lock);
	return (row);
}

/* Beside the one that asks. */
static size_t
threads_wanted(size_t rows)
{
	long	cores;
	size_t	n;

	cores = sysconf(_SC_NPROCESSORS_ONLN);
	n = cores > 1 ? (size_t)cores - 1 : 0;
	if (n > THREADS_MAX)
		n = THREADS_MAX;
	return (n < rows ? n : rows - 1);
}
