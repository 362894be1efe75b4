/* SPDX-License-Identifier: ISC */
/* Sending what waits in the outbox to the clients' webhooks. */
#ifndef APP_OUTBOX_H
#define APP_OUTBOX_H

#include <stdint.h>

#include "endpoint/work.h"
#include "store/webhook.h"

#define OUTBOX_SECRET_LEN	64

/* Look for something to send when it is time; now: monotonic milliseconds. */
void	outbox_tick(uint64_t now_ms);
void	outbox_stop(void);

/* One attempt: made on the event loop, run on a thread. */
struct outbox_send {
	struct work		 work;		/* first */
	struct webhook_event	 event;
	char			 secret[OUTBOX_SECRET_LEN];
	const char		*ca_file;	/* "": the system's */
	int			 is_delivered;
	char			 error[WEBHOOK_ERROR_LEN];
};

/* Once, before there are threads. 0, or -1. */
int	outbox_send_init(void);
/* A work's run: POST the event; fills is_delivered, or error. */
void	outbox_send_run(struct work *);

#endif
