/* SPDX-License-Identifier: ISC */
/*
 * The watchdog of a worker's event loop; see watchdog.h. A turn begins when
 * the loop's wait for events returns and ends when it waits again (app/loop.c).
 *
 * On a busy or virtual machine the clock on the wall says nothing, and even the
 * thread's own runs on while the whole machine stands still. So the turn is
 * looked at again and again, and of the time between two looks no more counts
 * than a little over their distance. It has computed for too long if what
 * counts is too long, and was blocked for too long if it left the processor of
 * its own accord and was neither running nor waiting for one.
 *
 * Kore waits in one place, by poll(2), for the key manager to sign a handshake,
 * and before that perhaps for its socket. That is how it keeps the private key
 * in another process, and is left out.
 */
#include <sys/resource.h>

#include <kore/kore.h>

#include <execinfo.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/watchdog.h"
#include "base/log.h"
#include "base/metrics.h"

#define FRAMES		48
#define FRAMES_OURS	2	/* the handler, and what called it */
#define LOOK_NS		500000	/* between two looks at the loop */
#define GAP_NS		(LOOK_NS * 5 / 4)	/* two that come in time */
#define MEETINGS	2	/* that say it was computing all the time */
#define MS_NS		1000000

struct moment {
	int64_t		 wall, cpu, delayed;	/* nanoseconds */
	long		 left;	/* the processor, of its own accord */
	long		 faults;	/* of pages */
};

static void	 step_begin(void);
static void	 step_end(void);
static void	 report(const char *, int64_t, long);
static void	*look(void *);
static int	 signal_catch(int, void (*)(int), struct sigaction *);
static void	 take_frames(int);
static void	 frames_lost(int);
static void	 see(int64_t);
static void	 moment_now(struct moment *);
static int64_t	 delayed_now(void);
static int64_t	 clock_now(clockid_t);

int	__real_poll(struct pollfd *, nfds_t, int);
int	__wrap_poll(struct pollfd *, nfds_t, int);
int	__wrap___poll_chk(struct pollfd *, nfds_t, int, size_t);

static struct {
	int64_t			 limit;		/* nanoseconds; 0: off */
	int			 schedstat;	/* a file, or -1 */
	pthread_t		 loop;
	pthread_t		 looker;
	struct moment		 began;
	/* Shared with the thread that looks. */
	volatile unsigned	 step;		/* odd: in a turn */
	volatile int		 is_stopping;
	volatile int		 met;		/* in this step, so often */
	volatile int64_t	 seen;		/* computing, nanoseconds */
	volatile int64_t	 seen_at;	/* cpu of the latest look */
	volatile int		 count;		/* of frames, at the last */
	void			*frames[FRAMES];
	volatile int		 is_unwinding;
	sigjmp_buf		 lost;
} dog;

static struct sigaction	segv_before, bus_before;

/* The first backtrace loads a library. */
void
watchdog_prepare(unsigned limit_ms)
{
	void	*frames[1];

	if (limit_ms != 0)
		(void)backtrace(frames, 1);
}

void
watchdog_start(unsigned limit_ms)
{
	if (limit_ms == 0)
		return;
	dog.schedstat = open("/proc/thread-self/schedstat",
	    O_RDONLY | O_CLOEXEC);
	if (dog.schedstat == -1)
		log_warn("watchdog: this kernel does not say how long a thread "
		    "waits for a processor; only computing is watched");
	dog.loop = pthread_self();
	dog.is_stopping = 0;
	if (signal_catch(SIGSEGV, frames_lost, &segv_before) == -1 ||
	    signal_catch(SIGBUS, frames_lost, &bus_before) == -1 ||
	    signal_catch(SIGURG, take_frames, NULL) == -1 ||
	    pthread_create(&dog.looker, NULL, look, NULL) != 0)
		fatal("the watchdog cannot be started");
	dog.limit = (int64_t)limit_ms * MS_NS;
	log_info("watchdog: looking for turns of over %u ms", limit_ms);
}

void
watchdog_stop(void)
{
	if (dog.limit == 0)
		return;
	dog.limit = 0;
	dog.is_stopping = 1;
	(void)pthread_join(dog.looker, NULL);
}

void
watchdog_forgive(void)
{
	if (dog.limit == 0 || dog.step % 2 == 0)
		return;
	dog.step++;
	step_begin();
}

void
watchdog_step(void)
{
	if (dog.limit == 0 || dog.step % 2 == 0)
		return;
	step_end();
	step_begin();
}

void
watchdog_sleep(void)
{
	if (dog.step % 2 == 1)
		step_end();
}

void
watchdog_wake(void)
{
	if (dog.limit != 0)
		step_begin();
}

/* Threads poll too, and who only looks does not wait. */
int
__wrap_poll(struct pollfd *fds, nfds_t count, int timeout)
{
	int	n, is_turn;

	is_turn = timeout != 0 && dog.step % 2 == 1 && pthread_equal(dog.loop,
	    pthread_self());
	if (is_turn)
		step_end();
	n = __real_poll(fds, count, timeout);
	if (is_turn && dog.limit != 0)
		step_begin();
	return (n);
}

/*
 * What _FORTIFY_SOURCE makes of it where the compiler cannot count them, as
 * with sanitizers. Kore would wait for ever, were its wait part of a turn: each
 * signal lets it begin anew.
 */
int
__wrap___poll_chk(struct pollfd *fds, nfds_t count, int timeout, size_t size)
{
	PRECOND(size / sizeof(*fds) >= count);
	return (__wrap_poll(fds, count, timeout));
}

