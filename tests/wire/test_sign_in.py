# SPDX-License-Identifier: ISC
"""POST /oauth/authorize: the login form, and what comes back of state."""
import base64
import hashlib
import secrets
import urllib.parse

import pytest

import harness
from harness import Browser, Page, authorize_params, query_of

UNRESERVED = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                 "0123456789-._~")


@pytest.fixture
def opened(server, msp):
    """A browser and the page that it shows."""
    browser = Browser(server)
    return browser, browser.open(authorize_params(msp))


def assert_asks_again(reply, username):
    """The form with a word, the user name, no password, no redirect."""
    assert reply.status == 200, reply
    assert reply.location is None
    page = Page(reply.text)
    assert page.value("username") == username
    assert page.value("password") == ""
    assert len(page.alerts) == 1 and page.alerts[0].strip()
    return page


def test_signs_in(server, msp, customer, opened):
    browser, page = opened
    reply = browser.submit(page, customer.login, customer.password)
    assert reply.status == 303
    assert reply.location.startswith(harness.MSP_REDIRECT + "?")
    fields = reply.callback()
    assert set(fields) == {"code", "state", "iss"}
    harness.secret(fields["code"])
    assert fields["state"] == "s-1"
    assert fields["iss"] == server.base
    # The device does not escape what it sends on, so nothing may need it.
    assert set(fields["code"]) <= UNRESERVED
    assert len(fields["code"]) == 43
    assert "no-store" in reply.headers["Cache-Control"]
    assert reply.headers["Referrer-Policy"] in ("no-referrer", "same-origin")
    # The cookie has done its work.
    assert list(browser.cookies.values()) == ["used"]


def test_the_code_stands_in_the_database_as_a_digest_only(
        server, cluster, msp, customer):
    code = harness.get_code(server, msp, customer)
    digest = hashlib.sha256(code.encode()).hexdigest()
    text = "\n".join(
        str(row) for (table,) in cluster.sql(
            "SELECT format('%I.%I', schemaname, relname) "
            "FROM pg_stat_user_tables")
        for row in cluster.sql(f"SELECT x::text FROM {table} x"))
    assert code not in text
    assert digest in text


def test_the_user_name_is_found_in_any_case(server, msp, new_customer):
    browser = Browser(server)
    page = browser.open(authorize_params(msp))
    reply = browser.submit(page, new_customer.login.upper(),
                           new_customer.password)
    assert "code" in reply.callback()


def test_wrong_password(customer, opened):
    browser, page = opened
    reply = browser.submit(page, customer.login, "wrong")
    shown = assert_asks_again(reply, customer.login)
    assert shown.inputs["password"].get("aria-invalid") == "true"
    # The same page again is still good for a second try.
    assert "code" in browser.submit(reply, customer.login,
                                    customer.password).callback()


def without_secrets(text, username):
    page = Page(text)
    return text.replace(page.value("flow"), "").replace(username, "")


def test_nobody_learns_which_was_wrong(server, msp, customer, new_customer):
    """Wrong password, unknown user and locked user read the same."""
    server.cli("customer", "lock", "--id", new_customer.id, check=0)
    tries = {
        "wrong password": (customer.login, "wrong"),
        "unknown user": ("nobody@example.org", "wrong"),
        "locked user": (new_customer.login, new_customer.password),
        "locked, wrong": (new_customer.login, "wrong"),
    }
    pages = set()
    headers = set()
    for username, password in tries.values():
        browser = Browser(server)
        page = browser.open(authorize_params(msp))
        reply = browser.submit(page, username, password)
        assert_asks_again(reply, username)
        pages.add(without_secrets(reply.text, username))
        headers.add(tuple(sorted(
            (n, v) for n, v in reply.headers.items()
            if n.lower() not in ("date", "content-length",
                                 "x-request-id"))))
    assert len(pages) == 1
    assert len(headers) == 1


@pytest.mark.parametrize("username,password", [
    ("", ""), ("", "x"), ("x", ""), (None, "x"), ("x", None), (None, None),
    ("a" * 255, "x"), ("a" * 256, "x"), ("a" * 5000, "x"),
    ("x", "p" * 1024), ("x", "p" * 1025), ("x", "p" * 20000),
    ("' OR 1=1 --", "x"), ("%", "%"), ("anna\u0308", "x"),
    ("\u202eanna", "x"), ("\u00e4\u6f22\U0001f600", "\u6f22")])
def test_whatever_is_typed_is_only_wrong(opened, username, password):
    browser, page = opened
    reply = browser.submit(page, username, password)
    assert reply.status == 200, reply
    page = Page(reply.text)
    assert page.alerts and page.value("password") == ""
    assert page.value("username") in (username, "")


def test_markup_in_the_user_name_is_text(opened):
    name = '"><img src=x onerror=alert(1)>&amp;<script>'
    browser, page = opened
    reply = browser.submit(page, name, "x")
    shown = assert_asks_again(reply, name)
    assert shown.scripts == 1 and "<img" not in reply.text
    assert "<script>" not in reply.text


