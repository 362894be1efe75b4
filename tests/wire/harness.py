# SPDX-License-Identifier: ISC
"""A private PostgreSQL cluster, a server on it, and clients that send exactly
the bytes they are told to. Everything lives in one temporary directory."""
import base64
import fcntl
import html.parser
import http.client
import json
import os
import pathlib
import pwd
import random
import re
import secrets
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import time
import urllib.parse

import psycopg2

import certificates

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = os.environ.get("AMBAUTH_BIN", str(ROOT / "build" / "ambauth"))
CLUSTER = str(ROOT / "tests" / "tools" / "cluster.sh")
SANITIZED = "ASAN_OPTIONS" in os.environ
PATIENCE = 180 if SANITIZED else 90     # seconds; only a hung server needs them
DEVICE_REDIRECT = "https://auth.businesschat.apple.com"
MSP_REDIRECT = "https://msp.example/callback"

# Linux gives out those from 32768 on, unless told otherwise.
PORTS = range(12000, 32000)
_ports = set()      # that were handed out

# What no log line may hold: every secret that a test hands out or is given.
_secrets = set()
_secrets_lock = threading.Lock()


def secret(value):
    """Remember a value that must never be seen in a log; returns it."""
    if value and len(value) >= 8:
        with _secrets_lock:
            _secrets.add(value)
    return value


def b64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def b64url_decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def wait_for(question, what, seconds=PATIENCE):
    """Ask until the answer is true; for what takes its time elsewhere."""
    end = time.monotonic() + seconds
    while True:
        answer = question()
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s in vain for {what}")
        time.sleep(0.05)


# Logs of servers, how much of each was searched for reports of the watchdog,
# and those found.
_logs = {}
_reports = []


def search_log(path):
    with open(path, "rb") as log:
        log.seek(_logs.setdefault(path, 0))
        text = log.read()
    whole = text[:text.rfind(b"\n") + 1]
    _logs[path] += len(whole)
    _reports.extend(re.findall(
        r"^.*watchdog: the event loop.*\n(?:(?!time=|\[).*\n)*",
        whole.decode(errors="replace"), re.MULTILINE))


def watchdog_reports():
    """What the watchdogs of all servers have said since the last call."""
    for path in list(_logs):
        try:
            search_log(path)
        except FileNotFoundError:
            del _logs[path]
    found = _reports[:]
    _reports.clear()
    return found


class Workplace:
    """The temporary directory of a test session."""

    def __init__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="ambauth-test-"))
        self.path.chmod(0o711)
        self._count = 0

    def dir(self, name):
        self._count += 1
        path = self.path / f"{self._count}-{name}"
        path.mkdir(mode=0o711)
        return path

    def remove(self):
        if not os.environ.get("AMBAUTH_KEEP"):
            shutil.rmtree(self.path, ignore_errors=True)


class Cluster:
    """PostgreSQL of our own, by the script that `make run` uses too."""

    def __init__(self, path, options="", port=None):
        self.path = path
        self.options = options      # for the server's command line
        self.port = port            # None: the socket's usual one
        self.conninfo = None
        # Of all nodes on this database, for what is sealed in it.
        self.master_key = path / "master.key"
        self.master_key.write_text(
            base64.b64encode(os.urandom(32)).decode() + "\n")
        self.master_key.chmod(0o600)

    def _run(self, *words):
        done = subprocess.run([CLUSTER, words[0], str(self.path), *words[1:]],
                              capture_output=True, text=True,
                              env={**os.environ, "PGOPTS": self.options,
                                   **({"PGPORT": str(self.port)}
                                      if self.port else {})})
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def start(self):
        # The command line's own patience is 10 seconds.
        self.conninfo = self._run("start") + " connect_timeout=60"
        if self.port:
            self.conninfo += f" port={self.port}"
        return self

    def stop(self, mode="fast"):
        self._run("stop", mode)

    @property
    def user(self):
        return self._run("user")

    @property
    def pid(self):
        text = (self.path / "state" / "data" / "postmaster.pid").read_text()
        return int(text.split()[0])

    def kill(self):
        """SIGKILL to the postmaster; its backends follow by themselves."""
        pid = self.pid
        backends = children(pid)
        os.kill(pid, signal.SIGKILL)
        wait_for(lambda: not any(is_alive(p) for p in [pid, *backends]),
                 "the backends of a killed PostgreSQL")

    def connect(self, dbname="ambauth"):
        connection = psycopg2.connect(self.conninfo, dbname=dbname)
        connection.autocommit = True
        return connection

    def sql(self, text, *args, dbname="ambauth"):
        """Run a statement; the rows, if it has some."""
        connection = self.connect(dbname)
        try:
            with connection.cursor() as cursor:
                cursor.execute(text, args or None)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def new_database(self, name):
        """An empty database beside the first; its conninfo."""
        self.sql(f'CREATE DATABASE "{name}"', dbname="postgres")
        return re.sub(r"dbname=\S+", f"dbname={name}", self.conninfo)


