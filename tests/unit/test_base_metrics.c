/* SPDX-License-Identifier: ISC */
/*
 * What is counted and how it is shown: labels, the edges of buckets, workers
 * added up, one that died and was replaced.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/metrics.h"

#define WORKERS	3

static char	out[METRICS_TEXT_LEN];

/* Fresh memory of three workers, the first of them us. */
static int
setup(void **state)
{
	static const char *const	endpoints[] = { "other", "token",
	    "line\nfeed" };
	const struct metrics_build	build = { "0.1.0", "4.1.0",
	    "3.0 \"q\\u\"", "15.14" };

	(void)state;
	assert_int_equal(metrics_map(WORKERS, &build, endpoints, 3), 0);
	metrics_attach(1);
	return (0);
}

static const char *
render(void)
{
	struct text	t;

	text_init(&t, out, sizeof(out));
	metrics_render(&t);
	assert_true(text_is_ok(&t));
	return (out);
}

/* The whole line is there, once. */
static void
assert_line(const char *line)
{
	const char	*p;
	char		 want[256];
	int		 n;

	assert_true(snprintf(want, sizeof(want), "\n%s\n", line) <
	    (int)sizeof(want));
	n = 0;
	for (p = render(); (p = strstr(p, want)) != NULL; p++)
		n++;
	if (n != 1)
		fail_msg("%d times, not once: %s", n, line);
}

static void
assert_no(const char *part)
{
	if (strstr(render(), part) != NULL)
		fail_msg("is there: %s", part);
}

static void
test_labels(void **state)
{
	(void)state;
	metrics_add(METRIC_SIGN_INS, METRIC_SIGN_IN_SUCCESS);
	metrics_add(METRIC_SIGN_INS, METRIC_SIGN_IN_OUTAGE);
	metrics_add(METRIC_SIGN_INS, METRIC_SIGN_IN_OUTAGE);
	metrics_add(METRIC_THROTTLED, 0);
	assert_line("ambauth_sign_ins_total{result=\"success\"} 1");
	assert_line("ambauth_sign_ins_total{result=\"outage\"} 2");
	/* What did not happen is shown too: a rate needs a beginning. */
	assert_line("ambauth_sign_ins_total{result=\"locked\"} 0");
	assert_line("# TYPE ambauth_sign_ins_total counter");
	assert_line("ambauth_throttled_total 1");
	assert_line("ambauth_links_total{result=\"conflict\"} 0");
}

static void
test_build_is_escaped(void **state)
{
	(void)state;
	assert_line("ambauth_build_info{version=\"0.1.0\",kore=\"4.1.0\","
	    "openssl=\"3.0 \\\"q\\\\u\\\"\",libpq=\"15.14\"} 1");
}

static void
test_requests(void **state)
{
	(void)state;
	metrics_request(1, METRIC_POST, 200, metrics_now());
	metrics_request(1, METRIC_POST, 200, metrics_now());
	metrics_request(1, METRIC_POST, 0, metrics_now());
	metrics_request(0, METRIC_OTHER_METHOD, 404, metrics_now());
	metrics_request(0, METRIC_GET, 299, metrics_now());
	metrics_request(0, METRIC_GET, -1, metrics_now());
	metrics_request(0, METRIC_GET, 100000, metrics_now());
	metrics_request(2, METRIC_DELETE, 503, metrics_now());
	assert_line("ambauth_http_requests_total{endpoint=\"token\","
	    "method=\"POST\",status=\"200\"} 2");
	assert_line("ambauth_http_requests_total{endpoint=\"token\","
	    "method=\"POST\",status=\"gone\"} 1");
	assert_line("ambauth_http_requests_total{endpoint=\"other\","
	    "method=\"other\",status=\"404\"} 1");
	assert_line("ambauth_http_requests_total{endpoint=\"other\","
	    "method=\"GET\",status=\"other\"} 3");
	assert_line("ambauth_http_requests_total{endpoint=\"line\\nfeed\","
	    "method=\"DELETE\",status=\"503\"} 1");
	assert_line("ambauth_http_request_duration_seconds_count"
	    "{endpoint=\"token\"} 3");
	assert_line("ambauth_http_request_duration_seconds_bucket"
	    "{endpoint=\"other\",le=\"+Inf\"} 4");
	/* Of thousands of combinations only what there was. */
	assert_no("endpoint=\"token\",method=\"GET\"");
}

