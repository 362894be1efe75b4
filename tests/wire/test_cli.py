# SPDX-License-Identifier: ISC
"""The command line: help, exit status, JSON, and what it refuses."""
import json
import os
import pty
import select
import signal
import stat
import subprocess

import pytest

import harness

COMMANDS = ["serve", "migrate", "client", "customer", "link", "keygen",
            "encrypt", "decrypt", "simulate", "version"]
VERBS = [("client", "add"), ("client", "list"), ("client", "show"),
         ("client", "rotate-secret"), ("client", "disable"),
         ("client", "update"),
         ("customer", "add"), ("customer", "import"), ("customer", "list"),
         ("customer", "set-password"), ("customer", "lock"),
         ("customer", "unlock"), ("customer", "delete"), ("link", "list"),
         ("link", "delete")]


@pytest.fixture
def cli(server):
    return server.cli


def listed(cli, *words):
    return json.loads(cli(*words, "list", "--json", check=0).stdout)


@pytest.mark.parametrize("words", [(c,) for c in COMMANDS] + VERBS,
                         ids=" ".join)
def test_help(words):
    """Needs neither a configuration nor a database."""
    done = subprocess.run([harness.BIN, *words, "--help"],
                          capture_output=True, text=True,
                          env=harness.environment())
    assert done.returncode == 0, done
    assert done.stdout.startswith("usage: ambauth " + " ".join(words))
    assert done.stderr == ""


def test_the_whole_helps(cli):
    done = cli("--help", check=0)
    for name in COMMANDS:
        assert name in done.stdout
    assert cli("version", check=0).stdout.startswith("ambauth ")


@pytest.mark.parametrize("words", [
    (), ("nosuch",), ("client",), ("client", "nosuch"), ("customer",),
    ("client", "add"), ("client", "add", "a", "b"), ("client", "show"),
    ("client", "add", "--nosuch", "x"), ("customer", "add"),
    ("customer", "add", "--id", "x"), ("customer", "lock"),
    ("keygen", "--curve", "P-521"), ("keygen", "x"), ("decrypt",),
    ("encrypt",), ("migrate", "x"), ("serve", "x"),
    ("serve", "--nosuch"), ("link", "delete")], ids=" ".join)
def test_called_wrongly(cli, words):
    done = cli(*words)
    assert done.returncode == 2, done
    assert done.stderr


# Clients.

def test_client_add_list_show(cli):
    out = json.loads(cli(
        "client", "add", "--json", "--redirect-uri", harness.MSP_REDIRECT,
        "--redirect-uri", "https://msp.example/two", "--scope",
        "openid profile", "--business", "acme", "A name", check=0).stdout)
    harness.secret(out["client_secret"])
    assert set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
               "0123456789-._~") >= set(out["client_id"]
                                        + out["client_secret"])
    assert len(out["client_secret"]) == 43
    (row,) = [r for r in listed(cli, "client")
              if r["client_id"] == out["client_id"]]
    assert row["name"] == "A name" and row["business"] == "acme"
    shown = json.loads(cli("client", "show", "--json", out["client_id"],
                           check=0).stdout)
    if isinstance(shown, list):
        (shown,) = shown
    assert shown["redirect_uris"] == [harness.MSP_REDIRECT,
                                      "https://msp.example/two"]
    assert shown["scopes"] == ["openid", "profile"]
    text = cli("client", "list", check=0).stdout \
        + cli("client", "show", out["client_id"], check=0).stdout \
        + json.dumps(shown)
    assert out["client_secret"] not in text
    assert out["client_id"] in text


def test_client_ids_can_be_chosen_once(cli):
    words = ("client", "add", "--id", "chosen.id_1~x", "--redirect-uri",
             harness.MSP_REDIRECT, "x")
    harness.secret(cli(*words, check=0).stdout.split()[-1])
    done = cli(*words)
    assert done.returncode == 1 and "taken" in done.stderr


