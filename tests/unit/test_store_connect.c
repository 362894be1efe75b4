/* SPDX-License-Identifier: ISC */
/*
 * How the database client finds its server: names looked up elsewhere, lists
 * of hosts, hosts that hang; and the client of commands, which waits.
 */
#include "store_client.h"

static char	 info[4096];
static char	 asked[256];		/* names that were to be looked up */
static void	*asked_by;
static int	 asked_times;

static void
loop_resolve(void *conn, const char *names)
{
	(void)snprintf(asked, sizeof(asked), "%s", names);
	asked_by = conn;
	asked_times++;
}

static const struct store_loop resolving_loop = {
	.watch = loop_watch,
	.unwatch = loop_unwatch,
	.resolve = loop_resolve,
};

/* A store that must look names up. */
static struct store *
open_resolving(const char *more, unsigned timeout_ms)
{
	struct store_options	o = {
		.conninfo = info,
		.connections = 1,
		.timeout_ms = timeout_ms,
		.queue_max = 100,
		.loop = &resolving_loop,
	};

	(void)snprintf(info, sizeof(info), "%s %s", conninfo, more);
	asked[0] = '\0';
	asked_times = 0;

	return (store_open(&o));
}

/* Options of the conninfo with the real server among others. */
static const char *
hosts(const char *fmt)
{
	static char	text[512];

	(void)snprintf(text, sizeof(text), fmt, PQhost(control),
	    PQport(control));

	return (text);
}

static void
test_names(void **state)
{
	struct store	*s;

	(void)state;
	s = open_resolving("host=db1.invalid,db2.invalid port=1,2", 3000);
	turn(s);
	assert_int_equal(asked_times, 1);
	assert_string_equal(asked, "db1.invalid,db2.invalid");
	/* No answer yet: nothing happens, nothing is asked twice. */
	run_ms(s, 50);
	assert_int_equal(asked_times, 1);
	store_resolved(asked_by, NULL);
	run_why(s, "no address found");
	while (asked_times < 2)
		turn(s);
	/* Each with its own port. */
	store_resolved(asked_by, "127.0.0.1,127.0.0.3");
	run_why(s, "127.0.0.1\", port 1 failed: Connection refused; "
	    "connection to server at \"127.0.0.3\", port 2 failed");
	/* Too late, or twice: of no effect. */
	store_resolved(asked_by, "127.0.0.1,127.0.0.1");
	close_store(s);
}

/* Several addresses of one name, each tried with the name's port. */
static void
test_addresses_of_a_name(void **state)
{
	struct store	*s;

	(void)state;
	s = open_resolving("host=a.invalid port=1", 3000);
	turn(s);
	store_resolved(asked_by, "127.0.0.4 127.0.0.5");
	run_why(s, "127.0.0.4\", port 1 failed: Connection refused; "
	    "connection to server at \"127.0.0.5\", port 1 failed");
	close_store(s);
}

/* Numbers and sockets need no lookup; a name without address is left out. */
static void
test_mixed_hosts(void **state)
{
	struct store	*s;

	(void)state;
	s = open_resolving(hosts("host=127.0.0.1,::1,%s port=1,1,%s"), 3000);
	run_ready(s);
	assert_int_equal(asked_times, 0);
	close_store(s);

	s = open_resolving(hosts("host=gone.invalid,%s port=1,%s"), 3000);
	turn(s);
	assert_string_equal(asked, "gone.invalid");
	store_resolved(asked_by, "");
	run_ready(s);
	close_store(s);

	/* The operator knows the address already. */
	s = open_resolving(hosts("host=known.invalid,%s "
	    "hostaddr=127.0.0.1, port=1,%s"), 3000);
	run_ready(s);
	assert_int_equal(asked_times, 0);
	close_store(s);
}

/* A lookup that never ends is given up, and asked for again. */
static void
test_lookup_hangs(void **state)
{
	struct store	*s = open_resolving("host=slow.invalid", 100);

	(void)state;
	run_why(s, "connecting took too long");
	while (asked_times < 2)
		turn(s);
	close_store(s);
}

