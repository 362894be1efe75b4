/* SPDX-License-Identifier: ISC */
/* Every metric as a row: its name, what it says, its labels. */
#include "base/metrics_table.h"

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))
#define LABEL(what, text, ...)						\
	static const char *const what##_values[] = { __VA_ARGS__ };	\
	static const struct metric_label what = {			\
		text, what##_values, COUNT(what##_values)		\
	}
#define BOUNDS(array)		.bounds = array, .bound_count = COUNT(array)
#define SECONDS			BOUNDS(seconds), .is_micro = 1

static const struct metric_label	endpoint = {
	"endpoint", NULL, METRICS_ENDPOINTS_MAX
};
LABEL(method, "method", "GET", "HEAD", "POST", "DELETE", "other");
LABEL(status, "status", "gone", "200", "201", "204", "302", "303", "304",
    "400", "401", "403", "404", "405", "409", "410", "413", "415", "421",
    "422", "429", "500", "501", "502", "503", "504", "other");
LABEL(resumed, "resumed", "no", "yes");
LABEL(sign_in, "result", "success", "wrong_password", "locked", "throttled",
    "busy", "canceled", "expired", "outage");
LABEL(redeemed, "result", "success", "reused", "refused");
LABEL(token, "kind", "access", "id", "refresh", "encrypted");
LABEL(linked, "result", "created", "existing", "moved", "conflict");
LABEL(db_state, "state", "ready", "connecting");
LABEL(db_error, "kind", "outage", "timeout", "error");
LABEL(delivery, "result", "delivered", "failed", "given_up");
LABEL(alg, "alg", "ES256", "RS256");

static const struct metric_bound	seconds[] = {
	{ 1000, "0.001" }, { 2500, "0.0025" }, { 5000, "0.005" },
	{ 10000, "0.01" }, { 25000, "0.025" }, { 50000, "0.05" },
	{ 100000, "0.1" }, { 250000, "0.25" }, { 500000, "0.5" },
	{ 1000000, "1" }, { 2500000, "2.5" }, { 5000000, "5" },
};
static const struct metric_bound	sizes[] = {
	{ 1, "1" }, { 2, "2" }, { 4, "4" }, { 8, "8" }, { 16, "16" },
	{ 32, "32" }, { 64, "64" }, { 128, "128" }, { 256, "256" },
};

