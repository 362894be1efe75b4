# SPDX-License-Identifier: ISC
"""What the service says of itself, and that it is true."""
import hashlib
import json
import urllib.parse

import pytest
from cryptography.exceptions import InvalidSignature

import harness
from harness import authorize_params, b64url, b64url_decode
from jose import verify

PATHS = ["/.well-known/oauth-authorization-server",
         "/.well-known/openid-configuration"]


@pytest.fixture(scope="module")
def metadata(http):
    return http.get(PATHS[0]).json()


def test_both_documents_are_the_same(http):
    first, second = (http.get(path) for path in PATHS)
    assert first.status == second.status == 200
    assert first.json() == second.json()


def test_required_members(server, metadata):
    """RFC 8414 2, OpenID Connect Discovery 3."""
    assert metadata["issuer"] == server.base
    assert metadata["authorization_endpoint"] \
        == server.base + "/oauth/authorize"
    assert metadata["token_endpoint"] == server.base + "/oauth/token"
    assert metadata["userinfo_endpoint"] == server.base + "/oauth/userinfo"
    assert metadata["jwks_uri"] == server.base + "/oauth/jwks"
    assert metadata["response_types_supported"] == ["code"]
    assert metadata["subject_types_supported"] == ["public"]
    assert metadata["id_token_signing_alg_values_supported"] \
        == ["ES256", "RS256"]
    assert metadata["code_challenge_methods_supported"] == ["S256"]
    assert metadata["authorization_response_iss_parameter_supported"] is True


def test_every_endpoint_named_is_there(http, metadata):
    for name, url in metadata.items():
        if name.endswith(("_endpoint", "_uri")):
            path = urllib.parse.urlsplit(url).path
            assert http.get(path).status != 404, name
            assert http.post(path).status != 404, name


def test_response_modes_are_true(server, metadata, msp):
    assert metadata["response_modes_supported"]
    for mode in metadata["response_modes_supported"]:
        reply = harness.Browser(server).open(authorize_params(
            msp, response_mode=mode))
        assert reply.status == 200, mode


def test_prompt_values_are_true(server, metadata, msp):
    accepted = set()
    for prompt in ("none", "login", "consent", "select_account", "create"):
        reply = harness.Browser(server).open(authorize_params(
            msp, prompt=prompt))
        if reply.status == 200 or reply.callback()["error"] \
                == "login_required":
            accepted.add(prompt)
    assert accepted == set(metadata["prompt_values_supported"])


def test_grant_types_are_true(http, metadata, msp):
    for grant in ("authorization_code", "refresh_token", "password",
                  "client_credentials"):
        error = http.post("/oauth/token", {"grant_type": grant},
                          basic=msp.basic).error()
        assert (error != "unsupported_grant_type") == (
            grant in metadata["grant_types_supported"])


def test_request_objects_are_told_and_refused(server, metadata, msp):
    assert metadata["request_uri_parameter_supported"] is False
    assert metadata.get("request_parameter_supported", False) is False


def test_documents_may_be_kept_and_read_by_scripts(http):
    for path in [*PATHS, "/oauth/jwks"]:
        reply = http.get(path)
        assert "max-age" in reply.headers["Cache-Control"]
        assert reply.headers["Access-Control-Allow-Origin"] == "*"
        assert reply.headers["X-Content-Type-Options"] == "nosniff"


def test_jwks_holds_public_keys_only(http):
    keys = http.get("/oauth/jwks").json()["keys"]
    assert [(k["kty"], k["alg"]) for k in keys] == [("EC", "ES256"),
                                                    ("RSA", "RS256")]
    for key in keys:
        assert key["use"] == "sig"
        if key["kty"] == "EC":
            required = ("crv", "kty", "x", "y")
            assert key["crv"] == "P-256"
            assert len(b64url_decode(key["x"])) == 32
            assert len(b64url_decode(key["y"])) == 32
        else:
            required = ("e", "kty", "n")
            assert key["e"] == "AQAB"
            assert len(b64url_decode(key["n"])) == 384
        assert set(key) == {*required, "use", "alg", "kid"}
        # RFC 7638 3: the thumbprint of the required members in order.
        text = json.dumps({n: key[n] for n in required},
                          separators=(",", ":"))
        assert key["kid"] == b64url(hashlib.sha256(text.encode()).digest())


