# SPDX-License-Identifier: ISC
"""A TLS proxy in front of a server, which spoils what it is told to: answers,
certificates, versions, time."""
import datetime
import http.client
import http.server
import ipaddress
import ssl
import threading
import time

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

PEM = serialization.Encoding.PEM


class Authority:
    """A root, an intermediate, and leaves of either, good or bad."""

    def __init__(self, path):
        self.path = path
        self.count = 0
        self.keys = {name: ec.generate_private_key(ec.SECP256R1())
                     for name in ("root", "middle")}
        self.root = self._build("root", self.keys["root"], "root", ca=True)
        self.middle = self._build("middle", self.keys["middle"], "root",
                                  ca=True)
        self.ca_path = path / "root.pem"
        self.ca_path.write_bytes(self.root.public_bytes(PEM))

    def _build(self, subject, key, issuer, days=90, since=1, ca=False,
               hosts=("localhost",), digest=None, policy=None):
        now = datetime.datetime.utcnow()
        builder = (
            x509.CertificateBuilder()
            .subject_name(self._name(subject))
            .issuer_name(self._name(issuer))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=since))
            .not_valid_after(now + datetime.timedelta(days=days, hours=1))
            .add_extension(x509.BasicConstraints(ca, None), critical=True))
        if not ca:
            names = [x509.DNSName(host) for host in hosts]
            if "localhost" in hosts:
                names.append(x509.IPAddress(
                    ipaddress.ip_address("127.0.0.1")))
            builder = builder.add_extension(
                x509.SubjectAlternativeName(names), critical=False)
        if policy:
            builder = builder.add_extension(x509.CertificatePolicies([
                x509.PolicyInformation(x509.ObjectIdentifier(policy), None)]),
                critical=False)
        return builder.sign(self.keys.get(issuer, key),
                            (digest or hashes.SHA256)())

    @staticmethod
    def _name(text):
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    def leaf(self, issuer="root", bits=None, chain=(), **more):
        """(certificate file, key file); chain: what is sent after it."""
        key = (rsa.generate_private_key(65537, bits) if bits
               else ec.generate_private_key(ec.SECP256R1()))
        cert = self._build("localhost", key, issuer, **more)
        self.count += 1
        cert_path = self.path / f"leaf{self.count}.pem"
        key_path = self.path / f"leaf{self.count}.key"
        cert_path.write_bytes(cert.public_bytes(PEM) + b"".join(
            getattr(self, name).public_bytes(PEM) for name in chain))
        key_path.write_bytes(key.private_bytes(
            PEM, serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption()))
        return cert_path, key_path


class Answer:
    """What the server behind said; a fault changes it."""

    def __init__(self, method, target, sent, status, headers, body):
        self.method = method
        self.target = target
        self.path = target.partition("?")[0]
        self.sent = sent.decode("latin-1")
        self.status = status
        self.headers = headers          # http.client.HTTPMessage
        self.body = body

    def set(self, name, value):
        del self.headers[name]
        if value is not None:
            self.headers[name] = value

    def replace(self, old, new):
        text = self.body.decode()
        assert old in text, f"{self.target} has no {old!r}:\n{text}"
        self.body = text.replace(old, new).encode()


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Headers and body go out in one piece.
    wbufsize = -1

    def setup(self):
        proxy = self.server.proxy
        time.sleep(proxy.handshake_delay)
        self.request.settimeout(30)
        if proxy.context is not None:
            self.request.do_handshake()
        super().setup()

    def do_GET(self):
        length = int(self.headers.get("Content-Length") or 0)
        answer = self.server.proxy.answer(
            self.command, self.path, self.rfile.read(length), self.headers)
        self.send_response_only(answer.status)
        for name, value in answer.headers.items():
            if name.lower() not in ("content-length", "connection",
                                    "keep-alive", "transfer-encoding"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)
        self.wfile.flush()

    do_POST = do_GET

    def log_message(self, *args):
        pass


class _Listener(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def get_request(self):
        proxy = self.proxy
        plain, address = super().get_request()
        proxy.taken += 1
        if proxy.limit is not None and proxy.taken >= proxy.limit:
            self.socket.close()
            # Or the thread would look at what is closed for ever, at once
            # each time. It waits for that thread, which is this one.
            threading.Thread(target=self.shutdown, daemon=True).start()
        if proxy.context is None:
            return plain, address
        return proxy.context.wrap_socket(
            plain, server_side=True, do_handshake_on_connect=False), address

    def handle_error(self, request, client_address):
        pass    # refused handshakes are what is wanted here


class Proxy:
    """Listens from start() to stop(). Without a leaf it speaks plain http."""

    def __init__(self, behind=None):
        self.behind = behind            # harness.Http to the server
        self.fault = None               # called with each Answer
        self.context = None
        self.handshake_delay = 0
        self.limit = None               # connections, then nobody listens
        self.taken = 0
        self.listener = _Listener(("127.0.0.1", 0), _Handler)
        self.listener.proxy = self
        self.port = self.listener.server_address[1]

    @property
    def base(self):
        return f"https://localhost:{self.port}"

    def tls(self, leaf, least=None, most=None):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        # Weak keys and old versions need a lower level than the usual one.
        self.context.set_ciphers("ALL:@SECLEVEL=0")
        self.context.load_cert_chain(*leaf)
        self.context.minimum_version = least or ssl.TLSVersion.TLSv1_2
        self.context.maximum_version = most or ssl.TLSVersion.TLSv1_3

    def reset(self, leaf):
        self.tls(leaf)
        self.fault = None
        self.handshake_delay = 0

    def start(self):
        threading.Thread(target=self.listener.serve_forever, args=(0.05,),
                         daemon=True).start()
        return self

    def stop(self):
        self.listener.shutdown()
        self.listener.server_close()

    def answer(self, method, target, sent, headers):
        passed = {name: value for name, value in headers.items()
                  if name.lower() in ("authorization", "cookie", "accept",
                                      "content-type", "accept-language")}
        if self.behind is None:
            answer = Answer(method, target, sent, 200,
                            http.client.HTTPMessage(), b"plain\n")
        else:
            reply = self.behind().request(
                method, target, headers=passed,
                body=sent if method == "POST" else None)
            answer = Answer(method, target, sent, reply.status, reply.headers,
                            reply.body)
        if self.fault is not None:
            self.fault(answer)
        return answer
