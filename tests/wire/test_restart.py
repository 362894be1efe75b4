# SPDX-License-Identifier: ISC
"""A stop answers what is in flight; a restart on a socket that somebody else
holds refuses nobody."""
import configparser
import http.client
import os
import pathlib
import signal
import socket
import ssl
import threading
import time
import urllib.parse

import pytest

import harness

ROUNDS = 4
GET = "GET {} HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture
def listener():
    """What systemd would hold for a socket unit."""
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind(("127.0.0.1", 0))
        s.listen(128)
        yield s


def activated(make_server, listener, **server):
    made = make_server("activated", conf={"server": server})
    made.port = listener.getsockname()[1]
    made.write_conf()
    return made


class Torn(Exception):
    """Part of an answer, or none where there had to be one."""


class Line:
    """One connection; keeps it as long as the server does."""

    def __init__(self, server):
        self.server = server
        self.context = ssl.create_default_context(cafile=str(server.ca_path))
        self.tls = None
        self.is_idle = False    # an answer came, or nothing was said for long

    def send(self, data):
        if self.tls is None:
            begin = time.monotonic()
            plain = socket.create_connection(("127.0.0.1", self.server.port),
                                             harness.PATIENCE)
            self.tls = self.context.wrap_socket(plain,
                                                server_hostname="localhost")
            self.is_idle = time.monotonic() - begin > 0.5
        self.tls.sendall(data)

    def receive(self):
        got = b""
        while not harness.is_whole(got):
            more = self.tls.recv(65536)
            if not more:
                raise Torn(got)
            got += more
        self.is_idle = True
        reply = harness.Reply.parse(got)
        if reply.headers["Connection"] == "close":
            assert self.tls.recv(1) == b"", "more behind the last answer"
            self.close()
        return reply

    def ask(self, data):
        """A server may close an idle connection: any client must expect it
        and ask again, for then nothing of the request was taken."""
        while True:
            try:
                self.send(data)
                return self.receive()
            except (OSError, Torn) as error:
                got = error.args[0] if isinstance(error, Torn) else b""
                was_idle = self.is_idle
                self.close()
                if not was_idle or got:
                    raise Torn(error, got) from error

    def request(self, method, target, body=None, headers=None):
        """As harness.Http has it, for a browser."""
        lines = [f"{method} {target} HTTP/1.1", "Host: localhost"]
        lines += [f"{k}: {v}" for k, v in (headers or {}).items()]
        body = urllib.parse.urlencode(body or {})
        if method == "POST":
            lines += ["Content-Type: application/x-www-form-urlencoded",
                      f"Content-Length: {len(body)}"]
        return self.ask("\r\n".join([*lines, "", body]).encode())

    def close(self):
        if self.tls is not None:
            self.tls.close()
            self.tls = None


def redeem(line, client, code):
    """Over a connection that may be kept."""
    pair = ":".join(client.basic).encode()
    return line.request("POST", "/oauth/token", {
        "grant_type": "authorization_code", "code": code,
        "redirect_uri": client.redirect_uri}, {
        "Authorization": "Basic " + harness.base64.b64encode(pair).decode()})


class Load:
    """Clients that ask without a pause until they are told to end."""

    def __init__(self, server, client, customer):
        self.server, self.client, self.customer = server, client, customer
        self.errors = []
        self.codes = []
        self.counts = {}
        self.is_over = False
        self.threads = [
            threading.Thread(target=self._run, args=(ask,), daemon=True)
            for ask in (self.fresh, self.fresh, self.kept, self.kept,
                        self.signs_in, self.signs_in_anew)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *error):
        self.is_over = True
        for thread in self.threads:
            thread.join(harness.PATIENCE)
        assert not self.errors, self.told()
        assert not any(thread.is_alive() for thread in self.threads)

    def _run(self, ask):
        name = threading.get_ident()
        line = Line(self.server)
        self.counts[name] = 0
        try:
            while not self.is_over:
                ask(line)
                self.counts[name] += 1
        except BaseException as error:
            self.errors.append(repr(error))
        finally:
            line.close()

    def wait_progress(self):
        """Each of them got answers since now."""
        harness.wait_for(lambda: len(self.counts) == len(self.threads)
                         or self.errors, "the clients to begin")
        before = dict(self.counts)
        harness.wait_for(
            lambda: self.errors or all(self.counts[name] >= count + 5
                                       for name, count in before.items()),
            "every client to get answers")
        assert not self.errors, self.told()

    def told(self):
        return "\n".join([*self.errors, self.server.log()[-4000:]])

    def fresh(self, line):
        reply = line.ask(GET.format("/readyz").encode())
        line.close()
        assert reply.status == 200 or (
            reply.status == 503 and "draining" in reply.text), reply

    def kept(self, line):
        reply = line.ask(GET.format("/oauth/jwks").encode())
        assert reply.status == 200 and reply.json()["keys"], reply

    def signs_in(self, line):
        browser = harness.Browser(self.server)
        browser.http = line
        page = browser.open(harness.authorize_params(self.client))
        assert page.status == 200, page
        code = harness.secret(browser.submit(
            page, self.customer.login, self.customer.password)
            .callback()["code"])
        # Were a code lost, or taken and not answered, it showed here.
        reply = harness.note_tokens(redeem(line, self.client, code))
        assert reply.status == 200, reply
        self.codes.append(code)

    def signs_in_anew(self, line):
        self.signs_in(line)
        line.close()


