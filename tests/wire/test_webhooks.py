# SPDX-License-Identifier: ISC
"""Webhooks: what happened is told, signed, one by one, until it is taken."""
import json
import re
import threading
import time
import uuid

import pytest

import harness
import hosted
import receiver as receivers
import scrape
from scrape import Scrape


@pytest.fixture(scope="module")
def receiver(workplace):
    receiver = receivers.Receiver(workplace.dir("receiver"))
    yield receiver
    receiver.stop()


@pytest.fixture(scope="module")
def cluster(workplace):
    """Of its own: another server on it would take events from this one's."""
    cluster = harness.Cluster(workplace.dir("hooks")).start()
    yield cluster
    cluster.stop()


@pytest.fixture(scope="module")
def server(workplace, cluster, receiver):
    server = harness.Server(
        workplace.dir("server"), cluster,
        conf={"webhooks": {"ca_file": receiver.ca_path}})
    server.migrate().start()
    yield server
    assert server.stop() == 0


@pytest.fixture
def customer(server):
    return server.add_customer()


@pytest.fixture
def hooked(server, receiver):
    """A client of a business of its own, with a webhook, and its path."""
    receiver.behave = None
    name = "b" + uuid.uuid4().hex[:8]
    client = hosted.add_client(server, "--business", name)
    client.business = name
    set_webhook(server, receiver, client, "/" + name)
    yield client
    receiver.behave = None
    server.cli("webhook", "remove", client.id)


def set_webhook(server, receiver, client, path):
    told = json.loads(server.cli(
        "webhook", "set", client.id, "--url", receiver.url(path), "--json",
        check=0).stdout)
    assert set(told) == {"client_id", "url", "secret"}
    assert len(told["secret"]) >= 43
    receiver.secrets[path] = harness.secret(told["secret"])
    client.path = path
    return told


def add_customer(server, client):
    """A customer of the client's own business."""
    tail = harness.secrets.token_hex(4)
    customer = harness.Customer(f"C-{tail}", f"bo-{tail}@example.org",
                                "correct horse " + tail)
    server.cli("customer", "add", "--business", client.business, "--id",
               customer.id, "--login", customer.login,
               stdin=customer.password + "\n", check=0)
    return customer


def go_through(server, client, customer, opaque=None):
    told = hosted.announce(server, client, opaque=opaque)
    reply = server.http().get(hosted.sign_in(server, told, customer))
    return told, hosted.end_of(reply)["status"]


def row_of(server, client):
    (row,) = [row for row in json.loads(server.cli(
        "webhook", "list", "--json", check=0).stdout)
        if row["client_id"] == client.id]
    return row


def make_due(cluster, client):
    """Move the clock: what waits is due, and the webhook has rested."""
    cluster.sql("UPDATE webhooks SET next_at = now() WHERE client_id = %s",
                client.id)
    cluster.sql("UPDATE outbox SET due_at = now() WHERE client_id = %s "
                "AND status = 'pending'", client.id)


def status(code):
    def behave(handler):
        handler.send_response(code)
        handler.send_header("Content-Length", "0")
        handler.end_headers()
        return True
    return behave


def test_a_sign_in_is_told(server, receiver, hooked):
    customer = add_customer(server, hooked)
    told, end = go_through(server, hooked, customer)
    assert end == "success"
    linked, signed_in = receiver.of(hooked.path, 2)
    assert linked.type == "link.created"
    assert linked.data == {"opaque_id": told["opaque_id"],
                           "customer_id": customer.id}
    assert signed_in.type == "sign_in.succeeded"
    assert signed_in.data == {"state": told["state"],
                              "opaque_id": told["opaque_id"],
                              "customer_id": customer.id}
    for event in (linked, signed_in):
        assert uuid.UUID(event.id).version == 4
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z",
                            event.at)
        assert list(json.loads(event.body)) == ["id", "type", "created_at",
                                                "data"]
    row = harness.wait_for(
        lambda: row_of(server, hooked)["delivered"] == 2
        and row_of(server, hooked), "both to be marked")
    assert (row["pending"], row["failed"]) == (0, 0)
    assert row["last_error"] is None
    assert row["url"] == receiver.url(hooked.path)


