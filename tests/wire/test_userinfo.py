# SPDX-License-Identifier: ISC
"""GET and POST /oauth/userinfo, GET /v1/external-user-id: who it is."""
import json

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import \
    decode_dss_signature

import harness
from harness import b64url, b64url_decode


@pytest.fixture(scope="module")
def tokens(server, msp, customer):
    return harness.get_tokens(server, msp, customer)


@pytest.fixture(scope="module")
def token(tokens):
    return tokens["access_token"]


PLACES = [("/oauth/userinfo", "sub"), ("/v1/external-user-id",
                                       "external_user_id")]


@pytest.mark.parametrize("path,member", PLACES)
def test_says_who(http, token, customer, path, member):
    reply = http.get(path, bearer=token)
    assert reply.status == 200
    assert reply.json()[member] == customer.id
    assert "no-store" in reply.headers["Cache-Control"]


def test_userinfo_by_post(http, token, customer):
    reply = http.post("/oauth/userinfo", bearer=token)
    assert reply.json()["sub"] == customer.id
    # RFC 6750 2.2: in a form body.
    reply = http.post("/oauth/userinfo", {"access_token": token})
    assert reply.json()["sub"] == customer.id


def test_userinfo_is_json(http, token):
    """ServiceNow's and Microsoft's readers want just this."""
    reply = http.get("/oauth/userinfo", bearer=token)
    assert reply.headers.get_content_type() == "application/json"
    assert isinstance(reply.json(), dict)


@pytest.mark.parametrize("path,member", PLACES)
def test_no_token(http, path, member):
    reply = http.get(path)
    assert reply.status == 401
    challenge = reply.headers["WWW-Authenticate"]
    assert challenge.startswith("Bearer")
    # RFC 6750 3.1: no error code when nothing was tried.
    assert "error=" not in challenge


def broken(token):
    head, body, signature = token.split(".")
    claims = json.loads(b64url_decode(body))
    header = json.loads(b64url_decode(head))

    def join(header, claims, signature):
        return ".".join([b64url(json.dumps(header).encode()),
                         b64url(json.dumps(claims).encode()), signature])

    # Of the right form, but by a key of our own.
    key = ec.generate_private_key(ec.SECP256R1())
    r, s = decode_dss_signature(key.sign(f"{head}.{body}".encode(),
                                         ec.ECDSA(hashes.SHA256())))
    forged = b64url(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    flipped = signature[:-5] + ("A" if signature[-5] != "A" else "B") \
        + signature[-4:]
    return {
        "empty": "",
        "no token": "x",
        "two parts": f"{head}.{body}",
        "no signature": f"{head}.{body}.",
        "four parts": token + ".x",
        "alg none": join({**header, "alg": "none"}, claims, ""),
        "alg HS256": join({**header, "alg": "HS256"}, claims, signature),
        "another kid": join({**header, "kid": "x"}, claims, signature),
        "jwk inside": join({**header, "jwk": {"kty": "EC"}}, claims,
                           signature),
        "another sub": join(header, {**claims, "sub": "C-1"}, signature),
        "longer life": join(header, {**claims, "exp": 2**40}, signature),
        "our own key": f"{head}.{body}.{forged}",
        "a bit flipped": f"{head}.{body}.{flipped}",
        "zero signature": f"{head}.{body}.{b64url(bytes(64))}",
        "long": "A" * 5000,
        "dots": "." * 1500,
    }


@pytest.mark.parametrize("path,member", PLACES)
def test_broken_tokens_are_refused(http, token, path, member):
    for what, text in broken(token).items():
        reply = http.get(path, bearer=text)
        assert reply.status in (400, 401), what
        assert reply.headers["WWW-Authenticate"].startswith("Bearer"), what
        assert "external_user_id" not in reply.text and '"sub"' not in \
            reply.text
    assert http.get(path, bearer=token).status == 200


def test_an_id_token_is_no_access_token(http, tokens):
    reply = http.get("/oauth/userinfo", bearer=tokens["id_token"])
    assert reply.status == 401
    assert reply.error() == "invalid_token"
    assert 'error="invalid_token"' in reply.headers["WWW-Authenticate"]


def test_a_token_in_the_query_is_not_taken(http, token):
    """RFC 9700 4.3.2: it would stand in logs."""
    assert http.get("/oauth/userinfo?access_token=" + token).status == 401


def test_a_token_sent_twice_is_refused(http, token):
    reply = http.post("/oauth/userinfo", {"access_token": token},
                      bearer=token)
    assert reply.status == 400 and reply.error() == "invalid_request"
    reply = http.post("/oauth/userinfo",
                      f"access_token={token}&access_token={token}")
    assert reply.status == 400 and reply.error() == "invalid_request"


@pytest.mark.parametrize("path,member", PLACES)
def test_basic_is_no_bearer(http, msp, path, member):
    assert http.get(path, basic=msp.basic).status in (400, 401)


def test_the_scheme_is_read_in_any_case(http, token):
    for scheme in ("bearer", "BEARER"):
        assert http.get("/oauth/userinfo", headers={
            "Authorization": f"{scheme} {token}"}).status == 200


def test_a_token_of_another_service_is_refused(make_server, token):
    """A second service with its own keys and the same customers."""
    other = make_server("foreign")
    conninfo = other.cluster.new_database("foreign")
    other.conf = {"database": {"conninfo": conninfo}}
    other.write_conf()
    other.migrate().start()
    assert other.http().get("/oauth/userinfo", bearer=token).status == 401


def test_methods(http, token):
    assert http.post("/v1/external-user-id", bearer=token).status == 405
    assert http.delete("/oauth/userinfo", bearer=token).status == 405