def end(server, sig=signal.SIGTERM, to_all=False):
    """To the parent, or to every process at once as a terminal does."""
    family = [server.process.pid, *harness.children(server.process.pid)]
    harness.signal_all(reversed(family) if to_all else family[:1], sig)
    assert server.stop() == 0


def test_a_restart_loses_no_request(make_server, listener, cluster):
    server = activated(make_server, listener)
    client = server.add_client("--scope", "openid")
    customer = server.add_customer()
    server.start(listeners=[listener])
    with Load(server, client, customer) as load:
        for n in range(ROUNDS):
            load.wait_progress()
            end(server, to_all=n % 2 == 1)
            # A lone worker goes another way than one of several.
            server.conf["server"]["workers"] = 1 + n % 2
            server.write_conf()
            server.start(wait=False, listeners=[listener])
        load.wait_progress()
    assert len(load.codes) >= 2 * 5 * ROUNDS
    # Each was redeemed, and none can be again.
    line = Line(server)
    for code in load.codes[:: max(1, len(load.codes) // 20)]:
        assert redeem(line, client, code).status == 400
    line.close()
    assert server.stop() == 0


def test_who_waits_in_the_queue_is_answered(make_server, listener):
    """Connected and asked while nobody was there to accept."""
    server = activated(make_server, listener, tls="off", certificate=None,
                       certificate_key=None)
    waiting = http.client.HTTPConnection("127.0.0.1", server.port,
                                         timeout=harness.PATIENCE)
    waiting.request("GET", "/readyz")
    server.start(wait=False, listeners=[listener])
    answer = waiting.getresponse()
    # Not before it could serve: else it had been refused with 503.
    assert answer.status == 200, answer.read()
    waiting.close()
    assert server.stop() == 0


def busy_thread(server):
    """Is a thread of a worker, not its loop, at work?"""
    for pid in harness.children(server.process.pid):
        for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
            try:
                fields = (task / "stat").read_text().rsplit(")", 1)[1].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(task.name) != pid and int(fields[11]) >= 10:
                return True
    return False


def test_a_sign_in_that_hashes_is_answered(make_server):
    """… though everyone is told to stop, and told again."""
    server = make_server("hashing", conf={
        "server": {"drain": "5m"},
        "passwords": {"memory": "128MiB", "passes": 16}})
    client = server.add_client("--scope", "openid")
    customer = server.add_customer()
    server.start()
    answers = []
    browser = harness.Browser(server)
    page = browser.open(harness.authorize_params(client))

    def sign_in():
        answers.append(browser.submit(page, customer.login,
                                      customer.password))

    thread = threading.Thread(target=sign_in, daemon=True)
    thread.start()
    harness.wait_for(lambda: busy_thread(server) or answers,
                     "the hash to be at work")
    assert not answers, "the hash was too quick to be interrupted"
    for _ in range(2):
        harness.signal_all((server.process.pid, *harness.children(
            server.process.pid)), signal.SIGINT)
    assert server.stop() == 0
    thread.join(harness.PATIENCE)
    assert answers[0].headers["Connection"] == "close"
    harness.secret(answers[0].callback()["code"])


def is_refused(server):
    try:
        socket.create_connection(("127.0.0.1", server.port), 30).close()
        return False
    except OSError:
        return True


def test_a_request_that_is_arriving_is_answered(make_server):
    """Its first half before the stop, its second half when nobody new is
    let in any more."""
    server = make_server("arriving", conf={"server": {"drain": "5m"}}).start()
    line = Line(server)
    data = GET.format("/oauth/jwks").encode()
    line.send(data[:20])
    silent = Line(server)
    silent.send(b"")
    assert server.http().get("/healthz").status == 200
    server.process.send_signal(signal.SIGTERM)
    harness.wait_for(lambda: is_refused(server), "the listener to be gone")
    line.send(data[20:])
    reply = line.receive()
    assert reply.status == 200 and reply.headers["Connection"] == "close"
    # An idle connection is closed, and nobody waits for it.
    assert silent.tls.recv(1) == b""
    silent.close()
    assert server.stop() == 0
    assert "in use" not in server.log()


def test_who_never_finishes_is_not_waited_for(make_server):
    server = make_server("bound", conf={"server": {"drain": "1s"}}).start()
    line = Line(server)
    line.send(GET.format("/healthz").encode()[:20])
    assert server.http().get("/healthz").status == 200
    assert server.stop() == 0
    assert "1 connections in use: [server] drain is over" in server.log()
    with pytest.raises((Torn, OSError)):
        line.receive()
    line.close()


def test_load_balancers_may_be_given_time(make_server):
    """Connections are taken as before, but /readyz says to leave."""
    server = make_server("delay", conf={
        "server": {"drain": "5m", "drain_delay": "1h"}}).start()
    line = Line(server)
    assert line.ask(GET.format("/readyz").encode()).status == 200
    server.process.send_signal(signal.SIGTERM)

    def draining():
        reply = line.ask(GET.format("/readyz").encode())
        return reply.status == 503 and reply.text == "not ready: draining\n"

    harness.wait_for(draining, "/readyz to tell of the stop")
    harness.wait_for(lambda: server.http().get("/readyz").status == 503,
                     "the other worker")
    assert line.tls is not None, "a connection was closed too early"
    assert server.http().get("/oauth/jwks").status == 200
    # Who has no such patience: this cuts it short.
    server.process.send_signal(signal.SIGQUIT)
    assert server.stop() == 0
    line.close()


def refused(server, listeners, **env):
    server.env = env
    server.start(wait=False, listeners=listeners)
    status = server.process.wait(harness.PATIENCE)
    server.stop()
    return status, server.log()


def test_sockets_that_do_not_fit_are_refused(make_server, listener):
    server = activated(make_server, listener)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        name = "{}:{}".format(*other.getsockname())
        status, log = refused(server, [listener, other])
        assert status == 1 and "descriptor 4 is not a TCP socket that " \
            "listens" in log
        other.listen(1)
        status, log = refused(server, [listener, other])
        assert status == 1 and f"socket for {name}, which no setting" in log
    status, log = refused(server, [listener], LISTEN_FDS="2")
    assert status == 1 and "descriptor 4 as a socket: Bad file" in log
    status, log = refused(server, [listener], LISTEN_FDS="many")
    assert status == 1 and 'LISTEN_FDS is "many"' in log


def test_sockets_of_another_process_are_left_alone(make_server):
    """An environment that was passed on announces nothing to us."""
    server = make_server("passed-on", env={"LISTEN_PID": "1",
                                           "LISTEN_FDS": "1"}).start()
    assert server.stop() == 0


def test_the_service_manager_is_told(make_server, tmp_path):
    path = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(path)
        manager.settimeout(harness.PATIENCE)
        server = make_server("told", env={"NOTIFY_SOCKET": path})
        server.start(wait=False)
        assert manager.recv(4096) == b"READY=1"
        assert server.http().get("/readyz").status == 200
        server.process.send_signal(signal.SIGTERM)
        assert manager.recv(4096) == b"STOPPING=1"
        assert server.stop() == 0


def test_the_units_rights_suffice(make_server):
    """What the service unit leaves to root is enough to start, to change
    accounts, to read the key and to stop."""
    if os.getuid() != 0:
        pytest.skip("only root has rights to give away")
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str
    unit.read(harness.ROOT / "conf" / "systemd" / "ambauth.service")
    service = unit["Service"]
    rights = [name.lower().removeprefix("cap_")
              for name in service["CapabilityBoundingSet"].split()]
    assert service["NoNewPrivileges"] == "yes"
    server = make_server("bounded").start(through=[
        "setpriv", "--no-new-privs", "--bounding-set",
        ",".join(["-all", *("+" + name for name in rights)])])
    with open(f"/proc/{server.process.pid}/status") as status:
        bounds = {line.split()[1] for line in status if "CapBnd" in line}
    assert 0 < int(bounds.pop(), 16).bit_count() <= len(rights)
    assert server.http().get("/readyz").status == 200
    assert server.stop() == 0


def test_an_idle_connection_is_closed_without_a_word(server):
    """A 408 would be taken for the answer to what the client asks next."""
    line = Line(server)
    assert line.ask(GET.format("/healthz").encode()).status == 200
    assert line.tls.recv(4096) == b""
    line.close()
