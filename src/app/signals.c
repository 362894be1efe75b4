/* SPDX-License-Identifier: ISC */
/*
 * A stop that comes while a worker starts must not be lost: Kore forgets what
 * it has received when a new process sets its handlers up, and its parent then
 * waits for that worker for ever. Wrapped at link time for the workers' call.
 */
#include <kore/kore.h>

#include <signal.h>

void	__real_kore_signal_setup(void);
void	__wrap_kore_signal_setup(void);

void
__wrap_kore_signal_setup(void)
{
	sigset_t	all, old;
	int		received;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &old);
	received = sig_recv;
	__real_kore_signal_setup();
	sig_recv = received;
	sigprocmask(SIG_SETMASK, &old, NULL);
}