@pytest.mark.parametrize("body", [
    b"", b"username=a&password=b", b"flow=&username=a&password=b",
    b"flow=x&username=a&password=b", b"flow=%00", b"flow=%ff",
    b"flow=a&flow=b&username=a&password=b", b"&&&&", b"=", b"%",
    b"{}", b"\x00\x01\x02"])
def test_what_is_not_our_form_is_refused(http, body):
    reply = http.post("/oauth/authorize", body)
    assert reply.status == 400, reply
    assert reply.location is None


def test_a_field_with_nul_is_refused(server, customer, opened):
    browser, page = opened
    flow = urllib.parse.quote(Page(page.text).value("flow"))
    body = f"flow={flow}&username={customer.login}%00x&password=x"
    reply = browser.request("POST", "/oauth/authorize", body)
    assert reply.status == 400
    body = f"flow={flow}&username={customer.login}&password=x%ff"
    assert browser.request("POST", "/oauth/authorize", body).status == 400
    body = (f"flow={flow}&username={customer.login}"
            f"&username={customer.login}&password=x")
    assert browser.request("POST", "/oauth/authorize", body).status == 400


@pytest.mark.parametrize("kind", [
    "text/plain", "application/json", "multipart/form-data; boundary=x"])
def test_another_content_type_is_refused(customer, opened, kind):
    """text/plain is what another site's form could send without asking."""
    browser, page = opened
    body = urllib.parse.urlencode({
        "flow": Page(page.text).value("flow"), "username": customer.login,
        "password": customer.password})
    reply = browser.request("POST", "/oauth/authorize", body,
                            {"Content-Type": kind})
    assert reply.status in (400, 415) and reply.location is None


# The flow is bound to the browser that opened the page.

def test_another_browsers_form_is_refused(server, msp, customer, opened):
    """Login CSRF: an attacker's flow in the victim's browser."""
    _, page = opened
    stranger = Browser(server)
    stranger.target = "/oauth/authorize"
    reply = stranger.submit(page, customer.login, customer.password)
    assert reply.status == 400 and reply.location is None
    # A cookie of a page of its own does not help either.
    stranger.open(authorize_params(msp))
    reply = stranger.submit(page, customer.login, customer.password)
    assert reply.status == 400 and reply.location is None


def test_another_flows_cookie_value_is_refused(server, msp, customer, opened):
    browser, page = opened
    (name,) = browser.cookies
    other = Browser(server)
    other.open(authorize_params(msp))
    browser.cookies = {name: next(iter(other.cookies.values()))}
    reply = browser.submit(page, customer.login, customer.password)
    assert reply.status == 400 and reply.location is None


def test_two_tabs_do_not_meet(server, msp, other_msp, customer):
    browser = Browser(server)
    first = browser.open(authorize_params(msp, state="one"))
    second = browser.open(authorize_params(msp, state="two"))
    assert len(browser.cookies) == 2
    for page, state in ((first, "one"), (second, "two")):
        fields = browser.submit(page, customer.login,
                                customer.password).callback()
        assert fields["state"] == state


