# SPDX-License-Identifier: ISC
"""/v1/sign-ins: what an MSP announces, and what it may see of it."""
import json

import pytest

import harness
import hosted
from harness import opaque_id


@pytest.fixture(scope="module")
def client(server):
    return hosted.add_client(server, name="hosted")


def post(http, client, body=None, **more):
    return http.post("/v1/sign-ins", {"opaque_id": opaque_id(),
                                      **(body or {})},
                     **{"basic": client.basic, **more})


def test_announces(server, http, client):
    reply = post(http, client)
    assert reply.status == 201, reply
    assert "no-store" in reply.headers["Cache-Control"]
    told = reply.json()
    assert set(told) == {"state", "redirect_uri", "authorize_url",
                         "expires_in"}
    assert len(told["state"]) == 43
    assert told["redirect_uri"] == server.base + hosted.PATH
    assert told["expires_in"] == 600
    assert told["authorize_url"].startswith(server.base + "/oauth/authorize?")
    assert harness.query_of(told["authorize_url"]) == {
        "client_id": client.id, "redirect_uri": told["redirect_uri"],
        "response_type": "code", "scope": "openid", "state": told["state"]}
    # What it tells to open is a login page.
    target = told["authorize_url"][len(server.base):]
    page = harness.Page(http.get(target).text)
    assert page.forms and page.lang == "en"
    assert post(http, client).json()["state"] != told["state"]


def test_a_state_of_the_msps_own(server, http, client):
    state = "order-4711_~." + harness.secrets.token_hex(4)
    told = hosted.announce(server, client, state=state)
    assert told["state"] == state
    again = post(http, client, {"state": state})
    assert again.status == 409
    assert again.error() == "conflict"
    # It is that client's alone: another has it free, and learns nothing.
    other = hosted.add_client(server)
    assert hosted.find(server, other, state).status == 404
    assert hosted.announce(server, other, state=state)["state"] == state


def test_json_and_secret_in_the_body(http, client):
    sent = {"opaque_id": opaque_id(), "client_id": client.id,
            "client_secret": client.secret}
    reply = http.post("/v1/sign-ins", json.dumps(sent),
                      headers={"Content-Type": "application/json"})
    assert reply.status == 201, reply
    assert http.post("/v1/sign-ins", sent).status == 201
    reply = http.post("/v1/sign-ins", json.dumps(
        {"opaque_id": opaque_id(), "state": "json-" + sent["opaque_id"][-9:-1]
         .replace("/", "_").replace("+", "-")}),
        headers={"Content-Type": "application/json"}, basic=client.basic)
    assert reply.status == 201, reply


@pytest.mark.parametrize("body", [
    {"opaque_id": ""}, {"opaque_id": "urn:mbid:"}, {"opaque_id": "C-1001"},
    {"opaque_id": "urn:mbid:" + "A" * 1100},
    {"state": "a b"}, {"state": "a+b"}, {"state": "é"},
    {"state": "a" * 513}, {"state": "a/b"}, {"state": "a\x00b"}])
def test_refuses_what_it_cannot_use(http, client, body):
    reply = post(http, client, body)
    assert reply.status == 400, reply
    assert reply.error() == "invalid_request"


@pytest.mark.parametrize("text", [
    "", "[]", "{", "null", '"urn:mbid:AAAA"', '{"opaque_id": 7}',
    '{"state": "x"}', '{"opaque_id": "urn:mbid:AAAA", "state": null}',
    '{"opaque_id": "urn:mbid:AAAA", "opaque_id": "urn:mbid:BBBB"}',
    '{"opaque_id": "urn:mbid:AAAA\\u0000"}'])
def test_refuses_broken_json(http, client, text):
    reply = http.post("/v1/sign-ins", text, basic=client.basic,
                      headers={"Content-Type": "application/json"})
    assert reply.status == 400, reply
    assert reply.error() == "invalid_request"


def test_refuses_a_parameter_twice(http, client):
    reply = http.post("/v1/sign-ins", "opaque_id=urn:mbid:AAAA&"
                      "opaque_id=urn:mbid:BBBB", basic=client.basic)
    assert (reply.status, reply.error()) == (400, "invalid_request")


def test_refuses_who_cannot_prove_itself(server, http, client):
    wrong = post(http, client, basic=(client.id, "x" * 43))
    assert (wrong.status, wrong.error()) == (401, "invalid_client")
    assert post(http, client, basic=("nobody", "x" * 43)).status == 401
    assert post(http, client, basic=None).status == 401
    public = hosted.add_client(server, "--public")
    reply = post(http, client, {"client_id": public.id}, basic=None)
    assert (reply.status, reply.error()) == (401, "invalid_client")
    assert http.post("/v1/sign-ins", {"opaque_id": opaque_id()},
                     bearer="x.y.z").status == 401


def test_refuses_clients_of_another_callback(server, http, msp):
    reply = post(http, msp)
    assert (reply.status, reply.error()) == (400, "unauthorized_client")
    pkce = hosted.add_client(server, "--require-pkce")
    reply = post(http, pkce)
    assert (reply.status, reply.error()) == (400, "unauthorized_client")


def test_a_disabled_client(server, http):
    gone = hosted.add_client(server)
    told = hosted.announce(server, gone)
    server.cli("client", "disable", gone.id, check=0)
    assert post(http, gone).status == 401
    assert hosted.find(server, gone, told["state"]).status == 401


def test_what_is_pending(server, client):
    told = hosted.announce(server, client)
    row = hosted.status(server, client, told)
    assert row["status"] == "pending"
    assert row["opaque_id"] == told["opaque_id"]
    assert set(row) == {"status", "opaque_id", "expires_at"}


def test_others_see_nothing(server, http, client, msp, rival):
    told = hosted.announce(server, client)
    for other in (msp, rival):
        reply = hosted.find(server, other, told["state"])
        assert (reply.status, reply.error()) == (404, "not_found")
    assert hosted.find(server, client, "never-announced").status == 404
    wrong = http.get("/v1/sign-ins", {"state": told["state"]},
                     basic=(client.id, "x" * 43))
    assert wrong.status == 401
    assert http.get("/v1/sign-ins", {"state": told["state"]}).status == 401


def test_what_cannot_be_looked_for(http, client):
    for target in ("/v1/sign-ins", "/v1/sign-ins?state=a&state=b",
                   "/v1/sign-ins?state=%00",
                   f"/v1/sign-ins?state=a&client_secret={client.secret}"):
        reply = http.get(target, basic=client.basic)
        assert (reply.status, reply.error()) == (400, "invalid_request"), \
            target
    assert http.delete("/v1/sign-ins?state=a",
                       basic=client.basic).status == 405


def test_expires(make_server, customer):
    server = make_server("short", conf={"tokens": {"sign_in_lifetime": "1s"}})
    server.migrate().start()
    client = hosted.add_client(server)
    told = hosted.announce(server, client)
    assert told["expires_in"] == 1
    target = hosted.sign_in(server, told, customer)
    harness.wait_for(lambda: hosted.status(server, client, told)["status"]
                     == "expired", "the sign-in to run out")
    end = hosted.end_of(server.http().get(target))
    assert end["status"] == "failure"
    assert hosted.status(server, client, told)["status"] == "expired"
    # Nothing was tied.
    assert server.http().get("/v1/links", {"opaque_id": told["opaque_id"]},
                             basic=client.basic).status == 404