@pytest.mark.parametrize("flags", [
    ("--redirect-uri", "http://msp.example/"),
    ("--redirect-uri", "https://msp.example/#x"),
    ("--redirect-uri", "https://msp.example/ x"),
    ("--redirect-uri", "https://msp.example/\u00e4"),
    ("--redirect-uri", "javascript:alert(1)"),
    ("--redirect-uri", "/callback"), ("--redirect-uri", ""),
    ("--redirect-uri", "https://"),
    ("--redirect-uri", "https://user@msp.example/"),
    ("--redirect-uri", "https://msp.example/*"), (),
    ("--redirect-uri", "https://a.example/", "--id", "a b"),
    ("--redirect-uri", "https://a.example/", "--id", ""),
    ("--redirect-uri", "https://a.example/", "--scope", 'a"b'),
    ("--redirect-uri", "https://a.example/", "--grant", "password"),
    ("--redirect-uri", "https://a.example/", "--public",
     "--confidential"),
    ("--redirect-uri", "https://a.example/", "--business", "a/b"),
    ("--redirect-uri", "https://a.example/", "--response-key", "AAAA"),
    ("--redirect-uri", "https://a.example/", "--access-token-lifetime",
     "1y")])
def test_a_bad_client_is_not_added(cli, flags):
    before = len(listed(cli, "client"))
    assert cli("client", "add", *flags, "x").returncode == 2
    assert len(listed(cli, "client")) == before


@pytest.mark.parametrize("verb", ["show", "rotate-secret", "disable"])
def test_a_client_that_is_not_there(cli, verb):
    done = cli("client", verb, "nobody")
    assert done.returncode == 1 and done.stderr


def test_public_clients_have_no_secret(cli):
    out = json.loads(cli("client", "add", "--json", "--public",
                         "--redirect-uri", harness.MSP_REDIRECT, "x",
                         check=0).stdout)
    assert not out.get("client_secret")
    assert cli("client", "rotate-secret", out["client_id"]).returncode == 1


def test_a_secret_may_overlap(server):
    client = server.add_client("--scope", "openid")
    out = json.loads(server.cli("client", "rotate-secret", "--json",
                                "--overlap", "1h", client.id,
                                check=0).stdout)
    new = harness.secret(out["client_secret"])
    http = server.http()
    for word in (client.secret, new):
        reply = http.post("/oauth/introspect", {"token": "x"},
                          basic=(client.id, word))
        assert reply.status == 200, reply


# Customers.

def test_customer_add_list_delete(cli):
    cli("customer", "add", "--id", "C-77", "--login", "Carl@example.org",
        stdin="secret password\n", check=0)
    harness.secret("secret password")
    (row,) = [r for r in listed(cli, "customer")
              if r["customer_id"] == "C-77"]
    assert row["login"].lower() == "carl@example.org"
    text = json.dumps(row) + cli("customer", "list", check=0).stdout
    assert "argon2" not in text and "secret password" not in text
    for words in (("--id", "C-77", "--login", "other@example.org"),
                  ("--id", "C-78", "--login", "carl@EXAMPLE.org")):
        assert cli("customer", "add", *words,
                   stdin="x password\n").returncode == 1
    # Another business may have the same.
    cli("customer", "add", "--business", "other", "--id", "C-77", "--login",
        "carl@example.org", stdin="secret password\n", check=0)
    cli("customer", "delete", "--id", "C-77", check=0)
    assert not [r for r in listed(cli, "customer")
                if r["customer_id"] == "C-77"]
    for verb in ("delete", "lock", "unlock"):
        assert cli("customer", verb, "--id", "C-77").returncode == 1


def test_passwords_come_from_standard_input_only(cli):
    done = cli("customer", "add", "--id", "C-80", "--login", "d@example.org",
               "--password", "x")
    assert done.returncode == 2
    for text in ("", "\n", "p" * 1025 + "\n"):
        done = cli("customer", "add", "--id", "C-80", "--login",
                   "d@example.org", stdin=text)
        assert done.returncode in (1, 2), (text, done)
    assert not [r for r in listed(cli, "customer")
                if r["customer_id"] == "C-80"]


@pytest.mark.parametrize("flags", [
    ("--id", "", "--login", "e@example.org"),
    ("--id", "x" * 300, "--login", "e@example.org"),
    ("--id", "C-81", "--login", ""), ("--id", "C-81", "--login", "e" * 300),
    ("--id", "C\n81", "--login", "e@example.org")])
