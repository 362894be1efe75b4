# SPDX-License-Identifier: ISC
"""Cancel: the flow ends with access_denied, in each way of answering; and a
form that has come to its end is known for it."""
import urllib.parse

import pytest

import harness
from harness import Browser, Page, authorize_params


@pytest.fixture
def opened(server, msp):
    browser = Browser(server)
    return browser, browser.open(authorize_params(msp, state="a+b/c=="))


def cancel(browser, page):
    return browser.submit(page, None, None, action="cancel")


def assert_denied(server, fields):
    assert set(fields) == {"error", "error_description", "state", "iss"}
    assert fields["error"] == "access_denied"
    assert fields["state"] == "a+b/c=="
    assert fields["iss"] == server.base


def test_cancel(server, opened):
    browser, page = opened
    reply = cancel(browser, page)
    assert reply.status == 303
    assert reply.location.startswith(harness.MSP_REDIRECT + "?")
    assert_denied(server, reply.callback())
    assert "no-store" in reply.headers["Cache-Control"]


def test_cancel_with_a_password_typed(server, customer, opened):
    browser, page = opened
    reply = browser.submit(page, customer.login, customer.password,
                           action="cancel")
    assert_denied(server, reply.callback())


def test_cancel_in_the_fragment(server, msp):
    browser = Browser(server)
    reply = cancel(browser, browser.open(authorize_params(
        msp, state="a+b/c==", response_mode="fragment")))
    assert reply.location.startswith(harness.MSP_REDIRECT + "#")
    assert_denied(server, harness.query_of(reply.location, fragment=True))


def test_cancel_by_form_post(server, msp):
    browser = Browser(server)
    reply = cancel(browser, browser.open(authorize_params(
        msp, state="a+b/c==", response_mode="form_post")))
    assert reply.status == 200
    page = Page(reply.text)
    assert page.forms[0]["action"] == harness.MSP_REDIRECT
    assert_denied(server, {name: page.value(name) for name in page.inputs})


def test_cancel_for_the_device(server, device):
    browser = Browser(server)
    reply = cancel(browser, browser.open(harness.device_params(device)))
    assert reply.location.startswith(harness.DEVICE_REDIRECT + "?")
    assert reply.callback()["error"] == "access_denied"


def test_another_action_is_a_sign_in(customer, opened):
    browser, page = opened
    reply = browser.submit(page, customer.login, customer.password,
                           action="sign-in")
    harness.secret(reply.callback()["code"])


def test_a_changed_flow_is_not_canceled(opened):
    browser, page = opened
    flow = Page(page.text).value("flow")
    reply = browser.submit(page, None, None, action="cancel",
                           flow=flow[:-8] + "AAAAAAAA")
    assert reply.status == 400 and reply.location is None


def test_a_disabled_clients_flow_leads_nowhere(server):
    client = server.add_client("--scope", "openid")
    browser = Browser(server)
    page = browser.open(authorize_params(client))
    server.cli("client", "disable", client.id, check=0)
    reply = cancel(browser, page)
    assert reply.status == 400 and reply.location is None


def assert_used(reply):
    assert reply.status == 400 and reply.location is None
    page = Page(reply.text)
    assert "already used" in reply.text
    assert not page.forms and "password" not in page.inputs


def test_a_form_sent_again_after_its_success(customer, opened):
    browser, page = opened
    reply = browser.submit(page, customer.login, customer.password)
    harness.secret(reply.callback()["code"])
    assert_used(browser.submit(page, customer.login, customer.password))
    # Nor can what has succeeded be called a cancel afterwards.
    assert_used(cancel(browser, page))


def test_a_form_sent_again_after_its_cancel(customer, opened):
    browser, page = opened
    assert cancel(browser, page).status == 303
    assert_used(browser.submit(page, customer.login, customer.password))


def test_the_mark_of_a_used_flow(server, customer, opened):
    browser, page = opened
    (name,) = browser.cookies
    reply = browser.submit(page, customer.login, customer.password)
    harness.secret(reply.callback()["code"])
    assert browser.cookies == {name: "used"}
    (line,) = reply.headers.get_all("Set-Cookie")
    for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/",
                 "Max-Age=600"):
        assert word in line


def test_back_from_a_flow_that_is_too_old(make_server, customer):
    """The page offers the way back, and the client hears of it."""
    server = make_server("short", conf={"tokens": {"login_page_lifetime":
                                                   "1s"}}).start()
    client = server.add_client("--scope", "openid")
    browser = Browser(server)
    page = browser.open(authorize_params(client, state="a+b/c=="))
    old = harness.wait_for(lambda: (lambda r: r if r.status == 400 else None)(
        browser.submit(page, customer.login, "wrong")), "a flow to end")
    shown = Page(old.text)
    assert shown.value("flow") == Page(page.text).value("flow")
    assert "password" not in shown.inputs
    assert "https://msp.example" in old.headers["Content-Security-Policy"]
    assert_denied(server, cancel(browser, old).callback())


def test_the_first_button_signs_in(opened):
    """Return presses the first: it must not be the cancel."""
    _, page = opened
    text = page.text[page.text.index("<form"):]
    assert 0 < text.index('<button type="submit"') \
        < text.index('value="cancel"')
    assert "formnovalidate" in text


def test_cancel_is_where_the_form_says(server, opened):
    browser, page = opened
    flow = urllib.parse.quote(Page(page.text).value("flow"))
    reply = browser.request("POST", "/oauth/authorize",
                            f"flow={flow}&action=cancel&action=cancel")
    assert reply.status == 400 and reply.location is None
