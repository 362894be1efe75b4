/* SPDX-License-Identifier: ISC */
/* Password checks on threads; see login_work.h. */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/metrics.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "endpoint/login_work.h"
#include "http/request.h"

static void	run(struct work *);
static void	done(struct work *);
static void	login_work_free(struct login_work *);

struct login_work *
login_work_start(struct http_request *req, const char *password,
    const char *hash, const struct password_cost *cost)
{
	struct login_work	*w;

	if ((w = calloc(1, sizeof(*w))) == NULL)
		return (NULL);
	w->work.run = run;
	w->work.done = done;
	w->req = req;
	trace_wait(TRACE_HASH);
	w->cost = *cost;
	w->password_len = strlen(password);
	PRECOND(text_copy(w->password, sizeof(w->password), password) == 0);
	if (text_copy(w->hash, sizeof(w->hash), hash) == -1 ||
	    work_submit(&w->work, WORK_HASH) == -1) {
		login_work_free(w);
		return (NULL);
	}
	return (w);
}

void
login_work_release(struct login_work *w)
{
	if (w == NULL)
		return;
	w->req = NULL;
	if (w->is_done)
		login_work_free(w);
}

static void
run(struct work *work)
{
	struct login_work	*w = (struct login_work *)work;

	w->is_match = password_verify(*w->hash == '\0' ? NULL : w->hash,
	    w->password, w->password_len, &w->cost);
	if (w->is_match && password_is_stale(w->hash, &w->cost) &&
	    password_hash(w->new_hash, w->password, w->password_len,
	    &w->cost) == -1)
		w->new_hash[0] = '\0';
}

static void
done(struct work *work)
{
	struct login_work	*w = (struct login_work *)work;

	metrics_observe(METRIC_HASH_WAIT, work->began_us - work->queued_us);
	if (!work->is_late)
		metrics_observe(METRIC_HASH_DURATION,
		    work->ended_us - work->began_us);
	w->is_done = 1;
	if (w->req != NULL)
		request_wake(w->req);
	else
		login_work_free(w);
}

static void
login_work_free(struct login_work *w)
{
	digest_wipe(w, sizeof(*w));
	free(w);
}