def test_a_bad_customer_is_not_added(cli, flags):
    done = cli("customer", "add", *flags, stdin="password here\n")
    assert done.returncode in (1, 2)


# Import.

def test_imports_good_lines_and_names_bad_ones(server, cli, msp):
    harness.secret("plain password")
    lines = [
        "I-1,i1@example.org,plain password",
        "no comma",
        "I-2,i2@example.org,$2b$04$abcdefghijklmnopqrstuu"
        "nVDMLg3Ngp5ImF5S5ZI0SXS4fAgF3mu",
        ",empty@example.org,plain password",
        '"I,3","quoted ""i3""@example.org","plain password"',
        "I-4,,plain password",
        "I-5,i5@example.org,",
        "I-6,I1@example.org,plain password",
        "I-7,i7@example.org,plain password,one too many",
        "I-8,i8@example.org\udcff,plain password",
        "I-9,i9@example.org,plain password",
    ]
    done = cli("customer", "import", stdin="\n".join(lines) + "\n")
    # Good ones are in, bad ones told by number, and the status says so.
    rows = {r["customer_id"]: r for r in listed(cli, "customer")}
    assert {"I-1", "I-2", "I,3", "I-9"} <= set(rows)
    for name in ("I-4", "I-5", "I-6", "I-7"):
        assert name not in rows, name
    for number in (2, 4, 6, 7, 8, 9):
        assert f"{number}" in done.stderr, done.stderr
        assert f"line {number}" in done.stderr \
            or f":{number}:" in done.stderr, done.stderr
    assert done.returncode == 1
    assert "plain password" not in done.stdout + done.stderr
    assert harness.get_code(server, msp, harness.Customer(
        "I-1", "i1@example.org", "plain password"))
    assert harness.get_code(server, msp, harness.Customer(
        "I,3", 'quoted "i3"@example.org', "plain password"))


def test_an_import_again_replaces(server, cli, msp):
    cli("customer", "import", stdin="J-1,j1@example.org,password one\n",
        check=0)
    cli("customer", "import", stdin="J-1,j1b@example.org,password two\n",
        check=0)
    rows = [r for r in listed(cli, "customer") if r["customer_id"] == "J-1"]
    assert [r["login"] for r in rows] == ["j1b@example.org"]
    assert harness.get_code(server, msp, harness.Customer(
        "J-1", "j1b@example.org", "password two"))


def test_imports_from_a_file_and_many(server, cli, tmp_path):
    hashed = "$6$rounds=1000$saltsalt$" + "a" * 86
    path = tmp_path / "customers.csv"
    path.write_text("".join(f"M-{i},m{i}@example.org,{hashed}\r\n"
                            for i in range(20000)))
    cli("customer", "import", str(path), check=0)
    ((count,),) = server.cluster.sql(
        "SELECT count(*) FROM customers WHERE customer_id LIKE 'M-%'")
    assert count == 20000
    server.cluster.sql("DELETE FROM customers WHERE customer_id LIKE 'M-%'")
    assert cli("customer", "import", str(tmp_path / "no")).returncode == 1


def test_nothing_to_import(cli):
    assert cli("customer", "import", stdin="").returncode in (0, 1)
    assert cli("customer", "import", stdin="\0\0\0\n").returncode == 1
    assert cli("customer", "import",
               stdin="K-1," + "x" * 100000 + "\n").returncode == 1


# Keys.

def test_keygen_for_people(cli):
    done = cli("keygen", check=0)
    words = dict(line.split(" ", 1) for line in done.stdout.splitlines())
    assert words["curve"] == "P-384"
    assert len(words["public"]) == 132 and len(words["private"]) == 64


def test_a_key_file_open_to_all_is_refused(cli, tmp_path):
    path = tmp_path / "key"
    path.write_text("AAAA\n")
    path.chmod(0o644)
    done = cli("decrypt", "--key-file", str(path), stdin="AAAA")
    assert done.returncode == 1
    assert str(path) in done.stderr


