/* SPDX-License-Identifier: ISC */
/*
 * Retention is looked after on a thread: it blocks. One worker of a node is
 * enough; of several nodes one does it and the others leave.
 */
#include <kore/kore.h>

#include <stdlib.h>

#include "app/maintain.h"
#include "base/log.h"
#include "endpoint/service.h"
#include "endpoint/work.h"
#include "store/maintain.h"

#define ROUND_MS	3600000		/* an hour */
#define RETRY_MS	10000
#define ERROR_LEN	256

struct round {
	struct work	 work;		/* first */
	const char	*conninfo;
	int		 result;
	char		 error[ERROR_LEN];
};

static void	round_run(struct work *);
static void	round_done(struct work *);

static uint64_t	next_ms;
static int	is_running;

void
maintain_tick(uint64_t now_ms)
{
	struct round	*r;
	char		 why[STORE_WHY_LEN];

	/* The store's connections have looked at the schema's version. */
	if (worker->id != 1 || is_running || now_ms < next_ms ||
	    !store_is_ready(service.store, why, sizeof(why)))
		return;
	if ((r = calloc(1, sizeof(*r))) == NULL)
		fatal("no memory for retention");
	r->work.run = round_run;
	r->work.done = round_done;
	r->conninfo = service.settings->conninfo;
	next_ms = now_ms + RETRY_MS;
	if (work_submit(&r->work, WORK_SLOW) == 0)
		is_running = 1;
	else
		free(r);
}

static void
round_run(struct work *work)
{
	struct round	*r = (struct round *)work;

	r->result = maintain_run(r->conninfo, r->error, sizeof(r->error));
}

/* What is in use may stay so for long: that waits for the next round. */
static void
round_done(struct work *work)
{
	struct round	*r = (struct round *)work;

	is_running = 0;
	if (r->result == -1)
		log_warn("retention could not be looked after; trying again: "
		    "%s", r->error);
	else
		next_ms += ROUND_MS - RETRY_MS;
	if (r->result == 1)
		log_info("retention: a partition is in use and will be "
		    "dropped later: %s", r->error);
	free(r);
}
