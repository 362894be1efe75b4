# SPDX-License-Identifier: ISC
"""POST /oauth/token for everyone but Apple's device: strictly RFC 6749."""
import hashlib
import json
import secrets
import urllib.parse

import pytest

import harness
from harness import b64url, b64url_decode, get_code, redeem


def challenge_of(verifier):
    return b64url(hashlib.sha256(verifier.encode()).digest())


def refused(reply, error, status=400):
    assert reply.status == status, reply
    assert reply.error() == error, reply
    assert "no-store" in reply.headers["Cache-Control"]
    return reply


def fields_of(client, code, **more):
    fields = {"grant_type": "authorization_code", "code": code,
              "redirect_uri": client.redirect_uri, **more}
    return {k: v for k, v in fields.items() if v is not None}


def claims_of(jwt):
    return json.loads(b64url_decode(jwt.split(".")[1]))


def test_redeems_a_code(server, msp, customer):
    reply = redeem(server, msp, get_code(server, msp, customer,
                                         scope="openid profile"))
    assert reply.status == 200
    body = reply.json()
    assert set(body) == {"access_token", "token_type", "expires_in", "scope",
                         "id_token"}
    assert body["token_type"] == "Bearer"
    assert body["expires_in"] == 3600
    assert body["scope"] == "openid profile"
    assert "no-store" in reply.headers["Cache-Control"]
    assert reply.headers["Pragma"] == "no-cache"


def test_the_access_token_is_rfc_9068(server, msp, customer):
    token = harness.get_tokens(server, msp, customer)["access_token"]
    header = json.loads(b64url_decode(token.split(".")[0]))
    assert header["typ"] == "at+jwt" and header["alg"] == "ES256"
    assert header["kid"]
    claims = claims_of(token)
    assert claims["iss"] == server.base
    assert claims["sub"] == customer.id
    assert claims["client_id"] == msp.id
    assert claims["exp"] - claims["iat"] == 3600
    assert {"aud", "jti", "auth_time", "scope"} <= set(claims)
    other = harness.get_tokens(server, msp, customer)["access_token"]
    assert claims_of(other)["jti"] != claims["jti"]


def test_no_openid_no_id_token(server, msp, customer):
    body = harness.get_tokens(server, msp, customer, scope="profile")
    assert "id_token" not in body and body["scope"] == "profile"


def test_no_scope_is_all_of_the_clients(server, msp, customer):
    body = harness.get_tokens(server, msp, customer, scope=None)
    assert set(body["scope"].split()) == {"openid", "profile"}


def test_the_secret_in_the_body(server, msp, customer, http):
    fields = fields_of(msp, get_code(server, msp, customer),
                       client_id=msp.id, client_secret=msp.secret)
    assert harness.note_tokens(http.post("/oauth/token", fields)).status == 200


def test_a_public_client(server, public, customer, http):
    verifier = secrets.token_urlsafe(48)
    code = get_code(server, public, customer,
                    code_challenge=challenge_of(verifier),
                    code_challenge_method="S256")
    reply = http.post("/oauth/token", fields_of(
        public, code, client_id=public.id, code_verifier=verifier))
    assert harness.note_tokens(reply).status == 200


# Who is asking.

@pytest.mark.parametrize("how", ["basic", "body"])
@pytest.mark.parametrize("change", [
    "wrong", "empty", "another's", "almost", "unknown client", "long"])
def test_a_wrong_client_is_refused(server, msp, other_msp, customer, http,
                                   how, change):
    code = get_code(server, msp, customer)
    name, word = {
        "wrong": (msp.id, "x" * 43), "empty": (msp.id, ""),
        "another's": (msp.id, other_msp.secret),
        "almost": (msp.id, msp.secret[:-1]),
        "unknown client": ("nobody", msp.secret),
        "long": (msp.id, msp.secret * 9)}[change]
    if how == "basic":
        reply = http.post("/oauth/token", fields_of(msp, code),
                          basic=(name, word))
        refused(reply, "invalid_client", 401)
        assert reply.headers["WWW-Authenticate"].startswith("Basic ")
    else:
        reply = http.post("/oauth/token", fields_of(
            msp, code, client_id=name, client_secret=word))
        refused(reply, "invalid_client", 401)
    # The code was not spent by it.
    assert redeem(server, msp, code).status == 200


