# SPDX-License-Identifier: ISC
"""Connections that wait: what a worker keeps for each of them, and what it
does when they go on."""
import re
import resource
import socket
import ssl

import pytest

import harness

COUNT = 500
MOST = 20       # KiB for each


def connect(server, context):
    plain = socket.create_connection(("127.0.0.1", server.port),
                                     harness.PATIENCE)
    return context.wrap_socket(plain, server_hostname="localhost")


def answer(tls):
    got = b""
    while not harness.is_whole(got):
        more = tls.recv(65536)
        assert more, got
        got += more
    return got


def ask(tls, more=""):
    tls.sendall(("GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
                 f"{more}\r\n").encode())
    assert b" 200 " in answer(tls)[:20]


@pytest.fixture(scope="module")
def context(server):
    return ssl.create_default_context(cafile=str(server.ca_path))


@pytest.mark.skipif(harness.SANITIZED, reason="sanitizers keep more")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2,
                                     ssl.TLSVersion.TLSv1_3])
def test_little_is_kept(make_server, version):
    server = make_server(f"idle-{version.value}")
    server.conf = {"server": {"workers": 1}}
    server.write_conf()
    server.start()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, COUNT + 500), hard))
    context = ssl.create_default_context(cafile=str(server.ca_path))
    context.minimum_version = context.maximum_version = version

    def size():
        """Of the worker, the largest of the children; KiB."""
        return max(int(re.search(r"Rss: +(\d+)", open(
            f"/proc/{pid}/smaps_rollup").read()).group(1))
            for pid in harness.children(server.process.pid))

    def held():
        """What so many connections add, and still do when they are gone."""
        held = [connect(server, context) for _ in range(COUNT)]
        for tls in held:
            ask(tls, f"X-Long: {'x' * 1500}\r\n")
        most = size()
        for tls in held:
            tls.close()
        return most

    ask(connect(server, context))
    before = size()
    first = held()
    assert (first - before) / COUNT < MOST
    # What they left is taken again.
    assert (held() - first) / COUNT < 2


@pytest.mark.parametrize("length", [900, 1003, 1100, 4000, 15000])
def test_a_long_header_after_a_wait(server, context, length):
    """The buffer of one that waits is small, and grows with what comes; in
    one piece or in many."""
    with connect(server, context) as tls:
        ask(tls)
        ask(tls, f"X-Long: {'x' * length}\r\n")
        text = ("GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
                f"X-Long: {'x' * length}\r\n\r\n").encode()
        for start in range(0, len(text), 700):
            tls.sendall(text[start:start + 700])
        assert b" 200 " in answer(tls)[:20]
        ask(tls)


def test_every_length_at_the_edge(server, context):
    """Blocks that just fill the small buffer, or do not."""
    with connect(server, context) as tls:
        for length in range(930, 1000):
            ask(tls, f"X-Long: {'x' * length}\r\n")


@pytest.mark.parametrize("length", [900, 1100])
def test_a_body_at_the_edge(server, context, length):
    """What comes behind a header block in the same piece is its body."""
    with connect(server, context) as tls:
        for extra in range(1, 120, 7):
            body = b"token=" + b"x" * extra
            tls.sendall(b"POST /oauth/introspect HTTP/1.1\r\n"
                        b"Host: localhost\r\nX-Long: " + b"x" * length
                        + b"\r\nContent-Type: application/x-www-form-"
                        b"urlencoded\r\nContent-Length: "
                        + str(len(body)).encode() + b"\r\n\r\n" + body)
            assert b" 401 " in answer(tls)[:20]


def test_half_a_header_after_a_wait(server, context):
    """From its first byte on a header block has ten seconds."""
    with connect(server, context) as tls:
        ask(tls)
        tls.sendall(b"GET /healthz HTTP/1.1\r\nHo")
        assert b" 408 " in tls.recv(4096)[:20]
