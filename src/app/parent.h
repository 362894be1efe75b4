/* SPDX-License-Identifier: ISC */
/* The parent's part: it waits until its workers serve, and until they left. */
#ifndef APP_PARENT_H
#define APP_PARENT_H

#include <kore/kore.h>

/* From a worker, once: it takes connections now. */
#define PARENT_MSG_SERVING	(KORE_MSG_APP_BASE + 10)

/* Before the first worker; from then on each turn of its loop is ours too. */
void	parent_start(void);
/* Send the stop again to who is still there. Safe in a signal handler. */
void	parent_tell(void);

#endif