/* A value that is the bound belongs to the bucket: le is "at most". */
static void
test_bucket_edges(void **state)
{
	(void)state;
	metrics_observe(METRIC_DB_BATCH_DURATION, 0);
	metrics_observe(METRIC_DB_BATCH_DURATION, 1000);
	metrics_observe(METRIC_DB_BATCH_DURATION, 1001);
	metrics_observe(METRIC_DB_BATCH_DURATION, 5000000);
	metrics_observe(METRIC_DB_BATCH_DURATION, 5000001);
	assert_line("ambauth_db_batch_duration_seconds_bucket{le=\"0.001\"} 2");
	assert_line("ambauth_db_batch_duration_seconds_bucket{le=\"0.01\"} 3");
	assert_line("ambauth_db_batch_duration_seconds_bucket{le=\"2.5\"} 3");
	assert_line("ambauth_db_batch_duration_seconds_bucket{le=\"5\"} 4");
	assert_line("ambauth_db_batch_duration_seconds_bucket{le=\"+Inf\"} 5");
	assert_line("ambauth_db_batch_duration_seconds_sum 10.002002");
	assert_line("ambauth_db_batch_duration_seconds_count 5");

	metrics_observe(METRIC_DB_BATCH_SIZE, 1);
	metrics_observe(METRIC_DB_BATCH_SIZE, 256);
	assert_line("ambauth_db_batch_size_bucket{le=\"1\"} 1");
	assert_line("ambauth_db_batch_size_bucket{le=\"128\"} 1");
	assert_line("ambauth_db_batch_size_bucket{le=\"256\"} 2");
	assert_line("ambauth_db_batch_size_sum 257");
	assert_line("# TYPE ambauth_db_batch_size histogram");
}

static void
test_workers_are_added_up(void **state)
{
	(void)state;
	assert_line("ambauth_workers 1");
	metrics_add(METRIC_THROTTLED, 0);
	metrics_observe(METRIC_HASH_WAIT, 900);
	metrics_set(METRIC_CONNECTIONS, 0, 5);
	metrics_set(METRIC_KEYS_LOADED, 0, 2);
	metrics_set(METRIC_OUTBOX_PENDING, 0, 7);
	metrics_attach(2);
	assert_line("ambauth_workers 2");
	metrics_add(METRIC_THROTTLED, 0);
	metrics_observe(METRIC_HASH_WAIT, 200000);
	metrics_set(METRIC_CONNECTIONS, 0, 6);
	assert_line("ambauth_throttled_total 2");
	assert_line("ambauth_hash_wait_seconds_bucket{le=\"0.1\"} 1");
	assert_line("ambauth_hash_wait_seconds_bucket{le=\"0.25\"} 2");
	assert_line("ambauth_hash_wait_seconds_sum 0.200900");
	assert_line("ambauth_connections 11");
	/* The worker with the fewest, and the one that asked. */
	assert_line("ambauth_keys_loaded 0");
	assert_line("ambauth_webhook_outbox_pending 7");
	metrics_set(METRIC_KEYS_LOADED, 0, 1);
	assert_line("ambauth_keys_loaded 1");
	metrics_set(METRIC_OUTBOX_PENDING, 0, 9);
	assert_line("ambauth_webhook_outbox_pending 9");
}

/* One dies without a word; another one takes its place. */
static void
test_replaced(void **state)
{
	(void)state;
	metrics_add(METRIC_THROTTLED, 0);
	metrics_set(METRIC_CPU, 0, 5000000);
	metrics_set(METRIC_CONNECTIONS, 0, 5);
	metrics_set(METRIC_SIGNING_KEY_AGE, METRIC_ALG_RS256, 60);
	metrics_attach(1);
	assert_line("ambauth_workers 1");
	assert_line("ambauth_throttled_total 1");
	metrics_add(METRIC_THROTTLED, 0);
	assert_line("ambauth_throttled_total 2");
	/* Its connections died with it; the time that it used did not. */
	assert_line("ambauth_connections 0");
	assert_line("ambauth_signing_key_age_seconds{alg=\"RS256\"} 0");
	assert_no("process_cpu_seconds_total{worker=\"1\"} 4.");
	assert_non_null(strstr(render(),
	    "process_cpu_seconds_total{worker=\"1\"} 5."));
}

/* What it has counted stays; what it had open does not. */
static void
test_ended(void **state)
{
	(void)state;
	metrics_add(METRIC_THROTTLED, 0);
	metrics_set(METRIC_CONNECTIONS, 0, 5);
	metrics_detach();
	assert_line("ambauth_workers 0");
	assert_line("ambauth_throttled_total 1");
	assert_line("ambauth_connections 0");
}

/* One that hangs beats no more. */
static void
test_not_alive(void **state)
{
	uint64_t	now;

	(void)state;
	now = metrics_now() / 1000;
	metrics_set(METRIC_CONNECTIONS, 0, 5);
	metrics_tick(now - METRICS_ALIVE_MS - 1);
	assert_line("ambauth_workers 0");
	assert_line("ambauth_connections 0");
	metrics_tick(now);
	assert_line("ambauth_workers 1");
	assert_line("ambauth_connections 5");
}

