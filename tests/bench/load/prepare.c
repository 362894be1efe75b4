/* SPDX-License-Identifier: ISC */
/* Codes and tokens, made before the measurement. */
#include <stdio.h>

#include "engine.h"
#include "prepare.h"
#include "scenario.h"

#define PREPARE_CLIENTS	16
#define CODE_LEN	64	/* NUL included */

int
prepare_stock(struct stream *s, struct conn_target *target, size_t count)
{
	const struct scenario	*how;
	struct stream		 filling;
	struct engine		 engine;
	size_t			 width;
	int			 rv = -1;

	if (s->scenario->need == NEED_NOTHING)
		return (0);
	if (s->scenario->is_encrypted && s->setup->response_key[0] == '\0') {
		fprintf(stderr, "load: the setup has no response_key\n");
		return (-1);
	}
	how = s->scenario->need == NEED_CODES ? &scenario_codes :
	    &scenario_tokens;
	width = s->scenario->need == NEED_CODES ? CODE_LEN : TOKEN_LEN;
	if (stock_open(s->stock, count, width) == -1)
		return (-1);
	if (stream_open(&filling, how, target, PREPARE_CLIENTS) == -1)
		return (-1);
	filling.stock = s->stock;
	filling.is_filling = 1;
	filling.is_encrypted = s->scenario->is_encrypted;
	engine.target = target;
	engine.streams[0] = &filling;
	engine.count = 1;
	engine_run(&engine, 0, count);
	if (s->stock->count == count)
		rv = 0;
	else
		fprintf(stderr, "load: only %zu of %zu could be made\n",
		    s->stock->count, count);
	stream_close(&filling);
	return (rv);
}
