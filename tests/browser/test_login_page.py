# SPDX-License-Identifier: ISC
"""The login page in Chromium: what only a browser can show (a policy that lets
the redirect through, cookies, the back button, autofill's words, dark mode)."""
import base64
import struct
import urllib.parse
import zlib

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

import harness


def url_of(server, client, **more):
    return f"{server.base}/oauth/authorize?" + urllib.parse.urlencode(
        harness.authorize_params(client, **more))


def field(browser, name):
    return browser.find_element(By.NAME, name)


def press(browser):
    browser.find_element(By.CSS_SELECTOR, "button[type=submit]").click()


def fill(browser, customer, password=None):
    field(browser, "username").clear()
    field(browser, "username").send_keys(customer.login)
    field(browser, "password").send_keys(password or customer.password)


def until(browser, question):
    return WebDriverWait(browser, harness.PATIENCE).until(question)


def alert_of(browser):
    (alert,) = until(browser, lambda b: b.find_elements(
        By.CSS_SELECTOR, "[role=alert]"))
    return alert


def assert_quiet(browser):
    """No resource was blocked and nothing was amiss."""
    words = [entry["message"] for entry in browser.get_log("browser")
             if "favicon" not in entry["message"]]
    assert words == []


def redeem(server, client, code):
    reply = harness.redeem(server, client, code)
    assert reply.status == 200, reply
    return reply.json()


def test_signs_in(server, msp, customer, catcher, browser):
    """To the callback: form-action lets the redirect behind the form pass."""
    browser.get(url_of(server, msp, state="a+b/c=="))
    assert_quiet(browser)
    fill(browser, customer)
    press(browser)
    method, query, _, headers = catcher.wait()
    assert method == "GET"
    assert query["state"] == "a+b/c=="
    assert query["iss"] == server.base
    until(browser, lambda b: b.title == "arrived")
    assert redeem(server, msp, query["code"])["access_token"]
    assert "authorize" not in headers.get("Referer", "")


def test_signs_in_with_the_keyboard_alone(server, msp, customer, catcher,
                                          browser):
    browser.get(url_of(server, msp))
    name = field(browser, "username")
    name.click()
    name.send_keys(customer.login, Keys.TAB)
    active = browser.switch_to.active_element
    assert active.get_attribute("name") == "password"
    active.send_keys(customer.password, Keys.ENTER)
    assert catcher.wait()[1]["code"]


def test_signs_in_without_javascript(server, msp, customer, catcher,
                                     make_browser):
    browser = make_browser(javascript=False)
    browser.get(url_of(server, msp))
    fill(browser, customer)
    press(browser)
    assert catcher.wait()[1]["code"]


def test_the_device_sign_in(server, device, customer, catcher, browser):
    """Apple's address without a path; here it leads to the catcher."""
    browser.get(f"{server.base}/oauth/authorize?" + urllib.parse.urlencode(
        harness.device_params(device)))
    fill(browser, customer)
    press(browser)
    _, query, _, headers = catcher.wait()
    assert headers["Host"] == "auth.businesschat.apple.com"
    assert query["code"]


def test_a_wrong_password(server, msp, customer, catcher, browser):
    browser.get(url_of(server, msp))
    fill(browser, customer, "wrong")
    press(browser)
    alert = alert_of(browser)
    assert alert.is_displayed() and alert.text
    assert field(browser, "username").get_attribute("value") \
        == customer.login
    assert field(browser, "password").get_attribute("value") == ""
    assert field(browser, "password").get_attribute("aria-invalid") == "true"
    assert not catcher.requests
    # What is left to type is the password, and then it goes on.
    field(browser, "password").send_keys(customer.password, Keys.ENTER)
    assert catcher.wait()[1]["code"]


def test_two_tabs(server, msp, customer, catcher, browser):
    """Each tab is a sign-in of its own, whichever ends first."""
    browser.get(url_of(server, msp, state="first"))
    first = browser.current_window_handle
    browser.switch_to.new_window("tab")
    browser.get(url_of(server, msp, state="second"))
    fill(browser, customer)
    press(browser)
    assert catcher.wait()[1]["state"] == "second"
    catcher.clear()
    browser.switch_to.window(first)
    fill(browser, customer)
    press(browser)
    assert catcher.wait()[1]["state"] == "first"


def test_the_back_button(server, msp, customer, catcher, browser):
    """Back from a wrong password, and back from the callback: a sign-in or a
    page in words, never a browser's error."""
    browser.get(url_of(server, msp))
    fill(browser, customer, "wrong")
    press(browser)
    alert_of(browser)
    browser.back()
    until(browser, lambda b: not b.find_elements(By.CSS_SELECTOR,
                                                 "[role=alert]"))
    # What was typed before is not for whoever holds the phone now.
    assert field(browser, "password").get_attribute("value") == ""
    fill(browser, customer)
    press(browser)
    assert catcher.wait()[1]["code"]
    until(browser, lambda b: b.title == "arrived")
    catcher.clear()
    browser.back()
    until(browser, lambda b: b.title != "arrived")
    if browser.find_elements(By.NAME, "password"):
        fill(browser, customer)
        press(browser)
        until(browser, lambda b: b.title == "arrived"
              or b.find_elements(By.TAG_NAME, "h1"))
    assert browser.find_elements(By.TAG_NAME, "h1") or \
        browser.title == "arrived"


