/* SPDX-License-Identifier: ISC */
/*
 * A stop must not be lost, and must not cut off a request. Kore keeps the last
 * signal in one variable: another one behind it, or the start of a worker,
 * which clears it, makes it forget; and it quits with the next turn of its
 * loop. So a stop is kept here, is sent to the workers again each second until
 * all are gone, and Kore is told of it when there is nothing more to finish
 * (parent.c, drain.c). Our handlers take the place of Kore's behind two calls
 * that are wrapped at link time.
 *
 * A stop that comes again is the same stop: service managers and terminals
 * send it to each process of the service, and some send it twice. Who does not
 * want to wait sends SIGQUIT.
 */
#include <kore/kore.h>

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "app/loop.h"
#include "app/parent.h"
#include "app/signals.h"

static void	handle(int, siginfo_t *, void *);
static void	handle_stop(int, pid_t);
static int	is_stop(int);
static int	is_key_manager(void);
static void	install(void);

void	__real_kore_signal_setup(void);
void	__wrap_kore_signal_setup(void);
void	__real_kore_worker_init(void);
void	__wrap_kore_worker_init(void);

static volatile sig_atomic_t	stop;
static pid_t			parent_pid;	/* the key manager's */

int
signals_stop(void)
{
	return (stop);
}

/* The parent, before its first worker. */
void
__wrap_kore_worker_init(void)
{
	install();
	parent_start();
	__real_kore_worker_init();
}

/* A worker, the key manager too. */
void
__wrap_kore_signal_setup(void)
{
	sigset_t	all, old;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &old);
	__real_kore_signal_setup();
	install();
	loop_turn_set(NULL);
	parent_pid = getppid();
	if (stop == SIGQUIT && !is_key_manager())
		sig_recv = stop;
	sigprocmask(SIG_SETMASK, &old, NULL);
}

static void
install(void)
{
	static const int	signals[] = {
		SIGHUP, SIGQUIT, SIGTERM, SIGINT, SIGUSR1, SIGCHLD, SIGALRM
	};
	struct sigaction	sa;
	size_t			i;

	memset(&sa, 0, sizeof(sa));
	sa.sa_sigaction = handle;
	sa.sa_flags = SA_SIGINFO;
	sigfillset(&sa.sa_mask);
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		(void)sigaction(signals[i], &sa, NULL);
}

static void
handle(int sig, siginfo_t *info, void *context)
{
	(void)context;
	if (is_stop(sig))
		handle_stop(sig, info->si_pid);
	else if (sig == SIGALRM && worker == NULL)
		parent_tell();
	else if (stop == 0)
		sig_recv = sig;
}

static void
handle_stop(int sig, pid_t sender)
{
	/*
	 * Handshakes in flight need the key manager. It leaves when its parent
	 * says so or is gone, whoever else tells all processes to stop.
	 */
	if (is_key_manager()) {
		if (sender == parent_pid || sender == getpid())
			sig_recv = sig;
		return;
	}
	/* Kore's parent tells itself so that a worker has left. */
	if (worker == NULL && sender == getpid())
		sig = SIGTERM;
	if (stop == 0 || sig == SIGQUIT)
		stop = sig;
	if (worker != NULL && stop == SIGQUIT)
		sig_recv = stop;
}

static int
is_key_manager(void)
{
	return (worker != NULL && worker->id == KORE_WORKER_KEYMGR);
}

static int
is_stop(int sig)
{
	return (sig == SIGTERM || sig == SIGQUIT || sig == SIGINT);
}