def test_a_signature_is_of_its_body_and_time(server, receiver, hooked):
    """The receiver's own check can fail, or these tests would mean nothing."""
    go_through(server, hooked, add_customer(server, hooked))
    event = receiver.of(hooked.path, 2)[0]
    secret = receiver.secrets[hooked.path]
    header = event.headers["Ambauth-Signature"]
    verify = receivers.verify
    assert verify(secret, header, event.body)
    assert not verify(secret, header, event.body + b" ")
    assert not verify(secret + "x", header, event.body)
    assert not verify(secret, header, event.body, now=time.time() + 600)
    moved = re.sub(r"t=(\d+)", lambda m: f"t={int(m.group(1)) + 1}", header)
    assert not verify(secret, moved, event.body)


def test_a_failed_sign_in_is_told(server, receiver, hooked):
    cancelled = hosted.announce(server, hooked)
    server.http().get(hosted.PATH, {"error": "access_denied",
                                    "state": cancelled["state"],
                                    "iss": server.base})
    (event,) = receiver.of(hooked.path, 1)
    assert event.type == "sign_in.failed"
    assert event.data == {"state": cancelled["state"],
                          "opaque_id": cancelled["opaque_id"],
                          "status": "cancel", "error": "access_denied"}
    owner, thief = (add_customer(server, hooked) for _ in range(2))
    first, _ = go_through(server, hooked, owner)
    _, end = go_through(server, hooked, thief, opaque=first["opaque_id"])
    assert end == "failure"
    event = receiver.of(hooked.path, 4)[3]
    assert event.type == "sign_in.failed"
    assert event.data["status"] == "failure"
    assert event.data["error"] == "linked_to_another_customer"
    assert thief.id not in event.body.decode()


def test_links_are_told_to_the_whole_business(server, receiver, hooked):
    """Created, moved and deleted, by API and by command, to each webhook."""
    other = server.add_client("--business", hooked.business, "--scope",
                              "openid")
    set_webhook(server, receiver, other, hooked.path + "-2")
    customers = [add_customer(server, hooked) for _ in range(2)]
    tokens = [harness.get_tokens(server, other, each)["access_token"]
              for each in customers]
    opaque = harness.opaque_id()
    http = server.http()

    def put(token, **more):
        return http.post("/v1/links", {"opaque_id": opaque, **more},
                         bearer=token).status

    assert put(tokens[0]) == 201
    assert put(tokens[0]) == 200            # as it was: nothing to tell
    assert put(tokens[1]) == 409
    assert put(tokens[1], replace="true") == 200
    assert http.delete("/v1/links?" + harness.urllib.parse.urlencode(
        {"opaque_id": opaque}), basic=other.basic).status == 204
    assert put(tokens[0]) == 201
    server.cli("customer", "delete", "--business", hooked.business, "--id",
               customers[0].id, check=0)
    wanted = [("link.created", 0), ("link.deleted", 0), ("link.created", 1),
              ("link.deleted", 1), ("link.created", 0), ("link.deleted", 0)]
    for path in (hooked.path, other.path):
        events = receiver.of(path, len(wanted))
        assert [(event.type, event.data) for event in events] == [
            (name, {"opaque_id": opaque, "customer_id": customers[n].id})
            for name, n in wanted]
    server.cli("webhook", "remove", other.id, check=0)


def test_other_businesses_are_told_nothing(server, receiver, hooked,
                                           customer):
    client = hosted.add_client(server)
    assert go_through(server, client, customer)[1] == "success"
    go_through(server, hooked, add_customer(server, hooked))
    for event in receiver.of(hooked.path, 2):
        assert event.data["customer_id"] != customer.id


