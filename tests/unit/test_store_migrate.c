/* SPDX-License-Identifier: ISC */
/*
 * Migrations against a real database: once, by one node of several, never over
 * a text that was changed; and that every statement finds its way by an index.
 */
#include "store_schema.h"

#include <sys/wait.h>

#include "base/text.h"
#include "store/statements.h"

static char	err[1024];

static int
setup(void **state)
{
	(void)state;
	return (schema_make());
}

/* The status as it is printed. */
static const char *
status_text(int json)
{
	static char	 text[8192];
	FILE		*f;
	size_t		 n;

	f = tmpfile();
	assert_non_null(f);
	assert_int_equal(migrate_status(conninfo, json, f, err, sizeof(err)),
	    0);
	rewind(f);
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	fclose(f);
	return (text);
}

static void
test_before(void **state)
{
	(void)state;
	assert_int_equal(migrate_check(conninfo, err, sizeof(err)), -1);
	assert_non_null(strstr(err, "`ambauth migrate`"));
	assert_non_null(strstr(status_text(0), "pending"));
	assert_null(strstr(status_text(0), "applied"));
	assert_int_equal(migrate_check("host=/nowhere", err, sizeof(err)), 1);
}

/* Nodes that start at once: all succeed, one has done it. */
static void
test_several_at_once(void **state)
{
	char	version[16];
	FILE	*sink;
	int	i, status;

	(void)state;
	for (i = 0; i < 4; i++) {
		if (fork() != 0)
			continue;
		sink = fopen("/dev/null", "w");
		_exit(sink == NULL ||
		    migrate_run(conninfo, sink, err, sizeof(err)) != 0);
	}
	for (i = 0; i < 4; i++) {
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	snprintf(version, sizeof(version), "%d", migrate_version());
	assert_string_equal(sql("SELECT count(*) FROM schema_migrations"),
	    version);
	assert_int_equal(migrate_check(conninfo, err, sizeof(err)), 0);
	assert_null(strstr(status_text(0), "pending"));
	assert_non_null(strstr(status_text(1), "\"state\": \"applied\""));
	/* Codes of today and of the coming week have their place. */
	assert_string_equal(sql("SELECT count(*) FROM pg_inherits"
	    " WHERE inhparent = 'codes'::regclass"), "9");
}

static void
test_changed_text(void **state)
{
	(void)state;
	(void)sql("UPDATE schema_migrations SET sha256 = upper(sha256)"
	    " WHERE version = 3");
	assert_int_equal(migrate_run(conninfo, stderr, err, sizeof(err)), -1);
	assert_non_null(strstr(err, "003 clients"));
	assert_non_null(strstr(status_text(1), "\"state\": \"changed\""));
	(void)sql("UPDATE schema_migrations SET sha256 = lower(sha256)");
	assert_int_equal(migrate_check(conninfo, err, sizeof(err)), 0);
}

static void
test_other_versions(void **state)
{
	(void)state;
	(void)sql("INSERT INTO schema_migrations (version, name, sha256)"
	    " VALUES (900, 'future', 'x')");
	assert_int_equal(migrate_check(conninfo, err, sizeof(err)), -1);
	assert_non_null(strstr(err, "900"));
	assert_int_equal(migrate_run(conninfo, stderr, err, sizeof(err)), -1);
	assert_non_null(strstr(status_text(0), "newer"));
	(void)sql("DELETE FROM schema_migrations WHERE version = 900");
	(void)sql("DELETE FROM schema_migrations"
	    " WHERE version = (SELECT max(version) FROM schema_migrations)");
	assert_int_equal(migrate_check(conninfo, err, sizeof(err)), -1);
	assert_non_null(strstr(err, "`ambauth migrate`"));
	/* It is there already: the transaction fails whole, and says which. */
	assert_int_equal(migrate_run(conninfo, stderr, err, sizeof(err)), -1);
	assert_non_null(strstr(err, "migration 0"));
}

/* What a sign-in asks. With the plan that is kept, no table is read whole. */
static void
test_plans_use_indexes(void **state)
{
	static const enum store_statement	hot[] = {
		STMT_CLIENT_FIND, STMT_CUSTOMER_FIND, STMT_CUSTOMER_REHASH,
		STMT_CODE_PUT, STMT_CODE_TAKE, STMT_CODE_REFUSE,
		STMT_GRANT_FIND, STMT_GRANT_REFRESH, STMT_GRANT_REVOKE,
		STMT_GRANT_REVOKE_REFRESH, STMT_LINK_PUT, STMT_LINK_FIND,
		STMT_LINK_FIND_CUSTOMER, STMT_LINK_LIST, STMT_LINK_DELETE,
	};
	const struct store_statement_text	*s;
	PGresult				*r;
	struct text				 t;
	char					 text[1024];
	size_t					 i;
	int					 n, row;

	(void)state;
	(void)sql("SET plan_cache_mode = force_generic_plan");
	for (i = 0; i < sizeof(hot) / sizeof(hot[0]); i++) {
		s = &store_statements[hot[i]];
		r = PQprepare(control, s->name, s->sql, 0, NULL);
		assert_int_equal(PQresultStatus(r), PGRES_COMMAND_OK);
		PQclear(r);
		r = PQdescribePrepared(control, s->name);
		n = PQnparams(r);
		PQclear(r);
		text_init(&t, text, sizeof(text));
		text_addf(&t, "EXPLAIN EXECUTE %s(", s->name);
		for (row = 0; row < n; row++)
			text_add(&t, row == 0 ? "NULL" : ", NULL");
		text_add(&t, ")");
		r = PQexec(control, text);
		if (PQresultStatus(r) != PGRES_TUPLES_OK)
			fail_msg("%s: %s", text, PQerrorMessage(control));
		for (row = 0; row < PQntuples(r); row++)
			if (strstr(PQgetvalue(r, row, 0), "Seq Scan") != NULL)
				fail_msg("%s: %s", s->name,
				    PQgetvalue(r, row, 0));
		PQclear(r);
	}
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_before),
		cmocka_unit_test(test_several_at_once),
		cmocka_unit_test(test_plans_use_indexes),
		cmocka_unit_test(test_changed_text),
		cmocka_unit_test(test_other_versions),
	};

	return (cmocka_run_group_tests(tests, setup, schema_drop));
}