def test_a_changed_flow_is_refused(customer, opened):
    browser, page = opened
    flow = Page(page.text).value("flow")
    for at in (0, 5, len(flow) // 3, len(flow) // 2, len(flow) - 3):
        other = "A" if flow[at] != "A" else "B"
        changed = flow[:at] + other + flow[at + 1:]
        reply = browser.submit(page, customer.login, customer.password,
                               flow=changed)
        assert reply.status == 400 and reply.location is None, at
    for changed in (flow[:-1], flow + "A", flow[:40], "A" * 12000,
                    flow + flow):
        reply = browser.submit(page, customer.login, customer.password,
                               flow=changed)
        assert reply.status == 400 and reply.location is None
    # Unchanged it is still good: the page was not spent by the attempts.
    assert browser.submit(page, customer.login,
                          customer.password).status == 303


def test_a_flow_ends(make_server, customer):
    server = make_server("short", conf={"tokens": {"login_page_lifetime":
                                                   "1s"}}).start()
    client = server.add_client("--scope", "openid")
    browser = Browser(server)
    page = browser.open(authorize_params(client))
    harness.wait_for(lambda: browser.submit(
        page, customer.login, "wrong").status == 400, "a flow to end")
    reply = browser.submit(page, customer.login, customer.password)
    assert reply.status == 400 and reply.location is None
    assert "password" not in Page(reply.text).inputs


def test_a_client_disabled_meanwhile(server, customer):
    client = server.add_client("--scope", "openid")
    browser = Browser(server)
    page = browser.open(authorize_params(client))
    server.cli("client", "disable", client.id, check=0)
    reply = browser.submit(page, customer.login, customer.password)
    assert reply.status == 400 and reply.location is None


def test_a_customer_of_another_business_is_unknown(server, rival, customer):
    browser = Browser(server)
    page = browser.open(authorize_params(rival))
    assert_asks_again(browser.submit(page, customer.login, customer.password),
                      customer.login)


# state comes back as it was sent.

STATES = [
    "a", "a+b/c==", "a%2Bb%2Fc%3D%3D", "%2B", "%2b", "a%20b", "a+b", "=",
    "==", "a=b=c", "%25", "%2541", "a%26b", "a;b", "a?b", "a:b@c", "~-._",
    "%7E", "%e4%bd%a0%e5%a5%bd", "%E4%BD%A0", "!$'()*,", "a%23b",
    "x" * 1000, "YWJjZGVmZ2hpamtsbW5vcHFyc3R1+/==", "%7B%22a%22%3A1%7D",
    base64.b64encode(bytes(range(200, 224))).decode()]


def raw_state(location, separator="?"):
    fields = location.split(separator, 1)[1].split("&")
    (state,) = [f[len("state="):] for f in fields if f.startswith("state=")]
    return state


@pytest.mark.parametrize("state", STATES)
def test_state_comes_back_byte_for_byte(server, msp, customer, state):
    browser = Browser(server)
    query = urllib.parse.urlencode(authorize_params(msp, state=None))
    for query in (f"{query}&state={state}", f"state={state}&{query}"):
        page = browser.open(query)
        assert page.status == 200, page
        reply = browser.submit(page, customer.login, customer.password)
        assert raw_state(reply.location) == state
        # An error says it the same way.
        refused = browser.open(query + "&prompt=none")
        assert raw_state(refused.location) == state


def test_state_cannot_leave_its_place(server, msp):
    """No byte of it ends the header or begins another parameter."""
    for state in ("%0d%0aSet-Cookie:%20a=b", "%26code=stolen",
                  "x%26iss=https%3A%2F%2Fevil"):
        browser = Browser(server)
        query = urllib.parse.urlencode(authorize_params(
            msp, state=None, prompt="none"))
        reply = browser.open(f"{query}&state={state}")
        assert raw_state(reply.location) == state
        assert reply.headers.get("Set-Cookie") is None
        assert reply.callback()["iss"] == server.base


def test_raw_bytes_in_state_are_made_safe(server, msp):
    query = urllib.parse.urlencode(authorize_params(
        msp, state=None, prompt="none"))
    request = (f"GET /oauth/authorize?{query}&state=a<b>\"c^ HTTP/1.1\r\n"
               f"Host: localhost:{server.port}\r\nConnection: close\r\n\r\n")
    reply = harness.Reply.parse(server.raw(request.encode()))
    assert reply.status == 303
    state = raw_state(reply.location)
    assert not set(state) & set("<>\"")
    assert urllib.parse.unquote(state) == "a<b>\"c^"


# Ways of answering.

def test_answers_in_the_fragment(server, msp, customer):
    fields_of = query_of
    browser = Browser(server)
    page = browser.open(authorize_params(msp, response_mode="fragment"))
    reply = browser.submit(page, customer.login, customer.password)
    assert reply.status == 303
    assert reply.location.startswith(harness.MSP_REDIRECT + "#")
    fields = fields_of(reply.location, fragment=True)
    assert harness.secret(fields["code"]) and fields["state"] == "s-1"


def test_answers_by_form_post(server, msp, customer):
    browser = Browser(server)
    page = browser.open(authorize_params(msp, response_mode="form_post",
                                         state="a b+\u00e4\"<"))
    reply = browser.submit(page, customer.login, customer.password)
    assert reply.status == 200 and reply.location is None
    shown = Page(reply.text)
    assert shown.forms[0]["action"] == harness.MSP_REDIRECT
    assert shown.forms[0]["method"].lower() == "post"
    assert shown.value("state") == "a b+\u00e4\"<"
    assert shown.value("iss") == server.base
    assert shown.scripts == 1
    assert "https://msp.example" in reply.headers["Content-Security-Policy"]
    assert "no-store" in reply.headers["Cache-Control"]
    code = harness.secret(shown.value("code"))
    assert harness.redeem(server, msp, code).status == 200


def test_the_devices_answer(server, device, customer):
    """Without a slash or path between the host and the question mark."""
    browser = Browser(server)
    page = browser.open(harness.device_params(device))
    reply = browser.submit(page, customer.login, customer.password)
    assert reply.location.startswith(harness.DEVICE_REDIRECT + "?code=")
    harness.secret(reply.callback()["code"])


def test_language_falls_back_to_english(server, msp):
    for headers in ({}, {"Accept_Language": "xx-YY,zz;q=0.5"},
                    {"Accept_Language": "q=;;,,*;q=9,en;q=0"},
                    {"Accept_Language": "a" * 3000}):
        reply = Browser(server, **headers).open(authorize_params(msp))
        assert reply.status == 200
        assert Page(reply.text).lang == "en"


def test_many_strangers_at_once(server, msp, customer):
    """Cookies of other flows, broken ones and many do no harm."""
    browser = Browser(server)
    page = browser.open(authorize_params(msp))
    browser.cookies = {**{f"x{i}": secrets.token_hex(8) for i in range(40)},
                       **browser.cookies, "": "", "a b": '"'}
    assert browser.submit(page, customer.login,
                          customer.password).status == 303
