# SPDX-License-Identifier: ISC
"""/amb/callback: the redirect URI of MSPs that write no OAuth code."""
import concurrent.futures
import threading
import urllib.parse

import pytest

import harness
import hosted
from harness import Page

ROUNDS = 20


@pytest.fixture(scope="module")
def client(server):
    return hosted.add_client(server, name="hosted")


def link_of(server, client, told):
    return server.http().get("/v1/links", {"opaque_id": told["opaque_id"]},
                             basic=client.basic)


def with_fields(target, **more):
    """The same callback with other parameters; None takes one away."""
    path, _, query = target.partition("?")
    fields = dict(urllib.parse.parse_qsl(query))
    fields.update(more)
    return path + "?" + urllib.parse.urlencode(
        {k: v for k, v in fields.items() if v is not None})


def assert_failed(reply):
    end = hosted.end_of(reply)
    assert end["status"] == "failure"
    assert int(end["error_code"]) > 1000
    assert set(end) == {"status", "error_code"}


def test_signs_in(server, client, customer):
    told = hosted.announce(server, client)
    reply = server.http().get(hosted.sign_in(server, told, customer))
    assert hosted.end_of(reply) == {"status": "success"}
    assert reply.location == "messages-auth://?status=success"
    # Who cannot follow that sees a page.
    page = Page(reply.text)
    assert page.title and not page.forms
    assert "messages-auth://?status=success" in reply.text
    assert "default-src 'none'" in reply.headers["Content-Security-Policy"]
    assert "no-store" in reply.headers["Cache-Control"]
    row = hosted.status(server, client, told)
    assert row["status"] == "success"
    assert row["customer_id"] == customer.id
    assert row["ended_at"]
    assert "error" not in row
    link = link_of(server, client, told).json()
    assert link["customer_id"] == customer.id


def test_the_page_speaks_the_browsers_language(server, client, customer):
    told = hosted.announce(server, client)
    reply = server.http().get(hosted.sign_in(server, told, customer),
                              headers={"Accept-Language": "en"})
    assert Page(reply.text).lang == "en"


@pytest.mark.parametrize("agent,is_sheet", [
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/"
     "605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
     True),
    ("CFNetwork/1498.700.2 Darwin/23.6.0", True), (None, True),
    ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
     "Chrome/120.0.0.0 Safari/537.36", False),
    ("Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0",
     False)])
def test_who_is_redirected(server, client, customer, agent, is_sheet):
    headers = {"User-Agent": agent} if agent else {}
    told = hosted.announce(server, client)
    reply = server.http().get(hosted.sign_in(server, told, customer),
                              headers=headers)
    failed = server.http().get(hosted.PATH, headers=headers)
    if is_sheet:
        assert hosted.end_of(reply) == {"status": "success"}
        assert_failed(failed)
    else:
        assert (reply.status, failed.status) == (200, 400)
        assert reply.location is None and failed.location is None
        assert "messages-auth://?status=success" in reply.text
        assert "messages-auth://?status=failure" in failed.text
    assert hosted.status(server, client, told)["status"] == "success"


def test_a_replay_changes_nothing(server, client, customer):
    told = hosted.announce(server, client)
    target = hosted.sign_in(server, told, customer)
    http = server.http()
    assert hosted.end_of(http.get(target)) == {"status": "success"}
    before = hosted.status(server, client, told)
    assert_failed(http.get(target))
    assert_failed(http.get(with_fields(target, code=None,
                                       error="access_denied")))
    assert hosted.status(server, client, told) == before
    # A second sign-in under the same state is no better.
    assert_failed(http.get(hosted.sign_in(server, told,
                                          server.add_customer())))
    assert hosted.status(server, client, told) == before
    assert link_of(server, client, told).json()["customer_id"] == customer.id


def test_a_code_of_another_state(server, client, customer):
    """Mix-up and CSRF: my code must not end your sign-in."""
    mine = hosted.announce(server, client)
    yours = hosted.announce(server, client)
    target = hosted.sign_in(server, mine, customer)
    http = server.http()
    assert_failed(http.get(with_fields(target, state=yours["state"])))
    assert hosted.status(server, client, yours)["status"] == "pending"
    assert link_of(server, client, yours).status == 404
    # The code is not spent by that: it still ends what it was got for.
    assert hosted.end_of(http.get(target)) == {"status": "success"}
    assert hosted.status(server, client, yours)["status"] == "pending"


