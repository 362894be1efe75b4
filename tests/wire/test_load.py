# SPDX-License-Identifier: ISC
"""The load generator of the benchmarks: it does what it says, counts what it
did, sees what is wrong, and leaves every other machine alone. What it measures
is not looked at here: no test depends on speed."""
import json
import pathlib
import socketserver
import subprocess
import threading

import pytest

import ecies
import harness

LOAD = str(pathlib.Path(harness.BIN).resolve().parent / "bench" / "load")
USERS = 3
PASSWORD = "a pass+word & 50 %"


def load(setup, *words, check=0):
    """Run it; its report and what it said on standard error."""
    done = subprocess.run(
        [LOAD, "--setup", str(setup), *map(str, words)], text=True,
        capture_output=True, timeout=harness.PATIENCE,
        env=harness.environment())
    assert done.returncode == check, f"{done.stdout}{done.stderr}"
    for name in ("AddressSanitizer", "runtime error:"):
        assert name not in done.stderr, done.stderr
    return (json.loads(done.stdout) if done.stdout else None), done.stderr


@pytest.fixture(scope="module")
def setup(server, workplace):
    """What the generator is told, and a way to tell it something else."""
    client = server.add_client("--scope", "openid profile", name="load")
    for number in range(1, USERS + 1):
        server.add_customer(f"load {number}", PASSWORD)
    place = workplace.dir("load")
    key = ecies.new_key_with_plus("P-384")

    def write(**other):
        values = {
            "base_url": server.base, "ca_file": str(server.ca_path),
            "client_id": client.id, "client_secret": client.secret,
            "redirect_uri": client.redirect_uri, "scope": "openid profile",
            "users": {"prefix": "load ", "count": USERS},
            "password": PASSWORD,
            "response_key": key.public_text, **other}
        path = place / f"setup-{len(list(place.iterdir()))}.json"
        path.write_text(json.dumps({name: value for name, value in
                                    values.items() if value is not None}))
        return path

    return write


def counts(report):
    return (report["ok"], report["errors"], report["refused"])


def test_whole_flows_closed(setup, server, cluster):
    before = cluster.sql("SELECT count(*) FROM links")[0][0]
    report, _ = load(setup(), "--scenario", "flow", "--closed", 4, "--count",
                     24, "--label", "Übung", "--pid",
                     f"ambauth:{server.process.pid}", "--pid",
                     f"postgres:{cluster.pid}")
    assert counts(report) == (24, 0, 0)
    assert report["count"] == 24 and report["http_requests"] == 24 * 5
    assert [step["name"] for step in report["steps"]] == [
        "page", "form", "token", "userinfo", "link"]
    assert (report["label"], report["scenario"], report["mode"],
            report["clients"], report["rate"]) == (
                "Übung", "flow", "closed", 4, None)
    # It is the server that says so: each flow tied an opaque ID of its own.
    assert cluster.sql("SELECT count(*) FROM links")[0][0] == before + 24
    for name in ("ambauth", "postgres"):
        assert report["cpu"][name]["ms_total"] > 0
        assert report["rss_mb"][name] > 1
        assert len(report["processes"][name]) > 2
    assert server.process.pid in [p["pid"] for p in
                                  report["processes"]["ambauth"]]
    times = report["latency_ms"]
    assert 0 < times["p50"] <= times["p95"] <= times["p99"] <= \
        times["p999"] <= times["max"]


def test_whole_flows_open(setup):
    report, _ = load(setup(), "--scenario", "flow", "--open", 20,
                     "--clients", 3, "--count", 30)
    assert counts(report) == (30, 0, 0)
    assert report["mode"] == "open" and report["rate"] == 20


@pytest.mark.parametrize("scenario,more,requests", [
    ("sign-in", (), 2), ("page", (), 1), ("jwks", (), 1), ("health", (), 1),
    ("redeem", (), 1), ("encrypted", (), 1), ("introspect", (), 1),
    ("userinfo", (), 1), ("link", (), 1), ("connect", (), 1),
    ("connect", ("--resume",), 1), ("flow", ("--new-connections",), 5)])
def test_each_scenario(setup, scenario, more, requests):
    report, _ = load(setup(), "--scenario", scenario, "--closed", 2,
                     "--count", 10, "--tokens", 2, *more)
    assert counts(report) == (10, 0, 0)
    assert report["http_requests"] == 10 * requests
    assert report["retries"] == 0


def test_probes_run_beside(setup):
    report, _ = load(setup(), "--scenario", "flow", "--closed", 2, "--count",
                     20, "--seconds", 60, "--tokens", 2,
                     *(word for name in ("page", "jwks", "introspect")
                       for word in ("--probe", f"{name}:200")))
    assert counts(report) == (20, 0, 0)
    assert [probe["name"] for probe in report["probes"]] == [
        "page", "jwks", "introspect"]
    for probe in report["probes"]:
        assert probe["ok"] > 0 and probe["errors"] == 0, probe


def test_warming_is_not_counted(setup):
    report, _ = load(setup(), "--scenario", "redeem", "--closed", 2,
                     "--count", 8, "--warm", 0.5)
    assert counts(report) == (8, 0, 0)


def test_idle_connections_are_held(setup, server):
    report, _ = load(setup(), "--scenario", "idle", "--clients", 20,
                     "--seconds", 1, "--pid", f"ambauth:{server.process.pid}")
    held = report["idle"]["ambauth"]
    assert held["connections"] == 20
    assert held["before_mb"] > 1 and held["after_mb"] > 1