def environment():
    """Ours without the names that are only the tests'."""
    return {name: value for name, value in os.environ.items()
            if not name.startswith("AMBAUTH_")}


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def signal_all(pids, sig):
    """One that had done its work may be gone by now."""
    for pid in pids:
        try:
            os.kill(pid, sig)
        except ProcessLookupError:
            pass


def children(pid):
    """The direct children of a process."""
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat") as stat:
                    if int(stat.read().rsplit(")", 1)[1].split()[1]) == pid:
                        found.append(int(entry))
            except (FileNotFoundError, ProcessLookupError):
                pass
    return found


def free_port():
    """One below those that the kernel gives to whoever connects, and of those
    that the tests in other processes do not use: it stays free until a server
    is there, and while one starts again."""
    ours = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])
    step = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    while True:
        port = random.randrange(PORTS.start + ours, PORTS.stop, step)
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port not in _ports:
            _ports.add(port)
            return port


class Client:
    """An OAuth client as `ambauth client add --json` answers."""

    def __init__(self, client_id, client_secret, redirect_uri):
        self.id = client_id
        self.secret = secret(client_secret)
        self.redirect_uri = redirect_uri

    @property
    def basic(self):
        return (self.id, self.secret)


class Customer:
    def __init__(self, customer_id, login, password):
        self.id = customer_id
        self.login = login
        self.password = secret(password)


