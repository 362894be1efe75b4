# SPDX-License-Identifier: ISC
"""`ambauth serve` on a database of the bench, and the load generator that is
pointed at it."""
import json
import os
import resource
import shutil
import signal
import socket
import ssl
import subprocess
import time

import place
import proc

REDIRECT = "https://msp.example/callback"
SCOPE = "openid profile"
PASSWORD = "correct horse battery"
USERS = 1000
# (memory, passes): as low as Argon2id goes, where the hash is not what is
# measured; and what OWASP recommends, where it is.
CHEAP = ("8KiB", 1)
FULL = ("19MiB", 2)


class Server:
    """One node. It ends with the place, or with stop()."""

    def __init__(self, at, database, tls=False, workers=1, cost=CHEAP,
                 users="user", count=USERS, **settings):
        self.at = at
        self.database = database
        self.tls = tls
        self.port = place.free_port()
        self.users = {"prefix": users, "count": count}
        self.process = None
        self.dir = at.dir / "server"
        self.base = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        self._write(workers, cost, settings)

    def _write(self, workers, cost, settings):
        keys = certificate(self.at)
        shutil.rmtree(self.dir, ignore_errors=True)
        self.dir.mkdir(parents=True)
        sections = {
            "server": {"listen": f"127.0.0.1:{self.port}",
                       "issuer": self.base, "tls": "on" if self.tls else "off",
                       "certificate": keys / "server.pem",
                       "certificate_key": keys / "server.key",
                       "workers": workers, "user": self.at.user,
                       "key_user": key_user(), "max_connections": 8192,
                       "run_dir": run_dir(self.at, "run")},
            "database": {"conninfo": self.at.info(self.database)},
            "tokens": {"code_lifetime": "10m", "login_page_lifetime": "1h"},
            "passwords": {"memory": cost[0], "passes": cost[1],
                          "attempts": 0},
            "keys": {"master_key_file": master_key(self.at)}}
        # Where there are metrics, the port that they have by default may be
        # another server's.
        if "\n[metrics]" in (place.ROOT / "conf" / "ambauth.conf").read_text():
            sections["metrics"] = {
                "listen": f"127.0.0.1:{place.free_port()}"}
        for section, more in settings.items():
            sections.setdefault(section, {}).update(more)
        self.conf = self.dir / "ambauth.conf"
        self.conf.write_text("\n".join(
            f"[{section}]\n" + "\n".join(f"{key} = {value}" for key, value
                                         in values.items())
            for section, values in sections.items()) + "\n")
        self.conf.chmod(0o600)

    def cli(self, *words, stdin=""):
        return place.run([self.at.ambauth, *words], 120, "ambauth " + words[0],
                         stdin=stdin,
                         env=place.environment(AMBAUTH_CONF=str(self.conf)))

    def start(self, ready=60):
        """Start; milliseconds until the first 200 of /readyz."""
        self.log = open(self.at.dir / "server.log", "ab")
        began = time.monotonic()
        self.process = subprocess.Popen(
            [self.at.ambauth, "serve", "--config", self.conf],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
            start_new_session=True, env=place.environment())
        self.at.running.append(self.stop)
        while True:
            if self.is_ready():
                return (time.monotonic() - began) * 1e3
            if self.process.poll() is not None or \
                    time.monotonic() > began + ready:
                raise place.Trouble("the server did not start: "
                                    + self.tail())
            time.sleep(0.001)

    def is_ready(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port),
                                          10) as plain:
                if not self.tls:
                    return is_ok(plain)
                with context(self.at).wrap_socket(
                        plain, server_hostname="127.0.0.1") as tls:
                    return is_ok(tls)
        except OSError:
            return False

    def tail(self):
        text = (self.at.dir / "server.log").read_text(errors="replace")
        return text[-800:]

    def stop(self):
        if self.stop in self.at.running:
            self.at.running.remove(self.stop)
        process, self.process = self.process, None
        if process is None:
            return
        family = proc.tree(process.pid)
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            for pid in family:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            process.wait()
        self.log.close()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    @property
    def pid(self):
        return self.process.pid

    def setup(self, **more):
        """What the load generator is told of this server."""
        client = json.loads((self.at.dir / f"{self.database}.json")
                            .read_text())
        told = {"base_url": self.base, "client_id": client["client_id"],
                "client_secret": client["client_secret"],
                "redirect_uri": REDIRECT, "scope": SCOPE,
                "users": self.users, "password": PASSWORD, **more}
        if self.tls:
            told["ca_file"] = str(self.at.dir / "ca.pem")
        path = self.dir / "setup.json"
        path.write_text(json.dumps(told))
        path.chmod(0o600)
        return path

    def load(self, scenario, label="", told=None, **options):
        return load(self.at, self.setup(**(told or {})), scenario, label,
                    {"ambauth": self.pid, "postgres": self.at.postgres},
                    **options)


