# SPDX-License-Identifier: ISC
"""Sessions that are taken up again: on every worker, over a restart, and not
with a ticket that somebody has changed or that is too old."""
import base64
import hashlib
import hmac
import os
import re
import signal
import socket
import ssl
import subprocess
import time

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

import certificates
import harness

EPOCH = 12 * 60 * 60
VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}
FULL = 16       # connections that fill a worker


def context_for(server, version):
    context = ssl.create_default_context(cafile=str(server.ca_path))
    context.minimum_version = context.maximum_version = VERSIONS[version]
    return context


def connect(server, context, session=None):
    plain = socket.create_connection(("127.0.0.1", server.port),
                                     harness.PATIENCE)
    tls = context.wrap_socket(plain, server_hostname="localhost",
                              session=session)
    ask(tls)
    return tls


def ask(tls):
    tls.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
    got = b""
    while not harness.is_whole(got):
        more = tls.recv(4096)
        assert more, got
        got += more
    assert b" 200 " in got[:20], got


def worker_of(server, tls):
    """The process that has the other end of a connection."""
    port = tls.getsockname()[1]
    for line in open("/proc/net/tcp").readlines()[1:]:
        words = line.split()
        if int(words[1].split(":")[1], 16) == server.port and \
                int(words[2].split(":")[1], 16) == port:
            inode = f"socket:[{words[9]}]"
            for pid in harness.children(server.process.pid):
                for fd in os.listdir(f"/proc/{pid}/fd"):
                    try:
                        if os.readlink(f"/proc/{pid}/fd/{fd}") == inode:
                            return pid
                    except FileNotFoundError:
                        pass
    raise AssertionError("no process has this connection")


@pytest.fixture(scope="module")
def node(workplace, cluster, server):
    """Two workers, one of which is soon full, so that the other is met."""
    node = harness.Server(workplace.dir("resume"), cluster, conf={
        "server": {"workers": 2, "max_connections": FULL}})
    node.start()
    yield node
    assert node.stop() == 0


