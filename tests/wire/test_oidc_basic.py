# SPDX-License-Identifier: ISC
"""The modules of the OpenID Foundation's Basic OP plan, under their names: each
test does what the module does and expects what it expects. docs/openid.md has
the table, with those that do not apply."""
import hashlib
import json
import secrets
import urllib.parse

import pytest

import harness
import jose
from harness import (Browser, Page, authorize_params, b64url, get_code,
                     get_tokens, redeem, sign_in)

SCOPES = "openid profile email address phone customer"
CLAIMS = {
    "profile": {"name": "Anna Muster", "given_name": "Anna",
                "family_name": "Muster", "locale": "de-CH",
                "zoneinfo": "Europe/Zurich", "updated_at": 1700000000},
    "email": {"email": "anna@example.org", "email_verified": True},
    "address": {"address": {"country": "CH", "locality": "Bern"}},
    "phone": {"phone_number": "+41 44 000 00 00",
              "phone_number_verified": False},
    "customer": {"tier": "gold", "stores": [4, 12]},
}
# OpenID Connect Core 2: what every ID token of a code flow must say.
REQUIRED = {"iss", "sub", "aud", "exp", "iat"}


@pytest.fixture(scope="module")
def metadata(http):
    return http.get("/.well-known/openid-configuration").json()


@pytest.fixture(scope="module")
def jwks(http):
    return http.get("/oauth/jwks").json()


@pytest.fixture(scope="module")
def client(server):
    return server.add_client("--scope", SCOPES, "--grant",
                             "authorization_code,refresh_token",
                             name="Basic OP")


@pytest.fixture(scope="module")
def client2(server):
    return server.add_client("--scope", SCOPES, "--grant",
                             "authorization_code,refresh_token",
                             name="Basic OP 2")


@pytest.fixture(scope="module")
def anna(server):
    """A customer of whom much is known."""
    anna = server.add_customer()
    claims = {k: v for part in CLAIMS.values() for k, v in part.items()}
    server.cli("customer", "set-claims", "--id", anna.id,
               stdin=json.dumps(claims), check=0)
    return anna


@pytest.fixture(scope="module")
def id_claims(server, jwks):
    """The claims of a token answer's ID token, once it is judged."""
    def judge(body, client, nonce=None):
        header, claims = jose.verify(body["id_token"], jwks)
        assert REQUIRED <= set(claims)
        assert claims["iss"] == server.base
        assert claims["aud"] == client.id
        assert claims["iat"] < claims["exp"]
        assert claims.get("nonce") == nonce
        assert 1 <= len(claims["sub"]) <= 255 and claims["sub"].isascii()
        digest = hashlib.sha256(body["access_token"].encode()).digest()
        assert claims["at_hash"] == b64url(digest[:16])
        return claims
    return judge


def userinfo(http, body):
    reply = http.get("/oauth/userinfo", bearer=body["access_token"])
    assert reply.status == 200, reply
    return reply.json()


def refusal(server, params):
    reply = Browser(server).open(params)
    fields = reply.callback()
    assert fields["state"] == params["state"]
    assert fields["iss"] == server.base and "code" not in fields
    return fields["error"]


def assert_page(server, params):
    """The request is taken: the customer sees the form."""
    reply = Browser(server).open(params)
    assert reply.status == 200, reply
    assert "password" in Page(reply.text).inputs
    return Page(reply.text)


def test_oidcc_discovery_endpoint_verification(server, metadata, jwks):
    """Of the Config OP plan: OpenID Connect Discovery 3, every MUST."""
    assert metadata["issuer"] == server.base
    for name in ("authorization_endpoint", "token_endpoint",
                 "userinfo_endpoint", "jwks_uri"):
        assert metadata[name].startswith("https://"), name
    assert "RS256" in metadata["id_token_signing_alg_values_supported"]
    assert "none" not in metadata["id_token_signing_alg_values_supported"]
    assert "code" in metadata["response_types_supported"]
    assert "public" in metadata["subject_types_supported"]
    assert "openid" in metadata["scopes_supported"]
    assert set(metadata["claims_supported"]) > REQUIRED
    assert metadata["claims_parameter_supported"] is False
    assert metadata["request_parameter_supported"] is False
    assert metadata["request_uri_parameter_supported"] is False
    assert sorted(k["alg"] for k in jwks["keys"]) == sorted(
        metadata["id_token_signing_alg_values_supported"])
    for key in jwks["keys"]:
        assert not {"d", "p", "q", "dp", "dq", "qi", "k"} & set(key)
    assert len({k["kid"] for k in jwks["keys"]}) == len(jwks["keys"])