def test_no_credentials_at_all(server, msp, customer, http):
    code = get_code(server, msp, customer)
    reply = http.post("/oauth/token", fields_of(msp, code))
    assert reply.error() in ("invalid_client", "invalid_request")
    assert reply.status in (400, 401)
    # A confidential client must use its secret.
    refused(http.post("/oauth/token", fields_of(msp, code, client_id=msp.id)),
            "invalid_client", 401)


def test_a_public_client_has_no_secret(server, public, customer, http):
    code = get_code(server, public, customer)
    refused(http.post("/oauth/token", fields_of(public, code),
                      basic=(public.id, "guessed")), "invalid_client", 401)
    refused(http.post("/oauth/token", fields_of(
        public, code, client_id=public.id, client_secret="guessed")),
        "invalid_client", 401)


def test_two_ways_at_once_are_refused(server, msp, customer, http):
    """RFC 6749 2.3: one method a request."""
    code = get_code(server, msp, customer)
    reply = http.post("/oauth/token", fields_of(
        msp, code, client_secret=msp.secret), basic=msp.basic)
    assert reply.status in (400, 401)
    assert reply.error() in ("invalid_request", "invalid_client")
    reply = http.post("/oauth/token", fields_of(
        msp, code, client_id="another"), basic=msp.basic)
    assert reply.status in (400, 401)
    # The same client_id beside Basic is no contradiction (RFC 6749 4.1.3).
    assert redeem(server, msp, code, client_id=msp.id).status == 200


@pytest.mark.parametrize("value", [
    "Basic", "Basic ", "Basic !!!!", "Basic YWJj", "Basic Og==", "Bearer x",
    "Digest a=b", "basic", "Basic " + "A" * 4000, "Basic /////w=="])
def test_a_broken_authorization_header(server, msp, customer, http, value):
    code = get_code(server, msp, customer)
    reply = http.post("/oauth/token", fields_of(msp, code),
                      headers={"Authorization": value})
    assert reply.status in (400, 401), reply
    assert reply.error() in ("invalid_client", "invalid_request")


def test_a_disabled_client_is_refused(server, customer):
    client = server.add_client("--scope", "openid")
    code = get_code(server, client, customer)
    server.cli("client", "disable", client.id, check=0)
    refused(redeem(server, client, code), "invalid_client", 401)


# What is asked.

@pytest.mark.parametrize("change,error", [
    ({"grant_type": None}, "invalid_request"),
    ({"grant_type": ""}, "unsupported_grant_type"),
    ({"grant_type": "password"}, "unsupported_grant_type"),
    ({"grant_type": "client_credentials"}, "unsupported_grant_type"),
    ({"grant_type": "refresh_token", "refresh_token": "x"},
     "unauthorized_client"),
    ({"code": None}, "invalid_request"),
    ({"code": ""}, "invalid_grant"),
    ({"code": "x"}, "invalid_grant"),
    ({"code": "A" * 43}, "invalid_grant"),
    ({"code": "A" * 4000}, "invalid_grant"),
    ({"code": "' OR '1'='1"}, "invalid_grant"),
    ({"redirect_uri": None}, "invalid_request"),
    ({"redirect_uri": ""}, "invalid_grant"),
    ({"redirect_uri": "https://evil.example/"}, "invalid_grant"),
    ({"redirect_uri": harness.MSP_REDIRECT + "/"}, "invalid_grant"),
    ({"redirect_uri": harness.MSP_REDIRECT.upper()}, "invalid_grant"),
    ({"code_verifier": "v" * 42}, "invalid_request"),
    ({"code_verifier": "v" * 129}, "invalid_request"),
    ({"code_verifier": "v" * 42 + "+"}, "invalid_request"),
])
def test_a_wrong_request_is_refused(server, msp, customer, change, error):
    code = get_code(server, msp, customer)
    reply = redeem(server, msp, **{"code": code, **change})
    assert reply.status == 400
    # An empty value is one that is missing (RFC 6749 3.2).
    allowed = {error} | ({"invalid_request"} if "" in change.values() else
                         set())
    assert reply.error() in allowed, reply
    if change.get("code", code) == code:
        assert redeem(server, msp, code).status == 200