def test_retries_with_back_off(server, receiver, cluster, hooked):
    """However late the test looks, and were an attempt missed by it."""
    def clock():
        return cluster.sql("SELECT extract(epoch FROM clock_timestamp())"
                           "::float")[0][0]

    receiver.behave = status(500)
    before = clock()
    told, _ = go_through(server, hooked, add_customer(server, hooked))
    attempts = 0
    while attempts < 4:
        attempts, due_at, next_at = harness.wait_for(lambda: cluster.sql(
            "SELECT attempts, extract(epoch FROM due_at)::float, "
            "extract(epoch FROM w.next_at)::float FROM outbox o JOIN "
            "webhooks w USING (client_id) WHERE client_id = %s AND "
            "type = 'link.created' AND lease IS NULL AND attempts > %s",
            hooked.id, attempts), "another attempt")[0]
        now = clock()
        wait = 5 * 2 ** (attempts - 1)
        # A quarter more or less, since the attempt.
        assert before + 0.75 * wait <= due_at <= now + 1.25 * wait
        assert before <= next_at <= now + 300
        shown = row_of(server, hooked)
        assert shown["last_error"] == "it answered with status 500"
        assert (shown["pending"], shown["delivered"]) == (2, 0)
        assert shown["oldest_pending"]
        before = clock()
        # Only the first of the two: the other waits for a while.
        cluster.sql("UPDATE outbox SET due_at = now() + interval '1 hour' "
                    "WHERE client_id = %s AND type <> 'link.created'",
                    hooked.id)
        cluster.sql("UPDATE outbox SET due_at = now() WHERE client_id = %s "
                    "AND type = 'link.created' AND attempts = %s",
                    hooked.id, attempts)
        cluster.sql("UPDATE webhooks SET next_at = now() WHERE client_id = "
                    "%s", hooked.id)
    receiver.behave = None
    make_due(cluster, hooked)
    make_due(cluster, hooked)
    events = receiver.of(hooked.path, 2)
    assert {event.data["opaque_id"] for event in events} == \
        {told["opaque_id"]}
    assert len({event.id for event in events}) == 2


def test_gives_up_after_a_day(server, receiver, cluster, hooked):
    receiver.behave = status(404)
    go_through(server, hooked, add_customer(server, hooked))
    harness.wait_for(lambda: receiver.refused and row_of(
        server, hooked)["last_error"], "a first attempt")

    def age():
        cluster.sql("UPDATE outbox SET since = since - interval '1 day' "
                    "WHERE client_id = %s", hooked.id)
        make_due(cluster, hooked)
        return row_of(server, hooked)["failed"] == 2

    harness.wait_for(age, "both to be given up")
    before = receiver.refused
    make_due(cluster, hooked)
    time.sleep(2.5)
    assert receiver.refused == before
    receiver.behave = None
    told = json.loads(server.cli("webhook", "retry", hooked.id, "--json",
                                 check=0).stdout)
    assert told == {"client_id": hooked.id, "events": 2}
    receiver.of(hooked.path, 2)
    harness.wait_for(lambda: row_of(server, hooked)["delivered"] == 2,
                     "both to be marked")
    assert row_of(server, hooked)["failed"] == 0


@pytest.mark.parametrize("kind,word", [
    ("redirect", "status 302"), ("flood", "writ"), ("hang", "timed out"),
    ("close", "")])
def test_bad_receivers(server, receiver, cluster, hooked, kind, word):
    """None is believed, followed, read to its end, or waited for."""
    stop = []
    asked = threading.Event()

    def behave(handler):
        asked.set()
        if kind == "redirect":
            handler.send_response(302)
            handler.send_header("Location", receiver.url(hooked.path))
            handler.send_header("Content-Length", "0")
            handler.end_headers()
        elif kind == "flood":
            handler.send_response(200)
            handler.end_headers()
            try:
                while not stop:
                    handler.wfile.write(b"x" * 65536)
            except OSError:
                pass
        elif kind == "hang":
            # Until it is given up, however long that takes.
            end = time.monotonic() + 2 * harness.PATIENCE
            while not stop and time.monotonic() < end:
                time.sleep(0.1)
        handler.close_connection = True
        return True

    receiver.behave = behave
    customer = add_customer(server, hooked)
    go_through(server, hooked, customer)
    if kind == "hang":
        # It holds up no sign-in, on either worker.
        assert asked.wait(harness.PATIENCE)
        for _ in range(8):
            hosted.sign_in(server, hosted.announce(server, hooked), customer)
        assert row_of(server, hooked)["last_error"] is None
    row = harness.wait_for(
        lambda: (r := row_of(server, hooked))["last_error"] and r,
        "an attempt to fail")
    stop.append(True)
    assert word in row["last_error"].lower(), row
    assert receiver.at(hooked.path) == []
    assert row["delivered"] == 0


