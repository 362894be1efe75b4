/* SPDX-License-Identifier: ISC */
/*
 * What the tests of the database client share: a schema of their own, a
 * level-triggered loop like the server's, and a relay between client and server
 * that can be held, cut and taken away.
 *
 * The client prepares the statements of the binary. The tests need other ones,
 * so they bring their own table, which takes the place of the generated one.
 */
#ifndef TESTS_STORE_CLIENT_H
#define TESTS_STORE_CLIENT_H

#include <errno.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define store_statements	store_statements_of_binary
#include "store/migrations.h"
#include "store/query.h"
#include "store/store.h"
#undef store_statements

/* The nth statement of the tests: all but the one that the client knows. */
#define SLOT(n)		((enum store_statement)((n) + \
			    ((n) >= STMT_SCHEMA_VERSION)))

#define T_PUT		SLOT(0)
#define T_GET		SLOT(1)
#define T_ADD		SLOT(2)
#define T_TOUCH		SLOT(3)
#define T_SLEEP		SLOT(4)
#define T_DIVIDE	SLOT(5)
#define T_ECHO		SLOT(6)
#define T_RAISE		SLOT(7)
#define T_CHILD		SLOT(8)
#define T_VIEW		SLOT(9)
#define T_SETTING	SLOT(10)
#define T_PUT_MANY	SLOT(11)
#define T_GET_MANY	SLOT(12)
#define T_COUNT		13

#define TEST_VERSION	7

extern struct store_statement_text store_statements[STMT_MAX];
struct store_statement_text store_statements[STMT_MAX];

const struct store_migration store_migrations[] = {
	{ .version = 1, .name = "one", .sql = "" },
	{ .version = TEST_VERSION, .name = "seven", .sql = "" },
};
const int store_migrations_count = 2;

static const char *const test_sql[T_COUNT] = {
	"INSERT INTO item (id) VALUES ($1)"
	    " RETURNING pg_current_xact_id()::text, pg_backend_pid()",
	"SELECT n, pg_backend_pid() FROM item WHERE id = $1",
	"UPDATE item SET n = n + 1 WHERE id = $1 RETURNING n",
	"UPDATE item SET n = n + 1 WHERE id = $1",
	"SELECT pg_backend_pid() FROM pg_sleep($1::float8)",
	"SELECT 1 / $1::int",
	"SELECT $1::text, $2::bytea, $3::bigint, $4::boolean, NULL::text,"
	    " $5::bytea, $6::bytea",
	"SELECT trouble($1, $2::int)",
	"INSERT INTO child (id, parent) VALUES ($1, $2) RETURNING id",
	"SELECT v FROM view_of_item",
	"SELECT current_setting($1)",
	/* Its own, what it has with others, and with how many. */
	"WITH asked AS ("
	    "SELECT * FROM unnest($1::text[], $3::bytea[])"
	    "    WITH ORDINALITY AS ask (id, data, n)"
	    "), put AS ("
	    "INSERT INTO item (id) SELECT id FROM asked"
	    "    ON CONFLICT DO NOTHING RETURNING id) "
	    "SELECT n, id, data, $2::text, count(*) OVER (),"
	    "    pg_current_xact_id()::text, 1 / length(id)"
	    "  FROM asked JOIN put USING (id) ORDER BY n DESC",
	"SELECT ask.n, item.n, (count(*) OVER ())"
	    "  FROM unnest($1::text[]) WITH ORDINALITY AS ask (id, n)"
	    "  JOIN item ON item.id = ask.id"
	    " CROSS JOIN generate_series(1, 2)",
};

static const unsigned test_arrays[T_COUNT] = {
	[11] = 1 | 4,
	[12] = 1,
};

