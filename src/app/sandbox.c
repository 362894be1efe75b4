/* SPDX-License-Identifier: ISC */
/*
 * What a worker may ask the kernel for, beyond what Kore allows its own: the
 * sockets of libpq and of name look-ups, and what today's C library does when
 * it starts a thread. Everything else still ends the process.
 */
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#include <errno.h>
#include <stddef.h>

#include <kore/kore.h>
#include <kore/hooks.h>
#include <kore/seccomp.h>

static struct sock_filter	filter_worker[] = {
	/* The C library falls back to clone, which Kore knows. */
	KORE_SYSCALL_DENY(clone3, ENOSYS),
	KORE_SYSCALL_ALLOW(rseq),
	KORE_SYSCALL_ALLOW(gettid),
	KORE_SYSCALL_ALLOW(sched_yield),
	KORE_SYSCALL_ALLOW(sched_getaffinity),
	KORE_SYSCALL_ALLOW(mremap),
	/*
	 * The kernel asks it by itself, to go on with a wait that ends by the
	 * clock, when the process was stopped, or when a signal that had woken
	 * several threads was another one's.
	 */
	KORE_SYSCALL_ALLOW(restart_syscall),
	/* Threads that hash step back. */
	KORE_SYSCALL_ALLOW_ARG(getpriority, 0, PRIO_PROCESS),
	KORE_SYSCALL_ALLOW_ARG(setpriority, 0, PRIO_PROCESS),
	/* The watchdog asks how often its thread has slept. */
	KORE_SYSCALL_ALLOW(getrusage),
	/* libpq, and getaddrinfo on a thread. */
	KORE_SYSCALL_ALLOW_ARG(socket, 0, AF_INET),
	KORE_SYSCALL_ALLOW_ARG(socket, 0, AF_INET6),
	KORE_SYSCALL_ALLOW_ARG(socket, 0, AF_UNIX),
	KORE_SYSCALL_ALLOW_ARG(socket, 0, AF_NETLINK),
	KORE_SYSCALL_ALLOW(connect),
	KORE_SYSCALL_ALLOW(bind),
	KORE_SYSCALL_ALLOW(getsockopt),
	KORE_SYSCALL_ALLOW(getsockname),
	KORE_SYSCALL_ALLOW(getpeername),
	KORE_SYSCALL_ALLOW(sendmsg),
	KORE_SYSCALL_ALLOW(sendmmsg),
	KORE_SYSCALL_ALLOW(recvmsg),
	KORE_SYSCALL_ALLOW(uname),
	/* A listener, when the worker leaves. */
	KORE_SYSCALL_ALLOW(shutdown),
	KORE_SYSCALL_ALLOW(newfstatat),
	KORE_SYSCALL_ALLOW(pread64),
	/* abort(), so that a failed precondition is seen as one. */
	KORE_SYSCALL_ALLOW(tgkill),
#if defined(__SANITIZE_ADDRESS__)
	/* What the sanitizers' run-time does. */
	KORE_SYSCALL_ALLOW(prctl),
	KORE_SYSCALL_ALLOW(prlimit64),
	KORE_SYSCALL_ALLOW(readlinkat),
	KORE_SYSCALL_ALLOW(sysinfo),
#endif
};

/* Kore calls this in each process; the key manager gets nothing from us. */
void
kore_seccomp_hook(void)
{
	if (worker->id == KORE_WORKER_KEYMGR)
		return;
	kore_seccomp_filter("ambauth", filter_worker,
	    KORE_FILTER_LEN(filter_worker));
}
