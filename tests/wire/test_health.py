# SPDX-License-Identifier: ISC
"""Health, and what is not there."""
import os
import pwd
import re
import signal
import subprocess

import pytest

import harness
from harness import children


def test_healthz_and_readyz(http):
    for path in ("/healthz", "/readyz"):
        reply = http.get(path)
        assert reply.status == 200, reply
        assert "no-store" in reply.headers["Cache-Control"]


@pytest.mark.parametrize("path", [
    "/", "/oauth", "/oauth/", "/oauth/token/", "/oauth/authorize/x",
    "/v1/link", "/v1/links/x", "/.well-known/", "/.git/config", "/..%2f..",
    "/favicon.ico", "/OAUTH/TOKEN", "//oauth/token", "/oauth//token",
    "/healthz/", "/assets/", "/assets/style.css", "/" + "a" * 1500])
def test_unknown_paths(http, path):
    reply = http.get(path)
    assert reply.status == 404, reply
    assert reply.error() == "not_found"


@pytest.mark.parametrize("path,method", [
    ("/healthz", "POST"), ("/readyz", "DELETE"), ("/oauth/token", "GET"),
    ("/oauth/jwks", "POST"), ("/oauth/revoke", "GET"),
    ("/oauth/introspect", "PUT"), ("/v1/links", "PUT"),
    ("/v1/links", "PATCH"),
    ("/.well-known/openid-configuration", "POST")])
def test_wrong_methods(http, path, method):
    reply = http.request(method, path, body=b"" if method != "GET" else None)
    assert reply.status == 405, reply
    assert method not in reply.headers.get("Allow", "").replace(" ", "")


def test_the_server_does_not_tell_its_version(http):
    reply = http.get("/healthz")
    assert not re.search(r"\d", reply.headers.get("Server", ""))


def proc_status(pid):
    with open(f"/proc/{pid}/status") as file:
        return dict(line.rstrip("\n").split(":\t", 1) for line in file
                    if ":\t" in line)


def test_privileges_are_dropped(server):
    """Everything but the parent runs as the unprivileged user, in a sandbox
    (seccomp filters) and can gain nothing."""
    family = children(server.process.pid)
    assert len(family) >= 3        # workers and the key manager
    for pid in family:
        status = proc_status(pid)
        user = server.key_user if "keymgr" in proc_title(pid) else server.user
        assert status["Seccomp"] == "2", status
        assert status["NoNewPrivs"] == "1", status
        if os.getuid() == 0:
            uid = pwd.getpwnam(user).pw_uid
            assert set(status["Uid"].split()) == {str(uid)}, status
            assert int(status["CapEff"], 16) == 0, status
            assert status.get("Groups", "").split() in (
                [], [str(pwd.getpwnam(user).pw_gid)]), status


def is_stopped(pid):
    return proc_status(pid)["State"].startswith("T")


def test_stopped_and_continued(make_server):
    """As a debugger does, or a machine that is saved and woken: the threads go
    on with their waits, which is a system call that nobody here makes."""
    server = make_server("stopped")
    server.start()
    client = server.add_client("--scope", "openid")
    customer = server.add_customer()
    harness.get_tokens(server, client, customer)
    family = children(server.process.pid)
    for _ in range(3):
        harness.signal_all(family, signal.SIGSTOP)
        harness.wait_for(lambda: all(map(is_stopped, family)), "a stop")
        harness.signal_all(family, signal.SIGCONT)
        harness.wait_for(lambda: not any(map(is_stopped, family)), "its end")
        harness.get_tokens(server, client, customer)
    assert sorted(children(server.process.pid)) == sorted(family)
    assert server.stop() == 0


def test_who_serves_cannot_read_the_key(server):
    if os.getuid() != 0:
        pytest.skip("only root has two accounts to give")
    key = server.path / "tls" / "server.key"
    for user, can in ((server.key_user, True), (server.user, False)):
        done = subprocess.run(["runuser", "-u", user, "--", "cat", str(key)],
                              capture_output=True, cwd="/")
        assert (done.returncode == 0) is can, done


def test_workers_do_not_hold_the_key(server, tmp_path):
    """The certificate's private scalar is in no worker's memory."""
    if os.getuid() != 0:
        pytest.skip("reading another process's memory takes root")
    from cryptography.hazmat.primitives.serialization import \
        load_pem_private_key
    key = load_pem_private_key(
        (server.path / "tls" / "server.key").read_bytes(), None)
    scalar = key.private_numbers().private_value.to_bytes(32, "big")
    assert server.http().get("/healthz").status == 200
    holders = {}
    for pid in children(server.process.pid):
        name = proc_title(pid)
        holders[name] = any(scalar in part or scalar[::-1] in part
                            for part in memory_of(pid))
    managers = [name for name in holders if "keymgr" in name]
    assert len(managers) == 1, holders
    assert holders.pop(managers[0]), "the search finds nothing at all"
    assert not any(holders.values()), holders


def proc_title(pid):
    with open(f"/proc/{pid}/cmdline", "rb") as file:
        title = file.read().replace(b"\0", b" ").decode(errors="replace")
    return f"{title.strip()} ({pid})"


def memory_of(pid):
    """What a process may write to, a mapping at a time."""
    with open(f"/proc/{pid}/maps") as maps, \
            open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in maps:
            span, rights, *rest = line.split()
            start, end = (int(x, 16) for x in span.split("-"))
            if not rights.startswith("rw") or end - start > 1 << 28:
                continue
            try:
                memory.seek(start)
                part = memory.read(end - start)
            except (OSError, ValueError):
                continue
            yield part


def test_stops_cleanly(make_server):
    for sig in (signal.SIGTERM, signal.SIGINT):
        server = make_server("stopped").start()
        assert server.http().get("/healthz").status == 200
        assert server.stop(sig) == 0
        with pytest.raises(OSError):
            server.http().get("/healthz")


def test_a_port_that_is_taken(server, make_server):
    other = make_server("second")
    other.port = server.port
    other.write_conf()
    other.start(wait=False)
    harness.wait_for(lambda: other.process.poll() is not None,
                     "the second server to give up")
    assert other.process.returncode != 0
    assert "in use" in other.log() and str(server.port) in other.log()
    assert server.http().get("/healthz").status == 200
