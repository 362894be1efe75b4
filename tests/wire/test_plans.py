# SPDX-License-Identifier: ISC
"""The plan that the client keeps for each statement finds its rows by key: on
an empty database, where connections may have planned once and for all, and on
one with thousands of customers."""
import subprocess
import sys

import psycopg2
import pytest

import harness

BENCH = harness.ROOT / "tests" / "bench"
sys.path.insert(0, str(BENCH))
import plans  # noqa: E402  (beside this tree's tests, not among them)

CUSTOMERS, LINKS, GRANTS = 20000, 40000, 40000


@pytest.fixture(scope="module")
def conninfo(workplace, cluster):
    server = harness.Server(workplace.dir("plans"), cluster)
    server.conf = {"database": {"conninfo": cluster.new_database("plans")}}
    server.write_conf()
    server.migrate()
    return server.conf["database"]["conninfo"]


@pytest.fixture(scope="module")
def filled(conninfo):
    """After the tests of the empty one: in the order of this file."""
    done = subprocess.run([str(BENCH / "fill.sh"), conninfo, str(CUSTOMERS),
                           str(LINKS), str(GRANTS)], capture_output=True,
                          text=True)
    assert done.returncode == 0, done.stderr
    return conninfo


def findings(conninfo):
    connection = psycopg2.connect(conninfo)
    try:
        wrong, looked = plans.findings(connection)
        assert looked == len(list(plans.QUERIES.glob("*.sql"))) > 20
        return wrong
    finally:
        connection.close()


def test_on_an_empty_database(conninfo):
    assert findings(conninfo) == []


def test_on_a_filled_one(filled, cluster):
    assert findings(filled) == []


def test_the_fill_is_whole(filled, cluster):
    counted = cluster.sql(
        "SELECT (SELECT count(*) FROM customers), (SELECT count(*) FROM links),"
        " (SELECT count(*) FROM grants), (SELECT count(*) FROM codes) > 0,"
        " (SELECT count(*) FROM pg_index WHERE indrelid IN "
        "('customers'::regclass, 'links'::regclass) AND indisvalid)",
        dbname="plans")
    assert counted == [(CUSTOMERS, LINKS, GRANTS, True, 4)]


def test_a_second_fill_is_refused(filled):
    done = subprocess.run([str(BENCH / "fill.sh"), filled, "1", "1", "1"],
                          capture_output=True, text=True)
    assert done.returncode == 1 and "has rows" in done.stderr


@pytest.mark.parametrize("drop, name, word", [
    ("ALTER TABLE links DROP CONSTRAINT links_pkey", "link_find", "links"),
    ("DROP INDEX customers_login", "customer_find", "customers"),
])
def test_a_missing_key_is_found(filled, drop, name, word):
    connection = psycopg2.connect(filled)
    try:
        with connection.cursor() as cursor:
            cursor.execute(drop)
        ((where, what), *_) = plans.judge_all(connection, [name])
        assert where == name and word in what
    finally:
        connection.rollback()
        connection.close()