class Server:
    """`ambauth serve` on a cluster, with its own configuration and log."""

    def __init__(self, path, cluster, kind="ec", conf=None, env=None):
        self.path = path
        self.cluster = cluster
        self.kind = kind
        self.conf = conf or {}
        self.env = env or {}
        self.process = None
        self.killed = 0             # workers that a test has ended
        self.port = free_port()
        self.metrics_port = free_port()
        self.user = cluster.user
        self.key_user = "nobody" if os.getuid() == 0 else None
        self.log_path = path / "server.log"
        self.conf_path = path / "ambauth.conf"
        self.ca_path = path / "ca.pem"
        self._prepare()

    @property
    def base(self):
        return f"https://localhost:{self.port}"

    def _prepare(self):
        run = self.path / "run"
        run.mkdir()
        tls = self.path / "tls"
        tls.mkdir()
        certificates.make(self.ca_path, tls / "server.pem",
                          tls / "server.key", self.kind)
        if os.getuid() == 0:
            # The key is another account's than the one that serves.
            for path, name in ((run, self.user),
                               (tls / "server.key", self.key_user)):
                owner = pwd.getpwnam(name)
                os.chown(path, owner.pw_uid, owner.pw_gid)
        (tls / "server.key").chmod(0o400)
        self.write_conf()

    def settings(self):
        settings = {
            "server": {
                "listen": f"127.0.0.1:{self.port}",
                "issuer": self.base,
                "certificate": self.path / "tls" / "server.pem",
                "certificate_key": self.path / "tls" / "server.key",
                "workers": 2,
                "user": self.user,
                "key_user": self.key_user,
                "run_dir": self.path / "run",
                # What holds up an event loop fails the test. Sanitizers hold
                # up everything, the more so beside another test.
                "watchdog": "1s" if SANITIZED else "2ms",
            },
            "metrics": {"listen": f"127.0.0.1:{self.metrics_port}"},
            # Answers are what these tests are about, not time: hashes cost
            # as little as can be, and no request is given up because the
            # machine stood still for seconds, as virtual ones do.
            "database": {"conninfo": self.cluster.conninfo, "timeout": "60s"},
            "passwords": {"memory": "1MiB", "passes": 1, "max_wait": "60s"},
            "keys": {"master_key_file": self.cluster.master_key},
        }
        for section, keys in self.conf.items():
            settings.setdefault(section, {}).update(keys)
        return settings

    def write_conf(self):
        lines = []
        for section, keys in self.settings().items():
            lines.append(f"[{section}]")
            lines += [f"{key} = {value}" for key, value in keys.items()
                      if value is not None]
        self.conf_path.write_text("\n".join(lines) + "\n")
        self.conf_path.chmod(0o600)

    def start(self, wait=True, listeners=(), through=()):
        """listeners: sockets to hand over, as systemd does; sd_listen_fds(3)
        wants them from 3 on, and the number of the process that is to serve.
        through: a command that becomes the server."""
        command = [*through, BIN, "serve", "--config", str(self.conf_path)]
        more = {}
        last = 3 + len(listeners)
        if listeners:
            command = ["sh", "-c", 'LISTEN_PID=$$ exec "$@"', "-", *command]
            more = {"LISTEN_FDS": str(len(listeners))}
        # Out of the way first, then to their places.
        high = [fcntl.fcntl(s, fcntl.F_DUPFD_CLOEXEC, last + 64)
                for s in listeners]

        def place():
            for i, fd in enumerate(high):
                os.dup2(fd, 3 + i)

        self.log_file = open(self.log_path, "ab")
        _logs.setdefault(self.log_path, 0)
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=self.log_file,
            stderr=subprocess.STDOUT, preexec_fn=place if high else None,
            pass_fds=range(3, last),
            env={**environment(), **more, **self.env})
        for fd in high:
            os.close(fd)
        if wait:
            self.wait_ready()
        return self

    def wait_ready(self):
        self.wait_status("/readyz", 200)
        return self

    def wait_status(self, target, status):
        def ask():
            assert self.process.poll() is None, \
                f"the server ended:\n{self.log()[-2000:]}"
            try:
                return self.http().get(target).status == status
            except OSError:
                return False
        try:
            wait_for(ask, f"{target} to answer {status}")
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.log()[-2000:]}") from None

    def stop(self, sig=signal.SIGTERM):
        """Stop; its exit status. What it left behind is looked at too."""
        if self.process is None:
            return None
        family = [self.process.pid, *children(self.process.pid)]
        if self.process.poll() is None:
            self.process.send_signal(sig)
        try:
            status = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            signal_all((pid for pid in family if is_alive(pid)),
                       signal.SIGKILL)
            self.process.wait()
            raise AssertionError("the server did not stop\n"
                                 + self.log()[-2000:]) from None
        finally:
            self.process = None
            self.log_file.close()
        wait_for(lambda: not any(is_alive(p) for p in family),
                 "the workers to end")
        self.check_log()
        return status

    def log(self):
        return self.log_path.read_text(errors="replace")

    def check_log(self):
        """No secret of any test, no sanitizer's report, no crash. What the
        watchdog says is judged test by test."""
        search_log(self.log_path)
        log = self.log()
        for sign in ("AddressSanitizer", "LeakSanitizer", "runtime error:",
                     "UndefinedBehaviorSanitizer", "precondition",
                     "sandbox violation"):
            at = log.find(sign)
            assert at < 0, log[max(0, at - 2000):at + 4000]
        # What Kore says of a process that ended in any other way than by
        # itself and with success, at a stop too.
        lost = re.findall(r"worker \d+ \(pid: \d+\) .* gone", log)
        assert len(lost) == self.killed, f"{lost}\n{log[-4000:]}"
        with _secrets_lock:
            seen = [s for s in _secrets if s in log]
        assert not seen, f"the log tells {seen[0]!r}"

    def processes(self, title):
        """The children that are called so: wrk, wrk 1, keymgr."""
        found = []
        for pid in children(self.process.pid):
            try:
                name = pathlib.Path(f"/proc/{pid}/cmdline").read_text()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if re.search(rf"\[{title}\b", name):
                found.append(pid)
        return found

    def kill_worker(self, pid):
        self.killed += 1
        os.kill(pid, signal.SIGKILL)
        wait_for(lambda: not is_alive(pid), "the end of a worker")

    def http(self, **kwargs):
        return Http(self.port, self.ca_path, **kwargs)

    def raw(self, data):
        """Send bytes as they are; everything that comes back."""
        context = ssl.create_default_context(cafile=str(self.ca_path))
        with socket.create_connection(("127.0.0.1", self.port),
                                      PATIENCE) as plain:
            with context.wrap_socket(plain, server_hostname="localhost") as tls:
                got = b""
                try:
                    # Who refuses may close before it has heard us out; what
                    # it said before that is read all the same.
                    try:
                        tls.sendall(data)
                    except (ssl.SSLError, ConnectionError):
                        pass
                    while True:
                        more = tls.recv(65536)
                        if not more:
                            break
                        got += more
                        if is_whole(got):
                            break
                except (ssl.SSLError, ConnectionError):
                    pass
                return got

    # The command line, on this server's configuration.

    def cli(self, *words, stdin="", check=None, env=None):
        done = subprocess.run(
            [BIN, *words], input=stdin, capture_output=True, text=True,
            errors="surrogateescape",
            env={**environment(), **self.env,
                 "AMBAUTH_CONF": str(self.conf_path), **(env or {})})
        for sign in ("AddressSanitizer", "runtime error:", "LeakSanitizer"):
            assert sign not in done.stderr, done.stderr
        if check is not None:
            assert done.returncode == check, \
                f"{words}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done

    def migrate(self):
        self.cli("migrate", check=0)
        return self

    def add_client(self, *flags, redirect=MSP_REDIRECT, name="a client"):
        words = ["client", "add", "--json", *flags]
        if redirect:
            words += ["--redirect-uri", redirect]
        out = json.loads(self.cli(*words, name, check=0).stdout)
        return Client(out["client_id"], out.get("client_secret"), redirect)

    def add_customer(self, login=None, password=None, customer_id=None):
        tail = secrets.token_hex(4)
        customer = Customer(customer_id or f"C-{tail}",
                            login or f"anna-{tail}@example.org",
                            password or "correct horse " + tail)
        self.cli("customer", "add", "--id", customer.id, "--login",
                 customer.login, stdin=customer.password + "\n", check=0)
        return customer


