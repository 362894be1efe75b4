# SPDX-License-Identifier: ISC
"""ambauth doctor: nothing to complain of on a sound server; and of each thing
that a server or what stands before it can get wrong, the right word."""
import email.utils
import json
import ssl
import time

import pytest
from cryptography.hazmat.primitives import hashes

import faulty_proxy
import harness

EV = "2.23.140.1.1"
OAUTH_DOC = "/.well-known/oauth-authorization-server"
OIDC_DOC = "/.well-known/openid-configuration"
AUTHORIZE = "/oauth/authorize"
TOKEN = "/oauth/token"
JWKS = "/oauth/jwks"


class Ward:
    """The server, a proxy before it under whose name it serves, a client."""

    def __init__(self, path, server, proxy, authority):
        self.path = path
        self.server = server
        self.proxy = proxy
        self.authority = authority
        self.good = authority.leaf(policy=EV)
        self.client = server.add_client("--scope", "openid")

    def client_words(self):
        return ["--client-id", self.client.id, "--redirect-uri",
                self.client.redirect_uri]

    def examine(self, *more, base=None, ca=None):
        """The verdict and the whole row of each check, by its id."""
        done = self.server.cli(
            "doctor", base or self.proxy.base, "--json", "--http-port",
            str(harness.free_port()), "--ca-file",
            str(ca or self.authority.ca_path), *more)
        assert done.returncode in (0, 1), done
        told = json.loads(done.stdout)
        rows = {row["id"]: row for row in told["checks"]}
        assert len(rows) == len(told["checks"])
        failures = [r for r in rows.values() if r["verdict"] == "FAIL"]
        assert told["failures"] == len(failures)
        assert told["ok"] == (not failures) == (done.returncode == 0)
        for row in rows.values():
            assert row["finding"] and row["ms"] >= 0, row
            assert ("remedy" in row) == (row["verdict"] != "OK"), row
        rows["left_out"] = told["left_out"]
        return rows


@pytest.fixture(scope="module")
def ward(workplace, cluster):
    proxy = faulty_proxy.Proxy()
    server = harness.Server(workplace.dir("doctor"), cluster,
                            conf={"server": {"issuer": proxy.base}})
    server.migrate().start()
    proxy.behind = server.http
    authority = faulty_proxy.Authority(workplace.dir("authority"))
    ward = Ward(workplace.dir("ward"), server, proxy, authority)
    proxy.reset(ward.good)
    proxy.start()
    yield ward
    proxy.stop()
    assert server.stop() == 0


@pytest.fixture
def proxy(ward):
    ward.proxy.reset(ward.good)
    yield ward.proxy
    ward.proxy.reset(ward.good)


def not_ok(rows):
    """Time aside, which is the testing machine's."""
    return {name: (row["verdict"], row["finding"])
            for name, row in rows.items()
            if name not in ("left_out", "handshake", "time")
            and row["verdict"] != "OK"}


def test_nothing_to_complain_of(ward, proxy):
    rows = ward.examine(*ward.client_words())
    assert not_ok(rows) == {}
    assert rows["left_out"] == []
    assert len(rows) > 40
    assert "localhost" in rows["host"]["finding"]
    assert EV in rows["ev"]["finding"]
    assert proxy.base in rows["time"]["finding"]


def test_the_server_itself(ward):
    """Under another name than its issuer's; with its own TLS and a certificate
    of a private authority, for 20 days."""
    server = ward.server
    rows = ward.examine(*ward.client_words(), ca=server.ca_path,
                        base=server.base)
    for name, verdict in (("ev", "WARN"), ("life", "WARN"),
                          ("issuer", "FAIL"), ("urls", "FAIL")):
        assert rows[name]["verdict"] == verdict, rows[name]
    for name in ("tls-1.3", "tls-1.2", "tls-1.1", "tls-1.0", "trust", "host",
                 "chain", "key", "signature", "hsts", "clock", "headers",
                 "cookies", "page", "policy", "autofill"):
        assert rows[name]["verdict"] == "OK", rows[name]


def test_date_of_every_answer(ward):
    """RFC 9110 6.6.1, in the form of 5.6.7."""
    for target in ("/healthz", OAUTH_DOC, AUTHORIZE, TOKEN, "/nothing"):
        date = ward.server.http().get(target).headers["Date"]
        then = email.utils.parsedate_to_datetime(date)
        assert abs(then.timestamp() - time.time()) < 120
        assert email.utils.format_datetime(then, usegmt=True) == date