def test_oidcc_server(server, http, client, anna, id_claims):
    nonce = secrets.token_urlsafe(12)
    body = get_tokens(server, client, anna, nonce=nonce)
    assert body["token_type"].lower() == "bearer"
    claims = id_claims(body, client, nonce)
    assert userinfo(http, body)["sub"] == claims["sub"] == anna.id


def test_oidcc_response_type_missing(server, client):
    params = authorize_params(client, response_type=None)
    assert refusal(server, params) in ("invalid_request",
                                       "unsupported_response_type")


def test_oidcc_idtoken_signature(server, client, anna, jwks):
    """The default: ES256, by a key that kid names."""
    header, _ = jose.verify(get_tokens(server, client, anna)["id_token"], jwks)
    assert header["alg"] == "ES256" and header["kid"]


def test_oidcc_idtoken_rs256(server, http, anna, jwks, id_claims):
    """Per client; the access token stays what resources know to read."""
    client = server.add_client(
        "--scope", "openid email", "--id-token-alg", "RS256", "--grant",
        "authorization_code,refresh_token", name="RS256")
    body = get_tokens(server, client, anna, nonce="n-1", scope="openid email")
    header, _ = jose.verify(body["id_token"], jwks)
    assert header["alg"] == "RS256" and header["typ"] == "JWT"
    id_claims(body, client, "n-1")
    assert jose.verify(body["access_token"], jwks)[0]["alg"] == "ES256"
    assert userinfo(http, body)["email"] == CLAIMS["email"]["email"]
    reply = http.get("/oauth/userinfo", bearer=body["id_token"])
    assert reply.status == 401 and reply.error() == "invalid_token"
    reply = http.post("/oauth/token", {
        "grant_type": "refresh_token",
        "refresh_token": body["refresh_token"]}, basic=client.basic)
    again = harness.note_tokens(reply).json()
    assert jose.verify(again["id_token"], jwks)[0]["alg"] == "RS256"
    id_claims(again, client)


def test_oidcc_idtoken_kid(server, client, anna, jwks):
    """With several keys published, kid must say which one it was."""
    assert len(jwks["keys"]) > 1
    head = get_tokens(server, client, anna)["id_token"].split(".")[0]
    header = json.loads(harness.b64url_decode(head))
    assert header["kid"] in [k["kid"] for k in jwks["keys"]]


def test_the_longest_nonce_fits_either_algorithm(server, anna, id_claims):
    for alg in ("ES256", "RS256"):
        client = server.add_client("--scope", "openid", "--id-token-alg", alg)
        for nonce in ("n" * 511, '"' * 511):
            body = get_tokens(server, client, anna, nonce=nonce)
            id_claims(body, client, nonce)
        assert refusal(server, authorize_params(
            client, nonce="a\x01b")) == "invalid_request"


def test_oidcc_userinfo_get(server, http, client, anna):
    body = get_tokens(server, client, anna)
    reply = http.get("/oauth/userinfo", bearer=body["access_token"])
    assert reply.headers.get_content_type() == "application/json"
    assert reply.json()["sub"] == anna.id


def test_oidcc_userinfo_post_header(server, http, client, anna):
    body = get_tokens(server, client, anna)
    reply = http.post("/oauth/userinfo", bearer=body["access_token"])
    assert reply.status == 200 and reply.json()["sub"] == anna.id


def test_oidcc_userinfo_post_body(server, http, client, anna):
    body = get_tokens(server, client, anna)
    reply = http.post("/oauth/userinfo",
                      {"access_token": body["access_token"]})
    assert reply.status == 200 and reply.json()["sub"] == anna.id


def test_oidcc_ensure_request_without_nonce_succeeds_for_code_flow(
        server, client, anna, id_claims):
    id_claims(get_tokens(server, client, anna, nonce=None), client)


def check_scope(server, http, client, anna, id_claims, *scopes):
    body = get_tokens(server, client, anna, scope=" ".join(
        ["openid", *scopes]))
    assert set(body["scope"].split()) == {"openid", *scopes}
    wanted = {"sub": anna.id}
    for scope in scopes:
        wanted.update(CLAIMS[scope])
    assert userinfo(http, body) == wanted
    # OpenID Connect Core 5.4: with an access token, at user info only.
    assert not {"name", "email", "address", "phone_number", "tier"} & set(
        id_claims(body, client))
    return body


def test_oidcc_scope_profile(server, http, client, anna, id_claims):
    check_scope(server, http, client, anna, id_claims, "profile")