@pytest.mark.parametrize("version", VERSIONS)
def test_on_every_worker(node, version):
    context = context_for(node, version)
    first = connect(node, context)
    session = first.session
    held = [first]
    try:
        # More than one worker takes; each of them with the first one's.
        for _ in range(FULL + FULL // 2):
            held.append(connect(node, context, session))
            assert held[-1].session_reused
        assert len({worker_of(node, tls) for tls in held}) == 2
    finally:
        for tls in held:
            tls.close()


@pytest.mark.parametrize("version, is_taken", [("1.3", True),
                                               ("1.2", False)])
def test_over_a_restart(make_server, version, is_taken):
    """Keys of TLS 1.3 are the service's, so that any node takes a session;
    those of TLS 1.2 are gone with the processes."""
    server = make_server(f"again-{version}").start()
    context = context_for(server, version)
    with connect(server, context) as tls:
        session = tls.session
    with connect(server, context, session) as tls:
        assert tls.session_reused
    assert server.stop() == 0
    server.start()
    with connect(server, context, session) as tls:
        assert tls.session_reused == is_taken


@pytest.mark.parametrize("version", VERSIONS)
def test_not_under_a_renewed_certificate(make_server, version):
    server = make_server(f"bound-{version}").start()
    context = context_for(server, version)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with connect(server, context) as tls:
        session = tls.session
        before = tls.getpeercert(True)
    certificates.renew(server)
    server.process.send_signal(signal.SIGUSR1)

    def is_renewed():
        try:
            with connect(server, context) as other:
                return other.getpeercert(True) != before
        except ssl.SSLError:
            return False    # the key comes a moment before the certificate

    harness.wait_for(is_renewed, "the new certificate")
    with connect(server, context, session) as tls:
        assert not tls.session_reused


# What only who changes bytes can see.


def s_client(server, *words):
    """`openssl s_client` after one request; what it says."""
    done = subprocess.run(
        ["openssl", "s_client", "-connect", f"127.0.0.1:{server.port}",
         "-servername", "localhost", "-CAfile", str(server.ca_path),
         "-verify_return_error", "-ign_eof", *words],
        input="GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
              "Connection: close\r\n\r\n",
        capture_output=True, text=True, timeout=harness.PATIENCE)
    assert "HTTP/1.1 200 OK" in done.stdout, done.stdout + done.stderr
    return done.stdout


def is_reused(said):
    assert ("\nReused," in said) != ("\nNew," in said), said
    return "\nReused," in said


class Session:
    """A session in a file of OpenSSL's, whose ticket can be taken apart."""

    def __init__(self, path):
        lines = path.read_text().split("-----")[2]
        self.der = base64.b64decode(lines)
        # [10] OCTET STRING, of some hundred bytes.
        found = re.search(rb"\xaa(?:\x81.|\x82..)\x04(\x81.|\x82..)",
                          self.der, re.S)
        length = int.from_bytes(found.group(1)[1:], "big")
        self.at = found.end()
        self.ticket = self.der[self.at:self.at + length]

    def write(self, path, ticket):
        assert len(ticket) == len(self.ticket)
        der = (self.der[:self.at] + ticket
               + self.der[self.at + len(ticket):])
        path.write_text("-----BEGIN SSL SESSION PARAMETERS-----\n"
                        + base64.encodebytes(der).decode()
                        + "-----END SSL SESSION PARAMETERS-----\n")
        return path


class Keys:
    """Those of one epoch, from the master key (crypto/ticket_key.h)."""

    def __init__(self, server, epoch):
        master = base64.b64decode(server.cluster.master_key.read_text())
        made = HKDF(hashes.SHA256(), 80, None,
                    f"tls-ticket-{epoch}".encode()).derive(master)
        self.name, self.cipher, self.mac = made[:16], made[16:48], made[48:]

    def open(self, ticket):
        assert ticket[:16] == self.name
        assert hmac.digest(self.mac, ticket[:-32], hashlib.sha256) == \
            ticket[-32:]
        unlock = Cipher(algorithms.AES(self.cipher),
                        modes.CBC(ticket[16:32])).decryptor()
        return unlock.update(ticket[32:-32]) + unlock.finalize()

    def seal(self, plain):
        iv = os.urandom(16)
        lock = Cipher(algorithms.AES(self.cipher), modes.CBC(iv)).encryptor()
        text = self.name + iv + lock.update(plain) + lock.finalize()
        return text + hmac.digest(self.mac, text, hashlib.sha256)


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
@pytest.mark.parametrize("where", [0, 20, 40, -1])
def test_a_changed_ticket(server, tmp_path, version, where):
    """Its name, IV, text or MAC: the handshake goes its whole way."""
    kept = tmp_path / "kept"
    assert not is_reused(s_client(server, version, "-sess_out", str(kept)))
    session = Session(kept)
    same = session.write(tmp_path / "same", session.ticket)
    assert is_reused(s_client(server, version, "-sess_in", str(same)))
    ticket = bytearray(session.ticket)
    ticket[where] ^= 0x01
    changed = session.write(tmp_path / "changed", bytes(ticket))
    assert not is_reused(s_client(server, version, "-sess_in", str(changed)))


def test_an_old_ticket(server, tmp_path):
    """The same session sealed by keys of other times."""
    kept = tmp_path / "kept"
    epoch = int(time.time()) // EPOCH
    s_client(server, "-tls1_3", "-sess_out", str(kept))
    session = Session(kept)
    if int(time.time()) // EPOCH != epoch:
        epoch += 1      # a test that runs at noon
    try:
        plain = Keys(server, epoch).open(session.ticket)
    except AssertionError:
        epoch -= 1
        plain = Keys(server, epoch).open(session.ticket)
    for ago, is_taken in ((0, True), (1, True), (2, False), (-1, False)):
        sealed = session.write(tmp_path / f"ago{ago}",
                               Keys(server, epoch - ago).seal(plain))
        assert is_reused(s_client(server, "-tls1_3", "-sess_in",
                                  str(sealed))) == is_taken, ago


def test_a_node_ticket_is_not_the_services(server, tmp_path):
    """No key that comes from the master key opens a session of TLS 1.2."""
    kept = tmp_path / "kept"
    s_client(server, "-tls1_2", "-sess_out", str(kept))
    ticket = Session(kept).ticket
    now = int(time.time()) // EPOCH
    for epoch in (now - 1, now, now + 1):
        assert Keys(server, epoch).name != ticket[:16]


def test_no_early_data(server, tmp_path):
    """The server allows none, and takes none that is sent all the same."""
    kept = tmp_path / "kept"
    said = s_client(server, "-tls1_3", "-sess_out", str(kept))
    assert re.search(r"Max Early Data: 0\b", said), said


def test_what_is_negotiated(server):
    said = s_client(server, "-alpn", "h2,http/1.1")
    assert "TLSv1.3, Cipher is TLS_AES_128_GCM_SHA256" in said
    assert "X25519" in said and "ALPN protocol: http/1.1" in said
    # One ticket is enough for a phone, and half the work.
    assert said.count("Post-Handshake New Session Ticket arrived") == 1


def test_another_protocol_is_refused(server):
    """RFC 7301 3.2; without the extension all is as it was."""
    context = context_for(server, "1.3")
    context.set_alpn_protocols(["smtp", "h2"])
    with pytest.raises(ssl.SSLError, match="(?i)no.application.protocol"):
        connect(server, context)
    assert "No ALPN negotiated" in s_client(server)


def test_renegotiation_is_refused(server):
    done = subprocess.run(
        ["openssl", "s_client", "-connect", f"127.0.0.1:{server.port}",
         "-servername", "localhost", "-CAfile", str(server.ca_path),
         "-tls1_2"], input="R\n", capture_output=True, text=True,
        timeout=harness.PATIENCE)
    assert "no renegotiation" in done.stderr, done.stderr
