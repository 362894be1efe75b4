# SPDX-License-Identifier: ISC
"""The callback hosted here, in Chromium: a page where there is no Messages, and
the way to Messages' own scheme, which the login page's policy must let open."""
import pytest
from selenium.webdriver.common.by import By

import harness
import hosted
from test_login_page import assert_quiet, fill, press, until

IPHONE = ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/"
          "605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 "
          "Safari/604.1")


@pytest.fixture(scope="module")
def client(server):
    return hosted.add_client(server)


def at_callback(browser):
    until(browser, lambda b: hosted.PATH in b.current_url)
    assert browser.title
    assert_quiet(browser)
    return browser.find_element(By.CSS_SELECTOR,
                                "a[href^='messages-auth:']")


@pytest.mark.parametrize("javascript", [True, False])
def test_signs_in(server, client, customer, make_browser, javascript):
    browser = make_browser(javascript)
    told = hosted.announce(server, client)
    browser.get(told["authorize_url"])
    fill(browser, customer)
    press(browser)
    link = at_callback(browser)
    assert link.get_attribute("href") == "messages-auth://?status=success"
    row = hosted.status(server, client, told)
    assert (row["status"], row["customer_id"]) == ("success", customer.id)
    # A reload is a replay: it fails and changes nothing.
    browser.refresh()
    until(browser, lambda b: "status=failure" in b.page_source)
    assert hosted.status(server, client, told) == row


def test_a_wrong_password_first(server, client, customer, browser):
    told = hosted.announce(server, client)
    browser.get(told["authorize_url"])
    fill(browser, customer, "wrong")
    press(browser)
    until(browser, lambda b: b.find_elements(By.CSS_SELECTOR, "[role=alert]"))
    assert hosted.status(server, client, told)["status"] == "pending"
    fill(browser, customer)
    press(browser)
    at_callback(browser)
    assert hosted.status(server, client, told)["status"] == "success"


def test_a_cancel(server, client, browser):
    told = hosted.announce(server, client)
    browser.get(told["authorize_url"])
    browser.find_element(By.CSS_SELECTOR, "button[value=cancel]").click()
    assert at_callback(browser).get_attribute("href") == \
        "messages-auth://?status=cancel"
    assert hosted.status(server, client, told)["status"] == "cancel"


def test_the_policy_lets_messages_open(server, client, customer, browser):
    """As the sheet's own browser, the form ends in the other scheme: nothing
    opens here, but neither is it the policy that stops it."""
    browser.execute_cdp_cmd("Network.setUserAgentOverride",
                            {"userAgent": IPHONE})
    told = hosted.announce(server, client)
    browser.get(told["authorize_url"])
    fill(browser, customer)
    press(browser)
    harness.wait_for(lambda: hosted.status(server, client, told)["status"]
                     == "success", "the sign-in to end")
    assert hosted.PATH not in browser.current_url
    assert_quiet(browser)
