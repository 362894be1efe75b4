# SPDX-License-Identifier: ISC
"""A webhook's receiver over TLS, as an MSP would write it: it checks the
signature, and it can be told to misbehave."""
import collections
import hashlib
import hmac
import http.server
import json
import re
import ssl
import threading
import time

import certificates
import harness

Event = collections.namedtuple("Event", "path id type data body headers at")


def verify(secret, header, body, now=None, tolerance=300):
    """As docs/api.md tells receivers to."""
    match = re.fullmatch(r"t=(\d+),v1=([0-9a-f]{64})", header)
    if not match:
        return False
    signed = match.group(1).encode() + b"." + body
    mac = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    age = abs((now or time.time()) - int(match.group(1)))
    return hmac.compare_digest(mac, match.group(2)) and age <= tolerance


class Receiver:
    def __init__(self, path):
        receiver = self
        self.secrets = {}           # by path
        self.events = []
        self.refused = 0
        self.behave = None          # called with the handler; True: handled
        self.at_once = 0
        self.at_most = 0
        self._lock = threading.Lock()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with receiver._lock:
                    receiver.at_once += 1
                    receiver.at_most = max(receiver.at_most,
                                           receiver.at_once)
                try:
                    receiver.take(self, body)
                finally:
                    with receiver._lock:
                        receiver.at_once -= 1

            def log_message(self, *args):
                pass

        self.ca_path = path / "ca.pem"
        certificates.make(self.ca_path, path / "cert.pem", path / "key.pem")
        self.ca_path.chmod(0o644)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path / "cert.pem", path / "key.pem")
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0),
                                                      Handler)
        self.server.daemon_threads = True
        self.server.socket = context.wrap_socket(
            self.server.socket, server_side=True,
            do_handshake_on_connect=False)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever,
                         daemon=True).start()

    def url(self, path):
        return f"https://localhost:{self.port}{path}"

    def take(self, handler, body):
        behave = self.behave
        if behave and behave(handler):
            with self._lock:
                self.refused += 1
            return
        assert handler.headers["Content-Type"] == "application/json"
        secret = self.secrets[handler.path]
        status = 204
        if not verify(secret, handler.headers["Ambauth-Signature"], body):
            status = 401
        else:
            told = json.loads(body)
            assert told["id"] == handler.headers["Ambauth-Event-Id"]
            with self._lock:
                self.events.append(Event(
                    handler.path, told["id"], told["type"], told["data"],
                    body, dict(handler.headers), told["created_at"]))
        handler.send_response(status)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    def of(self, path, count):
        """The events at a path, when there are so many."""
        harness.wait_for(lambda: len(self.at(path)) >= count,
                         f"{count} events at {path}; {self.at(path)}")
        return self.at(path)

    def at(self, path):
        with self._lock:
            return [event for event in self.events if event.path == path]

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