def test_a_state_of_another_client(server, client, customer):
    other = hosted.add_client(server)
    state = "shared-" + harness.secrets.token_hex(8)
    theirs = hosted.announce(server, other, state=state)
    mine = hosted.announce(server, client, state=state)
    target = hosted.sign_in(server, mine, customer)
    assert hosted.end_of(server.http().get(target)) == {"status": "success"}
    assert hosted.status(server, client, mine)["status"] == "success"
    assert hosted.status(server, other, theirs)["status"] == "pending"
    # An error names no client: while two wait, it ends neither.
    third = hosted.announce(server, hosted.add_client(server), state=state)
    assert_failed(server.http().get(
        with_fields(target, code=None, error="access_denied")))
    assert hosted.status(server, other, theirs)["status"] == "pending"
    assert third["state"] == state


def test_a_code_that_was_not_announced(server, client, customer):
    params = harness.authorize_params(client, state="nobody-announced-me")
    fields = harness.sign_in(server, params, customer)
    assert_failed(server.http().get(hosted.PATH + "?"
                                    + urllib.parse.urlencode(fields)))
    # One that goes elsewhere is worth nothing here.
    told = hosted.announce(server, client)
    both = server.add_client("--redirect-uri", harness.MSP_REDIRECT,
                             "--scope", "openid",
                             redirect=server.base + hosted.PATH)
    told = hosted.announce(server, both)
    params = harness.authorize_params(both, state=told["state"],
                                      redirect_uri=harness.MSP_REDIRECT)
    fields = harness.sign_in(server, params, customer)
    assert_failed(server.http().get(hosted.PATH + "?"
                                    + urllib.parse.urlencode(fields)))
    assert hosted.status(server, both, told)["status"] == "pending"


def test_a_code_with_a_challenge(server, client, customer):
    """We have no verifier to show for it."""
    told = hosted.announce(server, client)
    params = harness.query_of(told["authorize_url"])
    params.update(code_challenge="A" * 43, code_challenge_method="S256")
    fields = harness.sign_in(server, params, customer)
    assert_failed(server.http().get(hosted.PATH + "?"
                                    + urllib.parse.urlencode(fields)))
    assert hosted.status(server, client, told)["status"] == "pending"


@pytest.mark.parametrize("more", [
    {"iss": None}, {"iss": "https://evil.example"}, {"state": None},
    {"state": ""}, {"state": "other"}, {"code": None}, {"code": ""},
    {"code": "A" * 43}, {"error": "access_denied"},
    {"code": None, "error": "<script>"}, {"code": None, "error": ""},
    {"code": None, "error": "a" * 64}])
def test_refuses_what_is_not_ours(server, client, customer, more):
    told = hosted.announce(server, client)
    target = hosted.sign_in(server, told, customer)
    assert_failed(server.http().get(with_fields(target, **more)))
    assert hosted.status(server, client, told)["status"] == "pending"
    assert link_of(server, client, told).status == 404


@pytest.mark.parametrize("more", ["&state=x", "&code=x", "&iss=x",
                                  "&error=x&error=x", "&code=%00"])
def test_refuses_a_parameter_twice(server, client, customer, more):
    told = hosted.announce(server, client)
    target = hosted.sign_in(server, told, customer)
    assert_failed(server.http().get(target + more))
    assert hosted.status(server, client, told)["status"] == "pending"


def test_only_get(server, client, customer):
    told = hosted.announce(server, client)
    target = hosted.sign_in(server, told, customer)
    assert server.http().post(target).status == 405
    # Who looks ahead does not spend the code.
    assert server.http().request("HEAD", target).status == 204
    assert hosted.end_of(server.http().get(target)) == {"status": "success"}


def test_cancelled(server, client):
    told = hosted.announce(server, client)
    reply = server.http().get(hosted.PATH, {
        "error": "access_denied", "state": told["state"],
        "iss": server.base})
    assert reply.location == "messages-auth://?status=cancel"
    assert Page(reply.text).title
    row = hosted.status(server, client, told)
    assert row["status"] == "cancel"
    assert row["error"] == "access_denied"
    assert "customer_id" not in row


def test_cancelled_on_the_page(server, client, customer):
    told = hosted.announce(server, client)
    browser = harness.Browser(server)
    page = browser.open(urllib.parse.urlsplit(told["authorize_url"]).query)
    reply = browser.submit(page, "", "", action="cancel")
    target = reply.location[len(server.base):]
    assert harness.query_of(target)["error"] == "access_denied"
    reply = server.http().get(target)
    assert hosted.end_of(reply) == {"status": "cancel"}
    assert hosted.status(server, client, told)["status"] == "cancel"


