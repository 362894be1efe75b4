# SPDX-License-Identifier: ISC
"""TLS with every kind of certificate and version that is promised."""
import concurrent.futures
import os
import signal
import socket
import ssl
import threading

import pytest
from cryptography import x509

import certificates
import harness


@pytest.fixture(scope="module")
def servers(workplace, cluster, server):
    """One for each kind of certificate, on the shared database."""
    made = {"ec": server}
    for kind in ("rsa", "ec384"):
        made[kind] = harness.Server(workplace.dir(kind), cluster, kind=kind)
        made[kind].start()
    yield made
    for kind in ("rsa", "ec384"):
        assert made[kind].stop() == 0


def context_for(server, version):
    context = ssl.create_default_context(cafile=str(server.ca_path))
    context.minimum_version = context.maximum_version = version
    return context


@pytest.mark.parametrize("kind", ["ec", "rsa", "ec384"])
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2,
                                     ssl.TLSVersion.TLSv1_3])
def test_handshakes(servers, kind, version):
    server = servers[kind]
    for _ in range(10):
        http = server.http(context=context_for(server, version))
        assert http.get("/healthz").status == 200


@pytest.mark.parametrize("kind", ["ec", "rsa", "ec384"])
def test_signs_in(servers, kind):
    server = servers[kind]
    client = server.add_client("--scope", "openid")
    customer = server.add_customer()
    body = harness.get_tokens(server, client, customer)
    assert server.http().get("/oauth/userinfo", bearer=body[
        "access_token"]).json()["sub"] == customer.id


def test_old_versions_are_refused(server):
    for version in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.minimum_version = context.maximum_version = version
        with pytest.raises((ssl.SSLError, OSError)):
            with socket.create_connection(("127.0.0.1",
                                           server.port)) as plain:
                context.wrap_socket(plain, server_hostname="localhost")


def test_weak_ciphers_are_refused(servers):
    context = context_for(servers["rsa"], ssl.TLSVersion.TLSv1_2)
    context.set_ciphers("AES128-SHA:AES256-SHA:AES128-SHA256")
    with pytest.raises((ssl.SSLError, OSError)):
        servers["rsa"].http(context=context).get("/healthz")


def test_plain_http_is_not_spoken(server):
    with socket.create_connection(("127.0.0.1", server.port), 30) as plain:
        plain.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        try:
            assert b"200" not in plain.recv(4096)[:20]
        except ConnectionError:
            pass
    assert server.http().get("/healthz").status == 200


def test_without_tls_on_loopback(make_server):
    """Behind a proxy on the same machine: the cookie has another name then,
    because __Host- would promise what is not so."""
    import http.client
    server = make_server("plain", conf={"server": {
        "tls": "off", "certificate": None, "certificate_key": None}})
    server.conf["server"]["issuer"] = f"https://localhost:{server.port}"
    server.write_conf()
    server.start(wait=False)

    def ready():
        assert server.process.poll() is None, server.log()
        connection = http.client.HTTPConnection("127.0.0.1", server.port,
                                                timeout=30)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    harness.wait_for(ready, "a server without TLS")
    client = server.add_client("--scope", "openid")
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    connection.request("GET", "/oauth/authorize?" + harness.urllib.parse
                       .urlencode(harness.authorize_params(client)))
    answer = connection.getresponse()
    cookie = answer.headers["Set-Cookie"]
    assert answer.status == 200 and "__Host-" not in cookie
    assert "httponly" in cookie.lower()
    harness.secret(cookie.split("=", 1)[1].split(";")[0])
    connection.close()


@pytest.mark.parametrize("host", ["localhost:{}", "localhost", "[::1]:{}"])
def test_by_name_over_ipv6(make_server, host):
    """The name with its port is the name of the handshake, there too."""
    server = make_server(f"six-{abs(hash(host))}")
    server.conf = {"server": {
        "listen": f"127.0.0.1:{server.port} [::1]:{server.port}"}}
    server.write_conf()
    server.start()
    context = ssl.create_default_context(cafile=str(server.ca_path))
    with socket.create_connection(("::1", server.port)) as plain:
        with context.wrap_socket(plain, server_hostname="localhost") as tls:
            tls.sendall(b"GET /healthz HTTP/1.1\r\nHost: "
                        + host.format(server.port).encode() + b"\r\n\r\n")
            status = tls.recv(4096).split(b"\r\n")[0]
    # An address is not the name of the handshake (RFC 9110 7.4).
    assert b"421" in status if host[0] == "[" else b"200" in status, status


def test_a_renewed_certificate(make_server):
    """Certificate and key are replaced, and the parent is told."""
    server = make_server("renewed").start()

    def serial():
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        with socket.create_connection(("127.0.0.1", server.port)) as plain:
            with context.wrap_socket(plain) as tls:
                return x509.load_der_x509_certificate(
                    tls.getpeercert(True)).serial_number

    before = serial()
    certificates.renew(server)
    server.process.send_signal(signal.SIGUSR1)

    def is_new():
        try:
            return serial() != before
        except ssl.SSLError:
            return False    # the key comes a moment before the certificate

    # Each worker takes it for itself; on one core or the other.
    harness.wait_for(lambda: all(is_new() for _ in range(8)),
                     "the new certificate")
    assert server.http().get("/healthz").status == 200
    assert server.stop() == 0


@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_a_key_manager_that_pauses(make_server, kind):
    """A worker asks it for a second only. What it answers after that is for
    nobody: no handshake gets the signature of another."""
    server = make_server("pauses", kind=kind, conf={"server": {"workers": 1}})
    server.start()
    (manager,) = server.processes("keymgr")
    has_failed = threading.Event()

    def shake(_):
        try:
            return server.http().get("/healthz").status
        except OSError as error:
            has_failed.set()
            return getattr(error, "reason", "reset")

    for _ in range(3):
        has_failed.clear()
        os.kill(manager, signal.SIGSTOP)
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = pool.map(shake, range(8))
            failed = has_failed.wait(harness.PATIENCE)
            os.kill(manager, signal.SIGCONT)
            answers = list(answers)
        assert failed, answers
        assert "BAD_SIGNATURE" not in answers, answers
        harness.wait_for(lambda: shake(0) == 200, "a handshake")
