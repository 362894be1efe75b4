# SPDX-License-Identifier: ISC
"""Clients that go away in the middle: whatever their request was waiting for,
nothing of it stays."""
import re
import socket
import ssl
import time
import urllib.parse

import pytest

import ecies
import harness
from harness import Browser, Page, authorize_params, device_params

AT_ONCE = 40
ROUNDS = 8
# Had each of one kind left something it would be more: a state alone has some
# 10 KB, and a hundred and more of each kind go away in the rounds that count.
GROWTH_KB = 160


@pytest.fixture(scope="module")
def lonely(workplace, cluster, server):
    """One worker, whose memory tells; a hash that takes its time."""
    lonely = harness.Server(workplace.dir("lonely"), cluster, conf={
        "server": {"workers": 1, "log_level": "debug"},
        "passwords": {"memory": "8MiB", "passes": 2, "threads": 1,
                      "attempts": 0, "queue": 1000}})
    lonely.start()
    yield lonely
    assert lonely.stop() == 0


def worker_of(server):
    (pid,) = server.processes("wrk 1")
    return pid


def in_use(server):
    """KB that the worker has from malloc, as it says after all this."""
    said = len(server.log())
    lines = harness.wait_for(
        lambda: re.findall(r'"memory: (\d+) bytes', server.log()[said:]),
        "a line about memory")
    return int(lines[-1]) // 1024


def message(target, body, cookies=None, length=None, **headers):
    if isinstance(body, dict):
        body = urllib.parse.urlencode(body)
    lines = [f"POST {target} HTTP/1.1", "Host: localhost",
             "Content-Type: application/x-www-form-urlencoded",
             f"Content-Length: {length or len(body)}"]
    if cookies:
        lines.append("Cookie: " + "; ".join(f"{k}={v}" for k, v in
                                            cookies.items()))
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


def locked(cluster, table):
    """A table that nobody can read until what is returned is closed."""
    connection = cluster.connect()
    connection.autocommit = False
    connection.cursor().execute(f"LOCK TABLE {table}")
    return connection


class Crowd:
    """Connections that say one thing each and leave without an answer."""

    def __init__(self, server):
        self.server = server
        self.context = ssl.create_default_context(cafile=str(server.ca_path))

    def say(self, data):
        self.open = []
        for _ in range(AT_ONCE):
            plain = socket.create_connection(
                ("127.0.0.1", self.server.port), harness.PATIENCE)
            self.open.append(self.context.wrap_socket(
                plain, server_hostname="localhost"))
        for tls in self.open:
            tls.sendall(data)

    def leave(self, pause=0.001):
        """One after the other, so that each is met somewhere else on the way
        of its request."""
        for tls in self.open:
            tls.close()
            time.sleep(pause)
        assert self.server.http().get("/healthz").status == 200


def test_who_goes_away_leaves_nothing(lonely, cluster):
    client = lonely.add_client("--scope", "openid")
    device = lonely.add_client("--apple-device", "--scope", "openid",
                               "--grant", "authorization_code,refresh_token",
                               redirect=harness.DEVICE_REDIRECT)
    customer = lonely.add_customer()
    browser = Browser(lonely)
    page = Page(browser.open(authorize_params(client)).text)
    form = {"flow": page.value("flow"), "username": customer.login,
            "password": customer.password}
    sign_in = message("/oauth/authorize", form, browser.cookies)
    code = harness.sign_in(lonely, device_params(
        device, ecies.new_key("P-384").public_text), customer)["code"]
    tokens = harness.redeem(lonely, device, code).json()
    encrypt = message("/oauth/token", {
        "grant_type": "refresh_token", "client_id": device.id,
        "client_secret": device.secret,
        "refresh_token": tokens["refresh_token"]})
    crowd = Crowd(lonely)
    pid = worker_of(lonely)
    seen = []
    for _ in range(ROUNDS):
        # In the middle of a body.
        crowd.say(message("/oauth/token", "grant_type=", length=1000))
        crowd.leave()
        # While passwords are hashed, most of them still in the queue.
        crowd.say(sign_in)
        crowd.leave()
        # While the database is asked, which takes its time.
        lock = locked(cluster, "clients")
        crowd.say(encrypt)
        assert lonely.http().get("/healthz").status == 200
        crowd.leave()
        lock.close()
        # While tokens are encrypted, all of them at once.
        lock = locked(cluster, "grants")
        crowd.say(encrypt)
        assert lonely.http().get("/healthz").status == 200
        lock.close()
        crowd.leave(pause=0)
        # The queue is through when a sign-in is.
        assert harness.get_tokens(lonely, client, customer)
        seen.append(in_use(lonely))
    assert worker_of(lonely) == pid, "the worker did not survive it"
    assert seen[-1] <= seen[1] + GROWTH_KB, f"KB in use: {seen}"
