/* SPDX-License-Identifier: ISC */
/*
 * Memory for password hashes; see hash_memory.h. libsodium maps some 19 MiB for
 * each hash and unmaps them after it. The kernel then clears 4,864 small pages
 * anew, which is a quarter of the hash; and it locks the process's memory,
 * while the thread may lose the processor to its low priority: the event loop,
 * which needs that lock to get some memory of its own, was seen to wait for
 * more than 100 ms. So mmap and munmap are ours for the threads that hash. What
 * is kept is wiped, as the kernel would.
 */
#include <sys/mman.h>
#include <sys/syscall.h>

#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "app/hash_memory.h"

#define HUGE	((size_t)2 << 20)

static void	*map_huge(size_t, int, int);

static __thread struct {
	size_t	 max;		/* 0: this thread keeps nothing */
	void	*p;		/* NULL: none yet */
	size_t	 len;
	int	 is_used;	/* by a hash */
} kept;

void
hash_memory_keep(size_t max)
{
	kept.max = max;
}

void
hash_memory_release(void)
{
	if (kept.p != NULL && !kept.is_used) {
		(void)syscall(SYS_munmap, kept.p, kept.len);
		kept.p = NULL;
	}
}

/*
 * In place of the C library's for all who call it by name; malloc does not. A
 * hash is known by the thread, the length and MAP_POPULATE.
 */
void *
mmap(void *addr, size_t len, int prot, int flags, int fd, off_t offset)
{
	if (kept.max != 0 && (flags & MAP_POPULATE) && addr == NULL &&
	    fd == -1 && len <= kept.max && !kept.is_used) {
		if (kept.p != NULL && kept.len < len)
			hash_memory_release();
		if (kept.p == NULL) {
			kept.p = map_huge(len, prot, flags);
			kept.len = len;
		}
		if (kept.p != NULL) {
			kept.is_used = 1;
			return (kept.p);
		}
	}
	return ((void *)syscall(SYS_mmap, addr, len, prot, flags, fd, offset));
}

int
munmap(void *addr, size_t len)
{
	if (addr != NULL && addr == kept.p && kept.is_used) {
		explicit_bzero(addr, len);
		kept.is_used = 0;
		return (0);
	}
	return ((int)syscall(SYS_munmap, addr, len));
}

/* At the beginning of a huge page. NULL: it cannot be. */
static void *
map_huge(size_t len, int prot, int flags)
{
	char	*p, *start;
	size_t	 before;
	long	 at;

	at = syscall(SYS_mmap, NULL, len + HUGE, prot, flags & ~MAP_POPULATE,
	    -1, (off_t)0);
	if (at == -1)
		return (NULL);
	p = (char *)at;
	before = (HUGE - (size_t)at % HUGE) % HUGE;
	start = p + before;
	if (before > 0)
		(void)syscall(SYS_munmap, p, before);
	(void)syscall(SYS_munmap, start + len, HUGE - before);
	/* A hint: where there are no huge pages, small ones do. */
	(void)madvise(start, len, MADV_HUGEPAGE);
	return (start);
}