def is_ok(connection):
    connection.settimeout(10)
    connection.sendall(b"GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                       b"Connection: close\r\n\r\n")
    return connection.recv(64).startswith(b"HTTP/1.1 200")


def context(at):
    if not hasattr(at, "context"):
        at.context = ssl.create_default_context(cafile=at.dir / "ca.pem")
    return at.context


def words_of(options):
    """The generator's command line: count=100 is --count 100, a true value
    the option alone, a dict one NAME:VALUE each."""
    for name, value in options.items():
        name = "--" + name.replace("_", "-")
        if value is True:
            yield name
        elif isinstance(value, dict):
            for key, number in value.items():
                yield name
                yield f"{key}:{number}"
        elif value not in (None, False):
            yield name
            yield str(value)


def files_many():
    """As many descriptors as this account may have."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def load_start(at, setup, scenario, label, pids, **options):
    if not os.access(at.load, os.X_OK):
        raise place.Trouble(f"there is no load generator at {at.load}")
    words = [str(at.load), "--setup", str(setup), "--scenario", scenario,
             *words_of({"label": label or scenario, **options, "pid": pids})]
    process = subprocess.Popen(
        words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, start_new_session=True,
        env=place.environment())
    return process


def load(at, setup, scenario, label, pids, **options):
    """Run the generator; its one JSON object."""
    # Saturation and long counts take their time, but not for ever.
    limit = options.pop("limit", None) or \
        (options.get("seconds") or 60) * 3 + (options.get("warm") or 0) + 120
    process = load_start(at, setup, scenario, label, pids, **options)
    try:
        out, errors = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        raise place.Trouble(f"load {scenario} did not end within "
                            f"{limit:.0f} s") from None
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()
    try:
        result = json.loads(out)
    except ValueError:
        raise place.Trouble(f"load {scenario}: {place.line(errors or out)}") \
            from None
    if not result.get("ok"):
        raise place.Trouble(f"load {scenario}: none of {result.get('count')} "
                            f"went well: {place.line(errors)}")
    return result


# What all servers of a place share.

def key_user():
    """Who holds the TLS key: another account, where there is a choice."""
    return "nobody" if os.getuid() == 0 else ""


def run_dir(at, name):
    path = at.state / name
    path.mkdir(exist_ok=True)
    if os.getuid() == 0:
        shutil.chown(path, at.user)
        for each in (at.state, path):
            each.chmod(0o711)
    return path


def certificate(at):
    """The directory with server.pem and server.key: ECDSA P-256."""
    keys = run_dir(at, "tls")
    if not (at.dir / "ca.pem").exists() or \
            not (keys / "server.key").exists():
        place.run([place.TOOLS / "certificate.sh", "ec", at.dir / "ca.pem",
                   keys / "server.pem", keys / "server.key"], 60)
        if os.getuid() == 0:
            shutil.chown(keys / "server.key", key_user())
    return keys


def master_key(at):
    path = at.dir / "master.key"
    if not path.exists():
        path.write_text(place.run(["openssl", "rand", "-base64", "32"], 60))
        path.chmod(0o600)
    return path


def prepare(at, database, server=None):
    """A migrated database with a client; empty of customers."""
    at.drop(database)
    at.create(database)
    server = server or Server(at, database)
    server.cli("migrate")
    client = server.cli("client", "add", "--json", "--confidential",
                        "--redirect-uri", REDIRECT, "--scope", SCOPE, "bench")
    path = at.dir / f"{database}.json"
    path.write_text(client)
    path.chmod(0o600)
    # The first node ever to start makes the signing keys: not while timed.
    with server:
        place.wait_for(lambda: at.sql(
            database, "SELECT count(*) FROM signing_keys")[0][0] >= 2,
            "signing keys", 120)


def password_hash(at, database, cost):
    """What the service makes of the bench's password at this cost."""
    server = Server(at, database, cost=cost)
    server.cli("customer", "add", "--id", "hashed", "--login", "hashed",
               stdin=PASSWORD + "\n")
    row = at.sql(database, "DELETE FROM customers WHERE customer_id = 'hashed'"
                 " RETURNING business, password_hash")
    return row[0]


def add_users(at, database, prefix, cost, count=USERS):
    """So many customers with the same password; hashing it once is enough."""
    business, hashed = password_hash(at, database, cost)
    at.sql(database, "INSERT INTO customers"
           " (business, customer_id, login, password_hash)"
           " SELECT %s, 'C-' || %s || g, %s || g, %s"
           " FROM generate_series(1, %s) AS g",
           business, prefix, prefix, hashed, count)
    at.sql(database, "ANALYZE customers")
