/* SPDX-License-Identifier: ISC */
/* Kore's configuration, rendered from the operator's settings. */
#ifndef APP_KORE_CONF_H
#define APP_KORE_CONF_H

#include "base/settings.h"

#define KORE_CONF_FILES	256	/* of a worker, beside its connections */

/* 0, or -1 if it does not fit. */
int	kore_conf_render(const struct settings *);

#endif
