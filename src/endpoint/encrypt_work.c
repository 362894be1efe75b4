/* SPDX-License-Identifier: ISC */
/* Encryption on threads; see encrypt_work.h. */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "endpoint/encrypt_work.h"
#include "http/request.h"

static void	run(struct work *);
static void	done(struct work *);
static void	encrypt_work_free(struct encrypt_work *);

struct encrypt_work *
encrypt_work_start(struct http_request *req, const uint8_t *point,
    size_t point_len, const char *plain)
{
	struct encrypt_work	*w;

	PRECOND(point_len <= sizeof(w->point));
	if ((w = calloc(1, sizeof(*w))) == NULL)
		return (NULL);
	w->work.run = run;
	w->work.done = done;
	memcpy(w->point, point, point_len);
	w->point_len = point_len;
	PRECOND(text_copy(w->plain, sizeof(w->plain), plain) == 0);
	w->req = req;
	trace_wait(TRACE_SIGN);
	work_insist(&w->work, WORK_SHORT);
	return (w);
}

void
encrypt_work_release(struct encrypt_work *w)
{
	if (w == NULL)
		return;
	w->req = NULL;
	if (w->is_done)
		encrypt_work_free(w);
}

static void
run(struct work *work)
{
	struct encrypt_work	*w = (struct encrypt_work *)work;

	w->is_ok = ecies_encrypt(w->text, sizeof(w->text), w->point,
	    w->point_len, w->plain, strlen(w->plain)) == 0;
}

static void
done(struct work *work)
{
	struct encrypt_work	*w = (struct encrypt_work *)work;

	w->is_done = 1;
	if (w->req != NULL)
		request_wake(w->req);
	else
		encrypt_work_free(w);
}

static void
encrypt_work_free(struct encrypt_work *w)
{
	digest_wipe(w, sizeof(*w));
	free(w);
}