def test_a_receiver_that_is_not_who_it_says(server, receiver, cluster,
                                            hooked, workplace):
    other = receivers.Receiver(workplace.dir("impostor"))
    try:
        server.cli("webhook", "set", hooked.id, "--url",
                   other.url("/x"), "--json", check=0)
        go_through(server, hooked, add_customer(server, hooked))
        row = harness.wait_for(
            lambda: (r := row_of(server, hooked))["last_error"] and r,
            "an attempt to fail")
        assert "certificate" in row["last_error"].lower()
        assert other.events == []
    finally:
        other.stop()


def test_the_systems_authorities(make_server, own_cluster, receiver):
    """Without ca_file they are read, and do not know our receiver."""
    server = make_server("system", cluster=own_cluster).migrate().start()
    client = hosted.add_client(server)
    set_webhook(server, receiver, client, "/system")
    go_through(server, client, server.add_customer())
    row = harness.wait_for(
        lambda: (r := row_of(server, client))["last_error"] and r,
        "an attempt to fail")
    assert "certificate" in row["last_error"].lower()
    assert receiver.at("/system") == []


def test_a_receiver_without_an_address(server, hooked):
    """Looking a name up is something else than connecting: the sandbox must
    let both."""
    server.cli("webhook", "set", hooked.id, "--url",
               "https://receiver.invalid/x", check=0)
    go_through(server, hooked, add_customer(server, hooked))
    row = harness.wait_for(
        lambda: (r := row_of(server, hooked))["last_error"] and r,
        "an attempt to fail")
    assert "resolve" in row["last_error"].lower()


def test_one_at_a_time(workplace, server, cluster, receiver, hooked):
    """Two nodes of two workers each: nothing comes twice, nor two at once."""
    second = harness.Server(
        workplace.dir("second"), cluster,
        conf={"webhooks": {"ca_file": receiver.ca_path}})
    second.start()
    try:
        receiver.at_most = 0
        opaques = [harness.opaque_id() for _ in range(30)]
        customer = add_customer(server, hooked)
        client = server.add_client("--business", hooked.business, "--scope",
                                   "openid")
        token = harness.get_tokens(server, client, customer)["access_token"]

        def slow(handler):
            time.sleep(0.03)
            return False

        receiver.behave = slow
        for opaque in opaques:
            assert server.http().post(
                "/v1/links", {"opaque_id": opaque},
                bearer=token).status == 201
        events = receiver.of(hooked.path, len(opaques))
        harness.wait_for(lambda: row_of(server, hooked)["pending"] == 0,
                         "all to be marked")
        assert len(receiver.at(hooked.path)) == len(opaques)
        assert len({event.id for event in events}) == len(opaques)
        # In the order in which it happened.
        assert [event.data["opaque_id"] for event in events] == opaques
        assert receiver.at_most == 1
    finally:
        assert second.stop() == 0


def test_what_a_dead_node_was_sending(server, cluster, receiver, hooked):
    """Its lease runs out, and somebody else sends it."""
    receiver.behave = status(500)
    go_through(server, hooked, add_customer(server, hooked))
    harness.wait_for(lambda: row_of(server, hooked)["last_error"],
                     "an attempt")
    cluster.sql("UPDATE outbox SET lease = gen_random_uuid() "
                "WHERE client_id = %s", hooked.id)
    cluster.sql("UPDATE webhooks SET next_at = now() + interval '1 hour' "
                "WHERE client_id = %s", hooked.id)
    receiver.behave = None
    cluster.sql("UPDATE outbox SET due_at = now() WHERE client_id = %s",
                hooked.id)
    time.sleep(1)
    assert receiver.at(hooked.path) == []
    cluster.sql("UPDATE webhooks SET next_at = now() WHERE client_id = %s",
                hooked.id)
    assert len(receiver.of(hooked.path, 2)) == 2


def test_a_database_that_goes(make_server, own_cluster, receiver):
    """An event is told after the outage that its change was before."""
    receiver.behave = status(500)
    server = make_server("outage", cluster=own_cluster,
                         conf={"webhooks": {"ca_file": receiver.ca_path}})
    server.migrate().start()
    client = hosted.add_client(server)
    set_webhook(server, receiver, client, "/outage")
    go_through(server, client, server.add_customer())
    own_cluster.kill()
    own_cluster.start()
    server.wait_ready()
    receiver.behave = None
    make_due(own_cluster, client)
    assert {event.type for event in receiver.of("/outage", 2)} == \
        {"link.created", "sign_in.succeeded"}