def test_of_many_nodes_one_makes_the_keys(make_server, cluster):
    """Each worker of both starts at once on a database that has none."""
    conninfo = cluster.new_database("keys")
    first = make_server("keys-1")
    first.conf = {"database": {"conninfo": conninfo}}
    first.write_conf()
    second = make_server("keys-2")
    second.conf = {"database": {"conninfo": conninfo}}
    second.write_conf()
    first.migrate().start(wait=False)
    second.start()
    first.wait_ready()
    replies = [server.http().get("/oauth/jwks") for server in (first, second)
               for _ in range(8)]
    # A worker that has none yet says 503, never a part of them.
    assert {r.status for r in replies} <= {200, 503}
    assert len({r.text for r in replies if r.status == 200}) == 1
    assert cluster.sql("SELECT alg, generation FROM signing_keys ORDER BY "
                       "alg", dbname="keys") == [("ES256", 1), ("RS256", 1)]


def test_scopes_are_true(server, http, metadata):
    scopes = metadata["scopes_supported"]
    assert scopes == ["openid", "profile", "email", "address", "phone",
                      "customer"]
    client = server.add_client("--scope", " ".join(scopes))
    reply = harness.Browser(server).open(authorize_params(
        client, scope=" ".join(scopes)))
    assert reply.status == 200


def test_tokens_verify_against_jwks(http, server, msp, customer):
    jwks = http.get("/oauth/jwks").json()
    body = harness.get_tokens(server, msp, customer, nonce="n-0S6_WzA2Mj")
    header, claims = verify(body["id_token"], jwks)
    assert header.get("typ", "JWT") == "JWT"
    assert claims["iss"] == server.base
    assert claims["aud"] == msp.id
    assert claims["sub"] == customer.id
    assert claims["nonce"] == "n-0S6_WzA2Mj"
    assert claims["exp"] > claims["iat"] >= claims["auth_time"]
    # OpenID Connect Core 3.1.3.6: the left half of the token's SHA-256.
    digest = hashlib.sha256(body["access_token"].encode()).digest()
    assert claims["at_hash"] == b64url(digest[:16])
    header, claims = verify(body["access_token"], jwks)
    assert header["typ"] == "at+jwt"
    with pytest.raises(InvalidSignature):
        head, _, signature = body["id_token"].split(".")
        verify(f"{head}.{b64url(b'{}')}.{signature}", jwks)


def test_no_nonce_no_claim(server, http, msp, customer):
    body = harness.get_tokens(server, msp, customer)
    _, claims = verify(body["id_token"], http.get("/oauth/jwks").json())
    assert "nonce" not in claims


@pytest.mark.parametrize("nonce", ["a b", "\u00e4\u6f22", '"\\', "n" * 511])
def test_a_nonce_comes_back_as_it_was(server, http, msp, customer, nonce):
    body = harness.get_tokens(server, msp, customer, nonce=nonce)
    _, claims = verify(body["id_token"], http.get("/oauth/jwks").json())
    assert claims["nonce"] == nonce


def test_keys_survive_a_restart(make_server, customer):
    server = make_server("restarted").start()
    client = server.add_client("--scope", "openid")
    body = harness.get_tokens(server, client, customer)
    before = server.http().get("/oauth/jwks").json()
    assert server.stop() == 0
    server.start()
    assert server.http().get("/oauth/jwks").json() == before
    verify(body["access_token"], before)
    assert server.http().get(
        "/oauth/userinfo", bearer=body["access_token"]).status == 200