def test_without_a_client(ward, proxy):
    rows = ward.examine()
    assert not_ok(rows) == {}
    assert {"page", "form", "autofill", "pkce"} <= set(rows["left_out"])
    done = ward.server.cli("doctor", proxy.base, "--ca-file",
                           str(ward.authority.ca_path), check=0)
    assert "--client-id" in done.stdout and " 0 FAIL" in done.stdout


def test_for_people(ward, proxy):
    """With something wrong that would reach out for the terminal."""
    def fault(answer):
        if answer.path == "/readyz":
            answer.status = 503
            answer.body = b"\x1b[2Jdatabase\xc2\x9b\n"
    proxy.fault = fault
    done = ward.server.cli("doctor", proxy.base, "--ca-file",
                           str(ward.authority.ca_path), check=1)
    lines = done.stdout.split("\n")
    at = [i for i, line in enumerate(lines) if line.startswith("FAIL")]
    assert len(at) == 1 and "service is ready" in lines[at[0]]
    assert "database" in lines[at[0]]
    assert lines[at[0] + 1].strip().startswith("remedy: ")
    assert "1 FAIL" in lines[-2] and proxy.base in lines[-2]
    assert done.stdout.isprintable() or done.stdout.replace(
        "\n", "").isprintable()


# TLS and certificates.

OLD = ssl.TLSVersion.TLSv1
OLD_1 = ssl.TLSVersion.TLSv1_1
TLS_2 = ssl.TLSVersion.TLSv1_2
TLS_3 = ssl.TLSVersion.TLSv1_3


@pytest.mark.parametrize("least,most,expected", [
    (TLS_2, TLS_2, {"tls-1.3": "WARN"}),
    (TLS_3, TLS_3, {"tls-1.2": "WARN"}),
    (OLD_1, TLS_3, {"tls-1.1": "FAIL"}),
    (OLD, TLS_3, {"tls-1.1": "FAIL", "tls-1.0": "FAIL"}),
])
def test_versions(ward, proxy, least, most, expected):
    proxy.tls(ward.good, least, most)
    bad = not_ok(ward.examine())
    assert {name: verdict for name, (verdict, _) in bad.items()} == expected


@pytest.mark.parametrize("leaf,expected", [
    ({"days": 20}, {"life": "WARN"}),
    ({"days": 3}, {"life": "FAIL"}),
    ({"days": -2, "since": 30}, {"life": "FAIL", "trust": "FAIL"}),
    ({"since": -2}, {"life": "FAIL", "trust": "FAIL"}),
    ({"days": 500}, {"life": "WARN"}),
    ({"policy": None}, {"ev": "WARN"}),
    ({"policy": "1.2.3.4"}, {"ev": "WARN"}),
    ({"policy": "2.16.840.1.114412.2.1"}, {}),
    ({"hosts": ("example.org", "localhost.example")}, {"host": "FAIL"}),
    ({"bits": 2048}, {}),
    ({"bits": 1024}, {"key": "FAIL", "trust": "FAIL"}),
    ({"digest": hashes.SHA1}, {"signature": "FAIL", "trust": "FAIL"}),
    ({"issuer": "middle", "chain": ("middle",)}, {}),
    ({"issuer": "middle", "chain": ("middle", "root")}, {"chain": "WARN"}),
    ({"issuer": "middle", "chain": ("root", "middle")}, {"chain": "FAIL"}),
    ({"issuer": "middle"}, {"trust": "FAIL"}),
    ({"issuer": "localhost"}, {"chain": "FAIL", "trust": "FAIL"}),
], ids=str)
def test_certificates(ward, proxy, leaf, expected):
    proxy.tls(ward.authority.leaf(**{"policy": EV, **leaf}))
    bad = not_ok(ward.examine())
    assert {name: verdict for name, (verdict, _) in bad.items()} == expected
    if "hosts" in leaf:
        assert "example.org" in bad["host"][1]


def test_remedies_of_trust(ward, proxy):
    """What helps depends on what is wrong."""
    def remedy(**leaf):
        proxy.tls(ward.authority.leaf(**leaf))
        return ward.examine()["trust"]["remedy"]

    assert "intermediate" in remedy(issuer="middle")
    assert "renew" in remedy(days=-2, since=30)
    assert "authority" in remedy(issuer="localhost")
    assert len({remedy(issuer="middle"), remedy(days=-2, since=30),
                remedy(since=-2), remedy(issuer="localhost"),
                remedy(bits=1024)}) == 5


def test_system_authorities(ward, proxy):
    done = ward.server.cli("doctor", proxy.base, "--json", check=1)
    rows = {r["id"]: r for r in json.loads(done.stdout)["checks"]}
    assert rows["trust"]["verdict"] == "FAIL"
    assert rows["metadata"]["verdict"] == "OK"


