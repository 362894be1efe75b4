# SPDX-License-Identifier: ISC
"""GET /oauth/authorize: the page for a sound request, and each refusal."""
import base64
import urllib.parse

import pytest

import ecies
import harness
from harness import Browser, Page, authorize_params, device_params, query_of

# Parameters that every refusal below is sent with, and must get back.
ISS = "iss"


def page_of(server, params):
    return Browser(server).open(params)


def refusal(server, params):
    """The error on the redirect, which must name us and keep the state."""
    reply = page_of(server, params)
    fields = reply.callback()
    assert fields[ISS] == server.base
    assert "code" not in fields
    return fields


def assert_shown(reply):
    """An error for the customer's eyes: never a redirect."""
    assert reply.status == 400, reply
    assert reply.location is None
    assert reply.headers.get_content_type() == "text/html"
    page = Page(reply.text)
    assert "password" not in page.inputs
    assert not page.scripts and not page.inline_styles
    return page


def test_shows_the_login_page(server, msp):
    reply = page_of(server, authorize_params(msp))
    assert reply.status == 200, reply
    assert reply.headers["Content-Type"].lower() == "text/html; charset=utf-8"
    page = Page(reply.text)
    assert page.lang == "en"
    assert page.title
    assert page.forms[0]["method"].lower() == "post"
    assert page.inputs["username"]["autocomplete"] == "username"
    assert page.inputs["password"]["autocomplete"] == "current-password"
    assert page.inputs["password"]["type"] == "password"
    assert page.inputs["flow"]["type"] == "hidden"
    assert "width=device-width" in page.metas["viewport"]
    assert "dark" in page.metas["color-scheme"]
    assert page.scripts == 1 and page.inline_styles == 0
    assert page.alerts == []