def test_refused_sign_ins_are_counted_apart(setup, make_server):
    """One thread and one place to wait: 16 at once are too many."""
    slow = make_server("slow", conf={
        "server": {"workers": 1},
        "passwords": {"memory": "64MiB", "passes": 4, "threads": 1,
                      "queue": 1}}).start()
    report, _ = load(setup(base_url=slow.base, ca_file=str(slow.ca_path)),
                     "--scenario", "sign-in", "--closed", 16, "--count", 48)
    ok, errors, refused = counts(report)
    assert ok > 0 and refused > 0 and errors == 0 and ok + refused == 48
    assert report["refused_with_retry_after"] == refused


@pytest.mark.parametrize("other,said", [
    ({"password": "wrong"}, "form: the form came back"),
    ({"client_id": "nobody"}, "page: status 400"),
    ({"client_secret": "not-this-one"}, "token: status 401"),
    ({"users": {"prefix": "nobody ", "count": 9}}, "form: the form came"),
    ({"ca_file": None}, "page: ")])
def test_errors_are_seen(setup, other, said):
    report, stderr = load(setup(**other), "--scenario", "flow", "--closed", 1,
                          "--count", 3, check=1)
    assert counts(report) == (0, 3, 0)
    assert f"load: flow: step {said}" in stderr


@pytest.mark.parametrize("url", [
    "http://192.0.2.1:8080", "https://example.com", "http://0.0.0.0:80",
    "http://[2001:db8::1]:80", "http://128.0.0.1", "http://localhost.example",
    "http://127.0.0.1@192.0.2.1", "ftp://127.0.0.1", "http://127.0.0.1:0",
    "http://127.0.0.1/path", "http://[::1", "http://::1:80", ""])
def test_only_loopback(setup, url):
    report, stderr = load(setup(base_url=url), "--scenario", "health",
                          "--count", 1, check=2)
    assert report is None and "loopback" in stderr


@pytest.mark.parametrize("other,said", [
    ({"client_secret": None}, "client_secret"), ({"client_id": 7},
                                                 "client_id"),
    ({"password": None}, "password"), ({"redirect_uri": "x" * 2000},
                                       "redirect_uri"),
    ({"users": {"prefix": "load "}}, "users"), ({"users": None}, "users")])
def test_a_wrong_setup(setup, other, said):
    report, stderr = load(setup(**other), "--scenario", "health", "--count",
                          1, check=2)
    assert report is None and said in stderr


@pytest.mark.parametrize("words", [
    ("--scenario", "health"), ("--count", 1),
    ("--scenario", "nothing", "--count", 1),
    ("--scenario", "health", "--count", 5_000_001),
    ("--scenario", "health", "--seconds", 3601),
    ("--scenario", "health", "--seconds", "nan"),
    ("--scenario", "health", "--count", 1, "--closed", 20_001),
    ("--scenario", "health", "--count", 1, "--closed", 1, "--open", 1),
    ("--scenario", "health", "--count", 1, "--probe", "sign-in:1"),
    ("--scenario", "health", "--count", 1, "--probe", "redeem:1"),
    ("--scenario", "health", "--count", 1, "--pid", "1"),
    ("--scenario", "redeem", "--seconds", 1),
    ("--scenario", "health", "--count", 1, "more")])
def test_wrong_words(setup, words):
    report, stderr = load(setup(), *words, check=2)
    assert report is None and "load: " in stderr


def test_help():
    done = subprocess.run([LOAD, "--help"], capture_output=True, text=True)
    assert done.returncode == 0 and "--probe NAME:RATE" in done.stdout


# What a server may say, byte by byte or whole, and what it is worth.
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


ANSWERS = [
    (OK, True),
    (OK.replace(b"Content-Length: ", b"CONTENT-LENGTH:"), True),
    (OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"), True),
    (b"HTTP/1.1 204 No Content\r\n\r\n", False),
    (OK.replace(b"200 OK", b"500 No"), False),
    (OK.replace(b"HTTP/1.1", b"HTTP/2.0"), False),
    (OK.replace(b": 2", b": 3"), False),
    (OK.replace(b": 2", b": 2x"), False),
    (OK.replace(b": 2", b": 40000"), False),
    (OK.replace(b"Content-Length: 2", b"X: y"), False),
    (OK.replace(b"Content-Length: 2", b"Transfer-Encoding: chunked"), False),
    (OK + OK, False),
    (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 40000, False),
    (b"nonsense\r\n\r\n", False),
    (b"", False)]


@pytest.mark.parametrize("answer,is_ok,piece", [
    (answer, is_ok, piece) for answer, is_ok in ANSWERS
    for piece in (1, 100_000)
    # Byte by byte, the second may come when the first has been taken.
    if (answer, piece) != (OK + OK, 1)])
def test_responses(setup, answer, is_ok, piece):
    class Handler(socketserver.StreamRequestHandler):
        disable_nagle_algorithm = True

        def handle(self):
            try:
                while self.rfile.readline().strip():
                    pass
                for at in range(0, len(answer), piece):
                    self.wfile.write(answer[at:at + piece])
            except OSError:
                pass

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as fake:
        threading.Thread(target=fake.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{fake.server_address[1]}"
        report, stderr = load(setup(base_url=url), "--scenario", "health",
                              "--closed", 1, "--count", 2,
                              check=0 if is_ok else 1)
        fake.shutdown()
    assert counts(report) == ((2, 0, 0) if is_ok else (0, 2, 0)), stderr
    assert is_ok == (stderr == "")
