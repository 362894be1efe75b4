# SPDX-License-Identifier: ISC
"""POST /oauth/introspect (RFC 7662) and /oauth/revoke (RFC 7009)."""
import json

import pytest

import harness
from harness import b64url_decode


@pytest.fixture
def body(server, msp, customer):
    return harness.get_tokens(server, msp, customer)


def introspect(http, client, token, **more):
    return http.post("/oauth/introspect", {"token": token, **more},
                     basic=client.basic)


def revoke(http, client, token, **more):
    return http.post("/oauth/revoke", {"token": token, **more},
                     basic=client.basic)


def is_live(http, body):
    return http.get("/oauth/userinfo",
                    bearer=body["access_token"]).status == 200


def test_introspects_its_token(server, http, msp, customer, body):
    reply = introspect(http, msp, body["access_token"])
    assert reply.status == 200
    claims = json.loads(b64url_decode(body["access_token"].split(".")[1]))
    told = reply.json()
    assert told["active"] is True
    assert told["sub"] == customer.id
    assert told["client_id"] == msp.id
    assert told["scope"] == "openid"
    assert told["token_type"] == "Bearer"
    assert told["iss"] == server.base
    assert told["exp"] == claims["exp"] and told["iat"] == claims["iat"]
    assert "no-store" in reply.headers["Cache-Control"]


@pytest.mark.parametrize("hint", ["access_token", "refresh_token", "x", ""])
def test_the_hint_is_only_a_hint(http, msp, body, hint):
    assert introspect(http, msp, body["access_token"],
                      token_type_hint=hint).json()["active"] is True


def test_by_the_secret_in_the_body(http, msp, body):
    reply = http.post("/oauth/introspect", {
        "token": body["access_token"], "client_id": msp.id,
        "client_secret": msp.secret})
    assert reply.json()["active"] is True


def test_a_business_hears_of_its_own_tokens_only(http, other_msp, rival,
                                                 body):
    assert introspect(http, other_msp,
                      body["access_token"]).json()["active"] is True
    assert introspect(http, rival,
                      body["access_token"]).json() == {"active": False}


@pytest.mark.parametrize("token", [
    "x", "", "a.b.c", "A" * 46, "A" * 5000, "\u00e4"])
def test_what_is_no_token_is_inactive(http, msp, token):
    reply = introspect(http, msp, token)
    if token == "" and reply.status == 400:
        assert reply.error() == "invalid_request"
    else:
        assert reply.json() == {"active": False}


def test_an_id_token_is_inactive(http, msp, body):
    assert introspect(http, msp, body["id_token"]).json() == {"active": False}


@pytest.mark.parametrize("path", ["/oauth/introspect", "/oauth/revoke"])
def test_who_asks_must_say_so(http, msp, public, body, path):
    fields = {"token": body["access_token"]}
    assert http.post(path, fields).status in (400, 401)
    wrong = http.post(path, fields, basic=(msp.id, "wrong"))
    assert wrong.status == 401 and wrong.error() == "invalid_client"
    assert http.post(path, fields, basic=("nobody", "x")).status == 401
    assert http.post(path, {}, basic=msp.basic).status == 400
    assert http.get(path, basic=msp.basic).status == 405
    twice = f"token={body['access_token']}&token=x"
    assert http.post(path, twice, basic=msp.basic).status == 400
    assert is_live(http, body)


def test_a_public_client_may_not_introspect(http, public, body):
    reply = http.post("/oauth/introspect", {"token": body["access_token"],
                                            "client_id": public.id})
    assert reply.status == 401


def test_revokes_its_token(http, msp, body):
    reply = revoke(http, msp, body["access_token"])
    assert reply.status == 200 and reply.body == b""
    assert not is_live(http, body)
    assert introspect(http, msp, body["access_token"]).json() == {
        "active": False}
    # RFC 7009 2.2: what is dead is dead, that is no error.
    assert revoke(http, msp, body["access_token"]).status == 200


def test_revoking_one_sign_in_leaves_the_others(server, http, msp, customer,
                                                body):
    other = harness.get_tokens(server, msp, customer)
    assert revoke(http, msp, body["access_token"]).status == 200
    assert is_live(http, other)


def test_nobody_revokes_anothers_token(http, other_msp, rival, body):
    for client in (other_msp, rival):
        assert revoke(http, client, body["access_token"]).status in (200, 400)
        assert is_live(http, body)


def test_a_public_client_revokes_its_own(server, http, public, customer):
    code = harness.get_code(server, public, customer)
    reply = harness.note_tokens(http.post("/oauth/token", {
        "grant_type": "authorization_code", "code": code,
        "client_id": public.id, "redirect_uri": public.redirect_uri}))
    token = reply.json()["access_token"]
    assert http.post("/oauth/revoke", {"token": token,
                                       "client_id": public.id}).status == 200
    assert http.get("/oauth/userinfo", bearer=token).status == 401


@pytest.mark.parametrize("token", ["x", "a.b.c", "A" * 46, "A" * 5000])
def test_revoking_what_is_no_token_is_no_error(http, msp, token):
    assert revoke(http, msp, token).status == 200


def test_every_node_hears_of_it(make_server, server, http, msp, body):
    """Nodes share the database, the master key and nothing else."""
    node = make_server("node", conf={
        "server": {"issuer": server.base}}).start()
    assert is_live(node.http(), body)
    assert revoke(node.http(), msp, body["access_token"]).status == 200
    assert not is_live(http, body)
    assert not is_live(node.http(), body)
