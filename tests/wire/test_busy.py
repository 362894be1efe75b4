# SPDX-License-Identifier: ISC
"""More sign-ins than the threads can hash: told so at once, and nothing that
was typed is lost; everything else goes on."""
import concurrent.futures
import threading

import pytest

import harness
from harness import Browser, Page, authorize_params

AT_ONCE = 24


@pytest.fixture(scope="module")
def slow(workplace, cluster, server):
    """One thread, one place to wait, and a hash of some tenths of a second."""
    slow = harness.Server(workplace.dir("slow"), cluster, conf={
        "server": {"workers": 1},
        "passwords": {"memory": "64MiB", "passes": 4, "threads": 1,
                      "queue": 1}})
    slow.start()
    yield slow
    assert slow.stop() == 0


def test_beyond_the_queue_it_is_said(slow):
    client = slow.add_client("--scope", "openid")
    customer = slow.add_customer()
    barrier = threading.Barrier(AT_ONCE)

    def run(_):
        browser = Browser(slow)
        page = browser.open(authorize_params(client))
        barrier.wait()
        return browser, browser.submit(page, customer.login,
                                       customer.password)

    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(run, range(AT_ONCE)))
    signed_in = [r for _, r in answers if r.status == 303]
    busy = [(b, r) for b, r in answers if r.status == 503]
    assert len(signed_in) + len(busy) == AT_ONCE, answers
    assert signed_in and busy
    for reply in signed_in:
        harness.secret(reply.callback()["code"])
    for browser, reply in busy:
        assert int(reply.headers["Retry-After"]) > 0
        page = Page(reply.text)
        assert page.alerts and page.value("username") == customer.login
        assert page.value("password") == ""
    # The page that was shown then is good for the next try.
    browser, reply = busy[0]
    assert harness.secret(browser.submit(
        reply, customer.login, customer.password).callback()["code"])


def test_nobody_waits_for_longer(workplace, cluster, server):
    """A queue with room for all of them, but a hash that alone takes longer
    than anyone may wait: one that has waited is not hashed, and who comes
    later is told at once."""
    patient = harness.Server(workplace.dir("patient"), cluster, conf={
        "server": {"workers": 1},
        "passwords": {"memory": "256MiB", "passes": 3, "threads": 1,
                      "queue": 100, "max_wait": "100ms"}})
    patient.start()
    client = patient.add_client("--scope", "openid")
    customer = patient.add_customer()
    barrier = threading.Barrier(8)

    def run(_):
        browser = Browser(patient)
        page = browser.open(authorize_params(client))
        barrier.wait()
        return browser.submit(page, customer.login, customer.password)

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(run, range(8)))
    signed_in = [r for r in answers if r.status == 303]
    busy = [r for r in answers if r.status == 503]
    assert len(signed_in) + len(busy) == 8, answers
    assert signed_in and busy
    for reply in signed_in:
        harness.secret(reply.callback()["code"])
    for reply in busy:
        assert int(reply.headers["Retry-After"]) > 0
        assert Page(reply.text).value("username") == customer.login
    assert patient.stop() == 0


def test_who_cancels_needs_no_thread(slow):
    """Whoever does not want to sign in may go, however many do."""
    client = slow.add_client("--scope", "openid")
    customer = slow.add_customer()
    browsers = [Browser(slow) for _ in range(6)]
    pages = [b.open(authorize_params(client)) for b in browsers]
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        futures = [pool.submit(b.submit, p, customer.login, customer.password)
                   for b, p in zip(browsers, pages)]
        browser = Browser(slow)
        page = Page(browser.open(authorize_params(client)).text)
        reply = browser.request("POST", "/oauth/authorize", body={
            "flow": page.value("flow"), "action": "cancel"})
        assert reply.callback()["error"] == "access_denied"
        for future in futures:
            reply = future.result()
            assert reply.status in (303, 503)
            if reply.status == 303:
                harness.secret(reply.callback()["code"])


def test_hashing_does_not_hold_others_up(slow):
    """The event loop never hashes: while a password is being checked other
    answers arrive before that one does."""
    client = slow.add_client("--scope", "openid")
    customer = slow.add_customer()
    browser = Browser(slow)
    page = browser.open(authorize_params(client))
    order = []

    def sign_in():
        reply = browser.submit(page, customer.login, customer.password)
        order.append("signed in")
        return reply

    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        http = slow.http(keep=True)
        assert http.get("/healthz").status == 200
        future = pool.submit(sign_in)
        while not future.done():
            assert http.get("/healthz").status == 200
            order.append("healthy")
        harness.secret(future.result().callback()["code"])
        http.close()
    assert order.index("signed in") >= 5, order
