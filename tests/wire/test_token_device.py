# SPDX-License-Identifier: ISC
"""POST /oauth/token as Apple's device sends it, byte for byte."""
import pytest

import harness
from harness import Reply, device_params, note_tokens, sign_in


@pytest.fixture
def code(server, device, customer):
    return sign_in(server, device_params(device), customer)["code"]


def body_of(device, code, redirect=True, secret=True):
    """In the device's order and without one escape."""
    text = f"client_id={device.id}&code={code}&grant_type=authorization_code"
    if redirect:
        text += f"&redirect_uri={device.redirect_uri}"
    if secret:
        text += f"&client_secret={device.secret}"
    return text


def send(server, head, body=b""):
    return note_tokens(Reply.parse(server.raw(
        head.encode().replace(b"\n", b"\r\n") + b"\r\n" + body)))


def test_from_ios_15(server, device, code):
    body = body_of(device, code)
    reply = send(server, "POST /oauth/token HTTP/1.1\n"
                 f"Host: localhost:{server.port}\n"
                 "Content-Type: application/x-www-form-urlencoded\n"
                 "User-Agent: Messages\n"
                 f"Content-Length: {len(body)}\n", body.encode())
    assert reply.status == 200, reply
    assert isinstance(reply.json()["access_token"], str)


def test_before_ios_15_without_a_length(server, device, code):
    """Everything in the query, neither body nor Content-Length."""
    reply = send(server, f"POST /oauth/token?{body_of(device, code)} "
                 f"HTTP/1.1\nHost: localhost:{server.port}\n")
    assert reply.status == 200, reply
    assert reply.json()["access_token"]


def test_before_ios_15_with_an_empty_body(server, device, code):
    reply = send(server, f"POST /oauth/token?{body_of(device, code)} "
                 f"HTTP/1.1\nHost: localhost:{server.port}\n"
                 "Content-Type: application/x-www-form-urlencoded\n"
                 "Content-Length: 0\n")
    assert reply.status == 200, reply


def test_without_redirect_uri(server, device, code, http):
    """As ASAPP sends it."""
    reply = note_tokens(http.post(
        "/oauth/token", "grant_type=authorization_code"
        f"&code={code}&client_id={device.id}&client_secret={device.secret}"))
    assert reply.status == 200, reply


def test_escaped_is_as_good(server, device, code, http):
    reply = note_tokens(http.post("/oauth/token", {
        "client_id": device.id, "code": code,
        "grant_type": "authorization_code",
        "redirect_uri": device.redirect_uri,
        "client_secret": device.secret}))
    assert reply.status == 200, reply


def test_by_basic_too(server, device, code):
    assert harness.redeem(server, device, code).status == 200


def test_the_secret_is_asked_for_all_the_same(server, device, code, http):
    for text in (body_of(device, code, secret=False),
                 body_of(device, code)[:-1],
                 body_of(device, code, secret=False) + "&client_secret="):
        reply = http.post("/oauth/token", text)
        assert reply.status == 401, reply
        assert reply.error() == "invalid_client"
        reply = http.post("/oauth/token?" + text)
        assert reply.status == 401, reply
    assert note_tokens(http.post("/oauth/token",
                                 body_of(device, code))).status == 200


def test_a_redirect_uri_that_is_sent_must_fit(server, device, code, http):
    for uri in ("https://evil.example/", device.redirect_uri + "/", "x"):
        text = body_of(device, code, redirect=False) + "&redirect_uri=" + uri
        reply = http.post("/oauth/token", text)
        assert reply.status == 400 and reply.error() == "invalid_grant"
    assert note_tokens(http.post("/oauth/token",
                                 body_of(device, code))).status == 200


def test_query_and_body_do_not_mix(server, device, code, http):
    """A name in both is a name twice."""
    query = f"grant_type=authorization_code&code={code}"
    body = (f"client_id={device.id}&client_secret={device.secret}"
            f"&code={code}")
    reply = http.post("/oauth/token?" + query, body)
    assert reply.status == 400 and reply.error() == "invalid_request"
    body = f"client_id={device.id}&client_secret={device.secret}"
    assert note_tokens(http.post("/oauth/token?" + query,
                                 body)).status == 200


def test_the_second_use_revokes(server, device, code, http):
    text = body_of(device, code)
    token = note_tokens(http.post("/oauth/token", text)).json()
    reply = http.post("/oauth/token?" + text)
    assert reply.status == 400 and reply.error() == "invalid_grant"
    assert http.get("/oauth/userinfo",
                    bearer=token["access_token"]).status == 401


def test_a_public_device_client(server, customer, http):
    """client_secret is only there if the message carried one."""
    client = server.add_client("--apple-device", "--public", "--scope",
                               "openid", redirect=harness.DEVICE_REDIRECT)
    code = sign_in(server, device_params(client), customer)["code"]
    reply = note_tokens(http.post("/oauth/token", body_of(
        client, code, secret=False)))
    assert reply.status == 200, reply
    code = sign_in(server, device_params(client), customer)["code"]
    reply = send(server, "POST /oauth/token?"
                 f"{body_of(client, code, secret=False)} "
                 f"HTTP/1.1\nHost: localhost:{server.port}\n")
    assert reply.status == 200, reply


@pytest.mark.parametrize("tail", [
    "&x=1", "&=", "&&&", "&code_verifier=x&y", "&state=a=b?c/d+e"])
def test_a_strange_tail_does_no_harm(server, device, code, http, tail):
    reply = http.post("/oauth/token", body_of(device, code) + tail)
    note_tokens(reply)
    assert reply.status in (200, 400, 401), reply
