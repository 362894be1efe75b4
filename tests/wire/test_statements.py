# SPDX-License-Identifier: ISC
"""Every statement of sql/queries, prepared against the migrated schema: drift
between the two breaks here and not at a customer's sign-in."""
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
    with connection.cursor() as cursor:
        cursor.execute(f'PREPARE "{path.stem}" AS {path.read_text()}')
        cursor.execute("SELECT parameter_types::text[] FROM "
                       "pg_prepared_statements WHERE name = %s", (path.stem,))
        ((types,),) = cursor.fetchall()
        # A type that had to be guessed changes with the next column.
        assert "unknown" not in types
