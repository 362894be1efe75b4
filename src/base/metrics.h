/* SPDX-License-Identifier: ISC */
/*
 * What is counted while serving, for Prometheus. Each worker has a slot of
 * 64-bit cells in memory that all share; only its own event loop writes there,
 * by plain stores, so counting costs a few instructions and no lock. Whoever
 * is asked adds the slots up. A worker that takes the place of one that died
 * goes on in its slot: counters never go back.
 *
 * Without metrics_map (commands, tests) everything is counted for nobody.
 */
#ifndef BASE_METRICS_H
#define BASE_METRICS_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

#define METRICS_ENDPOINTS_MAX	40
#define METRICS_CONTENT_TYPE	"text/plain; version=0.0.4; charset=utf-8"
#define METRICS_TEXT_LEN	(1024 * 1024)	/* more than all of it takes */
#define METRICS_ALIVE_MS	5000	/* without a beat: not alive */

/* metrics_table.c has a row for each, in this order. */
enum metric {
	METRIC_HTTP_REQUESTS,		/* by metrics_request alone */
	METRIC_HTTP_DURATION,		/* by metrics_request alone */
	METRIC_HTTP_IN_FLIGHT,
	METRIC_HTTP_REFUSED,
	METRIC_CONNECTIONS,
	METRIC_CONNECTIONS_MAX,
	METRIC_TLS_HANDSHAKES,		/* label: is it a resumed one? */
	METRIC_SIGN_INS,		/* enum metric_sign_in */
	METRIC_CODES_REDEEMED,		/* enum metric_code */
	METRIC_TOKENS_ISSUED,		/* enum metric_token */
	METRIC_TOKENS_REVOKED,
	METRIC_LINKS,			/* enum metric_link */
	METRIC_THROTTLED,
	METRIC_HASH_QUEUE_DEPTH,
	METRIC_HASH_QUEUE_LIMIT,
	METRIC_HASH_THREADS,
	METRIC_HASH_WAIT,		/* microseconds */
	METRIC_HASH_DURATION,		/* microseconds */
	METRIC_DB_BATCH_SIZE,
	METRIC_DB_BATCH_DURATION,	/* microseconds */
	METRIC_DB_QUEUE_DEPTH,
	METRIC_DB_CONNECTIONS,		/* enum metric_db_connection */
	METRIC_DB_ERRORS,		/* enum metric_db_error */
	METRIC_DB_RERUNS,
	METRIC_OUTBOX_PENDING,
	METRIC_OUTBOX_OLDEST,		/* seconds */
	METRIC_WEBHOOK_DELIVERIES,	/* enum metric_delivery */
	METRIC_SIGNING_KEY_AGE,		/* enum metric_alg; seconds */
	METRIC_KEYS_LOADED,
	METRIC_CERTIFICATE_NOT_AFTER,	/* Unix time */
	METRIC_LOOP_STALLS,
	METRIC_RESIDENT_MEMORY,		/* bytes */
	METRIC_CPU,			/* microseconds */
	METRIC_MAX
};

/* Labels, as metrics_table.c writes them. */
enum metric_method {
	METRIC_GET, METRIC_HEAD, METRIC_POST, METRIC_DELETE,
	METRIC_OTHER_METHOD
};
enum metric_sign_in {
	METRIC_SIGN_IN_SUCCESS, METRIC_SIGN_IN_WRONG_PASSWORD,
	METRIC_SIGN_IN_LOCKED, METRIC_SIGN_IN_THROTTLED, METRIC_SIGN_IN_BUSY,
	METRIC_SIGN_IN_CANCELED, METRIC_SIGN_IN_EXPIRED, METRIC_SIGN_IN_OUTAGE
};
enum metric_code {
	METRIC_CODE_SUCCESS, METRIC_CODE_REUSED, METRIC_CODE_REFUSED
};
enum metric_token {
	METRIC_TOKEN_ACCESS, METRIC_TOKEN_ID, METRIC_TOKEN_REFRESH,
	METRIC_TOKEN_ENCRYPTED
};
enum metric_link {
	METRIC_LINK_CREATED, METRIC_LINK_EXISTING, METRIC_LINK_MOVED,
	METRIC_LINK_CONFLICT
};
enum metric_db_connection { METRIC_DB_READY, METRIC_DB_CONNECTING };
enum metric_db_error {
	METRIC_DB_OUTAGE, METRIC_DB_TIMEOUT, METRIC_DB_ERROR
};
enum metric_delivery {
	METRIC_DELIVERY_DELIVERED, METRIC_DELIVERY_FAILED,
	METRIC_DELIVERY_GIVEN_UP
};
enum metric_alg { METRIC_ALG_ES256, METRIC_ALG_RS256 };

/* What this binary is made of; the texts must last. */
struct metrics_build {
	const char	*version;
	const char	*kore;
	const char	*openssl;
	const char	*libpq;
};

/*
 * The memory, for that many workers: once, in the process that they are forked
 * from. endpoints are the names that metrics_request numbers. 0, or -1: there
 * is no memory, or there are too many endpoints.
 */
int	metrics_map(unsigned workers, const struct metrics_build *,
	    const char *const *endpoints, size_t count);
/* This process is the worker with this number, from 1; its gauges are 0. */
void	metrics_attach(unsigned worker);
/* It ends: what it had open is gone. */
void	metrics_detach(void);
/* It lives, and what it takes of the machine; call a few times a second. */
void	metrics_tick(uint64_t now_ms);

/* One more; label is 0 for a metric without one. */
void	metrics_add(enum metric, unsigned label);
/* A gauge is now this. */
void	metrics_set(enum metric, unsigned label, uint64_t value);
/* Into a histogram. */
void	metrics_observe(enum metric, uint64_t value);
/*
 * A request has ended: with this status, or 0 if its client was gone before;
 * began is metrics_now() of when its header had come.
 */
void	metrics_request(unsigned endpoint, enum metric_method, int status,
	    uint64_t began);
/* A turn of the event loop has taken too long. */
void	metrics_loop_stall(void);
/* Microseconds of the monotonic clock. */
uint64_t metrics_now(void);

/* All workers' figures in the text format 0.0.4. */
void	metrics_render(struct text *);

#endif
