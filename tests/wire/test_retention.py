# SPDX-License-Identifier: ISC
"""Retention: partitions whose time is over go, and nobody who signs in waits
for that, not even while it waits itself for somebody else."""
import os
import subprocess
import threading

import psycopg2
import pytest

import harness

QUERIES = harness.ROOT / "sql" / "queries"
NEXT = (QUERIES / "maintain_next.sql").read_text().replace("$1", "''")
OLD = "codes_20200101"
# What signing in asks, with the partitioned tables among it.
HOT = {
    "code_put": "ARRAY[%s], '{c}', '{b}', '{u}', '{r}', '{s}', '{NULL}', "
                "'{NULL}', '{NULL}', 60, '{NULL}', '{NULL}'",
    "code_take": "ARRAY[%s], '{c}', '{r}', '{NULL}', '{NULL}', 60, 60, NULL",
    "code_refuse": "%s, 'c', 'r', NULL",
    "grant_find": "20000, '{00000000-0000-4000-8000-000000000000}', true",
}


@pytest.fixture
def node(workplace, cluster, make_server):
    """A server on a database of its own that has a partition of long ago."""
    server = make_server("retention")
    name = "retention_" + os.urandom(4).hex()
    server.conf = {"database": {"conninfo": cluster.new_database(name)}}
    server.write_conf()
    server.migrate()
    cluster.sql(f"CREATE TABLE {OLD} (LIKE codes INCLUDING ALL)", dbname=name)
    cluster.sql(f"ALTER TABLE codes ATTACH PARTITION {OLD} FOR VALUES FROM "
                "('2020-01-01') TO ('2020-01-02')", dbname=name)
    server.dbname = name
    yield server


def is_there(cluster, node):
    ((there,),) = cluster.sql("SELECT to_regclass(%s) IS NOT NULL", OLD,
                              dbname=node.dbname)
    return there


@pytest.fixture
def holder(cluster, node):
    """Somebody in the middle of a transaction who has used the table."""
    connection = psycopg2.connect(cluster.conninfo, dbname=node.dbname)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM codes")
    yield connection
    connection.close()


class Hot:
    """A session that signs people in. Rather than wait for a lock it fails;
    without a lock in its way none of its statements takes that long."""

    def __init__(self, cluster, node):
        self.connection = cluster.connect(node.dbname)
        with self.connection.cursor() as cursor:
            cursor.execute("SET plan_cache_mode = force_generic_plan")
            cursor.execute("SET lock_timeout = '30s'")
            for name in HOT:
                cursor.execute(f"PREPARE {name} AS "
                               + (QUERIES / f"{name}.sql").read_text())

    def sign_in(self):
        digest = os.urandom(32)
        with self.connection.cursor() as cursor:
            for name, values in HOT.items():
                cursor.execute(f"EXECUTE {name} ({values})",
                               (digest,) if "%s" in values else ())
                if name == "code_take":
                    assert len(cursor.fetchall()) == 1


def drop_all(connection, steps):
    """Retention's commands, as the server runs them, but with patience."""
    with connection.cursor() as cursor:
        while True:
            cursor.execute(NEXT)
            row = cursor.fetchone()
            if row is None:
                return
            steps.append(row[1])
            cursor.execute(row[1])


def waits(cluster, pid):
    return cluster.sql("SELECT pid FROM pg_stat_activity WHERE pid = %s "
                       "AND wait_event_type = 'Lock'", pid) == [(pid,)]


def test_a_server_drops_what_is_old(cluster, node):
    node.start()
    harness.wait_for(lambda: not is_there(cluster, node),
                     "a partition that is dropped")
    assert node.stop() == 0


def test_nobody_waits_while_a_partition_is_dropped(cluster, node, holder):
    early, late = Hot(cluster, node), Hot(cluster, node)
    early.sign_in()
    dropper = cluster.connect(node.dbname)
    pid = dropper.info.backend_pid
    steps = []
    thread = threading.Thread(target=drop_all, args=(dropper, steps))
    thread.start()
    try:
        harness.wait_for(lambda: waits(cluster, pid), "a detach that waits")
        for _ in range(20):
            early.sign_in()
            late.sign_in()
        # They were done while it waited, so none of them waited for it.
        assert waits(cluster, pid)
        assert is_there(cluster, node)
        Hot(cluster, node).sign_in()
        assert waits(cluster, pid)
    finally:
        holder.rollback()
        thread.join(harness.PATIENCE)
    assert not thread.is_alive()
    assert not is_there(cluster, node)
    assert [step.split()[0] for step in steps] == ["COMMENT", "ALTER", "DROP"]
    early.sign_in()


def test_a_round_cut_short_is_ended_by_the_next(cluster, node, holder):
    done = migrate(node)
    assert "is in use" in done.stdout
    assert cluster.sql("SELECT inhdetachpending FROM pg_inherits WHERE "
                       "inhrelid = to_regclass(%s)", OLD,
                       dbname=node.dbname) == [(True,)]
    # Neither while it hangs in the middle.
    hot = Hot(cluster, node)
    hot.sign_in()
    holder.rollback()
    assert "is in use" not in migrate(node).stdout
    assert not is_there(cluster, node)
    hot.sign_in()


def migrate(node):
    done = subprocess.run([harness.BIN, "migrate", "--config",
                           str(node.conf_path)], capture_output=True,
                          text=True, env=harness.environment())
    assert done.returncode == 0, done.stderr
    return done
