# SPDX-License-Identifier: ISC
"""Request IDs, traces (W3C Trace Context) and Server-Timing: what an answer
says of itself, and what the log and a webhook say of the same request."""
import json
import re
import threading
import time
import urllib.parse
import uuid

import pytest

import ecies
import harness
import hosted
import receiver as receivers

ID = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = "00f067aa0ba902b7"
TRACEPARENT = f"00-{ID}-{PARENT}-01"
REQUEST_ID = re.compile(r"[0-9a-f]{32}")


@pytest.fixture(scope="module")
def receiver(workplace):
    receiver = receivers.Receiver(workplace.dir("receiver"))
    yield receiver
    receiver.stop()


@pytest.fixture(scope="module")
def cluster(workplace):
    """Of its own: statements of this one are broken on purpose."""
    cluster = harness.Cluster(workplace.dir("traced")).start()
    yield cluster
    cluster.stop()


@pytest.fixture(scope="module")
def server(workplace, cluster, receiver):
    server = harness.Server(
        workplace.dir("server"), cluster,
        conf={"server": {"log_level": "debug"}, "passwords": {"attempts": 1},
              "webhooks": {"ca_file": receiver.ca_path}})
    server.migrate().start()
    yield server
    assert server.stop() == 0


@pytest.fixture(scope="module")
def timed(workplace, cluster, server):
    timed = harness.Server(workplace.dir("timed"), cluster,
                           conf={"server": {"server_timing": "on"}})
    timed.start()
    yield timed
    assert timed.stop() == 0


@pytest.fixture(scope="module")
def msp(server):
    return server.add_client("--scope", "openid", name="msp")


@pytest.fixture(scope="module")
def device(server):
    return server.add_client("--apple-device", "--scope", "openid",
                             redirect=harness.DEVICE_REDIRECT, name="device")


@pytest.fixture
def customer(server):
    return server.add_customer()


def id_of(reply):
    (value,) = reply.headers.get_all("X-Request-Id")
    assert REQUEST_ID.fullmatch(value), value
    return value


def lines_of(server, request_id):
    """The log's lines of a request; there is one when it was answered."""
    def ask():
        return [line for line in server.log().split("\n")
                if f" req={request_id} " in line]
    return harness.wait_for(ask, f"a line of {request_id}")


def trace_in(line):
    return re.search(r" trace=([0-9a-f]{32}) ", line).group(1)


def every_kind(server, msp, customer):
    """An answer of each kind, by what it is."""
    http = server.http()
    browser = harness.Browser(server)
    page = browser.open(harness.authorize_params(msp))
    style = re.search(r'href="(/assets/[^"]+\.css)"', page.text).group(1)
    redirect = browser.submit(page, customer.login, customer.password)
    assert redirect.status == 303
    tokens = harness.redeem(server, msp, redirect.callback()["code"])
    tied = http.post("/v1/links", {"opaque_id": harness.opaque_id()},
                     bearer=tokens.json()["access_token"])
    return {
        "page": page, "redirect": redirect, "tokens": tokens, "201": tied,
        "style sheet": http.get(style),
        "error page": http.get("/oauth/authorize"),
        "page redirect": http.get(hosted.PATH),
        "metadata": http.get("/.well-known/openid-configuration"),
        "jwks": http.get("/oauth/jwks"),
        "text": http.get("/healthz"), "ready": http.get("/readyz"),
        "head": http.request("HEAD", "/healthz"),
        "head of nothing": http.request("HEAD", hosted.PATH),
        "revoked": http.post("/oauth/revoke", {"token": "x"},
                             basic=msp.basic),
        "400": http.post("/oauth/token", {}),
        "401": http.get("/oauth/userinfo"),
        "bad token": http.get("/oauth/userinfo", bearer="x"),
        "bad client": http.post("/oauth/introspect", {"token": "x"},
                                basic=(msp.id, "wrong")),
        "404": http.get("/nothing"),
        "405": http.get("/oauth/token"),
        "405 of put": http.request("PUT", "/healthz", body=b""),
    }