def test_refused_at_the_authorize_endpoint(server, client):
    """prompt=none cannot be served: the redirect ends the sign-in."""
    told = hosted.announce(server, client)
    reply = server.http().get(told["authorize_url"][len(server.base):]
                              + "&prompt=none")
    assert reply.status == 303
    assert_failed(server.http().get(reply.location[len(server.base):]))
    row = hosted.status(server, client, told)
    assert row["status"] == "failure"
    assert row["error"] == "login_required"


def test_an_opaque_id_of_another_customer(server, client, customer):
    told = hosted.announce(server, client)
    target = hosted.sign_in(server, told, customer)
    assert hosted.end_of(server.http().get(target)) == {"status": "success"}
    # The same customer again: the link stays as it is.
    again = hosted.announce(server, client, opaque=told["opaque_id"])
    target = hosted.sign_in(server, again, customer)
    assert hosted.end_of(server.http().get(target)) == {"status": "success"}
    # Another: it is not taken from its owner.
    third = hosted.announce(server, client, opaque=told["opaque_id"])
    target = hosted.sign_in(server, third, server.add_customer())
    assert_failed(server.http().get(target))
    row = hosted.status(server, client, third)
    assert row["status"] == "failure"
    assert row["error"] == "linked_to_another_customer"
    assert "customer_id" not in row
    assert link_of(server, client, told).json()["customer_id"] == customer.id


def test_a_customer_locked_meanwhile(server, client):
    customer = server.add_customer()
    told = hosted.announce(server, client)
    target = hosted.sign_in(server, told, customer)
    server.cli("customer", "lock", "--id", customer.id, check=0)
    assert_failed(server.http().get(target))
    row = hosted.status(server, client, told)
    assert (row["status"], row.get("customer_id")) == ("failure", None)
    assert link_of(server, client, told).status == 404


def run_at_once(server, targets):
    barrier = threading.Barrier(len(targets))

    def run(target):
        http = server.http(keep=True)
        http.get("/healthz")
        barrier.wait()
        return hosted.end_of(http.get(target))["status"]

    with concurrent.futures.ThreadPoolExecutor(len(targets)) as pool:
        return sorted(pool.map(run, targets))


def test_two_at_once(server, client, customer):
    """One code twice, or two codes of one sign-in: exactly one succeeds."""
    for number in range(ROUNDS):
        told = hosted.announce(server, client)
        target = hosted.sign_in(server, told, customer)
        second = target if number % 2 else hosted.sign_in(server, told,
                                                          customer)
        assert run_at_once(server, [target, second]) == \
            ["failure", "success"]
        assert hosted.status(server, client, told)["status"] == "success"


def test_cancel_and_success_at_once(server, client, customer):
    """Whichever it is, all agree on it."""
    for _ in range(ROUNDS):
        told = hosted.announce(server, client)
        target = hosted.sign_in(server, told, customer)
        ends = run_at_once(server, [target, with_fields(
            target, code=None, error="access_denied")])
        status = hosted.status(server, client, told)["status"]
        linked = link_of(server, client, told).status == 200
        assert (ends, status, linked) in [
            (["failure", "success"], "success", True),
            (["cancel", "failure"], "cancel", False)]


def test_the_database_dies_on_the_way(make_server, own_cluster):
    """What was answered as success is there afterwards; what is there without
    an answer is whole: never a link without its sign-in, nor the reverse."""
    server = make_server("dies", cluster=own_cluster).migrate().start()
    client = hosted.add_client(server)
    customer = server.add_customer()
    waiting = []
    for _ in range(24):
        told = hosted.announce(server, client)
        waiting.append((told, hosted.sign_in(server, told, customer)))
    answered = threading.Event()

    def run(pair):
        try:
            reply = server.http().get(pair[1])
        except OSError:
            return pair[0], None
        finally:
            answered.set()
        return pair[0], reply

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        running = [pool.submit(run, pair) for pair in waiting]
        assert answered.wait(harness.PATIENCE)
        own_cluster.kill()
        results = [each.result() for each in running]
    own_cluster.start()
    server.wait_ready()
    assert any(reply is not None and reply.status == 303
               for _, reply in results)
    for told, reply in results:
        status = hosted.status(server, client, told)["status"]
        linked = link_of(server, client, told).status == 200
        assert linked == (status == "success")
        assert status in ("success", "pending")
        if reply is not None and reply.status == 303:
            end = hosted.end_of(reply)
            assert end != {"status": "success"} or status == "success"
        elif reply is not None:
            assert reply.status == 503, reply
            assert Page(reply.text).title