def is_whole(data):
    """Is this a whole HTTP response? (All of ours have a Content-Length.)"""
    head, gap, body = data.partition(b"\r\n\r\n")
    if not gap:
        return False
    length = re.search(rb"(?im)^content-length: *(\d+)", head)
    return length is not None and len(body) >= int(length.group(1))


class Reply:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    @classmethod
    def parse(cls, data):
        head, _, body = data.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        headers = http.client.HTTPMessage()
        for line in lines[1:]:
            name, _, value = line.partition(":")
            headers[name] = value.strip()
        return cls(int(lines[0].split()[1]), headers, body)

    @property
    def text(self):
        return self.body.decode()

    @property
    def location(self):
        return self.headers.get("Location")

    def json(self):
        assert self.headers.get_content_type() == "application/json", \
            self.headers.as_string() + self.text
        return json.loads(self.body)

    def error(self):
        """The error's name, of a JSON answer that is one (RFC 6749 5.2)."""
        body = self.json()
        assert set(body) <= {"error", "error_description", "error_uri"}, body
        for char in body.get("error_description", ""):
            assert char in ' !' or '#' <= char <= '[' or ']' <= char <= '~'
        return body["error"]

    def callback(self):
        """The parameters on the redirect of this answer, decoded once."""
        assert self.status == 303, f"{self.status}\n{self.text}"
        return query_of(self.location)

    def __repr__(self):
        return f"<{self.status} {self.headers.items()} {self.body[:400]!r}>"