def test_every_answer_has_an_id_of_its_own(server, msp, customer):
    replies = every_kind(server, msp, customer)
    statuses = {reply.status for reply in replies.values()}
    assert statuses >= {200, 201, 204, 303, 400, 401, 404, 405}, statuses
    for what, reply in replies.items():
        assert reply.headers.get_all("X-Request-Id"), (what, reply)
        assert "Server-Timing" not in reply.headers, what
    assert len({id_of(reply) for reply in replies.values()}) == len(replies)
    for what, reply in replies.items():
        assert lines_of(server, id_of(reply)), what


def test_ids_differ_on_one_connection_and_over_workers(server):
    ids = set()
    for keep in (True, False):
        http = server.http(keep=keep)
        for _ in range(150):
            ids.add(id_of(http.get("/healthz")))
        http.close()
    assert len(ids) == 300


@pytest.mark.parametrize("first,more,status", [
    ("GET /healthz HTTP/1.1", "Transfer-Encoding: chunked", 501),
    ("GET /" + "a" * 3000 + " HTTP/1.1", "Accept: */*", 414),
    ("GET /healthz HTTP/1.1", "\r\n".join(f"X-{n}: y" for n in range(30)),
     431),
    ("POST /oauth/token HTTP/1.1", "Content-Length: 70000", 413),
    ("GET /healthz HTTP/2.5", "Accept: */*", 400),
    ("BREW /healthz HTTP/1.1", "Accept: */*", 400)])
def test_what_is_refused_before_it_is_a_request_has_none(server, first, more,
                                                         status):
    """As docs/api.md says: whoever looks for an ID knows why there is none."""
    reply = harness.Reply.parse(server.raw(
        f"{first}\r\nHost: localhost\r\n{more}\r\n\r\n".encode()))
    assert reply.status == status
    assert "X-Request-Id" not in reply.headers
    assert reply.body == b""


def test_a_strangers_id_is_not_taken(server):
    """Nor shown, nor logged: it is theirs."""
    theirs = "stranger-" + uuid.uuid4().hex
    reply = server.http().get("/healthz", headers={"X-Request-Id": theirs})
    assert id_of(reply) != theirs
    lines_of(server, id_of(reply))
    assert theirs not in server.log()


@pytest.mark.parametrize("value,is_taken", [
    (TRACEPARENT, True), (f"00-{ID}-{PARENT}-00", True),
    (f"cc-{ID}-{PARENT}-01-more", True),
    (TRACEPARENT.upper(), False), (f"ff-{ID}-{PARENT}-01", False),
    (f"00-{'0' * 32}-{PARENT}-01", False), (f"00-{ID}-{'0' * 16}-01", False),
    (TRACEPARENT + "-x", False), ("x", False)])
def test_the_callers_trace_is_logged(server, value, is_taken):
    reply = server.http().get("/healthz", headers={"traceparent": value})
    assert reply.status == 200
    trace = trace_in(lines_of(server, id_of(reply))[0])
    assert (trace == ID) == is_taken
    assert trace != "0" * 32


def test_two_traceparents_are_none(server):
    reply = harness.Reply.parse(server.raw(
        b"GET /healthz HTTP/1.1\r\nHost: localhost\r\ntraceparent: "
        + TRACEPARENT.encode() + b"\r\nTraceparent: "
        + TRACEPARENT.encode() + b"\r\n\r\n"))
    assert trace_in(lines_of(server, id_of(reply))[0]) != ID


def test_a_trace_without_a_caller_begins_with_each_request(server):
    http = server.http()
    traces = {trace_in(lines_of(server, id_of(http.get("/healthz")))[0])
              for _ in range(3)}
    assert len(traces) == 3