def test_reloading_after_a_wrong_password(server, msp, customer, catcher,
                                          browser):
    browser.get(url_of(server, msp))
    fill(browser, customer, "wrong")
    press(browser)
    alert_of(browser)
    browser.refresh()
    fill(browser, customer)
    press(browser)
    assert catcher.wait()[1]["code"]


def test_fragment(server, msp, customer, catcher, browser):
    browser.get(url_of(server, msp, response_mode="fragment"))
    fill(browser, customer)
    press(browser)
    catcher.wait()
    until(browser, lambda b: b.title == "arrived")
    fields = harness.query_of(browser.current_url, fragment=True)
    assert harness.secret(fields["code"]) and fields["state"] == "s-1"


def test_refusals_are_pages(server, msp, catcher, browser):
    browser.get(url_of(server, msp, redirect_uri="https://evil.example/"))
    assert browser.find_element(By.TAG_NAME, "h1").text
    assert not browser.find_elements(By.NAME, "password")
    assert browser.current_url.startswith(server.base)
    assert not catcher.requests


def test_no_other_sites_frame_holds_it(server, msp, catcher, browser):
    """frame-ancestors: a page on another origin cannot show it."""
    browser.get(f"https://msp.example:{catcher.port}/")
    browser.execute_script(
        "const f = document.createElement('iframe');"
        "f.src = arguments[0]; document.body.append(f);",
        url_of(server, msp))
    until(browser, lambda b: any("frame" in entry["message"].lower()
                                 for entry in b.get_log("browser")))
    browser.switch_to.frame(0)
    assert not browser.find_elements(By.NAME, "password")


def test_autofill_finds_its_fields(server, msp, browser):
    browser.get(url_of(server, msp))
    name, password = field(browser, "username"), field(browser, "password")
    assert name.get_attribute("autocomplete") == "username"
    assert password.get_attribute("autocomplete") == "current-password"
    for one in (name, password):
        label = browser.find_element(
            By.CSS_SELECTOR, f"label[for={one.get_attribute('id')}]")
        assert label.text
        # Smaller ones make an iPhone zoom in, smaller targets are missed.
        assert float(one.value_of_css_property("font-size")[:-2]) >= 16
        assert label.size["height"] >= 44


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_it_fits_its_width(server, msp, browser, width):
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
        "width": width, "height": 700, "deviceScaleFactor": 1,
        "mobile": width < 500})
    browser.get(url_of(server, msp))
    assert browser.execute_script(
        "return document.documentElement.scrollWidth") <= width
    assert browser.find_element(By.CSS_SELECTOR,
                                "button[type=submit]").is_displayed()


def pixels(png):
    """Rows of an 8-bit PNG without interlace, as lists of colours."""
    at, data, size = 8, b"", None
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at:at + 8])
        body = png[at + 8:at + 8 + length]
        if kind == b"IHDR":
            size = struct.unpack(">IIBBBBB", body)
        elif kind == b"IDAT":
            data += body
        at += length + 12
    width, height, depth, kind, _, _, interlace = size
    assert depth == 8 and kind in (2, 6) and interlace == 0
    n = 3 if kind == 2 else 4
    data = zlib.decompress(data)
    above = bytearray(width * n)
    rows = []
    for y in range(height):
        start = y * (width * n + 1)
        way, row = data[start], bytearray(data[start + 1:start + 1
                                               + width * n])
        for i in range(width * n):
            a = row[i - n] if i >= n else 0
            b = above[i]
            c = above[i - n] if i >= n else 0
            if way == 1:
                row[i] = row[i] + a & 255
            elif way == 2:
                row[i] = row[i] + b & 255
            elif way == 3:
                row[i] = row[i] + (a + b) // 2 & 255
            elif way == 4:
                p = a + b - c
                best = min((abs(p - a), 0, a), (abs(p - b), 1, b),
                           (abs(p - c), 2, c))
                row[i] = row[i] + best[2] & 255
        rows.append([tuple(row[i:i + 3]) for i in range(0, width * n, n)])
        above = row
    return rows


def brightness(colour):
    return (colour[0] * 299 + colour[1] * 587 + colour[2] * 114) / 1000


def test_light_and_dark(server, msp, browser):
    """Both show something, and each on its own ground."""
    grounds = {}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
        "width": 390, "height": 500, "deviceScaleFactor": 1,
        "mobile": False})
    for scheme in ("light", "dark"):
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme",
                          "value": scheme}]})
        browser.get(url_of(server, msp))
        rows = pixels(base64.b64decode(browser.get_screenshot_as_base64()))
        counts = {}
        for row in rows:
            for colour in row:
                counts[colour] = counts.get(colour, 0) + 1
        ground = max(counts, key=counts.get)
        grounds[scheme] = brightness(ground)
        assert len(counts) > 20, "the page is blank"
        # Something on it can be read.
        assert any(abs(brightness(c) - grounds[scheme]) > 120
                   for c in counts)
    assert grounds["light"] > 180 and grounds["dark"] < 80, grounds