/* The first host accepts and says nothing: the second has its turn. */
static void
test_host_hangs(void **state)
{
	char		text[512];
	struct store	*s;

	(void)state;
	relay_init(info, sizeof(info));
	relay_open();
	relay.is_deaf = relay.is_mute = 1;
	(void)snprintf(text, sizeof(text), "host=%s,%s port=" RELAY_PORT ",%s",
	    relay.dir, PQhost(control), PQport(control));
	s = open_resolving(text, 150);
	run_ready(s);
	close_store(s);
	relay_close();
	assert_int_equal(rmdir(relay.dir), 0);
}

static void
test_bad_conninfo(void **state)
{
	char		 why[STORE_WHY_LEN];
	struct store	*s = open_resolving("password=open sesame", 3000);

	(void)state;
	assert_false(store_has_lost(s));
	run_why(s, "conninfo");
	assert_true(store_has_lost(s));
	assert_false(store_is_ready(s, why, sizeof(why)));
	assert_null(strstr(why, "sesame"));
	close_store(s);
}

/* What we set for a session; the operator's own options stay, and win. */
static void
test_session_settings(void **state)
{
	static const char *const expected[][2] = {
		{ "statement_timeout", "1234ms" },
		{ "lock_timeout", "99ms" },
		{ "bytea_output", "hex" },
		{ "client_encoding", "UTF8" },
		{ "application_name", "ambauth" },
		{ "search_path", schema },
	};
	char		 options[256];
	struct store	*s;
	struct ask	 a[6] = { { .answers = 0 } };
	int		 i;

	(void)state;
	(void)snprintf(options, sizeof(options), "options='-c search_path=%s "
	    "-c lock_timeout=99' client_encoding=LATIN1", schema);
	s = open_resolving(options, 1234);
	run_ready(s);
	for (i = 0; i < 6; i++)
		ask(s, &a[i], T_SETTING, STORE_READ, expected[i][0], NULL);
	run_answered(s, a, 6);
	for (i = 0; i < 6; i++)
		assert_string_equal(rows_text(&a[i].q, 0, 0), expected[i][1]);
	drop_all(a, 6);
	close_store(s);
}

static void
test_blocking(void **state)
{
	struct store	*s;
	struct ask	 a[3] = { { .answers = 0 } };
	char		 err[STORE_WHY_LEN];

	(void)state;
	s = store_open_blocking(conninfo, err, sizeof(err));
	assert_non_null(s);
	ask(s, &a[0], T_PUT, STORE_WRITE, "a", NULL);
	assert_int_equal(store_wait(s, &a[0].q), 0);
	assert_int_equal(a[0].q.status, STORE_OK);
	ask(s, &a[1], T_PUT, STORE_WRITE, "a", NULL);
	assert_int_equal(store_wait(s, &a[1].q), -1);
	assert_int_equal(a[1].q.status, STORE_CONFLICT);
	ask(s, &a[2], T_GET, STORE_READ, "b", NULL);
	assert_int_equal(store_wait(s, &a[2].q), 0);
	assert_int_equal(a[2].q.status, STORE_NONE);
	drop_all(a, 3);
	store_close(s);

	assert_null(store_open_blocking("host=/nonexistent", err,
	    sizeof(err)));
	assert_non_null(strstr(err, "No such file"));
	(void)sql("UPDATE schema_version SET version = 1");
	assert_null(store_open_blocking(conninfo, err, sizeof(err)));
	assert_non_null(strstr(err, "run `ambauth migrate`"));
	(void)sql("UPDATE schema_version SET version = 7");
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test_setup(test_names, setup_each),
		cmocka_unit_test_setup(test_addresses_of_a_name, setup_each),
		cmocka_unit_test_setup(test_mixed_hosts, setup_each),
		cmocka_unit_test_setup(test_lookup_hangs, setup_each),
		cmocka_unit_test_setup(test_host_hangs, setup_each),
		cmocka_unit_test_setup(test_bad_conninfo, setup_each),
		cmocka_unit_test_setup(test_session_settings, setup_each),
		cmocka_unit_test_setup(test_blocking, setup_each),
	};

	return (cmocka_run_group_tests(tests, setup_all, teardown_all));
}