def test_lines_after_a_wait_carry_both(server, msp, customer):
    """What the log says of a request that slept for the database."""
    browser = harness.Browser(server, traceparent=TRACEPARENT)
    params = harness.authorize_params(msp)
    for _ in range(2):
        reply = browser.submit(browser.open(params), customer.login, "wrong")
    assert reply.status == 429, reply
    lines = lines_of(server, id_of(reply))
    assert [line for line in lines if "too many attempts" in line], lines
    assert {trace_in(line) for line in lines} == {ID}


def test_a_failed_statement_is_logged_with_its_request(server, cluster, msp):
    cluster.sql("ALTER TABLE links RENAME TO links_away")
    try:
        replies = [server.http().get(
            "/v1/links", {"customer_id": "C-1"}, basic=msp.basic,
            headers={"traceparent": TRACEPARENT}) for _ in range(2)]
    finally:
        cluster.sql("ALTER TABLE links_away RENAME TO links")
    for reply in replies:
        assert reply.status == 500, reply
        failed = [line for line in lines_of(server, id_of(reply))
                  if "SQLSTATE 42P01" in line]
        assert len(failed) == 1
        assert trace_in(failed[0]) == ID


def test_what_no_request_caused_has_no_id(server):
    lines = [line for line in server.log().split("\n")
             if "database: connected" in line]
    assert lines
    for line in lines:
        assert " req=" not in line and " trace=" not in line


def hook(server, receiver):
    name = "b" + uuid.uuid4().hex[:8]
    client = hosted.add_client(server, "--business", name)
    told = json.loads(server.cli(
        "webhook", "set", client.id, "--url", receiver.url("/" + name),
        "--json", check=0).stdout)
    receiver.secrets["/" + name] = harness.secret(told["secret"])
    client.path = "/" + name
    return client


def parent_of(event):
    headers = {name.lower(): value for name, value in event.headers.items()}
    assert "x-request-id" not in headers
    return headers.get("traceparent")


def test_a_delivery_is_of_its_requests_trace(server, receiver, cluster):
    """Succeeded, failed, and one that no request caused."""
    client = hook(server, receiver)
    customer = harness.Customer("C-9", "bo@example.org", "correct horse 9")
    server.cli("customer", "add", "--business", client.path[1:], "--id",
               customer.id, "--login", customer.login,
               stdin=customer.password + "\n", check=0)
    told = hosted.announce(server, client)
    reply = server.http().get(hosted.sign_in(server, told, customer),
                              headers={"traceparent": TRACEPARENT})
    assert hosted.end_of(reply)["status"] == "success"
    events = receiver.of(client.path, 2)
    assert {event.type for event in events} == {"link.created",
                                                "sign_in.succeeded"}
    parents = [parent_of(event) for event in events]
    for parent in parents:
        assert re.fullmatch(rf"00-{ID}-[0-9a-f]{{16}}-01", parent), parent
        assert PARENT not in parent
    assert len(set(parents)) == 2           # each is a step of its own

    cancelled = hosted.announce(server, client)
    reply = server.http().get(
        hosted.PATH, {"error": "access_denied", "state": cancelled["state"],
                      "iss": server.base})
    (event,) = receiver.of(client.path, 3)[2:]
    trace = trace_in(lines_of(server, id_of(reply))[0])
    assert parent_of(event).split("-")[1] == trace != ID
    assert parent_of(event).endswith("-00")

    server.cli("link", "delete", "--business", client.path[1:],
               told["opaque_id"], check=0)
    (event,) = receiver.of(client.path, 4)[3:]
    assert event.type == "link.deleted"
    assert parent_of(event) is None
    server.cli("webhook", "remove", client.id, check=0)


