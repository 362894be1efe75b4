# SPDX-License-Identifier: ISC
"""The database away: at the start, under load, and coming back."""
import queue
import signal
import threading
import time

import harness
from harness import Browser, Page, authorize_params

# What each endpoint is asked while there is no database.
QUESTIONS = [
    ("POST", "/oauth/token", {"grant_type": "authorization_code",
                              "code": "x", "client_id": "a",
                              "client_secret": "b"}, {}),
    ("POST", "/oauth/introspect", {"token": "x"}, {"basic": ("a", "b")}),
    ("POST", "/oauth/revoke", {"token": "x"}, {"basic": ("a", "b")}),
    ("GET", "/v1/links?opaque_id=urn:mbid:AAAA", None, {"basic": ("a", "b")}),
    ("GET", "/oauth/jwks", None, {}),
]


def assert_unavailable(reply):
    assert reply.status == 503, reply
    assert int(reply.headers["Retry-After"]) > 0


def test_starts_without_a_database(make_server, own_cluster):
    server = make_server("early", cluster=own_cluster)
    server.migrate()
    own_cluster.stop()
    server.start(wait=False)
    server.wait_status("/healthz", 200)
    http = server.http()
    reply = http.get("/readyz")
    assert_unavailable(reply)
    assert len(reply.text.strip()) > len("not ready:"), "it must say why"
    for method, path, body, more in QUESTIONS:
        reply = http.request(method, path, body, **more)
        assert_unavailable(reply)
        assert reply.json()["error"]
    # The customer is told in words.
    reply = http.get("/oauth/authorize?client_id=a&redirect_uri=https://b/")
    assert_unavailable(reply)
    page = Page(reply.text)
    assert page.lang == "en" and page.title
    assert "no-store" in reply.headers["Cache-Control"]
    # What needs no database is served.
    assert http.get("/.well-known/openid-configuration").status == 200
    own_cluster.start()
    server.wait_ready()
    client = server.add_client("--scope", "openid")
    assert harness.get_tokens(server, client, server.add_customer())


def test_a_database_that_goes_and_comes(make_server, own_cluster):
    server = make_server("comes", cluster=own_cluster).migrate().start()
    client = server.add_client("--scope", "openid")
    customer = server.add_customer()
    body = harness.get_tokens(server, client, customer)
    browser = Browser(server)
    page = browser.open(authorize_params(client))
    own_cluster.stop("immediate")
    server.wait_status("/readyz", 503)
    http = server.http()
    assert_unavailable(http.get("/oauth/userinfo",
                                bearer=body["access_token"]))
    # The form once more, with the name: nothing that was typed is lost.
    reply = browser.submit(page, customer.login, customer.password)
    assert_unavailable(reply)
    shown = Page(reply.text)
    assert shown.alerts and shown.value("username") == customer.login
    assert shown.value("password") == ""
    own_cluster.start()
    server.wait_ready()
    assert http.get("/oauth/userinfo",
                    bearer=body["access_token"]).status == 200
    # That page still signs in: its flow is in nobody's database.
    assert "code" in browser.submit(reply, customer.login,
                                    customer.password).callback()


class Customers(threading.Thread):
    """Signs in again and again, from code to link, and remembers what was
    acknowledged and whatever answer should not have been."""

    def __init__(self, server, client, customer, stop):
        super().__init__()
        self.server, self.client, self.customer = server, client, customer
        self.stop = stop
        self.counts = {"signed in": 0, "unavailable": 0}
        self.tokens, self.links = [], []
        self.wrong = queue.Queue()

    def run(self):
        try:
            while not self.stop.is_set():
                if self.turn():
                    self.counts["signed in"] += 1
                else:
                    self.counts["unavailable"] += 1
                    time.sleep(0.05)
        except BaseException as error:      # shown by the test
            self.wrong.put(repr(error))

    def good(self, reply, *statuses):
        """True for one of these answers, False for 503; all else is wrong."""
        if reply.status in statuses:
            return True
        if reply.status != 503:
            raise AssertionError(f"neither success nor 503: {reply}")
        assert reply.headers["Retry-After"]
        return False

    def turn(self):
        browser = Browser(self.server)
        page = browser.open(authorize_params(self.client))
        if not self.good(page, 200):
            return False
        reply = browser.submit(page, self.customer.login,
                               self.customer.password)
        if not self.good(reply, 303):
            return False
        code = harness.secret(reply.callback()["code"])
        reply = harness.redeem(self.server, self.client, code)
        if not self.good(reply, 200):
            return False
        token = reply.json()["access_token"]
        self.tokens.append(token)
        opaque = harness.opaque_id()
        reply = self.server.http().post(
            "/v1/links", {"opaque_id": opaque}, bearer=token)
        if not self.good(reply, 201):
            return False
        self.links.append(opaque)
        return True


