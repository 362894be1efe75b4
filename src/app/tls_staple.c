/* SPDX-License-Identifier: ISC */
/*
 * The OCSP response that the operator's job puts into a file. It is public, so
 * each worker reads it for itself, after it gave up its rights: with a new
 * certificate, and when the file has changed, at which it looks each 5 seconds.
 * What is not sound is not stapled, and what was goes on until it ends; the
 * page is served all the same. To judge it takes two signatures and several
 * certificates: some milliseconds, which are a thread's once we serve.
 */
#include <sys/stat.h>

#include <kore/kore.h>

#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/ssl.h>

#include "app/tls.h"
#include "base/file.h"
#include "base/log.h"
#include "crypto/ocsp.h"
#include "endpoint/work.h"

#define RESPONSE_MAX	16384
#define LOOK_MS		5000

/* A response, and whether it may be stapled to a chain. */
struct judgement {
	struct work	 work;		/* first: it is handed back as that */
	unsigned	 number;
	char		*chain;
	size_t		 chain_len;
	uint8_t		 response[RESPONSE_MAX];
	size_t		 len;
	const char	*why;		/* it may not */
	int64_t		 until;
};

static int	staple(SSL *, void *);
static int	has_changed(void);
static void	load(int);
static void	judge(struct work *);
static void	judged(struct work *);
static void	judgement_free(struct judgement *);
static void	forget(void);
static ssize_t	response_read(uint8_t *, size_t);
static void	complain(const char *);

static struct {
	const char	*path;		/* "": none */
	char		*chain;		/* PEM, of the certificate in use */
	size_t		 chain_len;
	uint8_t		*response;	/* NULL: nothing to staple */
	size_t		 response_len;
	int64_t		 until;		/* Unix seconds */
	struct stat	 seen;
	unsigned	 certificates;	/* that there were so far */
	unsigned	 number;	/* of the judgement that counts */
	uint64_t	 next_look;	/* monotonic milliseconds */
} stapled;

void
tls_staple_start(const struct settings *s)
{
	stapled.path = s->ocsp_response;
}

void
tls_staple_stop(void)
{
	free(stapled.chain);
	free(stapled.response);
	memset(&stapled, 0, sizeof(stapled));
	stapled.path = "";
}

void
tls_staple_attach(SSL_CTX *ctx, const void *pem, size_t len)
{
	if (stapled.path[0] == '\0')
		return;
	forget();
	stapled.certificates++;
	free(stapled.chain);
	stapled.chain_len = 0;
	if ((stapled.chain = malloc(len)) == NULL)
		return;
	memcpy(stapled.chain, pem, len);
	stapled.chain_len = len;
	/* With the first one there is nobody yet who would be held up. */
	load(stapled.certificates > 1);
	(void)SSL_CTX_set_tlsext_status_cb(ctx, staple);
}

void
tls_staple_tick(uint64_t now_ms)
{
	if (stapled.chain == NULL || now_ms < stapled.next_look)
		return;
	stapled.next_look = now_ms + LOOK_MS;
	if (has_changed())
		load(1);
	else if (stapled.response != NULL && stapled.until <= time(NULL)) {
		complain("it has expired");
		forget();
	}
}

/* A client asks for it: OpenSSL takes a copy over. */
static int
staple(SSL *ssl, void *arg)
{
	uint8_t	*copy;

	(void)arg;
	if (stapled.response == NULL || stapled.until <= time(NULL) ||
	    (copy = OPENSSL_memdup(stapled.response,
	    stapled.response_len)) == NULL)
		return (SSL_TLSEXT_ERR_NOACK);
	SSL_set_tlsext_status_ocsp_resp(ssl, copy, (long)stapled.response_len);
	return (SSL_TLSEXT_ERR_OK);
}

static int
has_changed(void)
{
	struct stat	st;

	if (stat(stapled.path, &st) == -1)
		memset(&st, 0, sizeof(st));
	return (st.st_ino != stapled.seen.st_ino ||
	    st.st_size != stapled.seen.st_size ||
	    st.st_mtim.tv_sec != stapled.seen.st_mtim.tv_sec ||
	    st.st_mtim.tv_nsec != stapled.seen.st_mtim.tv_nsec);
}

static void
load(int on_thread)
{
	struct judgement	*j;
	ssize_t			 len;

	/* What is being judged is about another file, or certificate. */
	stapled.number++;
	if ((j = calloc(1, sizeof(*j))) == NULL) {
		memset(&stapled.seen, 0, sizeof(stapled.seen));
		return;
	}
	if ((len = response_read(j->response, sizeof(j->response))) == -1) {
		complain(errno_s);
		judgement_free(j);
		return;
	}
	j->work.run = judge;
	j->work.done = judged;
	j->number = stapled.number;
	j->len = (size_t)len;
	if ((j->chain = malloc(stapled.chain_len)) != NULL) {
		memcpy(j->chain, stapled.chain, stapled.chain_len);
		j->chain_len = stapled.chain_len;
	}
	if (j->chain != NULL && !on_thread) {
		judge(&j->work);
		judged(&j->work);
	} else if (j->chain == NULL ||
	    work_submit(&j->work, WORK_SHORT) == -1) {
		/* The next look finds it changed, and tries again. */
		memset(&stapled.seen, 0, sizeof(stapled.seen));
		judgement_free(j);
	}
}

static void
judge(struct work *work)
{
	struct judgement	*j = (struct judgement *)work;

	j->why = ocsp_check(j->response, j->len, j->chain, j->chain_len,
	    (int64_t)time(NULL), &j->until);
}

static void
judged(struct work *work)
{
	struct judgement	*j = (struct judgement *)work;
	uint8_t			*copy = NULL;

	if (j->number == stapled.number) {
		if (j->why != NULL)
			complain(j->why);
		else if ((copy = malloc(j->len)) != NULL) {
			memcpy(copy, j->response, j->len);
			forget();
			stapled.response = copy;
			stapled.response_len = j->len;
			stapled.until = j->until;
			if (worker->id == 1)
				log_info("the OCSP response is stapled");
		}
	}
	judgement_free(j);
}

static void
judgement_free(struct judgement *j)
{
	free(j->chain);
	free(j);
}

static void
forget(void)
{
	free(stapled.response);
	stapled.response = NULL;
}

/* Bytes, or -1 with errno. A fifo would never answer: it is not waited for. */
static ssize_t
response_read(uint8_t *buf, size_t cap)
{
	ssize_t	len = -1;
	int	fd, saved;

	memset(&stapled.seen, 0, sizeof(stapled.seen));
	if ((fd = open(stapled.path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)) == -1)
		return (-1);
	if (fstat(fd, &stapled.seen) == 0) {
		if (S_ISREG(stapled.seen.st_mode))
			len = file_read(fd, buf, cap);
		else
			errno = EINVAL;
	}
	saved = errno;
	(void)close(fd);
	errno = saved;
	return (len);
}

/* One worker says it for all. */
static void
complain(const char *why)
{
	if (worker->id == 1)
		log_warn("%s cannot be stapled: %s", stapled.path, why);
}