def test_slow_handshake(ward, proxy):
    proxy.handshake_delay = 0.6
    assert ward.examine()["handshake"]["verdict"] == "WARN"


def test_nobody_there(ward):
    rows = ward.examine(base=f"https://localhost:{harness.free_port()}")
    assert not_ok(rows).keys() == {"connect"}
    assert rows["connect"]["verdict"] == "FAIL"
    assert "hsts" in rows["left_out"] and "page" in rows["left_out"]


def test_no_tls_there(ward):
    plain = faulty_proxy.Proxy().start()
    rows = ward.examine(base=plain.base)
    plain.stop()
    assert not_ok(rows).keys() == {"connect"}


def test_gone_under_way(ward):
    """Nothing is known of versions that could not be tried."""
    leaving = faulty_proxy.Proxy(ward.server.http)
    leaving.limit = 1
    leaving.tls(ward.good)
    rows = ward.examine(base=leaving.start().base)
    leaving.stop()
    bad = not_ok(rows)
    assert bad["tls-1.1"][0] == bad["tls-1.0"][0] == "WARN"
    assert "tried" in bad["tls-1.1"][1]
    for name in ("ready", "hsts", "clock", "metadata"):
        assert bad[name][0] == "FAIL", name


# Plain http.

@pytest.mark.parametrize("status,location,verdict", [
    (200, None, "FAIL"),
    (301, "https://localhost/", "OK"),
    (302, "http://localhost/", "FAIL"),
    (403, None, "OK"),
])
def test_plain_http(ward, proxy, status, location, verdict):
    def fault(answer):
        answer.status = status
        answer.set("Location", location)
    plain = faulty_proxy.Proxy()
    plain.fault = fault
    plain.start()
    rows = ward.examine("--http-port", str(plain.port))
    plain.stop()
    assert rows["plain-http"]["verdict"] == verdict, rows["plain-http"]


# Answers.

def at(path, change, sent=None):
    """Change the answers of a path whose query or body has a text."""
    def fault(answer):
        if answer.path == path and (
                sent is None or sent in answer.target + "\n" + answer.sent):
            change(answer)
    return fault


def status(code, location=None):
    def change(answer):
        answer.status = code
        answer.set("Location", location)
    return change


def header(name, value):
    return lambda answer: answer.set(name, value)


def text(old, new):
    return lambda answer: answer.replace(old, new)


def body(new):
    def change(answer):
        answer.body = new.encode()
    return change


def document(**members):
    """Change members of a JSON object; None takes one away."""
    def change(answer):
        whole = json.loads(answer.body)
        whole.update(members)
        answer.body = json.dumps({k: v for k, v in whole.items()
                                  if v is not None}).encode()
    return change


def metadata(**members):
    change = document(**members)

    def fault(answer):
        if answer.path in (OAUTH_DOC, OIDC_DOC):
            change(answer)
    return fault


def key(**members):
    def change(answer):
        keys = json.loads(answer.body)["keys"]
        keys[0].update(members)
        keys[0] = {k: v for k, v in keys[0].items() if v is not None}
        answer.body = json.dumps({"keys": keys}).encode()
    return at(JWKS, change)


def both(*changes):
    def change(answer):
        for one in changes:
            one(answer)
    return change


def page(change):
    """Of the login page alone."""
    def fault(answer):
        if answer.path == AUTHORIZE and answer.status == 200:
            change(answer)
    return fault


def cookie(old, new):
    def change(answer):
        value = answer.headers["Set-Cookie"]
        changed = value.replace(old, new)
        assert changed != value, value
        answer.set("Set-Cookie", changed)
    return page(change)


def policy(old, new):
    def change(answer):
        value = answer.headers["Content-Security-Policy"]
        assert old in value, value
        answer.set("Content-Security-Policy", value.replace(old, new))
    return page(change)


def late(seconds):
    return lambda answer: answer.set("Date", email.utils.formatdate(
        time.time() + seconds, usegmt=True))


def style(change):
    def fault(answer):
        if answer.headers.get_content_type() == "text/css":
            change(answer)
    return fault


def slow(answer):
    time.sleep(1.1)


OWN = "https://localhost"       # but without the port, so somebody else's
FORM = '<form method="post" action="/oauth/authorize">'
SHORT_RSA = {"kty": "RSA", "n": "A" * 171, "e": "AQAB"}