@pytest.mark.parametrize("name", ["grant_type", "code", "redirect_uri",
                                  "code_verifier", "client_id"])
def test_a_parameter_twice_is_refused(server, msp, customer, http, name):
    fields = fields_of(msp, get_code(server, msp, customer),
                       client_id=msp.id, client_secret=msp.secret)
    fields.setdefault(name, "v" * 43)
    body = urllib.parse.urlencode(fields) + "&" + urllib.parse.urlencode(
        {name: fields[name]})
    reply = http.post("/oauth/token", body)
    assert reply.status in (400, 401)
    assert reply.error() in ("invalid_request", "invalid_client")


@pytest.mark.parametrize("body", [
    b"%00", b"code=%00", b"code=%", b"code=%zz", b"code=%ff", b"\xff\xfe",
    b"a=1&" * 200, b"code=" + b"x" * 60000])
def test_what_is_no_form_is_refused(http, msp, body):
    reply = http.post("/oauth/token", body, basic=msp.basic)
    assert reply.status in (400, 413), reply


def test_a_body_too_long_is_refused(server, http):
    try:
        reply = http.post("/oauth/token", b"code=" + b"x" * 200000)
        assert reply.status in (400, 413)
    except OSError:
        pass        # cut off before it was all sent is fair too
    assert server.http().get("/healthz").status == 200


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "x"])
def test_another_content_type_is_refused(server, msp, customer, http, kind):
    fields = fields_of(msp, get_code(server, msp, customer))
    body = json.dumps(fields) if "json" in kind else \
        urllib.parse.urlencode(fields)
    reply = http.post("/oauth/token", body, basic=msp.basic,
                      headers={"Content-Type": kind})
    assert reply.status in (400, 415), reply
    assert reply.error() == "invalid_request"


def test_the_query_is_not_for_others_than_the_device(server, msp, customer,
                                                      http):
    code = get_code(server, msp, customer)
    query = urllib.parse.urlencode(fields_of(msp, code))
    refused(http.post("/oauth/token?" + query, basic=msp.basic),
            "invalid_request")
    query = urllib.parse.urlencode(fields_of(
        msp, code, client_id=msp.id, client_secret=msp.secret))
    refused(http.post("/oauth/token?" + query), "invalid_request")
    assert redeem(server, msp, code).status == 200


def test_get_is_refused(http, msp):
    assert http.get("/oauth/token").status == 405
    query = urllib.parse.urlencode({"grant_type": "authorization_code"})
    assert http.get("/oauth/token?" + query, basic=msp.basic).status == 405


# The code.

def test_a_code_of_another_client_is_refused(server, msp, other_msp, rival,
                                             customer):
    code = get_code(server, msp, customer)
    for client in (other_msp, rival):
        refused(redeem(server, client, code), "invalid_grant")
    # The stranger did not spend it.
    assert redeem(server, msp, code).status == 200


def test_the_second_use_is_refused_and_revokes(server, msp, customer, http):
    code = get_code(server, msp, customer)
    token = redeem(server, msp, code).json()["access_token"]
    assert http.get("/oauth/userinfo", bearer=token).status == 200
    refused(redeem(server, msp, code), "invalid_grant")
    assert http.get("/oauth/userinfo", bearer=token).status == 401
    refused(redeem(server, msp, code), "invalid_grant")


def test_a_code_ends(make_server, customer):
    server = make_server("codes", conf={"tokens": {"code_lifetime": "1s"}})
    server.start()
    client = server.add_client("--scope", "openid")
    code = get_code(server, client, customer)
    server.cluster.sql("SELECT pg_sleep(1.2)")
    refused(redeem(server, client, code), "invalid_grant")


def test_an_access_token_ends(make_server, customer):
    server = make_server("tokens",
                         conf={"tokens": {"access_token_lifetime": "1s"}})
    server.start()
    client = server.add_client("--scope", "openid")
    body = harness.get_tokens(server, client, customer)
    assert body["expires_in"] == 1
    server.cluster.sql("SELECT pg_sleep(2.1)")
    http = server.http()
    assert http.get("/oauth/userinfo",
                    bearer=body["access_token"]).status == 401
    reply = http.post("/oauth/introspect", {"token": body["access_token"]},
                      basic=client.basic)
    assert reply.json() == {"active": False}