const struct metric_row	metrics_rows[METRIC_MAX] = {
	[METRIC_HTTP_REQUESTS] = { "ambauth_http_requests_total",
	    "Requests that ended, by endpoint, method and status.",
	    .kind = METRIC_COUNTER, .labels = { &endpoint, &method, &status },
	    .is_sparse = 1 },
	[METRIC_HTTP_DURATION] = { "ambauth_http_request_duration_seconds",
	    "From a request's header to its answer, all waiting included.",
	    .kind = METRIC_HISTOGRAM, .labels = { &endpoint }, SECONDS,
	    .is_sparse = 1 },
	[METRIC_HTTP_IN_FLIGHT] = { "ambauth_http_requests_in_flight",
	    "Requests that have not been answered yet.",
	    .kind = METRIC_GAUGE_SUM },
	[METRIC_HTTP_REFUSED] = { "ambauth_http_refused_total",
	    "Requests refused for their header, before any endpoint.",
	    .kind = METRIC_COUNTER },
	[METRIC_CONNECTIONS] = { "ambauth_connections",
	    "Connections from clients that are open.",
	    .kind = METRIC_GAUGE_SUM },
	[METRIC_CONNECTIONS_MAX] = { "ambauth_connections_max",
	    "Connections that may be open at once.",
	    .kind = METRIC_GAUGE_SUM },
	[METRIC_TLS_HANDSHAKES] = { "ambauth_tls_handshakes_total",
	    "TLS handshakes that a request followed.",
	    .kind = METRIC_COUNTER, .labels = { &resumed } },
	[METRIC_SIGN_INS] = { "ambauth_sign_ins_total",
	    "Login forms sent, by how they ended.",
	    .kind = METRIC_COUNTER, .labels = { &sign_in } },
	[METRIC_CODES_REDEEMED] = { "ambauth_codes_redeemed_total",
	    "Authorization codes presented, by how that ended.",
	    .kind = METRIC_COUNTER, .labels = { &redeemed } },
	[METRIC_TOKENS_ISSUED] = { "ambauth_tokens_issued_total",
	    "Tokens handed out.",
	    .kind = METRIC_COUNTER, .labels = { &token } },
	[METRIC_TOKENS_REVOKED] = { "ambauth_tokens_revoked_total",
	    "Revocations by clients that named a token of theirs.",
	    .kind = METRIC_COUNTER },
	[METRIC_LINKS] = { "ambauth_links_total",
	    "Opaque IDs tied to customers, by how that ended.",
	    .kind = METRIC_COUNTER, .labels = { &linked } },
	[METRIC_THROTTLED] = { "ambauth_throttled_total",
	    "Requests refused because there were too many of a kind.",
	    .kind = METRIC_COUNTER },
	[METRIC_HASH_QUEUE_DEPTH] = { "ambauth_hash_queue_depth",
	    "Password hashes that wait for a thread.",
	    .kind = METRIC_GAUGE_SUM },
	[METRIC_HASH_QUEUE_LIMIT] = { "ambauth_hash_queue_limit",
	    "Password hashes that may wait.",
	    .kind = METRIC_GAUGE_SUM },
	[METRIC_HASH_THREADS] = { "ambauth_hash_threads",
	    "Threads that hash passwords.",
	    .kind = METRIC_GAUGE_SUM },
	[METRIC_HASH_WAIT] = { "ambauth_hash_wait_seconds",
	    "How long a password waited for a thread.",
	    .kind = METRIC_HISTOGRAM, SECONDS },
	[METRIC_HASH_DURATION] = { "ambauth_hash_duration_seconds",
	    "How long hashing a password took.",
	    .kind = METRIC_HISTOGRAM, SECONDS },
	[METRIC_DB_BATCH_SIZE] = { "ambauth_db_batch_size",
	    "Statements that shared a commit.",
	    .kind = METRIC_HISTOGRAM, BOUNDS(sizes) },
	[METRIC_DB_BATCH_DURATION] = { "ambauth_db_batch_duration_seconds",
	    "From sending a batch to the end of its commit.",
	    .kind = METRIC_HISTOGRAM, SECONDS },
	[METRIC_DB_QUEUE_DEPTH] = { "ambauth_db_queue_depth",
	    "Statements that wait for a batch.",
	    .kind = METRIC_GAUGE_SUM },
	[METRIC_DB_CONNECTIONS] = { "ambauth_db_connections",
	    "Connections to the database.",
	    .kind = METRIC_GAUGE_SUM, .labels = { &db_state } },
	[METRIC_DB_ERRORS] = { "ambauth_db_errors_total",
	    "Statements without an answer, by why.",
	    .kind = METRIC_COUNTER, .labels = { &db_error } },
	[METRIC_DB_RERUNS] = { "ambauth_db_reruns_total",
	    "Statements run again, because their batch failed or was lost.",
	    .kind = METRIC_COUNTER },
	[METRIC_OUTBOX_PENDING] = { "ambauth_webhook_outbox_pending",
	    "Events that webhooks have not been told; counted up to 10000.",
	    .kind = METRIC_GAUGE_MAX },
	[METRIC_OUTBOX_OLDEST] = { "ambauth_webhook_outbox_oldest_seconds",
	    "For how long the oldest of them has waited.",
	    .kind = METRIC_GAUGE_MAX },
	[METRIC_WEBHOOK_DELIVERIES] = { "ambauth_webhook_deliveries_total",
	    "Attempts to tell a webhook; given_up: the last one of an event.",
	    .kind = METRIC_COUNTER, .labels = { &delivery } },
	[METRIC_SIGNING_KEY_AGE] = { "ambauth_signing_key_age_seconds",
	    "For how long the key that signs now has done so.",
	    .kind = METRIC_GAUGE_MAX, .labels = { &alg } },
	[METRIC_KEYS_LOADED] = { "ambauth_keys_loaded",
	    "Signing keys that the worker with the fewest has.",
	    .kind = METRIC_GAUGE_MIN },
	[METRIC_CERTIFICATE_NOT_AFTER] = {
	    "ambauth_certificate_not_after_seconds",
	    "When the TLS certificate runs out, as Unix time.",
	    .kind = METRIC_GAUGE_MIN, .is_sparse = 1 },
	[METRIC_LOOP_STALLS] = { "ambauth_loop_stalls_total",
	    "Turns of the event loop that took too long.",
	    .kind = METRIC_COUNTER },
	[METRIC_RESIDENT_MEMORY] = { "process_resident_memory_bytes",
	    "Memory that the worker has in use.",
	    .kind = METRIC_GAUGE_SUM, .is_each = 1 },
	[METRIC_CPU] = { "process_cpu_seconds_total",
	    "Processor time that the worker has used, threads included.",
	    .kind = METRIC_COUNTER, .is_micro = 1, .is_each = 1 },
};

/* A histogram: its buckets, the one without a bound, and the sum. */
size_t
metrics_row_width(const struct metric_row *r)
{
	return (r->kind == METRIC_HISTOGRAM ? r->bound_count + 2 : 1);
}

size_t
metrics_row_count(const struct metric_row *r)
{
	size_t	i, n;

	n = 1;
	for (i = 0; i < METRICS_LABELS_MAX && r->labels[i] != NULL; i++)
		n *= r->labels[i]->count;
	return (n);
}

/* "gone" is the first, "other" the last. */
unsigned
metrics_status_label(int code)
{
	unsigned	i;

	if (code == 0)
		return (0);
	for (i = 1; i < status.count - 1; i++) {
		if (status.values[i][0] - '0' == code / 100 &&
		    status.values[i][1] - '0' == code / 10 % 10 &&
		    status.values[i][2] - '0' == code % 10)
			break;
	}
	return (i);
}