FAULTS = [
    ("ready", "FAIL", at("/readyz", status(503))),
    ("hsts", "FAIL", header("Strict-Transport-Security", None)),
    ("hsts", "WARN", header("Strict-Transport-Security", "max-age=86400")),
    ("clock", "WARN", header("Date", None)),
    ("clock", "WARN", header("Date", "yesterday")),
    ("clock", "WARN", late(-20)),
    ("clock", "WARN", late(20)),
    ("clock", "FAIL", late(-3600)),
    ("clock", "FAIL", late(3600)),
    ("time", "WARN", at("/healthz", slow)),
    ("metadata", "FAIL", at(OAUTH_DOC, status(404))),
    ("metadata", "FAIL", at(OIDC_DOC, status(404))),
    ("metadata", "FAIL", at(OAUTH_DOC, header("Content-Type", "text/html"))),
    ("metadata", "FAIL", at(OAUTH_DOC, body("{"))),
    ("metadata", "FAIL", at(OAUTH_DOC, body("[]"))),
    ("metadata", "FAIL", at(OIDC_DOC, document(extra=1))),
    ("issuer", "FAIL", metadata(issuer=OWN)),
    ("issuer", "FAIL", metadata(issuer=None)),
    ("urls", "FAIL", metadata(token_endpoint="http://localhost/oauth/token")),
    ("urls", "FAIL", metadata(authorization_endpoint=OWN + "/oauth")),
    ("urls", "FAIL", metadata(revocation_endpoint=None)),
    ("keys", "FAIL", metadata(jwks_uri=OWN + "/jwks")),
    ("keys", "FAIL", at(JWKS, status(404))),
    ("keys", "FAIL", at(JWKS, body('{"keys": []}'))),
    ("keys", "FAIL", key(kid=None)),
    ("keys", "FAIL", key(kty="oct")),
    ("keys", "FAIL", key(x=None)),
    ("keys", "FAIL", key(d="AAAA")),
    ("keys", "FAIL", key(alg="none")),
    ("keys", "FAIL", key(**SHORT_RSA)),
    ("redirects", "FAIL", at(AUTHORIZE, status(301, OWN + "/x"))),
    ("redirects", "FAIL", at(TOKEN, status(307, OWN + "/x"))),
    ("no-client", "FAIL", at(AUTHORIZE, status(303, OWN + "/x"))),
    ("no-client", "FAIL", at(AUTHORIZE, status(200))),
    ("token-get", "FAIL", at(TOKEN, status(200))),
    ("token-get", "WARN", at(TOKEN, status(404))),
    ("token-client", "FAIL", at(TOKEN, status(400))),
    ("token-client", "FAIL", at(TOKEN, body('{"error": "unknown"}'))),
    ("token-client", "FAIL", at(TOKEN, header("Cache-Control", "private"))),
    ("token-grant", "FAIL", at(TOKEN, status(200), "password")),
    ("token-grant", "FAIL", metadata(
        grant_types_supported=["authorization_code", "password"])),
    ("userinfo", "FAIL", at("/oauth/userinfo", status(200))),
    ("userinfo", "FAIL", at("/oauth/userinfo",
                            header("WWW-Authenticate", None))),
    ("userinfo", "FAIL", metadata(userinfo_endpoint=OWN + "/userinfo")),
    ("introspection", "FAIL", at("/oauth/introspect", status(200))),
    ("page", "FAIL", page(status(302, OWN + "/sso"))),
    ("page", "FAIL", page(status(404))),
    ("page", "FAIL", page(header("Content-Type", "text/plain"))),
    ("policy", "FAIL", page(header("Content-Security-Policy", None))),
    ("policy", "FAIL", policy("default-src 'none'",
                              "default-src 'none'; script-src "
                              "'unsafe-inline'")),
    ("policy", "FAIL", policy("https://msp.example", "")),
    ("policy", "WARN", policy("frame-ancestors 'none'",
                              "frame-ancestors 'self'")),
    ("headers", "FAIL", page(header("Cache-Control", "max-age=60"))),
    ("headers", "FAIL", page(header("X-Content-Type-Options", None))),
    ("headers", "WARN", page(header("Referrer-Policy", None))),
    ("headers", "WARN", page(header("Referrer-Policy", "unsafe-url"))),
    ("cookies", "FAIL", page(header("Set-Cookie", None))),
    ("cookies", "FAIL", cookie("__Host-", "")),
    ("cookies", "FAIL", cookie("Secure", "Security")),
    ("cookies", "FAIL", cookie("HttpOnly", "x")),
    ("cookies", "FAIL", cookie("SameSite=", "SameSite=None")),
    ("cookies", "FAIL", cookie("Path=/", "Path=/oauth")),
    ("form", "FAIL", page(text('type="password"', 'type="text"'))),
    ("form", "FAIL", page(text("</main>", FORM + '<input type="password" '
                               'name="p"></form></main>'))),
    ("form", "FAIL", page(text('method="post"', 'method="get"'))),
    ("form", "FAIL", page(text(f'action="{AUTHORIZE}"',
                               f'action="{OWN}/evil"'))),
    ("form", "FAIL", page(text("</main>", '<img src="http://x.example/">'
                               "</main>"))),
    ("form", "FAIL", page(text(FORM, FORM + "<input name=a>" * 20))),
    ("autofill", "FAIL", page(text('autocomplete="username"',
                                   'autocomplete="off"'))),
    ("autofill", "FAIL", page(text('autocomplete="current-password"', ""))),
    ("autofill", "FAIL", page(both(
        text('autocomplete="current-password"', ""),
        text('autocomplete="username"',
             'autocomplete="username current-password"')))),
    ("size", "WARN", page(text("</main>", "x" * 20480 + "</main>"))),
    ("loads", "FAIL", page(text("</head>", '<script src="//t.example/a.js">'
                                "</script></head>"))),
    ("loads", "FAIL", page(text("</head>", '<link rel="preconnect" '
                                'href="https://t.example"></head>'))),
    ("loads", "FAIL", page(text("</main>", '<img src="/nothing">'
                                "</main>"))),
    ("loads", "FAIL", style(body("a{background:url(https://t.example/x)}"))),
    ("loads", "FAIL", style(body('@import "//t.example/x";'))),
    ("loads", "WARN", page(text("</main>", "".join(
        f'<img src="/healthz?{i}">' for i in range(3)) + "</main>"))),
    ("loads", "WARN", style(header("Cache-Control", "max-age=60"))),
    ("language", "FAIL", page(text("lang=", "data-lang="))),
    ("language", "FAIL", page(text('name="viewport"', 'name="port"'))),
    ("language", "WARN", page(text("width=device-width",
                                   "width=device-width,user-scalable=no"))),
    ("redirect-uri", "FAIL", at(AUTHORIZE, status(
        303, "https://foreign.example/callback?error=x"), "foreign")),
    ("pkce", "FAIL", at(AUTHORIZE, status(200), "plain")),
    ("pkce", "FAIL", metadata(
        code_challenge_methods_supported=["S256", "plain"])),
    ("implicit", "FAIL", at(AUTHORIZE, status(
        303, harness.MSP_REDIRECT + "#access_token=x"), "type=token")),
    ("implicit", "FAIL", metadata(
        response_types_supported=["code", "token"])),
    ("prompt-none", "FAIL", at(AUTHORIZE, status(200), "prompt")),
    ("prompt-none", "FAIL", at(AUTHORIZE, status(
        303, harness.MSP_REDIRECT + "?error=login_required"), "prompt")),
    ("prompt-none", "FAIL", at(AUTHORIZE, status(
        303, harness.MSP_REDIRECT + "?error=login_required&state=doctor"),
        "prompt")),
    ("prompt-none", "FAIL", at(AUTHORIZE, status(
        303, "https://foreign.example/?error=login_required"), "prompt")),
]


