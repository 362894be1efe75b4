# SPDX-License-Identifier: ISC
"""Too many wrong passwords: whoever guesses waits, nobody else does."""
import pytest

import harness
from harness import Browser, Page, authorize_params

CONF = {"server": {"workers": 1, "trusted_proxies": "127.0.0.0/8"},
        "passwords": {"memory": "1MiB", "passes": 1, "attempts": 3,
                      "attempts_window": "3h"}}
PLACES = iter(range(1, 250))


@pytest.fixture(scope="module")
def strict(workplace, cluster):
    """A server that counts to three, behind a proxy that says who asks."""
    server = harness.Server(workplace.dir("strict"), cluster, conf=CONF)
    server.migrate().start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def client(strict):
    return strict.add_client("--scope", "openid")


@pytest.fixture
def place():
    return f"198.51.100.{next(PLACES)}"


def attempt(server, client, login, password, **headers):
    browser = Browser(server, **headers)
    return browser.submit(browser.open(authorize_params(client)), login,
                          password)


def exhaust(server, client, login, place):
    for _ in range(3):
        reply = attempt(server, client, login, "wrong",
                        X_Forwarded_For=place)
        assert reply.status == 200, reply


def assert_throttled(reply, login):
    assert reply.status == 429, reply
    assert 3000 < int(reply.headers["Retry-After"]) <= 3600
    page = Page(reply.text)
    assert "too many attempts" in page.alerts[0]
    assert page.value("username") == login
    assert page.value("password") == ""
    assert "aria-invalid" not in page.inputs["password"]


def test_after_three_the_right_one_waits_too(strict, client, place):
    customer = strict.add_customer()
    exhaust(strict, client, customer.login, place)
    for login in (customer.login, customer.login.upper()):
        assert_throttled(attempt(strict, client, login, customer.password,
                                 X_Forwarded_For=place), login)


def test_a_stranger_locks_nobody_out(strict, client, place):
    customer = strict.add_customer()
    exhaust(strict, client, customer.login, place)
    reply = attempt(strict, client, customer.login, customer.password,
                    X_Forwarded_For=f"203.0.113.{place.split('.')[-1]}")
    harness.secret(reply.callback()["code"])


def test_another_customer_of_the_same_place(strict, client, place):
    exhaust(strict, client, strict.add_customer().login, place)
    other = strict.add_customer()
    reply = attempt(strict, client, other.login, other.password,
                    X_Forwarded_For=place)
    harness.secret(reply.callback()["code"])


def test_a_success_forgives(strict, client, place):
    customer = strict.add_customer()
    for _ in range(3):
        for password in ("wrong", "wrong", customer.password):
            reply = attempt(strict, client, customer.login, password,
                            X_Forwarded_For=place)
        harness.secret(reply.callback()["code"])


def test_unknown_users_wait_alike(strict, client, place):
    """And nobody learns from it whether there is such a user."""
    customer = strict.add_customer()
    pages = []
    for login in ("nobody@example.org", customer.login):
        exhaust(strict, client, login, place)
        reply = attempt(strict, client, login, "wrong",
                        X_Forwarded_For=place)
        assert_throttled(reply, login)
        flow = Page(reply.text).value("flow")
        pages.append(reply.text.replace(flow, "").replace(login, ""))
    assert pages[0] == pages[1]


@pytest.mark.parametrize("lie", [
    "1.2.3.4, {place}", "10.9.8.7,{place}", "{place}, 127.0.0.9",
    "unknown, {place}:4711"])
def test_what_the_client_says_of_itself(strict, client, place, lie):
    """Only what the proxy added, at the right end, counts."""
    customer = strict.add_customer()
    exhaust(strict, client, customer.login, place)
    assert_throttled(attempt(strict, client, customer.login,
                             customer.password,
                             X_Forwarded_For=lie.format(place=place)),
                     customer.login)


def test_all_of_an_ipv6_network_count_as_one(strict, client):
    customer = strict.add_customer()
    for i in range(3):
        attempt(strict, client, customer.login, "wrong",
                X_Forwarded_For=f"2001:db8:1:2::{i}")
    assert_throttled(attempt(strict, client, customer.login, "wrong",
                             X_Forwarded_For="2001:db8:1:2:ffff::1"),
                     customer.login)
    reply = attempt(strict, client, customer.login, customer.password,
                    X_Forwarded_For="2001:db8:1:3::1")
    harness.secret(reply.callback()["code"])


def test_a_stranger_is_no_proxy(make_server, cluster):
    """Without trusted_proxies the header is nobody's word."""
    server = make_server("alone", conf={
        **CONF, "server": {"workers": 1}}).start()
    client = server.add_client("--scope", "openid")
    customer = server.add_customer()
    for i in range(3):
        attempt(server, client, customer.login, "wrong",
                X_Forwarded_For=f"198.51.100.{i}")
    assert_throttled(attempt(server, client, customer.login, "wrong",
                             X_Forwarded_For="198.51.100.77"),
                     customer.login)


def test_no_limit(make_server, cluster):
    server = make_server("lax", conf={
        "server": {"workers": 1},
        "passwords": {"memory": "1MiB", "passes": 1, "attempts": 0}}).start()
    client = server.add_client("--scope", "openid")
    customer = server.add_customer()
    for _ in range(15):
        assert attempt(server, client, customer.login, "wrong").status == 200


def test_it_comes_back(make_server, cluster):
    server = make_server("soon", conf={
        "server": {"workers": 1},
        "passwords": {"memory": "1MiB", "passes": 1, "attempts": 2,
                      "attempts_window": "4s"}}).start()
    client = server.add_client("--scope", "openid")
    customer = server.add_customer()
    harness.wait_for(lambda: attempt(
        server, client, customer.login, "wrong").status == 429, "a limit")
    harness.wait_for(lambda: attempt(
        server, client, customer.login, customer.password).status == 303,
        "an attempt to come back")


def test_the_log_says_so_without_a_name(strict, client, place):
    login = harness.secret("quiet-" + place + "@example.org")
    exhaust(strict, client, login, place)
    assert attempt(strict, client, login, "wrong",
                   X_Forwarded_For=place).status == 429
    assert "too many attempts" in strict.log()


def test_other_spellings_that_the_database_takes_for_one(strict, client,
                                                         place):
    """A Kelvin sign is a k to PostgreSQL, and no letter to tolower(3)."""
    customer = strict.add_customer(login="kiki-throttle@example.org")
    exhaust(strict, client, customer.login, place)
    for login in ("\u212aiki-throttle@example.org",
                  "ki\u212ai-throttle@example.org",
                  "\u212ai\u212ai-throttle@example.org"):
        assert_throttled(attempt(strict, client, login, customer.password,
                                 X_Forwarded_For=place), login)
