# SPDX-License-Identifier: ISC
"""A database over the network: names looked up, TLS, a password, several
hosts. All of it is libpq's, but on our event loop and in the sandbox."""
import os
import pwd
import shutil

import pytest

import certificates
import harness


@pytest.fixture(scope="module")
def remote(workplace):
    """A cluster that listens on TCP and lets nobody in without TLS."""
    port = harness.free_port()
    cluster = harness.Cluster(
        workplace.dir("remote"), port=port,
        options=f"-c listen_addresses=127.0.0.1 -c port={port} -c ssl=on "
        "-c ssl_cert_file=tls.pem -c ssl_key_file=tls.key")
    # It has to exist before it can be given its certificate.
    plain = harness.Cluster(cluster.path).start()
    plain.sql("CREATE ROLE remote LOGIN SUPERUSER PASSWORD 'remotepassword'")
    plain.stop()
    data = cluster.path / "state" / "data"
    certificates.make(cluster.path / "ca.pem", data / "tls.pem",
                      data / "tls.key")
    (cluster.path / "ca.pem").chmod(0o644)
    (data / "tls.key").chmod(0o600)
    if os.getuid() == 0:
        owner = pwd.getpwnam(cluster.user)
        for name in ("tls.pem", "tls.key"):
            os.chown(data / name, owner.pw_uid, owner.pw_gid)
    with open(data / "pg_hba.conf", "a") as hba:
        hba.write("hostssl all remote 127.0.0.1/32 scram-sha-256\n")
    cluster.start()
    yield cluster
    cluster.stop()


def conninfo(remote, **more):
    words = {"host": "localhost", "port": remote.port, "dbname": "ambauth",
             "user": "remote", "password": "remotepassword",
             "sslmode": "verify-full",
             "sslrootcert": remote.path / "ca.pem", **more}
    return " ".join(f"{k}={v}" for k, v in words.items())


def serve(make_server, remote, text, wait=True):
    server = make_server("remote", cluster=remote)
    server.migrate()
    server.conf = {"database": {"conninfo": text}}
    server.write_conf()
    return server.start(wait=wait)


@pytest.mark.parametrize("more", [
    {}, {"sslmode": "require"}, {"host": "127.0.0.1"},
    {"target_session_attrs": "read-write"}])
def test_serves_over_tls(make_server, remote, more):
    server = serve(make_server, remote, conninfo(remote, **more))
    rows = remote.sql("SELECT s.ssl FROM pg_stat_activity a JOIN pg_stat_ssl "
                      "s USING (pid) WHERE usename = 'remote'")
    assert rows and all(ssl for (ssl,) in rows), rows
    client = server.add_client("--scope", "openid")
    assert harness.get_tokens(server, client, server.add_customer())
    harness.secret("remotepassword")


def test_retention_over_tls(make_server, remote):
    """It has a connection of its own, on a thread of the sandbox."""
    server = make_server("remote", cluster=remote)
    server.migrate()
    remote.sql("CREATE TABLE codes_20200101 (LIKE codes INCLUDING ALL)",
               dbname="ambauth")
    remote.sql("ALTER TABLE codes ATTACH PARTITION codes_20200101"
               " FOR VALUES FROM ('2020-01-01') TO ('2020-01-02')",
               dbname="ambauth")
    server.conf = {"database": {"conninfo": conninfo(remote)}}
    server.write_conf()
    server.start()
    harness.wait_for(lambda: remote.sql(
        "SELECT 1 WHERE to_regclass('codes_20200101') IS NULL",
        dbname="ambauth"), "a partition that is dropped")
    assert server.stop() == 0
    assert "sandbox" not in server.log()


def test_the_first_of_several_hosts_is_down(make_server, remote):
    dead = harness.free_port()
    server = serve(make_server, remote, conninfo(
        remote, host="localhost,localhost", port=f"{dead},{remote.port}",
        target_session_attrs="read-write"))
    client = server.add_client("--scope", "openid")
    assert harness.get_tokens(server, client, server.add_customer())


@pytest.mark.parametrize("more", [
    {"sslrootcert": "OTHER"}, {"password": "wrong-password"},
    {"host": "nosuchhost.invalid"}])
def test_what_does_not_let_in_is_said(make_server, remote, workplace, more):
    if more.get("sslrootcert") == "OTHER":
        path = workplace.dir("other")
        certificates.make(path / "ca.pem", path / "x.pem", path / "x.key")
        more = {"sslrootcert": path / "ca.pem"}
    server = serve(make_server, remote, conninfo(remote, **more), wait=False)
    server.wait_status("/readyz", 503)

    word = "certificate" if "sslrootcert" in more else (
        "password" if "password" in more else "no address found")
    # In the log: where the database is and what it says is no stranger's.
    harness.wait_for(lambda: word in server.log(), f"the log to say {word}")
    assert "database" in server.http().get("/readyz").text
    assert "wrong-password" not in server.log()


def test_a_certificate_that_is_gone(make_server, remote, workplace):
    """The authority's file, readable at the start and not by who serves."""
    path = workplace.dir("gone") / "ca.pem"
    shutil.copy(remote.path / "ca.pem", path)
    path.chmod(0o644)
    server = serve(make_server, remote, conninfo(remote, sslrootcert=path))
    path.unlink()
    remote.stop("immediate")
    server.wait_status("/readyz", 503)
    remote.start()
    path.write_bytes((remote.path / "ca.pem").read_bytes())
    path.chmod(0o644)
    server.wait_ready()