def test_oidcc_scope_email(server, http, client, anna, id_claims):
    check_scope(server, http, client, anna, id_claims, "email")


def test_oidcc_scope_address(server, http, client, anna, id_claims):
    check_scope(server, http, client, anna, id_claims, "address")


def test_oidcc_scope_phone(server, http, client, anna, id_claims):
    check_scope(server, http, client, anna, id_claims, "phone")


def test_oidcc_scope_all(server, http, client, anna, id_claims):
    check_scope(server, http, client, anna, id_claims, "email", "phone",
                "address", "profile")


def test_scope_customer(server, http, client, anna, id_claims):
    """Ours: attributes that are no standard claims."""
    check_scope(server, http, client, anna, id_claims, "customer")


def test_oidcc_ensure_other_scope_order_succeeds(server, http, client, anna,
                                                 id_claims):
    body = get_tokens(server, client, anna, scope="email openid")
    id_claims(body, client)
    assert userinfo(http, body)["email"] == CLAIMS["email"]["email"]


def test_oidcc_display_page(server, client):
    assert_page(server, authorize_params(client, display="page"))


def test_oidcc_display_popup(server, client):
    assert_page(server, authorize_params(client, display="popup"))


def test_oidcc_prompt_login(server, client, anna, id_claims):
    """The customer signs in once more, and auth_time says so."""
    first = id_claims(get_tokens(server, client, anna), client)
    assert_page(server, authorize_params(client, prompt="login"))
    second = id_claims(get_tokens(server, client, anna, prompt="login"),
                       client)
    assert second["auth_time"] >= first["auth_time"]
    assert second["sub"] == first["sub"]


def test_oidcc_prompt_none_not_logged_in(server, client):
    assert refusal(server, authorize_params(client, prompt="none")) in (
        "login_required", "interaction_required")


def test_oidcc_prompt_none_logged_in(server, client, anna):
    """There are no sessions: in the same browser it is login_required too."""
    browser = Browser(server)
    page = browser.open(authorize_params(client))
    assert "code" in browser.submit(page, anna.login,
                                    anna.password).callback()
    fields = browser.open(authorize_params(client, prompt="none")).callback()
    assert fields["error"] == "login_required"


def test_oidcc_max_age_1(server, client, anna, id_claims):
    """The second time the password is asked for, and auth_time is of then."""
    first = id_claims(get_tokens(server, client, anna), client)
    browser = Browser(server)
    browser.submit(browser.open(authorize_params(client)), anna.login,
                   anna.password).callback()
    page = browser.open(authorize_params(client, max_age=1))
    assert "password" in Page(page.text).inputs
    fields = browser.submit(page, anna.login, anna.password).callback()
    second = id_claims(redeem(server, client, fields["code"]).json(), client)
    assert isinstance(second["auth_time"], int)
    assert second["auth_time"] >= first["auth_time"]
    assert 0 <= second["iat"] - second["auth_time"] <= 1 + harness.PATIENCE


def test_oidcc_max_age_10000(server, client, anna, id_claims):
    claims = id_claims(get_tokens(server, client, anna, max_age=10000),
                       client)
    assert claims["auth_time"] <= claims["iat"] < claims["auth_time"] + 10000


def test_oidcc_ensure_request_with_unknown_parameter_succeeds(
        server, client, anna, id_claims):
    id_claims(get_tokens(server, client, anna, extra="foobar"), client)


def test_oidcc_id_token_hint(server, client, anna):
    """The module expects a session behind prompt=none: there is none."""
    hint = get_tokens(server, client, anna)["id_token"]
    assert refusal(server, authorize_params(
        client, prompt="none", id_token_hint=hint)) == "login_required"
    assert_page(server, authorize_params(client, id_token_hint=hint))


def test_oidcc_login_hint(server, client, anna, id_claims):
    page = assert_page(server, authorize_params(client,
                                                login_hint=anna.login))
    assert page.value("username") == anna.login
    id_claims(get_tokens(server, client, anna, login_hint="bob@example.com"),
              client)


def test_oidcc_ui_locales(server, client, anna, id_claims):
    id_claims(get_tokens(server, client, anna, ui_locales="se"), client)
    id_claims(get_tokens(server, client, anna, ui_locales="fr-CA fr en"),
              client)


def test_oidcc_claims_locales(server, client, anna, id_claims):
    id_claims(get_tokens(server, client, anna, claims_locales="se"), client)