@pytest.mark.parametrize("number", range(len(FAULTS)), ids=lambda number:
                         f"{FAULTS[number][0]}-{FAULTS[number][1]}-{number}")
def test_faults(ward, proxy, number):
    name, verdict, proxy.fault = FAULTS[number]
    rows = ward.examine(*ward.client_words())
    assert name in rows, rows["left_out"]
    assert rows[name]["verdict"] == verdict, rows[name]


def test_every_check_can_complain():
    """The checks that have no fault above have a test of their own."""
    own = {"connect", "tls-1.3", "tls-1.2", "tls-1.1", "tls-1.0", "handshake",
           "trust", "chain", "host", "life", "key", "signature", "ev",
           "plain-http"}
    assert not own & {name for name, _, _ in FAULTS}


def test_called_wrongly(ward):
    for words in ([], ["http://localhost"], ["https://"], ["localhost"],
                  ["https://localhost/?a"], ["https://a", "https://b"],
                  ["https://a", "--client-id", "x"],
                  ["https://a", "--redirect-uri", "https://x"],
                  ["https://a", "--client-id", "x", "--redirect-uri", "x"],
                  ["https://a", "--client-id", "x" * 300, "--redirect-uri",
                   "https://x"],
                  ["https://a", "--http-port", "0"],
                  ["https://a", "--http-port", "x"],
                  ["https://" + "a" * 300], ["https://a", "--nothing"]):
        done = ward.server.cli("doctor", *words)
        assert done.returncode == 2, (words, done)
        assert done.stdout == "" and done.stderr