def query_of(url, fragment=False):
    parts = urllib.parse.urlsplit(url)
    text = parts.fragment if fragment else parts.query
    fields = urllib.parse.parse_qsl(text, keep_blank_values=True,
                                    strict_parsing=True)
    assert len(dict(fields)) == len(fields), f"a parameter twice: {url}"
    return dict(fields)


class Http:
    """HTTP over verified TLS. The target and body go out as they are."""

    def __init__(self, port, ca, keep=False, context=None):
        self.port = port
        self.keep = keep
        self.context = context or ssl.create_default_context(cafile=str(ca))
        self.connection = None

    def request(self, method, target, body=None, headers=None, basic=None,
                bearer=None):
        sent = dict(headers or {})
        if isinstance(body, dict):
            body = urllib.parse.urlencode(body)
        if isinstance(body, str):
            body = body.encode()
        if body is not None:
            sent.setdefault("Content-Type",
                            "application/x-www-form-urlencoded")
        if basic:
            pair = ":".join(urllib.parse.quote(x, safe="") for x in basic)
            sent["Authorization"] = "Basic " + base64.b64encode(
                pair.encode()).decode()
        if bearer is not None:
            sent["Authorization"] = "Bearer " + bearer
        if self.connection is None:
            self.connection = http.client.HTTPSConnection(
                "localhost", self.port, timeout=PATIENCE, context=self.context)
        try:
            self.connection.putrequest(method, target,
                                       skip_accept_encoding=True)
            for name, value in sent.items():
                self.connection.putheader(name, value)
            if body is not None:
                self.connection.putheader("Content-Length", str(len(body)))
            elif method == "POST":
                self.connection.putheader("Content-Length", "0")
            self.connection.endheaders(body)
            answer = self.connection.getresponse()
            reply = Reply(answer.status, answer.headers, answer.read())
        except BaseException:
            self.close()
            raise
        if not self.keep:
            self.close()
        return reply

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def get(self, target, params=None, **kwargs):
        if params:
            target += "?" + urllib.parse.urlencode(params)
        return self.request("GET", target, **kwargs)

    def post(self, target, body=None, **kwargs):
        return self.request("POST", target, body=body, **kwargs)

    def delete(self, target, **kwargs):
        return self.request("DELETE", target, **kwargs)


class Page(html.parser.HTMLParser):
    """What a browser would see of a page: its form, fields and words."""

    def __init__(self, text):
        super().__init__()
        self.forms = []
        self.inputs = {}
        self.metas = {}
        self.links = []
        self.alerts = []
        self.lang = None
        self.title = ""
        self.scripts = 0
        self.inline_styles = 0
        self._open = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if "style" in attrs or any(name.startswith("on") for name in attrs):
            self.inline_styles += 1
        if tag == "html":
            self.lang = attrs.get("lang")
        elif tag == "form":
            self.forms.append(attrs)
        elif tag == "input":
            self.inputs[attrs.get("name")] = attrs
        elif tag == "meta" and "name" in attrs:
            self.metas[attrs["name"]] = attrs.get("content")
        elif tag == "link":
            self.links.append(attrs)
        elif tag == "script":
            self.scripts += 1
        elif tag == "style":
            self.inline_styles += 1
        if tag not in ("input", "meta", "link", "br", "img", "hr", "base"):
            self._open.append((tag, attrs))
            if attrs.get("role") == "alert":
                self.alerts.append("")

    def handle_endtag(self, tag):
        while self._open:
            if self._open.pop()[0] == tag:
                break

    def handle_data(self, data):
        if any(a.get("role") == "alert" for _, a in self._open):
            self.alerts[-1] += data
        if any(t == "title" for t, _ in self._open):
            self.title += data

    def value(self, name):
        return self.inputs[name].get("value", "")


