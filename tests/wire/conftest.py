# SPDX-License-Identifier: ISC
"""What the tests share: one workplace, one cluster, one server with the usual
clients. Who needs it otherwise (broken, restarted, empty) makes their own."""
import os
import subprocess

import pytest

import harness
from watched import pytest_runtest_protocol  # noqa: F401


# The files that take longest begin, where several run at a time.
SLOW = ["test_webhooks", "test_outage", "test_doctor", "test_restart",
        "test_load", "test_client_update", "test_tls_staple", "test_tls_idle"]


def pytest_collection_modifyitems(items):
    def rank(item):
        name = item.path.stem
        return SLOW.index(name) if name in SLOW else len(SLOW)

    items.sort(key=rank)


@pytest.fixture(scope="session")
def workplace():
    place = harness.Workplace()
    yield place
    place.remove()


@pytest.fixture(scope="session")
def cluster(workplace):
    cluster = harness.Cluster(workplace.dir("cluster")).start()
    yield cluster
    cluster.stop()


@pytest.fixture(scope="session")
def server(workplace, cluster):
    server = harness.Server(workplace.dir("server"), cluster)
    server.migrate().start()
    yield server
    assert server.stop() == 0


@pytest.fixture
def make_server(workplace, cluster, server):
    """A server of the test's own, by default on the shared database, which
    the shared server has migrated."""
    made = []

    def make(name, **kwargs):
        server = harness.Server(workplace.dir(name),
                                kwargs.pop("cluster", cluster), **kwargs)
        made.append(server)
        return server

    yield make
    errors = []
    for server in made:
        try:
            server.stop()
        except AssertionError as error:     # the others are stopped too
            errors.append(error)
    if errors:
        raise errors[0]


@pytest.fixture
def own_cluster(workplace):
    """A cluster that a test may break."""
    cluster = harness.Cluster(workplace.dir("own")).start()
    yield cluster
    cluster.stop("immediate")


@pytest.fixture(scope="session")
def http(server):
    return server.http()


@pytest.fixture(scope="session")
def msp(server):
    return server.add_client("--scope", "openid profile", name="msp")


@pytest.fixture(scope="session")
def other_msp(server):
    """Of the same business, for what is bound to one client."""
    return server.add_client("--scope", "openid", name="other msp")


@pytest.fixture(scope="session")
def rival(server):
    """Of another business, for what a client must not see."""
    return server.add_client("--business", "rival", "--scope", "openid",
                             name="rival")


@pytest.fixture(scope="session")
def public(server):
    return server.add_client("--public", "--scope", "openid", name="public")


@pytest.fixture(scope="session")
def device(server):
    return server.add_client("--apple-device", "--scope", "openid",
                             redirect=harness.DEVICE_REDIRECT, name="device")


@pytest.fixture(scope="session")
def customer(server):
    return server.add_customer()


@pytest.fixture
def new_customer(server):
    """Of this test alone, for what is changed."""
    return server.add_customer()


def pytest_report_header(config):
    done = subprocess.run([harness.BIN, "version"], capture_output=True,
                          text=True)
    return f"{harness.BIN}: {done.stdout.strip()}" + (
        f" ASAN_OPTIONS={os.environ['ASAN_OPTIONS']}"
        if harness.SANITIZED else "")
