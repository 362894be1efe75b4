# SPDX-License-Identifier: ISC
"""How a request says where it ends, sent as bytes: what one client could use
to put words into another's request (RFC 9112 6)."""
import pytest

import harness
from harness import Reply

HOST = "Host: localhost"


def send(server, *lines, body=b""):
    """The answer, or None where the connection was just closed."""
    data = server.raw("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
                      + body)
    return Reply.parse(data) if data else None


def assert_alive(server):
    assert server.http().get("/healthz").status == 200


def test_a_plain_request(server):
    assert send(server, "GET /healthz HTTP/1.1", HOST).status == 200


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("coding", [
    "Transfer-Encoding: chunked", "transfer-encoding: chunked",
    "Transfer-Encoding: identity", "Transfer-Encoding : chunked",
    "Transfer-Encoding: x", "TRANSFER-ENCODING:\tchunked"])
def test_transfer_encoding_is_refused(server, method, coding):
    path = "/healthz" if method == "GET" else "/oauth/token"
    reply = send(server, f"{method} {path} HTTP/1.1", HOST, coding,
                 body=b"0\r\n\r\n")
    assert reply is None or reply.status in (400, 501), reply
    assert_alive(server)


def test_both_lengths_are_refused(server):
    reply = send(server, "POST /oauth/token HTTP/1.1", HOST,
                 "Content-Length: 4", "Transfer-Encoding: chunked",
                 body=b"0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n")
    assert reply is None or reply.status in (400, 501)


@pytest.mark.parametrize("lengths", [
    ["5", "6"], ["5", "5"], ["-1"], ["+5"], ["0x5"], ["5, 5"], ["5 5"],
    ["99999999999999999999"], ["4294967301"], [""], ["a"], ["1e1"], ["5;"]])
def test_strange_lengths_are_refused(server, lengths):
    reply = send(server, "POST /oauth/token HTTP/1.1", HOST,
                 *[f"Content-Length: {n}" for n in lengths],
                 body=b"a=b&c")
    assert reply is None or reply.status in (400, 413, 431, 501), reply
    assert_alive(server)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("length,body", [
    (0, b"GET /readyz HTTP/1.1\r\n\r\n"), (3, b"a=bc"),
    (3, b"a=b" + b"x" * 4000)])
def test_more_body_than_was_announced_is_refused(server, method, length,
                                                 body):
    """Kore would count the rest below zero and take in bytes for ever."""
    reply = send(server, f"{method} /oauth/token HTTP/1.1", HOST,
                 f"Content-Length: {length}", body=body)
    assert reply is None or reply.status == 400, reply
    assert_alive(server)


def test_get_with_a_body_is_refused(server):
    reply = send(server, "GET /healthz HTTP/1.1", HOST, "Content-Length: 27",
                 body=b"GET /readyz HTTP/1.1\r\nX: y\r\n")
    assert reply is None or reply.status == 400, reply


def test_post_without_a_length(server):
    """An empty body; what the oldest devices send."""
    reply = send(server, "POST /oauth/token HTTP/1.1", HOST)
    assert reply.status in (400, 401)
    assert reply.error() in ("invalid_request", "invalid_client")


def test_post_without_a_length_may_have_nothing_behind_it(server):
    reply = send(server, "POST /oauth/token HTTP/1.1", HOST,
                 body=b"grant_type=authorization_code")
    assert reply is None or reply.status == 400


@pytest.mark.parametrize("count", [22, 24, 25, 26, 30, 100])
def test_many_header_lines(server, count):
    """Kore keeps 25 and would overlook a Content-Length behind them."""
    lines = [f"X-{i}: y" for i in range(count - 2)]
    reply = send(server, "GET /healthz HTTP/1.1", HOST, *lines)
    if count <= 22:
        assert reply.status == 200
    else:
        assert reply is None or reply.status in (200, 431)
    if count >= 26:
        assert reply is None or reply.status == 431
    assert_alive(server)


def test_a_header_block_too_long(server):
    reply = send(server, "GET /healthz HTTP/1.1", HOST, "X: " + "y" * 40000)
    assert reply is None or 400 <= reply.status < 500
    assert_alive(server)


@pytest.mark.parametrize("block", [
    b"", b"\r\n\r\n", b"GET\r\n\r\n", b"GET /healthz\r\n\r\n",
    b"GET /healthz HTTP/9.9\r\nHost: localhost\r\n\r\n",
    b"GET  /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /healthz HTTP/1.1\nHost: localhost\n\n",
    b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n folded: x\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\nHost localhost\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n: x\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX\0Y: z\r\n\r\n",
    b"GET /health\0z HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    b"BREW /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    b"\xff" * 3000 + b"\r\n\r\n"])
def test_what_is_no_request(server, block):
    """Refused or closed; never a crash, and never taken for a good one."""
    data = server.raw(block) if block else b""
    if data:
        assert data.startswith(b"HTTP/1.")
        status = Reply.parse(data).status
        assert status >= 400 or b"HTTP/1.1\r\nHost: a" in block, data[:200]
    assert_alive(server)


def test_half_a_request_holds_nobody_up(server):
    import socket
    import ssl
    context = ssl.create_default_context(cafile=str(server.ca_path))
    held = []
    for _ in range(20):
        plain = socket.create_connection(("127.0.0.1", server.port))
        tls = context.wrap_socket(plain, server_hostname="localhost")
        tls.sendall(b"POST /oauth/token HTTP/1.1\r\nContent-Le")
        held.append(tls)
    silent = [socket.create_connection(("127.0.0.1", server.port))
              for _ in range(20)]
    assert_alive(server)
    for one in held + silent:
        one.close()
    assert_alive(server)


def test_keep_alive_serves_many(server):
    http = server.http(keep=True)
    for _ in range(50):
        assert http.get("/healthz").status == 200
    http.close()


def test_a_client_that_leaves_frees_its_request(server, msp, customer):
    """Gone while the password is being checked, and while a body is due."""
    import socket
    import ssl
    browser = harness.Browser(server)
    page = browser.open(harness.authorize_params(msp))
    flow = harness.Page(page.text).value("flow")
    body = harness.urllib.parse.urlencode({
        "flow": flow, "username": customer.login,
        "password": customer.password}).encode()
    cookie = "; ".join(f"{k}={v}" for k, v in browser.cookies.items())
    head = (f"POST /oauth/authorize HTTP/1.1\r\nHost: localhost\r\n"
            f"Cookie: {cookie}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n").encode()
    context = ssl.create_default_context(cafile=str(server.ca_path))
    for cut in (len(body), len(body) // 2, len(body), len(body)):
        plain = socket.create_connection(("127.0.0.1", server.port))
        tls = context.wrap_socket(plain, server_hostname="localhost")
        tls.sendall(head + body[:cut])
        tls.close()
    assert harness.get_code(server, msp, customer)