def test_the_page_carries_its_security_headers(server, msp):
    reply = page_of(server, authorize_params(msp))
    policy = dict(part.strip().split(" ", 1) for part in
                  reply.headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["style-src"] == "'self'"
    assert policy["base-uri"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["form-action"].split() == [
        "'self'", "https://msp.example", "messages-auth:"]
    assert policy["script-src"] == "'self'"
    assert "unsafe" not in reply.headers["Content-Security-Policy"]
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["Referrer-Policy"] in ("no-referrer", "same-origin")
    assert reply.headers["X-Frame-Options"] == "DENY"
    assert "no-store" in reply.headers["Cache-Control"]
    hsts = reply.headers["Strict-Transport-Security"]
    assert int(hsts.split("max-age=")[1].split(";")[0]) >= 15552000


def test_each_page_has_its_own_cookie(server, msp):
    cookies = {}
    for _ in range(2):
        reply = page_of(server, authorize_params(msp))
        lines = reply.headers.get_all("Set-Cookie")
        assert len(lines) == 1
        first, *attributes = [part.strip() for part in lines[0].split(";")]
        name, _, value = first.partition("=")
        assert name.startswith("__Host-")
        assert len(value) >= 43
        attributes = {a.lower() for a in attributes}
        assert {"path=/", "httponly", "secure", "samesite=lax"} <= attributes
        assert not any(a.startswith("domain") for a in attributes)
        cookies[name] = value
    assert len(cookies) == 2 and len(set(cookies.values())) == 2


def test_the_style_sheet_is_ours_and_lasts(server, http, msp):
    page = Page(page_of(server, authorize_params(msp)).text)
    sheets = [link["href"] for link in page.links
              if link.get("rel") == "stylesheet"]
    assert len(sheets) == 1 and sheets[0].startswith("/")
    reply = http.get(sheets[0])
    assert reply.status == 200
    assert reply.headers.get_content_type() == "text/css"
    assert "immutable" in reply.headers["Cache-Control"]
    assert "prefers-color-scheme" in reply.text


def test_the_page_writes_nothing(server, cluster, msp):
    # By the rows themselves: the server's sessions tell their statistics
    # late, and so would tell of what earlier tests have written.
    tables = [name for (name,) in cluster.sql(
        "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r'"
        " AND relnamespace = 'public'::regnamespace ORDER BY oid")]
    assert {"clients", "customers", "links"} <= set(tables)

    def rows():
        return [(name, cluster.sql("SELECT count(*), sum(xmin::text::bigint),"
                                   f" sum(xmax::text::bigint) FROM {name}"))
                for name in tables]
    before = rows()
    for _ in range(3):
        assert page_of(server, authorize_params(msp)).status == 200
    assert rows() == before


def test_unknown_parameters_are_ignored(server, msp):
    params = authorize_params(msp, utm_source="x", display="page")
    assert page_of(server, params).status == 200


def test_login_hint_is_in_the_field_and_escaped(server, msp):
    hint = 'anna"><script>alert(1)</script>@example.org'
    reply = page_of(server, authorize_params(msp, login_hint=hint))
    page = Page(reply.text)
    assert page.value("username") == hint
    assert page.scripts == 1 and "<script>" not in reply.text


def test_the_devices_request(server, device):
    key = ecies.new_key("P-384")
    query = (f"client_id={device.id}&redirect_uri={harness.DEVICE_REDIRECT}"
             f"&response_encryption_key={key.public_text}"
             "&response_type=code&scope=openid&state=YWJj+/==")
    reply = Browser(server).open(query)
    assert reply.status == 200, reply
    policy = reply.headers["Content-Security-Policy"]
    assert "https://auth.businesschat.apple.com" in policy


# Who may not be redirected to.

@pytest.mark.parametrize("client_id", [
    None, "", "nobody", "nobody'--", "%00", "a" * 300, "\u00e4"])
def test_unknown_client_is_shown(server, msp, client_id):
    params = authorize_params(msp, client_id=client_id)
    assert_shown(page_of(server, params))


@pytest.mark.parametrize("uri", [
    None, "", "https://evil.example/callback",
    harness.MSP_REDIRECT + "/", harness.MSP_REDIRECT + "?x=1",
    harness.MSP_REDIRECT + "#", harness.MSP_REDIRECT[:-1],
    harness.MSP_REDIRECT.upper(), "http://msp.example/callback",
    "https://msp.example:443/callback", "https://msp.example/%63allback",
    "https://msp.example/callback\r\nX: y", "https://msp.example/x/../callback",
    harness.MSP_REDIRECT + " https://evil.example/", "javascript:alert(1)"])
def test_foreign_redirect_uri_is_shown(server, msp, uri):
    reply = page_of(server, authorize_params(msp, redirect_uri=uri))
    assert_shown(reply)
    assert "javascript:" not in reply.text


def test_anothers_redirect_uri_is_shown(server, msp, device):
    assert_shown(page_of(server, authorize_params(
        msp, redirect_uri=device.redirect_uri)))


@pytest.mark.parametrize("name", ["client_id", "redirect_uri"])
def test_who_cannot_be_told_apart_is_shown(server, msp, name):
    params = authorize_params(msp)
    query = urllib.parse.urlencode(params)
    again = urllib.parse.urlencode({name: params[name]})
    assert_shown(Browser(server).open(f"{query}&{again}"))


def test_disabled_client_is_shown(server):
    client = server.add_client("--scope", "openid")
    server.cli("client", "disable", client.id, check=0)
    assert_shown(page_of(server, authorize_params(client)))


@pytest.mark.parametrize("tail", [
    "&nonce=%00", "&nonce=a%00b", "&nonce=%", "&nonce=%4", "&nonce=%zz",
    "&nonce=%ff%fe", "&nonce=%c0%80", "&nonce=%ed%a0%80"])
def test_what_is_no_text_is_shown(server, msp, tail):
    """NUL, broken escapes, bytes that are not UTF-8."""
    query = urllib.parse.urlencode(authorize_params(msp))
    assert_shown(Browser(server).open(query + tail))


# What the client is told.

@pytest.mark.parametrize("change,error", [
    ({"response_type": None}, "invalid_request"),
    # RFC 6749 3.1: a parameter without a value is one that was left out.
    ({"response_type": ""}, "invalid_request"),
    ({"response_type": "token"}, "unsupported_response_type"),
    ({"response_type": "code token"}, "unsupported_response_type"),
    ({"response_type": "id_token"}, "unsupported_response_type"),
    ({"scope": "openid admin"}, "invalid_scope"),
    ({"scope": "OPENID"}, "invalid_scope"),
    ({"scope": "openid  openid"}, "invalid_scope"),
    ({"scope": " openid"}, "invalid_scope"),
    ({"scope": 'open"id'}, "invalid_scope"),
    ({"response_mode": "web_message"}, "invalid_request"),
    ({"prompt": "none"}, "login_required"),
    ({"prompt": "none login"}, "invalid_request"),
    ({"request": "eyJ"}, "request_not_supported"),
    ({"request_uri": "https://msp.example/r"}, "request_uri_not_supported"),
    ({"max_age": "x"}, "invalid_request"),
    ({"max_age": "-1"}, "invalid_request"),
    ({"nonce": "n" * 600}, "invalid_request"),
    # PKCE (RFC 7636 4.3, 4.4.1): S256 and nothing else.
    ({"code_challenge": "a" * 43}, "invalid_request"),
    ({"code_challenge": "a" * 43, "code_challenge_method": "plain"},
     "invalid_request"),
    ({"code_challenge": "a" * 43, "code_challenge_method": "s256"},
     "invalid_request"),
    ({"code_challenge_method": "S256"}, "invalid_request"),
    ({"code_challenge": "a" * 42, "code_challenge_method": "S256"},
     "invalid_request"),
    ({"code_challenge": "a" * 44, "code_challenge_method": "S256"},
     "invalid_request"),
    ({"code_challenge": "a" * 42 + "=", "code_challenge_method": "S256"},
     "invalid_request"),
    ({"code_challenge": "", "code_challenge_method": "S256"},
     "invalid_request"),
])
def test_refused_at_the_redirect_uri(server, msp, change, error):
    fields = refusal(server, authorize_params(msp, **change))
    assert fields["error"] == error
    assert fields["state"] == "s-1"
    assert fields.get("error_description")


@pytest.mark.parametrize("name,value", [
    ("response_type", "code"), ("scope", "openid"), ("state", "s-1"),
    ("nonce", "n"), ("prompt", "login"), ("login_hint", "a")])
def test_a_parameter_twice_is_refused(server, msp, name, value):
    """RFC 6749 3.1: request parameters must not be included more than once."""
    params = authorize_params(msp, **{name: value})
    query = urllib.parse.urlencode(params) + f"&{name}={value}"
    assert refusal(server, query)["error"] == "invalid_request"


@pytest.mark.parametrize("key", [
    "AAAA", "!!!!", "=", base64.b64encode(b"\x04" + bytes(96)).decode(),
    base64.b64encode(b"\x04" + b"\x01" * 96).decode(),
    base64.b64encode(b"\x04" + b"\xff" * 96).decode(),
    base64.b64encode(b"\x04" + b"\xff" * 64).decode(),
    base64.b64encode(b"\x00").decode(), "A" * 1200])
def test_a_key_that_is_no_point_is_refused(server, device, key):
    fields = refusal(server, device_params(device)
                     | {"response_encryption_key": key})
    assert fields["error"] == "invalid_request"


@pytest.mark.parametrize("curve", ["P-384", "P-256"])
def test_a_key_almost_right_is_refused(server, device, curve):
    good = ecies.new_key(curve).public
    bad = {
        "compressed": bytes([2 + (good[-1] & 1)]) + good[1:1 + len(good) // 2],
        "hybrid": bytes([6 + (good[-1] & 1)]) + good[1:],
        "no first byte": good[1:],
        "a byte more": good + b"\0",
        "a byte less": good[:-1],
        "off the curve": good[:-1] + bytes([good[-1] ^ 1]),
    }
    for what, point in bad.items():
        for text in (base64.b64encode(point).decode(),):
            fields = refusal(server, device_params(device, text))
            assert fields["error"] == "invalid_request", what
    unpadded = base64.b64encode(ecies.new_key("P-256").public).decode()
    assert refusal(server, device_params(device, unpadded.rstrip("=")))


@pytest.mark.parametrize("curve", ["P-384", "P-256"])
def test_spaces_in_a_key_stand_for_plus(server, device, curve):
    key = ecies.new_key_with_plus(curve)
    for text in (key.public_text.replace("+", " "), key.public_text):
        reply = page_of(server, device_params(device, text))
        assert reply.status == 200, reply


def test_keys_that_are_not_the_clients_own_are_refused(server):
    mine, other = ecies.new_key("P-384"), ecies.new_key("P-384")
    client = server.add_client(
        "--apple-device", "--response-key", mine.public_text, "--scope",
        "openid", redirect=harness.DEVICE_REDIRECT)
    assert page_of(server, device_params(client, mine.public_text)).status \
        == 200
    fields = refusal(server, device_params(client, other.public_text))
    assert fields["error"] == "invalid_request"


def test_pkce_may_be_demanded(server):
    client = server.add_client("--public", "--scope", "openid",
                               "--require-pkce")
    assert refusal(server, authorize_params(client))["error"] \
        == "invalid_request"
    # RFC 7636 appendix B
    params = authorize_params(
        client, code_challenge_method="S256",
        code_challenge="E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
    assert page_of(server, params).status == 200


# Where the refusal is put.

def test_refusals_in_the_fragment(server, msp):
    reply = page_of(server, authorize_params(
        msp, response_mode="fragment", response_type="token"))
    assert reply.status == 303
    assert reply.location.startswith(harness.MSP_REDIRECT + "#")
    assert query_of(reply.location, fragment=True)["error"] \
        == "unsupported_response_type"


def test_refusals_by_form_post(server, msp):
    reply = page_of(server, authorize_params(
        msp, response_mode="form_post", scope="admin", state="a+b/c=="))
    assert reply.status == 200
    page = Page(reply.text)
    assert page.forms[0]["action"] == harness.MSP_REDIRECT
    assert page.value("error") == "invalid_scope"
    assert page.value("state") == "a+b/c=="
    assert "code" not in page.inputs


def test_a_redirect_uri_with_a_query_keeps_it(server):
    uri = "https://msp.example/callback?tenant=7"
    client = server.add_client("--scope", "openid", redirect=uri)
    reply = page_of(server, authorize_params(client, scope="no"))
    assert reply.location.startswith(uri + "&")
    assert reply.callback()["tenant"] == "7"


def test_no_state_no_state(server, msp):
    fields = refusal(server, authorize_params(msp, state=None, scope="no"))
    assert "state" not in fields


def test_a_request_too_long_is_answered(server, http, msp):
    """Past 2,000 bytes of URI there is an answer, not a page nor a crash."""
    params = authorize_params(msp, state="x" * 2500)
    target = "/oauth/authorize?" + urllib.parse.urlencode(params)
    assert 400 <= http.get(target).status < 500
    assert http.get("/healthz").status == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods(http, method):
    assert http.request(method, "/oauth/authorize").status == 405