static const char test_schema[] =
    "CREATE TABLE schema_version (version int);"
    "INSERT INTO schema_version VALUES (7);"
    "CREATE TABLE item (id text PRIMARY KEY, n int NOT NULL DEFAULT 0);"
    "CREATE TABLE child (id text PRIMARY KEY, parent text NOT NULL"
    "    REFERENCES item DEFERRABLE INITIALLY DEFERRED);"
    "CREATE VIEW view_of_item AS SELECT 1::int AS v;"
    "CREATE SEQUENCE attempts;"
    /* Fails with the SQLSTATE the first n times, rolled back or not. */
    "CREATE FUNCTION trouble(state text, n int) RETURNS text"
    "    LANGUAGE plpgsql AS $$ BEGIN"
    "    RAISE WARNING 'sesame-in-warning';"
    "    IF nextval('attempts') <= n THEN"
    "        RAISE EXCEPTION USING ERRCODE = state, MESSAGE = 'trouble',"
    "            DETAIL = 'sesame-in-detail';"
    "    END IF;"
    "    RETURN 'well'; END $$;";

static PGconn	*control;		/* to look and to interfere */
static char	 schema[64];
static char	 conninfo[2048];	/* with our schema as search_path */
static int	 epfd = -1;
static int	 watched[64];		/* by fd */

/* One asker. */
struct ask {
	struct store_query	 q;
	int			 answers;
	enum store_status	 status;
};

static inline uint64_t
now_ms(void)
{
	struct timespec	ts;

	assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &ts), 0);

	return ((uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000);
}

/* Run SQL beside the client; the first column of the first row. */
static inline long
sql(const char *text)
{
	PGresult	*res;
	long		 n = 0;

	res = PQexec(control, text);
	if (PQresultStatus(res) != PGRES_TUPLES_OK &&
	    PQresultStatus(res) != PGRES_COMMAND_OK)
		fail_msg("%s: %s", text, PQerrorMessage(control));
	if (PQntuples(res) > 0)
		n = strtol(PQgetvalue(res, 0, 0), NULL, 10);
	PQclear(res);

	return (n);
}

static inline void
loop_watch(void *conn, int fd, int want_write)
{
	struct epoll_event	e = {
		.events = EPOLLIN | EPOLLRDHUP | (want_write ? EPOLLOUT : 0),
		.data.ptr = conn,
	};

	assert_in_range(fd, 0, 63);
	assert_int_equal(epoll_ctl(epfd, watched[fd] ? EPOLL_CTL_MOD :
	    EPOLL_CTL_ADD, fd, &e), 0);
	watched[fd] = 1;
}

/* Like the server's, it does not forgive an fd that is closed already. */
static inline void
loop_unwatch(void *conn, int fd)
{
	(void)conn;
	assert_in_range(fd, 0, 63);
	assert_true(watched[fd]);
	assert_int_equal(epoll_ctl(epfd, EPOLL_CTL_DEL, fd, NULL), 0);
	watched[fd] = 0;
}

static const struct store_loop test_loop = {
	.watch = loop_watch,
	.unwatch = loop_unwatch,
};

static inline struct store *
open_store(const char *info, unsigned connections, unsigned timeout_ms)
{
	struct store_options	o = {
		.conninfo = info,
		.connections = connections,
		.timeout_ms = timeout_ms,
		.queue_max = 100000,
		.loop = &test_loop,
	};

	return (store_open(&o));
}

static inline void	relay_turn(void);

/* One turn of the loop, as the server has it: events, tick, flush, sleep. */
static inline void
turn(struct store *s)
{
	struct epoll_event	e[16];
	int			i, n;

	store_tick(s, now_ms());
	store_flush(s);
	n = epoll_wait(epfd, e, 16, 2);
	for (i = 0; i < n; i++)
		store_event(e[i].data.ptr);
	relay_turn();
}

static inline void
run_ready(struct store *s)
{
	uint64_t	end = now_ms() + 8000;
	char		why[STORE_WHY_LEN] = "";

	while (!store_is_ready(s, why, sizeof(why))) {
		if (now_ms() > end)
			fail_msg("not ready: %s", why);
		turn(s);
	}
}

/* Until the client gives that reason for not being ready. */
static inline void
run_why(struct store *s, const char *expected)
{
	uint64_t	end = now_ms() + 8000;
	char		why[STORE_WHY_LEN] = "";

	while (store_is_ready(s, why, sizeof(why)) ||
	    strstr(why, expected) == NULL) {
		if (now_ms() > end)
			fail_msg("'%s' does not say '%s'", why, expected);
		turn(s);
	}
}

