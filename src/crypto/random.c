/* SPDX-License-Identifier: ISC */
/*
 * Random. OpenSSL's generator is seeded by the kernel and reseeds itself after
 * fork(2), so that two workers never hand out the same code.
 *
 * Each call of it asks the kernel which process this is, takes locks, and makes
 * its next key. So the thread that answers requests draws a page at a time.
 * What is handed out is wiped there, a page is in no core dump, and a child
 * finds it empty, because the kernel empties it (MADV_WIPEONFORK).
 */
#include <sys/mman.h>

#include <limits.h>
#include <stdint.h>
#include <string.h>

#include <openssl/rand.h>

#include "base/base64.h"
#include "base/log.h"
#include "crypto/digest.h"
#include "crypto/random.h"

#define PAGE	4096	/* bytes: a dozen sign-ins */

struct page {
	size_t	left;
	uint8_t	bytes[PAGE - sizeof(size_t)];
};

static struct page	*page_new(void);
static void		 generate(void *, size_t);

/* NULL: this thread draws what it needs when it needs it. */
static __thread struct page	*page;

/* Keys have a generator of their own, beside that of what others may see. */
void
random_prepare(void)
{
	uint8_t	byte;

	PRECOND(RAND_poll() == 1);
	if (page == NULL)
		page = page_new();
	random_bytes(&byte, sizeof(byte));
	PRECOND(RAND_priv_bytes(&byte, sizeof(byte)) == 1);
}

void
random_bytes(void *out, size_t len)
{
	if (page == NULL || len > sizeof(page->bytes)) {
		generate(out, len);
		return;
	}
	if (page->left < len) {
		generate(page->bytes, sizeof(page->bytes));
		page->left = sizeof(page->bytes);
	}
	page->left -= len;
	memcpy(out, page->bytes + page->left, len);
	digest_wipe(page->bytes + page->left, len);
}

void
random_token(char out[RANDOM_TOKEN_LEN])
{
	uint8_t	 bytes[RANDOM_TOKEN_BYTES];

	random_bytes(bytes, sizeof(bytes));
	PRECOND(base64url_encode(out, RANDOM_TOKEN_LEN, bytes,
	    sizeof(bytes)) == RANDOM_TOKEN_LEN - 1);
	digest_wipe(bytes, sizeof(bytes));
}

/* Without both promises of the kernel there is none. */
static struct page *
page_new(void)
{
	struct page	*p;

	p = mmap(NULL, sizeof(*p), PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return (NULL);
	if (madvise(p, sizeof(*p), MADV_WIPEONFORK) == 0 &&
	    madvise(p, sizeof(*p), MADV_DONTDUMP) == 0)
		return (p);
	(void)munmap(p, sizeof(*p));

	return (NULL);
}

static void
generate(void *out, size_t len)
{
	PRECOND(len <= INT_MAX);
	PRECOND(RAND_bytes(out, (int)len) == 1);
}
