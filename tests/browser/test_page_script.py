# SPDX-License-Identifier: ISC
"""What the page does with its script, and the same without it; and what
becomes of a form that is sent twice, or again after its end."""
import json

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

import harness
from test_login_page import (assert_quiet, field, fill, press, until,
                             url_of)


def show(browser):
    return browser.find_element(By.ID, "show")


def cancel(browser):
    browser.find_element(By.CSS_SELECTOR, "[name=action]").click()


def test_the_password_can_be_shown(server, msp, customer, catcher, browser):
    browser.get(url_of(server, msp))
    password = field(browser, "password")
    password.send_keys("secret")
    button = show(browser)
    assert button.is_displayed() and button.accessible_name
    assert button.get_attribute("aria-pressed") == "false"
    for kind, pressed in (("text", "true"), ("password", "false"),
                          ("text", "true")):
        button.click()
        assert password.get_attribute("type") == kind
        assert button.get_attribute("aria-pressed") == pressed
        assert password.get_attribute("value") == "secret"
    # It is sent as a password all the same, and sends nothing by itself.
    assert not catcher.requests
    password.clear()
    fill(browser, customer)
    press(browser)
    assert catcher.wait()[1]["code"]
    assert_quiet(browser)


def test_by_the_keyboard(server, msp, browser):
    """Behind the password comes the control, then what sends the form."""
    browser.get(url_of(server, msp))
    field(browser, "password").send_keys("x", Keys.TAB)
    active = browser.switch_to.active_element
    assert active.get_attribute("id") == "show"
    active.send_keys(Keys.SPACE)
    assert field(browser, "password").get_attribute("type") == "text"
    active.send_keys(Keys.TAB)
    assert browser.switch_to.active_element.get_attribute("type") == "submit"


def test_without_javascript_there_is_no_control(server, msp, make_browser):
    browser = make_browser(javascript=False)
    browser.get(url_of(server, msp))
    assert not show(browser).is_displayed()
    assert field(browser, "password").get_attribute("type") == "password"


@pytest.mark.parametrize("javascript", [True, False])
def test_cancel(server, msp, catcher, make_browser, javascript):
    """With nothing typed: the fields are not asked for first."""
    browser = make_browser(javascript=javascript)
    browser.get(url_of(server, msp, state="a+b/c=="))
    cancel(browser)
    _, query, _, _ = catcher.wait()
    assert query["error"] == "access_denied"
    assert query["state"] == "a+b/c=="


def test_return_does_not_cancel(server, msp, customer, catcher, browser):
    browser.get(url_of(server, msp))
    field(browser, "username").send_keys(customer.login)
    field(browser, "password").send_keys(customer.password, Keys.ENTER)
    assert "code" in catcher.wait()[1]


def test_sent_twice(server, msp, customer, catcher, browser):
    """The second press finds its form on its way already."""
    browser.get(url_of(server, msp))
    fill(browser, customer)
    browser.execute_script(
        "const b = document.querySelector('button[type=submit]');"
        "b.click(); window.first = b.getAttribute('aria-disabled');"
        "b.click(); document.querySelector('[name=action]').click();")
    assert "code" in catcher.wait()[1]
    until(browser, lambda b: b.title == "arrived")
    assert len(catcher.requests) == 1


def test_sent_again_after_its_end(server, msp, customer, catcher, browser):
    """Back, and once more: a page in words that leads to Messages."""
    browser.get(url_of(server, msp))
    page = browser.page_source
    flow = field(browser, "flow").get_attribute("value")
    fill(browser, customer)
    press(browser)
    assert "code" in catcher.wait()[1]
    until(browser, lambda b: b.title == "arrived")
    assert 'name="flow"' in page
    browser.get(url_of(server, msp))
    browser.execute_script(
        "document.querySelector('[name=flow]').value = arguments[0]", flow)
    fill(browser, customer)
    press(browser)
    until(browser, lambda b: not b.find_elements(By.NAME, "password"))
    assert "already used" in browser.find_element(By.TAG_NAME, "h1").text


def test_form_post_goes_by_itself(server, msp, customer, catcher, browser):
    browser.get(url_of(server, msp, response_mode="form_post",
                       state="a+b/c=="))
    fill(browser, customer)
    press(browser)
    method, _, form, _ = catcher.wait()
    assert method == "POST"
    assert form["state"] == "a+b/c==" and form["code"]
    until(browser, lambda b: b.title == "arrived")
    assert len(catcher.requests) == 1


def test_form_post_without_javascript(server, msp, customer, catcher,
                                      make_browser):
    browser = make_browser(javascript=False)
    browser.get(url_of(server, msp, response_mode="form_post"))
    fill(browser, customer)
    press(browser)
    until(browser, lambda b: not b.find_elements(By.NAME, "password"))
    assert not catcher.requests
    press(browser)
    assert catcher.wait()[2]["code"]


def test_a_page_is_three_requests(workplace, server, catcher, browser):
    """With a logo as without; and none of them to anybody else."""
    client = server.add_client("--scope", "openid",
                               redirect=catcher.redirect_uri)
    from test_accessible import logo
    server.cli("client", "brand", client.id, "--accent", "#c8283c", "--logo",
               logo(workplace.dir("logo") / "logo.png"), check=0)
    browser.get_log("performance")
    browser.get(url_of(server, client))
    assert browser.execute_script(
        "const l = document.querySelector('.logo');"
        "return l.offsetHeight > 20 && getComputedStyle(l).backgroundImage"
        ".startsWith('url(\"data:image/png')")
    assert browser.execute_script(
        "return getComputedStyle(document.querySelector("
        "'button[type=submit]')).backgroundColor") == "rgb(200, 40, 60)"
    urls = [m["params"]["request"]["url"] for m in (
        json.loads(e["message"])["message"]
        for e in browser.get_log("performance"))
        if m["method"] == "Network.requestWillBeSent"]
    urls = [u for u in urls if u.startswith("http")]
    assert len(urls) == 3, urls
    assert all(u.startswith(server.base) for u in urls)
    assert_quiet(browser)


def test_two_attempts_too_many(workplace, catcher, make_browser):
    """The page of who has to wait, and that of a flow that is over."""
    cluster = harness.Cluster(workplace.dir("cluster")).start()
    server = harness.Server(workplace.dir("server"), cluster, conf={
        "server": {"workers": 1},
        "passwords": {"memory": "1MiB", "passes": 1, "attempts": 1},
        "tokens": {"login_page_lifetime": "8s"}})
    try:
        server.migrate().start()
        client = server.add_client("--scope", "openid",
                                   redirect=catcher.redirect_uri)
        customer = server.add_customer()
        browser = make_browser()
        for word in ("right", "too many attempts"):
            browser.get(url_of(server, client))
            fill(browser, customer, "wrong")
            press(browser)
            alert = until(browser, lambda b: b.find_elements(
                By.CSS_SELECTOR, "[role=alert]"))[0]
            assert word in alert.text
        harness.wait_for(lambda: not _fails(browser, customer),
                         "a flow to end")
        assert "expired" in browser.find_element(By.TAG_NAME, "h1").text
        press(browser)
        assert catcher.wait()[1]["error"] == "access_denied"
    finally:
        server.stop()
        cluster.stop()


def _fails(browser, customer):
    """Try once more; is it still the form that answers?"""
    fill(browser, customer, "wrong")
    old = browser.find_element(By.TAG_NAME, "html")
    press(browser)
    until(browser, lambda b: b.find_element(By.TAG_NAME, "html") != old)
    return browser.find_elements(By.NAME, "password")