def test_killed_and_restarted_under_sign_ins(make_server, own_cluster):
    """No answer but success and 503, nothing acknowledged is lost, and the
    service recovers by itself."""
    server = make_server("killed", cluster=own_cluster).migrate().start()
    client = server.add_client("--scope", "openid")
    stop = threading.Event()
    threads = [Customers(server, client, server.add_customer(), stop)
               for _ in range(6)]
    for thread in threads:
        thread.start()

    def signed_in():
        return sum(t.counts["signed in"] for t in threads)

    def progress(what):
        before = signed_in()
        harness.wait_for(lambda: signed_in() >= before + 12
                         or any(not t.wrong.empty() for t in threads), what)

    try:
        progress("the first sign-ins")
        for blow in ("kill", "immediate", "kill", "fast"):
            if blow == "kill":
                own_cluster.kill()
            else:
                own_cluster.stop(blow)
            time.sleep(0.5)         # requests meet the outage
            own_cluster.start()
            server.wait_ready()
            progress(f"sign-ins after {blow}")
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert [t.wrong.get() for t in threads if not t.wrong.empty()] == []
    assert sum(t.counts["unavailable"] for t in threads) > 0
    http = server.http()
    for thread in threads:
        assert thread.tokens and thread.links
        for token in thread.tokens:
            reply = http.get("/oauth/userinfo", bearer=token)
            assert reply.status == 200, reply
            assert reply.json()["sub"] == thread.customer.id
        for opaque in thread.links:
            reply = http.get("/v1/links", {"opaque_id": opaque},
                             basic=client.basic)
            assert reply.status == 200, reply
            assert reply.json()["customer_id"] == thread.customer.id


def test_a_code_acknowledged_survives_a_kill(make_server, own_cluster):
    """The answer follows the commit: a code in a customer's hands is good."""
    server = make_server("codes", cluster=own_cluster).migrate().start()
    client = server.add_client("--scope", "openid")
    customer = server.add_customer()
    for _ in range(3):
        code = harness.get_code(server, client, customer)
        own_cluster.kill()
        own_cluster.start()
        server.wait_ready()
        assert harness.redeem(server, client, code).status == 200


def test_a_database_that_hangs(make_server, own_cluster):
    """Stopped, not gone: a statement's deadline ends the wait with 503."""
    server = make_server("hangs", cluster=own_cluster,
                         conf={"database": {"timeout": "1s"}})
    server.migrate().start()
    client = server.add_client("--scope", "openid")
    family = [own_cluster.pid, *harness.children(own_cluster.pid)]
    try:
        harness.signal_all(family, signal.SIGSTOP)
        reply = Browser(server).open(authorize_params(client))
        assert_unavailable(reply)
        assert server.http().get("/healthz").status == 200
    finally:
        harness.signal_all(family, signal.SIGCONT)
    server.wait_ready()
    harness.wait_for(lambda: Browser(server).open(
        authorize_params(client)).status == 200, "the page again")


def test_read_only_is_an_outage(make_server, own_cluster):
    """After a fail-over the old primary refuses writes (SQLSTATE 25006)."""
    server = make_server("readonly", cluster=own_cluster).migrate().start()
    client = server.add_client("--scope", "openid")
    customer = server.add_customer()
    own_cluster.sql("ALTER SYSTEM SET default_transaction_read_only = on")
    own_cluster.sql("SELECT pg_reload_conf()")

    def is_refused():
        """Sessions hear of the change when they come to it."""
        browser = Browser(server)
        reply = browser.open(authorize_params(client))
        if reply.status == 200:
            reply = browser.submit(reply, customer.login, customer.password)
        if reply.status == 303:
            return False
        assert_unavailable(reply)
        return True

    harness.wait_for(is_refused, "a refused sign-in")
    connection = own_cluster.connect()
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = off")
        cursor.execute("ALTER SYSTEM RESET default_transaction_read_only")
        cursor.execute("SELECT pg_reload_conf()")
    connection.close()
    server.wait_ready()

    def signs_in():
        browser = Browser(server)
        page = browser.open(authorize_params(client))
        return page.status == 200 and browser.submit(
            page, customer.login, customer.password).status == 303

    harness.wait_for(signs_in, "sign-ins after the fail-over")


def test_a_worker_that_dies_is_replaced(make_server):
    server = make_server("worker").start()
    workers = harness.children(server.process.pid)
    server.kill_worker(server.processes("wrk")[0])
    harness.wait_for(lambda: len([
        p for p in harness.children(server.process.pid)
        if harness.is_alive(p)]) >= len(workers), "a new worker")
    harness.wait_for(lambda: all(
        try_get(server) for _ in range(20)), "all workers to answer")


def try_get(server):
    try:
        return server.http().get("/readyz").status == 200
    except OSError:
        return False
