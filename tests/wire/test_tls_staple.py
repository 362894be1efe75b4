# SPDX-License-Identifier: ISC
"""The stapled OCSP response, with an authority of our own."""
import datetime
import signal
import subprocess

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp

import certificates
import harness


class Stapler:
    """A server whose certificate has a file for its OCSP response."""

    def __init__(self, server):
        self.server = server
        self.file = server.path / "tls" / "ocsp.der"
        server.conf = {"server": {"ocsp_response": self.file}}
        server.write_conf()
        self.renew()

    def renew(self):
        self.ca, self.ca_key, self.leaf = certificates.renew(
            self.server, with_chain=True)

    def response(self, leaf=None, days=7, status=ocsp.OCSPCertStatus.GOOD):
        """DER, good for so many days from an hour ago on."""
        start = datetime.datetime.utcnow() - datetime.timedelta(hours=1)
        if days < 0:
            start += datetime.timedelta(days=2 * days)
        revoked = start if status == ocsp.OCSPCertStatus.REVOKED else None
        return (ocsp.OCSPResponseBuilder()
                .add_response(cert=leaf or self.leaf, issuer=self.ca,
                              algorithm=hashes.SHA1(), cert_status=status,
                              this_update=start, next_update=start
                              + datetime.timedelta(days=abs(days)),
                              revocation_time=revoked, revocation_reason=None)
                .responder_id(ocsp.OCSPResponderEncoding.HASH, self.ca)
                .sign(self.ca_key, hashes.SHA256())
                .public_bytes(serialization.Encoding.DER))

    def put(self, data):
        """As a job does: whole, in the old one's place."""
        new = self.file.with_suffix(".new")
        new.write_bytes(data)
        new.chmod(0o644)
        new.rename(self.file)

    def shown(self, *words):
        """What `openssl s_client -status` shows, with the page behind it."""
        done = subprocess.run(
            ["openssl", "s_client", "-connect",
             f"127.0.0.1:{self.server.port}", "-servername", "localhost",
             "-CAfile", str(self.server.ca_path), "-verify_return_error",
             "-status", "-ign_eof", *words],
            input="GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
                  "Connection: close\r\n\r\n", capture_output=True, text=True,
            timeout=harness.PATIENCE)
        assert "HTTP/1.1 200 OK" in done.stdout, done.stdout + done.stderr
        if "OCSP response: no response sent" in done.stdout:
            return None
        assert "OCSP Response Status: successful" in done.stdout
        return done.stdout


@pytest.fixture
def stapler(make_server):
    return Stapler(make_server("staple"))


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
def test_is_stapled(stapler, version):
    stapler.put(stapler.response())
    stapler.server.start()
    shown = stapler.shown(version)
    assert "Cert Status: good" in shown
    serial = f"{stapler.leaf.serial_number:X}"
    serial = serial.zfill(len(serial) + len(serial) % 2)
    assert f"Serial Number: {serial}" in shown
    assert "the OCSP response is stapled" in stapler.server.log()


def refused(stapler, why):
    """Not stapled, said in the log, and the page is served."""
    stapler.server.start()
    assert stapler.shown() is None
    assert f"{stapler.file} cannot be stapled: {why}" in stapler.server.log()


def test_expired(stapler):
    stapler.put(stapler.response(days=-7))
    refused(stapler, "it has expired")


def test_of_another_certificate(stapler):
    other = (x509.CertificateBuilder()
             .subject_name(stapler.leaf.subject)
             .issuer_name(stapler.ca.subject)
             .public_key(stapler.leaf.public_key())
             .serial_number(x509.random_serial_number())
             .not_valid_before(stapler.leaf.not_valid_before)
             .not_valid_after(stapler.leaf.not_valid_after)
             .sign(stapler.ca_key, hashes.SHA256()))
    stapler.put(stapler.response(other))
    refused(stapler, "it is about another certificate")


def test_revoked(stapler):
    stapler.put(stapler.response(status=ocsp.OCSPCertStatus.REVOKED))
    refused(stapler, "it does not call the certificate good")


def test_not_there(stapler):
    refused(stapler, "No such file")


def test_a_new_one_is_seen(stapler):
    """What is there counts without a signal; a broken one does not end what
    was good before."""
    server = stapler.server
    stapler.put(b"not DER")
    refused(stapler, "it is no OCSP response in DER")
    stapler.put(stapler.response(days=3))
    # Each worker looks for itself.
    harness.wait_for(lambda: all(stapler.shown() for _ in range(4)),
                     "the response that is there now")
    stapler.put(b"a job that failed")
    harness.wait_for(lambda: server.log().count("it is no OCSP") >= 2,
                     "a word about the broken one")
    assert "Cert Status: good" in stapler.shown()


def test_a_renewed_certificate(stapler):
    """The old certificate's is not stapled to the new one; its own is."""
    server = stapler.server
    stapler.put(stapler.response())
    server.start()
    assert stapler.shown()
    stapler.renew()
    server.process.send_signal(signal.SIGUSR1)
    harness.wait_for(lambda: "it is about another certificate" in
                     server.log() or "not signed by" in server.log(),
                     "a word about the old response")
    harness.wait_for(lambda: all(stapler.shown() is None for _ in range(4)),
                     "both workers to leave the old response")
    stapler.put(stapler.response())
    harness.wait_for(lambda: all(stapler.shown() for _ in range(4)),
                     "the new response")