def test_oidcc_ensure_request_with_acr_values_succeeds(
        server, client, anna, id_claims, metadata):
    for asked in ("1 2", metadata["acr_values_supported"][0]):
        claims = id_claims(get_tokens(server, client, anna,
                                      acr_values=asked), client)
        # What it is, not what was asked for.
        assert [claims["acr"]] == metadata["acr_values_supported"]
        assert claims["amr"] == ["pwd"]


def test_oidcc_claims_essential(server, http, client, anna):
    """The parameter is not supported, and discovery says so: it is ignored."""
    asked = json.dumps({"userinfo": {"name": {"essential": True}}})
    body = get_tokens(server, client, anna, claims=asked)
    assert userinfo(http, body) == {"sub": anna.id}
    body = get_tokens(server, client, anna, claims=asked,
                      scope="openid profile")
    assert userinfo(http, body)["name"] == CLAIMS["profile"]["name"]


def reuse(server, http, client, anna, between):
    code = get_code(server, client, anna)
    first = redeem(server, client, code)
    assert first.status == 200
    between(code)
    second = redeem(server, client, code)
    assert second.status == 400 and second.error() == "invalid_grant"
    # RFC 6749 4.1.2: what the first use brought SHOULD be revoked.
    reply = http.get("/oauth/userinfo", bearer=first.json()["access_token"])
    assert reply.status == 401 and reply.error() == "invalid_token"


def test_oidcc_codereuse(server, http, client, anna):
    reuse(server, http, client, anna, lambda code: None)


def test_oidcc_codereuse_30seconds(server, cluster, http, client, anna):
    def pass_time(code):
        digest = hashlib.sha256(code.encode()).hexdigest()
        rows = cluster.sql(
            "UPDATE codes SET taken_at = taken_at - interval '30 seconds', "
            "expires_at = expires_at - interval '30 seconds' "
            "WHERE encode(code_sha256, 'hex') = %s "
            "RETURNING expires_at > now()", digest)
        assert rows == [(True,)]
    reuse(server, http, client, anna, pass_time)


def test_oidcc_ensure_registered_redirect_uri(server, client):
    """Shown to the customer: never a redirect to where nobody registered."""
    for uri in ("https://not-registered.example/callback",
                client.redirect_uri + "/" + secrets.token_hex(4),
                client.redirect_uri + "?x=1"):
        reply = Browser(server).open(authorize_params(client,
                                                      redirect_uri=uri))
        assert reply.status == 400 and reply.location is None
        assert reply.headers.get_content_type() == "text/html"


def test_oidcc_ensure_post_request_succeeds(server, client, anna, id_claims):
    """OpenID Connect Core 3.1.2.1: GET and POST."""
    browser = Browser(server)
    browser.target = "/oauth/authorize"
    params = authorize_params(client, nonce="n-2", state="a b&c=d+e#f")
    page = browser.request("POST", browser.target,
                           urllib.parse.urlencode(params),
                           {"Content-Type":
                            "application/x-www-form-urlencoded"})
    assert page.status == 200, page
    fields = browser.submit(page, anna.login, anna.password).callback()
    assert fields["state"] == params["state"]
    body = redeem(server, client, fields["code"]).json()
    id_claims(body, client, "n-2")


@pytest.mark.parametrize("change,error", [
    ({"response_type": None}, "invalid_request"),
    ({"response_type": "token"}, "unsupported_response_type"),
    ({"scope": "openid admin"}, "invalid_scope"),
    ({"prompt": "none"}, "login_required"),
    ({"code_challenge": "x"}, "invalid_request"),
])
def test_a_post_request_is_refused_like_a_get(server, http, client, change,
                                              error):
    reply = http.post("/oauth/authorize", authorize_params(client, **change))
    fields = reply.callback()
    assert fields["error"] == error and fields["state"] == "s-1"


def test_a_post_request_that_nobody_may_hear_of(http, client):
    for change in ({"client_id": "nobody"}, {"redirect_uri": None},
                   {"redirect_uri": "https://evil.example/"}):
        reply = http.post("/oauth/authorize",
                          authorize_params(client, **change))
        assert reply.status == 400 and reply.location is None
    params = urllib.parse.urlencode(authorize_params(client))
    for body, kind in ((params + "&client_id=" + client.id, None),
                       (params, "text/plain"), (params + "&nonce=%00", None)):
        headers = {"Content-Type": kind} if kind else None
        reply = http.post("/oauth/authorize", body, headers=headers)
        assert reply.status == 400 and reply.location is None
    # In the query of a POST nothing is looked for.
    reply = http.post("/oauth/authorize?" + params, "x=y")
    assert reply.status == 400 and reply.location is None