def test_the_command(server, receiver, hooked):
    cli = server.cli
    for url in ("http://localhost/x", "https://", "ftp://x/", "",
                "https://a b/", "https://u:p@host/"):
        assert cli("webhook", "set", hooked.id, "--url", url).returncode == 2
    assert cli("webhook", "set", hooked.id).returncode == 2
    assert cli("webhook", "set", "nobody", "--url",
               "https://x.example/").returncode == 1
    assert cli("webhook", "retry", "nobody").returncode == 1
    assert cli("webhook", "remove", "nobody").returncode == 1
    assert cli("webhook").returncode == 2
    assert "retry" in cli("webhook", "--help", check=0).stdout
    # The secret is shown once and kept sealed.
    told = set_webhook(server, receiver, hooked, hooked.path)
    assert told["secret"] not in cli("webhook", "list", check=0).stdout
    assert told["secret"] not in cli("webhook", "list", "--json",
                                     check=0).stdout
    ((sealed,),) = server.cluster.sql(
        "SELECT sealed FROM webhooks WHERE client_id = %s", hooked.id)
    assert told["secret"].encode() not in bytes(sealed)
    # A new one takes the old one's place at once.
    go_through(server, hooked, add_customer(server, hooked))
    receiver.of(hooked.path, 2)
    cli("webhook", "remove", hooked.id, check=0)
    assert cli("webhook", "remove", hooked.id).returncode == 1
    count = len(receiver.at(hooked.path))
    go_through(server, hooked, add_customer(server, hooked))
    assert server.cluster.sql("SELECT count(*) FROM outbox WHERE client_id "
                              "= %s", hooked.id) == [(0,)]
    assert len(receiver.at(hooked.path)) == count




def test_attempts_and_what_waits_are_counted(server, cluster, receiver,
                                             hooked):
    """/metrics: how each attempt ended, how much waits and for how long."""
    def attempts():
        return scrape.grown(before, Scrape(server),
                            "ambauth_webhook_deliveries_total")

    def waits():
        ((count, oldest),) = cluster.sql(
            "SELECT count(*), extract(epoch FROM now() - min(since)) "
            "FROM outbox WHERE status = 'pending'")
        s = Scrape(server)
        return (s.value("ambauth_webhook_outbox_pending") == count and
                0 <= float(oldest or 0) - s.value(
                    "ambauth_webhook_outbox_oldest_seconds") < 60 and count)

    before = Scrape(server)
    receiver.behave = status(500)
    assert go_through(server, hooked, add_customer(server, hooked))[1] == \
        "success"
    harness.wait_for(lambda: attempts().get(("failed",)), "a failed attempt")
    cluster.sql("UPDATE outbox SET since = since - interval '1 hour' "
                "WHERE client_id = %s AND status = 'pending'", hooked.id)
    assert harness.wait_for(waits, "the outbox to be looked at") >= 2
    # An event whose day is over is given up. The others are not due before
    # the receiver is well again, and get there. What is under way ends first:
    # the webhook would rest after it.
    def is_at_rest():
        return all(is_free for (is_free,) in cluster.sql(
            "UPDATE outbox SET due_at = now() + interval '1 hour' "
            "WHERE client_id = %s AND status = 'pending' "
            "RETURNING lease IS NULL", hooked.id))

    harness.wait_for(is_at_rest, "the attempt under way to end")
    cluster.sql("UPDATE outbox SET since = now() - interval '1 day', "
                "due_at = now() WHERE event_id = (SELECT min(event_id::text) "
                "FROM outbox WHERE client_id = %s AND status = 'pending')"
                "::uuid", hooked.id)
    cluster.sql("UPDATE webhooks SET next_at = now() WHERE client_id = %s",
                hooked.id)
    harness.wait_for(lambda: attempts().get(("given_up",)), "the last attempt")
    receiver.behave = None
    make_due(cluster, hooked)
    harness.wait_for(lambda: attempts().get(("delivered",)), "a delivery")