class Browser:
    """A customer's browser, as far as a form without JavaScript needs one."""

    def __init__(self, server, **headers):
        self.http = server.http()
        self.headers = {name.replace("_", "-"): value
                        for name, value in headers.items()}
        self.cookies = {}
        self.target = None

    def request(self, method, target, body=None, headers=None):
        sent = {**self.headers, **(headers or {})}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{k}={v}" for k, v in
                                       self.cookies.items())
        reply = self.http.request(method, target, body=body, headers=sent)
        for line in reply.headers.get_all("Set-Cookie") or []:
            name, _, value = line.split(";")[0].partition("=")
            if re.search(r"(?i);\s*max-age=0", line):
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = secret(value)
        return reply

    def open(self, params):
        """Open an authorize request: a dict, or the query as raw text."""
        if isinstance(params, dict):
            params = urllib.parse.urlencode(params)
        self.target = "/oauth/authorize?" + params
        return self.request("GET", self.target)

    def submit(self, reply, username, password, **more):
        """Fill the form of a page and send it where the form says."""
        page = Page(reply.text)
        assert page.forms, reply.text
        form = page.forms[0]
        fields = {name: attrs.get("value", "")
                  for name, attrs in page.inputs.items()
                  if name and attrs.get("type") != "submit"}
        secret(fields.get("flow"))
        fields.update(username=username, password=password, **more)
        action = urllib.parse.urljoin("https://localhost" + self.target,
                                      form.get("action") or self.target)
        parts = urllib.parse.urlsplit(action)
        target = parts.path + ("?" + parts.query if parts.query else "")
        body = {k: v for k, v in fields.items() if v is not None}
        return self.request(form["method"].upper(), target, body)


def authorize_params(client, **more):
    """A plain request of the new flow; None takes a parameter away."""
    params = {"client_id": client.id, "redirect_uri": client.redirect_uri,
              "response_type": "code", "scope": "openid", "state": "s-1"}
    params.update(more)
    return {k: v for k, v in params.items() if v is not None}


def device_params(client, key=None, **more):
    """The old flow, in the device's order."""
    params = {"client_id": client.id, "redirect_uri": client.redirect_uri}
    if key:
        params["response_encryption_key"] = key
    params.update(response_type="code", scope="openid", state="s-1")
    params.update(more)
    return {k: v for k, v in params.items() if v is not None}


def sign_in(server, params, customer):
    """Through the page to the redirect; its parameters."""
    browser = Browser(server)
    page = browser.open(params)
    assert page.status == 200, page
    fields = browser.submit(page, customer.login, customer.password).callback()
    assert "code" in fields, fields
    secret(fields["code"])
    return fields


def get_code(server, client, customer, **more):
    return sign_in(server, authorize_params(client, **more), customer)["code"]


def redeem(server, client, code, **more):
    """The token request of a confidential client, by Basic."""
    http_ = more.pop("http", None) or server.http()
    fields = {"grant_type": "authorization_code", "code": code,
              "redirect_uri": client.redirect_uri, **more}
    fields = {k: v for k, v in fields.items() if v is not None}
    reply = http_.post("/oauth/token", fields, basic=client.basic)
    return note_tokens(reply)


def note_tokens(reply):
    if reply.status == 200:
        body = reply.json()
        for name in ("access_token", "refresh_token", "id_token",
                     "encrypted_access_token"):
            secret(body.get(name))
    return reply


def get_tokens(server, client, customer, **more):
    reply = redeem(server, client, get_code(server, client, customer, **more))
    assert reply.status == 200, reply
    return reply.json()


def opaque_id():
    """Like Apple's: a prefix and base64 text of some 150 characters."""
    tail = base64.b64encode(b"\x01\x00\x00\x18\xfb\xef\xbe"
                            + secrets.token_bytes(110)).decode()
    return secret("urn:mbid:" + tail)
