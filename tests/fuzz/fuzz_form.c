/* SPDX-License-Identifier: ISC */
/*
 * Form parsing, in both ways: whatever comes, values are terminated UTF-8
 * inside the memory given, and the raw state lies inside the text.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "http/form.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
params_check(const struct oauth_params *p, const char *text, size_t len,
    const char *mem, size_t used)
{
	const char	*value;
	int		 i;

	for (i = 0; i < P_MAX; i++) {
		if ((value = p->value[i]) == NULL)
			continue;
		PRECOND(value >= mem && value < mem + used);
		PRECOND(memchr(value, '\0', used - (size_t)(value - mem)));
		PRECOND(value[0] != '\0');
		PRECOND(text_is_utf8(value, strlen(value)));
	}
	if (p->raw_state != NULL) {
		PRECOND(p->value[P_STATE] != NULL);
		PRECOND(p->raw_state >= text);
		PRECOND(p->raw_state + p->raw_state_len <= text + len);
		PRECOND(memchr(p->raw_state, '\0', p->raw_state_len) == NULL);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static enum form_error (*const parsers[])(struct oauth_params *,
	    const char *, size_t, char *, size_t, size_t *) = {
		form_parse, form_parse_unescaped
	};
	struct oauth_params	params;
	const char		*text = (const char *)data;
	char			*mem;
	size_t			i, used, cap = len + P_MAX;

	if ((mem = malloc(cap)) == NULL)
		return (0);
	for (i = 0; i < 2; i++) {
		memset(&params, 0, sizeof(params));
		used = 0;
		if (parsers[i](&params, text, len, mem, cap, &used) ==
		    FORM_OK) {
			params_check(&params, text, len, mem, used);
			/* Who is chosen by a name finds it in reading. */
			PRECOND(i != 0 || !form_has(text, len, "flow") ||
			    (params.seen >> P_FLOW & 1));
		}
		PRECOND(used <= cap);
		/* the same text again can only find duplicates */
		(void)parsers[i](&params, text, len, mem, cap, &used);
		PRECOND(used <= cap);
		/* half the memory */
		memset(&params, 0, sizeof(params));
		used = cap / 2;
		(void)parsers[i](&params, text, len, mem, cap, &used);
		PRECOND(used <= cap);
	}
	(void)form_decode(mem, len / 2 + 1, text, len, 1);
	free(mem);

	return (0);
}