static inline void
run_ms(struct store *s, unsigned ms)
{
	uint64_t	end = now_ms() + ms;

	while (now_ms() < end)
		turn(s);
}

static inline void
run_answered(struct store *s, const struct ask *a, int n)
{
	uint64_t	end = now_ms() + 8000;
	int		i;

	for (i = 0; i < n; i++) {
		while (a[i].answers == 0) {
			if (now_ms() > end)
				fail_msg("question %d has no answer", i);
			turn(s);
		}
	}
}

static inline void
note(struct store_query *q)
{
	struct ask	*a = q->arg;

	a->answers++;
	a->status = q->status;
	assert_null(q->op);
	assert_int_not_equal(q->status, STORE_PENDING);
}

/* Ask with up to two text parameters; the first is the key. */
static inline void
ask(struct store *s, struct ask *a, enum store_statement stmt,
    enum store_kind kind, const char *p1, const char *p2)
{
	struct store_params	p;
	int			before = a->answers;

	params_init(&p);
	if (p1 != NULL)
		params_text(&p, p1);
	if (p2 != NULL)
		params_text(&p, p2);
	if (a->q.done == NULL)
		a->q.done = note;
	a->q.arg = a;
	store_ask(s, &a->q, stmt, kind, &p, p1, p1 == NULL ? 0 : strlen(p1));
	assert_int_equal(a->answers, before);
	assert_int_equal(a->q.status, STORE_PENDING);
}

static inline void
drop_all(struct ask *a, int n)
{
	int	i;

	for (i = 0; i < n; i++)
		store_query_drop(&a[i].q);
}

static inline void
close_store(struct store *s)
{
	int	fd;

	store_close(s);
	for (fd = 0; fd < 64; fd++)
		assert_false(watched[fd]);
}

static inline int
setup_all(void **state)
{
	static char	 name[STMT_MAX][24];
	const char	*base;
	char		 text[256];
	int		 i;

	(void)state;
	if ((base = getenv("AMBAUTH_TEST_CONNINFO")) == NULL) {
		fprintf(stderr, "AMBAUTH_TEST_CONNINFO must name a "
		    "PostgreSQL database for this test\n");
		return (-1);
	}
	assert_true(STMT_MAX > T_COUNT);
	for (i = 0; i < STMT_MAX; i++) {
		(void)snprintf(name[i], sizeof(name[i]), "test_%d", i);
		store_statements[i].name = name[i];
		store_statements[i].sql = "SELECT 1";
	}
	for (i = 0; i < T_COUNT; i++) {
		store_statements[SLOT(i)].sql = test_sql[i];
		store_statements[SLOT(i)].arrays = test_arrays[i];
	}
	store_statements[STMT_SCHEMA_VERSION].sql =
	    "SELECT max(version) FROM schema_version";
	(void)snprintf(schema, sizeof(schema), "test_store_%ld",
	    (long)getpid());
	(void)snprintf(conninfo, sizeof(conninfo),
	    "%s options='-c search_path=%s'", base, schema);
	control = PQconnectdb(conninfo);
	if (PQstatus(control) != CONNECTION_OK) {
		fprintf(stderr, "%s", PQerrorMessage(control));
		return (-1);
	}
	(void)sql("SET client_min_messages = error");
	(void)snprintf(text, sizeof(text), "CREATE SCHEMA %s", schema);
	(void)sql(text);
	(void)sql(test_schema);
	epfd = epoll_create1(EPOLL_CLOEXEC);

	return (epfd == -1 ? -1 : 0);
}

static inline int
teardown_all(void **state)
{
	char	text[128];

	(void)state;
	if (control == NULL || PQstatus(control) != CONNECTION_OK)
		return (-1);
	(void)snprintf(text, sizeof(text), "DROP SCHEMA %s CASCADE", schema);
	(void)sql(text);
	PQfinish(control);
	(void)close(epfd);

	return (0);
}

static inline int
setup_each(void **state)
{
	(void)state;
	(void)sql("TRUNCATE item, child");
	(void)sql("ALTER SEQUENCE attempts RESTART");

	return (0);
}

#include "store_relay.h"

#endif
