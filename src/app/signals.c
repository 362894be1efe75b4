/* SPDX-License-Identifier: ISC */
/*
 * A stop must not be lost. Kore keeps the last signal in one variable: another
 * one behind it, or the start of a worker, which clears it, makes it forget;
 * and its parent then waits for that worker for ever. So a stop is not
 * overwritten here, is kept over a worker's start, and is sent again each
 * second until all are gone. Our handlers take the place of Kore's behind two
 * calls that are wrapped at link time.
 */
#include <kore/kore.h>

#include <signal.h>
#include <string.h>
#include <unistd.h>

static void	handle(int);
static int	is_stop(int);
static void	install(void);

void	__real_kore_signal_setup(void);
void	__wrap_kore_signal_setup(void);
void	__real_kore_worker_init(void);
void	__wrap_kore_worker_init(void);

static volatile sig_atomic_t	stop;

/* The parent, before its first worker. */
void
__wrap_kore_worker_init(void)
{
	install();
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
	sa.sa_handler = handle;
	sigfillset(&sa.sa_mask);
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		(void)sigaction(signals[i], &sa, NULL);
}

static void
handle(int sig)
{
	if (is_stop(sig))
		stop = sig;
	if (stop == 0) {
		sig_recv = sig;
		return;
	}
	sig_recv = stop;
	/* Only the parent's clock runs: kill(2) and alarm(2) are safe here. */
	if (worker == NULL) {
		if (sig == SIGALRM)
			kore_worker_dispatch_signal(stop);
		if (is_stop(sig) || sig == SIGALRM)
			(void)alarm(1);
	}
}

static int
is_stop(int sig)
{
	return (sig == SIGTERM || sig == SIGQUIT || sig == SIGINT);
}