def test_a_raw_state_of_a_body_leaves_no_header(http, client):
    """A body may hold what no request line can: it must not reach ours."""
    params = urllib.parse.urlencode(authorize_params(
        client, state=None, prompt="none"))
    reply = http.post("/oauth/authorize",
                      params.encode() + b"&state=a\r\nX-Evil: 1\r\n\r\n")
    assert reply.status == 303 and "X-Evil" not in reply.headers
    assert harness.query_of(reply.location)["state"] \
        == "a\r\nX-Evil: 1\r\n\r\n"


def test_a_form_with_a_flow_is_a_sign_in(server, http, client):
    """Whatever else stands in it: two readers must not take it for two."""
    params = urllib.parse.urlencode(authorize_params(client))
    for body in ("flow=x&" + params, params + "&flow=x", params + "&flow="):
        reply = http.post("/oauth/authorize", body)
        assert reply.status == 400 and reply.location is None, body


def test_oidcc_server_client_secret_post(server, http, client2, anna,
                                         id_claims):
    code = get_code(server, client2, anna, nonce="n-3")
    reply = http.post("/oauth/token", {
        "grant_type": "authorization_code", "code": code,
        "redirect_uri": client2.redirect_uri, "client_id": client2.id,
        "client_secret": client2.secret})
    body = harness.note_tokens(reply).json()
    id_claims(body, client2, "n-3")
    assert userinfo(http, body)["sub"] == anna.id


def test_oidcc_unsigned_request_object_supported_correctly_or_rejected(
        server, client):
    """OpenID Connect Core 3.1.2.6, as discovery says."""
    inside = b64url(json.dumps({"state": "other"}).encode())
    unsigned = b64url(b'{"alg":"none"}') + "." + inside + "."
    assert refusal(server, authorize_params(client, request=unsigned)) \
        == "request_not_supported"


def test_oidcc_request_uri_unsigned(server, client):
    assert refusal(server, authorize_params(
        client, request_uri="https://msp.example/request.jwt")) \
        == "request_uri_not_supported"


def test_oidcc_ensure_request_object_with_redirect_uri(server, client):
    """The object is not looked at, so that its URI is none."""
    inside = b64url(json.dumps({"redirect_uri":
                                client.redirect_uri}).encode())
    reply = Browser(server).open(authorize_params(
        client, request=b64url(b'{"alg":"none"}') + "." + inside + ".",
        redirect_uri="https://not-registered.example/"))
    assert reply.status == 400 and reply.location is None


def test_oidcc_refresh_token(server, http, client, client2, anna, id_claims):
    body = get_tokens(server, client, anna, nonce="n-4",
                      scope="openid email")
    first = id_claims(body, client, "n-4")
    fields = {"grant_type": "refresh_token",
              "refresh_token": body["refresh_token"]}
    reply = http.post("/oauth/token", fields, basic=client.basic)
    again = harness.note_tokens(reply).json()
    assert reply.status == 200
    # OpenID Connect Core 12.2.
    second = id_claims({**again}, client)
    for name in ("iss", "sub", "aud", "auth_time"):
        assert second[name] == first[name]
    assert second["iat"] >= first["iat"]
    assert userinfo(http, again) == {"sub": anna.id, **CLAIMS["email"]}
    # A refresh token is bound to its client.
    reply = http.post("/oauth/token", fields, basic=client2.basic)
    assert reply.status == 400 and reply.error() == "invalid_grant"


def test_oidcc_ensure_request_with_valid_pkce_succeeds(
        server, client, anna, id_claims):
    verifier = secrets.token_urlsafe(48)
    code = get_code(server, client, anna, code_challenge_method="S256",
                    code_challenge=b64url(hashlib.sha256(
                        verifier.encode()).digest()))
    body = redeem(server, client, code, code_verifier=verifier).json()
    id_claims(body, client)


def test_oidcc_alternate_happy_flow(server, http, anna, id_claims):
    """Another client and another response mode than the plan's default."""
    client = server.add_client("--scope", "openid", "--require-pkce")
    verifier = secrets.token_urlsafe(48)
    fields = sign_in(server, authorize_params(
        client, code_challenge_method="S256", code_challenge=b64url(
            hashlib.sha256(verifier.encode()).digest())), anna)
    body = redeem(server, client, fields["code"],
                  code_verifier=verifier).json()
    id_claims(body, client)
    assert userinfo(http, body)["sub"] == anna.id
