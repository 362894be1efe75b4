/* SPDX-License-Identifier: ISC */
/* Signing on threads; see sign_work.h. */
#include <stdlib.h>

#include "crypto/digest.h"
#include "endpoint/sign_work.h"
#include "http/request.h"

static void	run(struct work *);
static void	done(struct work *);
static void	sign_work_free(struct sign_work *);

struct sign_work *
sign_work_start(struct http_request *req, const struct signing_key *key,
    const struct text *claims)
{
	struct sign_work	*w;

	if ((w = calloc(1, sizeof(*w))) == NULL)
		return (NULL);
	w->work.run = run;
	w->work.done = done;
	w->req = req;
	if (signing_key_copy(&w->key, key) == -1) {
		free(w);
		return (NULL);
	}
	text_init(&w->claims, w->json, sizeof(w->json));
	text_add_bytes(&w->claims, claims->p, claims->len);
	trace_wait(TRACE_SIGN);
	work_insist(&w->work, WORK_SHORT);
	return (w);
}

void
sign_work_release(struct sign_work *w)
{
	if (w == NULL)
		return;
	w->req = NULL;
	if (w->is_done)
		sign_work_free(w);
}

static void
run(struct work *work)
{
	struct sign_work	*w = (struct sign_work *)work;

	w->is_ok = jwt_text_sign(w->text, sizeof(w->text), &w->key,
	    JWT_TYPE_ID, &w->claims) == 0;
}

static void
done(struct work *work)
{
	struct sign_work	*w = (struct sign_work *)work;

	w->is_done = 1;
	if (w->req != NULL)
		request_wake(w->req);
	else
		sign_work_free(w);
}

static void
sign_work_free(struct sign_work *w)
{
	signing_key_wipe(&w->key);
	digest_wipe(w, sizeof(*w));
	free(w);
}