/* A number that there is no slot for counts for nobody, and breaks nothing. */
static void
test_no_slot(void **state)
{
	(void)state;
	metrics_add(METRIC_THROTTLED, 0);
	metrics_attach(WORKERS + 1);
	metrics_attach(0);
	metrics_add(METRIC_THROTTLED, 0);
	assert_line("ambauth_throttled_total 2");
}

static void
test_too_many_endpoints(void **state)
{
	const char			*names[METRICS_ENDPOINTS_MAX + 1];
	const struct metrics_build	 build = { "", "", "", "" };
	size_t				 i;

	(void)state;
	for (i = 0; i < METRICS_ENDPOINTS_MAX + 1; i++)
		names[i] = "x";
	assert_int_equal(metrics_map(1, &build, names,
	    METRICS_ENDPOINTS_MAX + 1), -1);
}

/* The last cell of the largest metric is its own. */
static void
test_last_label(void **state)
{
	const char			*names[METRICS_ENDPOINTS_MAX];
	const struct metrics_build	 build = { "", "", "", "" };
	char				 mem[METRICS_ENDPOINTS_MAX][8];
	char				 want[128];
	size_t				 i;

	(void)state;
	for (i = 0; i < METRICS_ENDPOINTS_MAX; i++) {
		(void)snprintf(mem[i], sizeof(mem[i]), "e%zu", i);
		names[i] = mem[i];
	}
	assert_int_equal(metrics_map(1, &build, names,
	    METRICS_ENDPOINTS_MAX), 0);
	metrics_attach(1);
	metrics_request(METRICS_ENDPOINTS_MAX - 1, METRIC_OTHER_METHOD, 599,
	    metrics_now());
	(void)snprintf(want, sizeof(want), "ambauth_http_requests_total"
	    "{endpoint=\"e%d\",method=\"other\",status=\"other\"} 1",
	    METRICS_ENDPOINTS_MAX - 1);
	assert_line(want);
	assert_line("ambauth_http_refused_total 0");
	assert_line("ambauth_tls_handshakes_total{resumed=\"no\"} 0");
}

/* Every combination at once fits the room that there is for it. */
static void
test_all_fits(void **state)
{
	const char			*names[METRICS_ENDPOINTS_MAX];
	const struct metrics_build	 build = { "", "", "", "" };
	size_t				 i;
	int				 status;

	(void)state;
	for (i = 0; i < METRICS_ENDPOINTS_MAX; i++)
		names[i] = "apple_app_site_association";
	assert_int_equal(metrics_map(1, &build, names,
	    METRICS_ENDPOINTS_MAX), 0);
	metrics_attach(1);
	for (i = 0; i < METRICS_ENDPOINTS_MAX * 5; i++)
		for (status = 0; status < 600; status++)
			metrics_request((unsigned)i / 5,
			    (enum metric_method)(i % 5), status, 0);
	(void)render();
}

static void
test_stall(void **state)
{
	(void)state;
	metrics_loop_stall();
	assert_line("ambauth_loop_stalls_total 1");
}

static void
test_room(void **state)
{
	struct text	t;
	char		small[64];

	(void)state;
	text_init(&t, small, sizeof(small));
	metrics_render(&t);
	assert_false(text_is_ok(&t));
}

/* Before there is memory: for nobody, and nothing is shown. */
static void
test_unmapped(void **state)
{
	struct text	t;

	(void)state;
	metrics_add(METRIC_THROTTLED, 0);
	metrics_request(1, METRIC_POST, 200, 0);
	metrics_observe(METRIC_HASH_WAIT, 1);
	metrics_attach(1);
	metrics_tick(1);
	text_init(&t, out, sizeof(out));
	metrics_render(&t);
	assert_int_equal(t.len, 0);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_unmapped),	/* first */
		cmocka_unit_test_setup(test_labels, setup),
		cmocka_unit_test_setup(test_build_is_escaped, setup),
		cmocka_unit_test_setup(test_requests, setup),
		cmocka_unit_test_setup(test_bucket_edges, setup),
		cmocka_unit_test_setup(test_workers_are_added_up, setup),
		cmocka_unit_test_setup(test_replaced, setup),
		cmocka_unit_test_setup(test_ended, setup),
		cmocka_unit_test_setup(test_not_alive, setup),
		cmocka_unit_test_setup(test_no_slot, setup),
		cmocka_unit_test_setup(test_too_many_endpoints, setup),
		cmocka_unit_test_setup(test_last_label, setup),
		cmocka_unit_test_setup(test_all_fits, setup),
		cmocka_unit_test_setup(test_stall, setup),
		cmocka_unit_test_setup(test_room, setup),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