static void
step_begin(void)
{
	dog.met = 0;
	dog.seen = 0;
	moment_now(&dog.began);
	dog.seen_at = dog.began.cpu;
	dog.step++;
}

static void
step_end(void)
{
	struct moment	m;
	int64_t		cpu, blocked;

	moment_now(&m);
	cpu = m.cpu - dog.began.cpu;
	blocked = m.wall - dog.began.wall - cpu -
	    (m.delayed - dog.began.delayed);
	dog.step++;
	if (dog.limit == 0)
		return;
	see(m.cpu);
	if (dog.seen > dog.limit && dog.met >= MEETINGS)
		report("computed", cpu, m.faults - dog.began.faults);
	else if (blocked > dog.limit && m.left != dog.began.left &&
	    dog.schedstat != -1)
		report("was blocked", blocked, m.faults - dog.began.faults);
}

/* Names with offsets; addr2line(1) knows the functions that are private. */
static void
report(const char *what, int64_t ns, long faults)
{
	metrics_loop_stall();
	log_error("watchdog: the event loop %s for %d.%d ms in a turn, with "
	    "%ld page faults%s", what, (int)(ns / MS_NS),
	    (int)(ns % MS_NS / (MS_NS / 10)), faults,
	    dog.met > 0 ? ":" : "");
	if (dog.met > 0 && dog.count > FRAMES_OURS)
		backtrace_symbols_fd(dog.frames + FRAMES_OURS,
		    dog.count - FRAMES_OURS, STDERR_FILENO);
}

/*
 * The other thread. It calls on a turn that it meets again, by a signal that
 * does not queue; whether it was the turn's own fault is known at its end.
 */
static void *
look(void *arg)
{
	const struct timespec	 pause = { 0, LOOK_NS };
	unsigned		 step, seen;

	(void)arg;
	seen = 0;
	while (!dog.is_stopping) {
		(void)nanosleep(&pause, NULL);
		step = dog.step;
		if (step % 2 == 1 && step == seen)
			(void)pthread_kill(dog.loop, SIGURG);
		seen = step;
	}
	return (NULL);
}

/* It has computed up to here, but for the time in which nobody could look. */
static void
see(int64_t cpu)
{
	int64_t	gap, most;

	/* The first look at a turn is the second that meets it. */
	most = dog.seen == 0 ? GAP_NS + LOOK_NS : GAP_NS;
	gap = cpu - dog.seen_at;
	dog.seen += gap < most ? gap : most;
	dog.seen_at = cpu;
}

/* A fault while it is blocked would end the process. */
static int
signal_catch(int sig, void (*handler)(int), struct sigaction *before)
{
	struct sigaction	sa;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = handler;
	sa.sa_flags = SA_RESTART;
	sigfillset(&sa.sa_mask);
	sigdelset(&sa.sa_mask, SIGSEGV);
	sigdelset(&sa.sa_mask, SIGBUS);
	return (sigaction(sig, &sa, before));
}

/*
 * On the loop's thread, in the middle of what takes so long. Not everything
 * there tells the truth of where it keeps its caller, the assembly of libraries
 * least of all: whoever follows it can end up anywhere, and what was found
 * until then has to do.
 */
static void
take_frames(int sig)
{
	int	n;

	(void)sig;
	if (dog.step % 2 == 0)
		return;
	see(clock_now(CLOCK_THREAD_CPUTIME_ID));
	if (clock_now(CLOCK_MONOTONIC) - dog.began.wall < dog.limit / 2)
		return;
	memset(dog.frames, 0, sizeof(dog.frames));
	if (sigsetjmp(dog.lost, 1) == 0) {
		dog.is_unwinding = 1;
		(void)backtrace(dog.frames, FRAMES);
	}
	dog.is_unwinding = 0;
	for (n = 0; n < FRAMES && dog.frames[n] != NULL; n++)
		;
	dog.count = n;
	dog.met++;
	/* What this took is not the turn's. */
	dog.seen_at = clock_now(CLOCK_THREAD_CPUTIME_ID);
}

/* Any other fault comes again, and meets what it would have met without us. */
static void
frames_lost(int sig)
{
	if (dog.is_unwinding && pthread_equal(dog.loop, pthread_self()))
		siglongjmp(dog.lost, 1);
	(void)sigaction(sig, sig == SIGSEGV ? &segv_before : &bus_before, NULL);
}

static void
moment_now(struct moment *m)
{
	struct rusage	 usage;

	(void)getrusage(RUSAGE_THREAD, &usage);
	m->left = usage.ru_nvcsw;
	m->faults = usage.ru_minflt + usage.ru_majflt;
	m->wall = clock_now(CLOCK_MONOTONIC);
	m->cpu = clock_now(CLOCK_THREAD_CPUTIME_ID);
	m->delayed = delayed_now();
}

/* proc(5): ran for, waited for a processor for, how many times. */
static int64_t
delayed_now(void)
{
	char	 text[96], *p;
	ssize_t	 n;

	if (dog.schedstat == -1)
		return (0);
	n = pread(dog.schedstat, text, sizeof(text) - 1, 0);
	if (n <= 0)
		return (0);
	text[n] = '\0';
	p = strchr(text, ' ');
	return (p == NULL ? 0 : strtoll(p, NULL, 10));
}

static int64_t
clock_now(clockid_t id)
{
	struct timespec	t;

	(void)clock_gettime(id, &t);
	return ((int64_t)t.tv_sec * 1000000000 + t.tv_nsec);
}
