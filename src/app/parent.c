/* SPDX-License-Identifier: ISC */
/*
 * A stop in the parent; see parent.h. Left to itself Kore's parent would cut
 * its sockets to the workers and stop the key manager along with them; but
 * workers that finish what is in flight need both. So the workers alone are
 * told first, and Kore hears of the stop when all of them have left.
 */
#include <kore/kore.h>

#include <signal.h>
#include <unistd.h>

#include "app/loop.h"
#include "app/notify.h"
#include "app/parent.h"
#include "app/signals.h"

static int	turn(void);
static void	serving(struct kore_msg *, const void *);
static int	is_anyone_left(void);

static volatile sig_atomic_t	told;	/* the stop that workers know of */
static volatile sig_atomic_t	is_over;	/* they left: it is Kore's */
static int			is_listening;	/* to workers' messages */
static unsigned			serving_count;

void
parent_start(void)
{
	loop_turn_set(turn);
}

void
parent_tell(void)
{
	struct kore_worker	*kw;
	u_int8_t		 i;

	if (told == 0)
		return;
	for (i = is_over ? 0 : KORE_WORKER_BASE; i < worker_count; i++) {
		kw = kore_worker_data(i);
		if (kw->pid > 0)
			(void)kill(kw->pid, told);
	}
	(void)alarm(1);
}

/*
 * Kore would start a worker anew that dies on its way out, and it keeps only
 * one signal at a time, so that it may miss one's end: both are seen to here.
 */
static int
turn(void)
{
	int	stop;

	if (!is_listening) {
		is_listening = 1;
		kore_msg_register(PARENT_MSG_SERVING, serving);
	}
	if ((stop = signals_stop()) == 0)
		return (0);
	if (told != stop) {
		if (told == 0)
			notify_send("STOPPING=1");
		worker_policy = KORE_WORKER_POLICY_TERMINATE;
		told = stop;
		parent_tell();
	}
	kore_worker_reap();
	if (is_anyone_left())
		return (0);
	is_over = 1;
	sig_recv = stop;
	return (1);
}

static void
serving(struct kore_msg *msg, const void *data)
{
	(void)msg;
	(void)data;
	if (++serving_count == (unsigned)worker_count - KORE_WORKER_BASE)
		notify_send("READY=1");
}

static int
is_anyone_left(void)
{
	u_int8_t	i;

	for (i = KORE_WORKER_BASE; i < worker_count; i++)
		if (kore_worker_data(i)->pid > 0)
			return (1);
	return (0);
}