# PKCE (RFC 7636).

def test_pkce(server, msp, customer):
    verifier = "v" * 43
    asked = {"code_challenge": challenge_of(verifier),
             "code_challenge_method": "S256"}
    code = get_code(server, msp, customer, **asked)
    refused(redeem(server, msp, code), "invalid_grant")
    refused(redeem(server, msp, code, code_verifier="w" * 43),
            "invalid_grant")
    refused(redeem(server, msp, code,
                   code_verifier=asked["code_challenge"]), "invalid_grant")
    assert redeem(server, msp, code, code_verifier=verifier).status == 200


def test_pkce_of_the_rfc(server, msp, customer):
    """RFC 7636 appendix B."""
    code = get_code(
        server, msp, customer, code_challenge_method="S256",
        code_challenge="E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
    assert redeem(
        server, msp, code,
        code_verifier="dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    ).status == 200


def test_a_verifier_without_challenge_is_refused(server, msp, customer):
    """RFC 9700 2.1.1: else the challenge could be stripped on its way."""
    code = get_code(server, msp, customer)
    refused(redeem(server, msp, code, code_verifier="v" * 43),
            "invalid_grant")
    assert redeem(server, msp, code).status == 200


# Refreshing.

@pytest.fixture(scope="module")
def refresher(server):
    return server.add_client("--scope", "openid profile", "--grant",
                             "authorization_code,refresh_token",
                             name="refresher")


def refresh(server, client, token, **more):
    fields = {"grant_type": "refresh_token", "refresh_token": token, **more}
    return harness.note_tokens(server.http().post(
        "/oauth/token", {k: v for k, v in fields.items() if v is not None},
        basic=client.basic))


def test_refresh(server, refresher, customer, http):
    body = harness.get_tokens(server, refresher, customer,
                              scope="openid profile")
    reply = refresh(server, refresher, body["refresh_token"])
    assert reply.status == 200, reply
    new = reply.json()
    assert new["scope"] == "openid profile"
    assert new["access_token"] != body["access_token"]
    assert http.get("/oauth/userinfo",
                    bearer=new["access_token"]).json()["sub"] == customer.id
    narrow = refresh(server, refresher,
                     new.get("refresh_token", body["refresh_token"]),
                     scope="profile")
    assert narrow.status == 200 and narrow.json()["scope"] == "profile"


def test_refresh_refusals(server, refresher, msp, customer):
    body = harness.get_tokens(server, refresher, customer, scope="openid")
    token = body["refresh_token"]
    refused(refresh(server, msp, token), "unauthorized_client")
    other = server.add_client("--scope", "openid", "--grant",
                              "authorization_code,refresh_token")
    refused(refresh(server, other, token), "invalid_grant")
    for wrong in ("x", token[:-1], token + "A", "A" * 46, "", "%00"):
        assert refresh(server, refresher, wrong).status == 400
    refused(refresh(server, refresher, None), "invalid_request")
    refused(refresh(server, refresher, token, scope="openid profile"),
            "invalid_scope")
    # An access token is no refresh token.
    refused(refresh(server, refresher, body["access_token"]),
            "invalid_grant")


def test_a_revoked_grant_refreshes_no_more(server, refresher, customer,
                                           http):
    body = harness.get_tokens(server, refresher, customer)
    assert http.post("/oauth/revoke", {"token": body["refresh_token"]},
                     basic=refresher.basic).status == 200
    refused(refresh(server, refresher, body["refresh_token"]),
            "invalid_grant")
    assert http.get("/oauth/userinfo",
                    bearer=body["access_token"]).status == 401


def test_secrets_rotate(server, customer):
    client = server.add_client("--scope", "openid")
    code = get_code(server, client, customer)
    out = json.loads(server.cli("client", "rotate-secret", "--json",
                                client.id, check=0).stdout)
    new = harness.Client(client.id, out["client_secret"], client.redirect_uri)
    assert new.secret != client.secret
    refused(redeem(server, client, code), "invalid_client", 401)
    assert redeem(server, new, code).status == 200
