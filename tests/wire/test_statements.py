# SPDX-License-Identifier: ISC
"""Every statement of sql/queries, prepared against the migrated schema: drift
between the two breaks here and not at a customer's sign-in."""
import re

import pytest

import harness

QUERIES = sorted((harness.ROOT / "sql" / "queries").glob("*.sql"))


@pytest.fixture(scope="module")
def connection(workplace, cluster):
    server = harness.Server(workplace.dir("statements"), cluster)
    server.migrate()
    connection = cluster.connect()
    yield connection
    connection.close()


def test_there_are_statements():
    assert len(QUERIES) > 20


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_prepares(connection, path):
    sql = path.read_text()
    with connection.cursor() as cursor:
        cursor.execute(f'PREPARE "{path.stem}" AS {sql}')
        cursor.execute("SELECT parameter_types::text[] FROM "
                       "pg_prepared_statements WHERE name = %s", (path.stem,))
        ((types,),) = cursor.fetchall()
        # A type that had to be guessed changes with the next column.
        assert "unknown" not in types
        judge_many(sql, types)


def judge_many(sql, types):
    """A statement for many askers: what the client relies on, which finds the
    arrays in the text, sends text and bytea, and reads whose a row is."""
    arrays = {number for number, kind in enumerate(types, 1)
              if kind.endswith("[]")}
    assert {types[number - 1] for number in arrays} <= {"text[]", "bytea[]"}
    assert arrays == {int(number) for number
                      in re.findall(r"\$(\d+)::[a-z]+\[\]", sql)}
    if arrays and re.search(r"^(INSERT|UPDATE|DELETE)", sql, re.M) is None:
        assert "WITH ORDINALITY" in sql
        assert re.search(r"^SELECT \w+\.n,$", sql, re.M)


def test_some_are_for_many():
    assert sum("WITH ORDINALITY" in path.read_text()
               for path in QUERIES) >= 4