def test_links_by_api_and_a_delivery_that_fails(server, receiver, cluster):
    client = hook(server, receiver)
    customer = harness.Customer("C-8", "ida@example.org", "correct horse 8")
    server.cli("customer", "add", "--business", client.path[1:], "--id",
               customer.id, "--login", customer.login,
               stdin=customer.password + "\n", check=0)
    other = server.add_client("--business", client.path[1:], "--scope",
                              "openid")
    token = harness.get_tokens(server, other, customer)["access_token"]

    def refuse(handler):
        handler.send_response(500)
        handler.send_header("Content-Length", "0")
        handler.end_headers()
        return True

    receiver.behave = refuse
    opaque = harness.opaque_id()
    http = server.http()
    sent = {"traceparent": TRACEPARENT}
    assert http.post("/v1/links", {"opaque_id": opaque}, bearer=token,
                     headers=sent).status == 201
    failed = harness.wait_for(
        lambda: [line for line in server.log().split("\n")
                 if f"webhook of client {client.id}" in line], "its line")
    assert trace_in(failed[0]) == ID
    assert " req=" not in failed[0]
    receiver.behave = None
    cluster.sql("UPDATE webhooks SET next_at = now()")
    cluster.sql("UPDATE outbox SET due_at = now() WHERE status = 'pending'")
    assert http.delete("/v1/links?" + urllib.parse.urlencode(
        {"opaque_id": opaque}), basic=other.basic, headers=sent).status == 204
    for event in receiver.of(client.path, 2):
        assert parent_of(event).split("-")[1] == ID
    # As old rows are, from before there was such a column.
    rows = cluster.sql("SELECT traceparent FROM outbox WHERE client_id = %s",
                       client.id)
    assert len(rows) == 2 and all(len(row[0]) == 55 for row in rows)
    server.cli("webhook", "remove", client.id, check=0)


def timing_of(reply):
    (value,) = reply.headers.get_all("Server-Timing")
    match = re.fullmatch(", ".join(
        rf"{name};dur=(?P<{name}>\d+\.\d\d)"
        for name in ("db", "hash", "sign", "total")), value)
    assert match, value
    return {name: round(float(ms) * 100)
            for name, ms in match.groupdict().items()}


def test_timing_on_every_answer_and_adds_up(timed, msp, customer):
    for what, reply in every_kind(timed, msp, customer).items():
        parts = timing_of(reply)
        total = parts.pop("total")
        assert total >= sum(parts.values()), (what, parts, total)


def test_timing_says_what_took_the_time(timed, device, customer):
    browser = harness.Browser(timed)
    page = browser.open(harness.device_params(
        device, ecies.new_key("P-384").public_text))
    assert timing_of(page)["db"] > 0
    assert timing_of(page)["hash"] == 0
    reply = browser.submit(page, customer.login, customer.password)
    parts = timing_of(reply)
    assert parts["hash"] > 0 and parts["db"] > 0 and parts["sign"] == 0
    tokens = timed.http().post("/oauth/token", {
        "grant_type": "authorization_code", "client_id": device.id,
        "client_secret": device.secret,
        "code": harness.secret(reply.callback()["code"]),
        "redirect_uri": device.redirect_uri})
    harness.note_tokens(tokens)
    assert tokens.json()["encrypted_access_token"]
    parts = timing_of(tokens)
    assert parts["sign"] > 0 and parts["db"] > 0 and parts["hash"] == 0


def test_timing_counts_a_slow_database(timed, cluster, msp):
    """It waits behind a lock, and that for 0.2 s after it is seen to wait."""
    connection = cluster.connect()
    with connection.cursor() as cursor:
        cursor.execute("BEGIN; LOCK TABLE links IN ACCESS EXCLUSIVE MODE")

    def release():
        harness.wait_for(lambda: cluster.sql(
            "SELECT pid FROM pg_locks WHERE NOT granted"), "somebody to wait")
        time.sleep(0.2)
        connection.close()

    releasing = threading.Thread(target=release)
    releasing.start()
    reply = timed.http().get("/v1/links", {"customer_id": "C-1"},
                             basic=msp.basic)
    releasing.join()
    assert reply.status == 404, reply
    assert timing_of(reply)["db"] >= 20000