@pytest.mark.parametrize("key", ["", "AAAA", "!", "A" * 132])
def test_encrypt_needs_a_point(cli, key):
    assert cli("encrypt", "--key", key, stdin="x").returncode in (1, 2)


def test_no_database_is_said(cli):
    env = {"AMBAUTH_DATABASE_CONNINFO": "host=/nonexistent dbname=x"}
    for words in (("client", "list"), ("customer", "list"),
                  ("link", "list")):
        done = cli(*words, env=env)
        assert done.returncode == 1, words
        assert "/nonexistent" in done.stderr


def test_a_closed_output_is_an_error(server):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [harness.BIN, "client", "list", "--json"], stdout=full,
            stderr=subprocess.PIPE, env={
                **harness.environment(),
                "AMBAUTH_CONF": str(server.conf_path)})
    assert done.returncode == 1


def test_the_binary_is_hardened():
    """Position-independent, read-only relocations, no executable stack."""
    assert os.stat(harness.BIN).st_mode & stat.S_IXUSR
    if harness.SANITIZED:
        pytest.skip("a sanitizer's build is laid out otherwise")
    done = subprocess.run(["readelf", "-lhd", harness.BIN],
                          capture_output=True, text=True)
    assert "DYN" in done.stdout and "GNU_RELRO" in done.stdout
    assert "BIND_NOW" in done.stdout
    stack = done.stdout.split("GNU_STACK")[1].split("\n")[1]
    assert " RW " in stack and "RWE" not in stack


# On a terminal.

def on_terminal(server, words, typed=()):
    """Run a command on a terminal of its own; its status and what it shows.
    typed: pairs of what it must have shown and what is typed then."""
    pid, terminal = pty.fork()
    if pid == 0:
        try:
            os.execve(harness.BIN, [harness.BIN, *words], {
                **harness.environment(), "TERM": "xterm",
                "AMBAUTH_CONF": str(server.conf_path)})
        finally:
            os._exit(127)
    shown = b""
    waiting = list(typed)
    while True:
        if not select.select([terminal], [], [], harness.PATIENCE)[0]:
            os.kill(pid, signal.SIGKILL)
        try:
            more = os.read(terminal, 4096)
        except OSError:
            more = b""
        if not more:
            break
        shown += more
        if waiting and waiting[0][0].lower() in shown.lower():
            os.write(terminal, waiting.pop(0)[1])
    os.close(terminal)
    _, status = os.waitpid(pid, 0)
    assert not waiting, shown
    return os.waitstatus_to_exitcode(status), shown.decode()


def test_a_password_is_asked_for_and_not_shown(server, msp):
    password = harness.secret("typed on a terminal")
    typed = password.encode() + b"\n"
    status, shown = on_terminal(
        server, ["customer", "add", "--id", "T-1", "--login",
                 "t1@example.org"],
        [(b"password", typed), (b"once more", typed)])
    assert status == 0, shown
    assert password not in shown
    assert harness.get_code(server, msp, harness.Customer(
        "T-1", "t1@example.org", password))


def test_two_different_passwords_are_refused(server):
    status, shown = on_terminal(
        server, ["customer", "add", "--id", "T-2", "--login",
                 "t2@example.org"],
        [(b"password", b"one of these\n"), (b"once more", b"or the other\n")])
    assert status in (1, 2), shown
    assert not [r for r in listed(server.cli, "customer")
                if r["customer_id"] == "T-2"]


def test_an_import_shows_how_far_it_is(server, tmp_path):
    hashed = "$6$rounds=1000$saltsalt$" + "a" * 86
    path = tmp_path / "customers.csv"
    path.write_text("".join(f"P-{i},p{i}@example.org,{hashed}\n"
                            for i in range(60000)))
    status, shown = on_terminal(server, ["customer", "import", str(path)])
    assert status == 0, shown
    assert "\r" in shown and "%" in shown, shown
    # Not where nobody looks.
    done = server.cli("customer", "import", str(path), check=0)
    assert "%" not in done.stdout + done.stderr
    server.cluster.sql("DELETE FROM customers WHERE customer_id LIKE 'P-%'")
