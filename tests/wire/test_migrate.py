# SPDX-License-Identifier: ISC
"""ambauth migrate: forward only, once, and refused where it does not fit."""
import concurrent.futures
import json
import re

import pytest

import harness

MIGRATIONS = sorted(p.name for p in (harness.ROOT / "sql" / "migrations")
                    .glob("*.sql"))


@pytest.fixture
def empty(make_server, cluster, request):
    """A server of which the database is empty."""
    name = re.sub(r"\W", "_", request.node.name)[:60]
    server = make_server("empty")
    server.conf = {"database": {"conninfo": cluster.new_database(name)}}
    server.write_conf()
    server.database = name
    return server


def versions(server):
    out = server.cli("migrate", "--status", "--json", check=0).stdout
    return json.loads(out)


def test_migrates_and_says_so(empty):
    assert MIGRATIONS
    first = empty.cli("migrate", check=0)
    for name in MIGRATIONS:
        assert re.sub(r"^\d+_|\.sql$", "", name) in first.stdout, first
    second = empty.cli("migrate", check=0)
    assert len(second.stdout) < len(first.stdout)
    assert empty.cli("migrate", "--status", check=0).stdout


def test_two_at_once(empty):
    """Two nodes that start at the same moment: both end well, each migration
    was applied once."""
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        done = list(pool.map(lambda _: empty.cli("migrate"), range(6)))
    for one in done:
        assert one.returncode == 0, one
    rows = empty.cluster.sql("SELECT count(*), count(DISTINCT version) FROM "
                             "schema_migrations", dbname=empty.database)
    assert rows == [(len(MIGRATIONS), len(MIGRATIONS))]


def refuses_to_serve(server):
    server.start(wait=False)
    harness.wait_for(lambda: server.process.poll() is not None,
                     "a refusal to serve")
    assert server.process.returncode == 1
    return server.log()


def test_a_schema_too_old_is_refused(empty):
    assert "ambauth migrate" in refuses_to_serve(empty)


def test_a_schema_too_new_is_refused(empty):
    empty.migrate()
    empty.cluster.sql(
        "INSERT INTO schema_migrations SELECT (jsonb_populate_record(m, "
        "jsonb_build_object('version', 999, 'name', 'future'))).* FROM "
        "schema_migrations m ORDER BY version DESC LIMIT 1",
        dbname=empty.database)
    said = refuses_to_serve(empty)
    assert "999" in said
    assert empty.cli("migrate").returncode == 1


def test_a_changed_migration_is_noticed(empty):
    empty.migrate()
    ((column,),) = empty.cluster.sql(
        "SELECT column_name::text FROM information_schema.columns WHERE "
        "table_name = 'schema_migrations' AND column_name LIKE '%%sha%%' OR "
        "table_name = 'schema_migrations' AND column_name LIKE 'checksum%%'",
        dbname=empty.database)
    empty.cluster.sql(
        f"UPDATE schema_migrations SET {column} = (SELECT {column} FROM "
        "schema_migrations WHERE version = 2) WHERE version = 1",
        dbname=empty.database)
    done = empty.cli("migrate")
    assert done.returncode == 1
    assert "001" in done.stderr or "1" in done.stderr


def test_a_migration_that_fails_leaves_nothing(empty):
    """Something of the operator's is in the way of the last one."""
    empty.cluster.sql("CREATE TABLE audit (mine integer)",
                      dbname=empty.database)
    done = empty.cli("migrate")
    assert done.returncode == 1
    assert "audit" in done.stderr
    empty.cluster.sql("DROP TABLE audit", dbname=empty.database)
    empty.migrate()


def test_no_database_is_said(empty):
    done = empty.cli("migrate", env={
        "AMBAUTH_DATABASE_CONNINFO": "host=/nonexistent dbname=x"})
    assert done.returncode == 1 and "/nonexistent" in done.stderr


def test_status_is_json(empty):
    empty.migrate()
    told = versions(empty)
    rows = told if isinstance(told, list) else told["migrations"]
    assert len(rows) == len(MIGRATIONS)
    assert [row["version"] for row in rows] == list(
        range(1, len(MIGRATIONS) + 1))
