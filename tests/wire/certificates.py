# SPDX-License-Identifier: ISC
"""A small certificate authority and a leaf for localhost, P-256 or RSA."""
import datetime
import ipaddress

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID


def _key(kind):
    if kind == "rsa":
        return rsa.generate_private_key(65537, 2048)
    return ec.generate_private_key(
        ec.SECP384R1() if kind == "ec384" else ec.SECP256R1())


def _name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def make(ca_path, cert_path, key_path, kind="ec"):
    """kind is ec, ec384 or rsa. Writes three PEM files.
    The authority, its key and the leaf, for who goes on to sign."""
    now = datetime.datetime.utcnow()
    ca_key = _key(kind)
    key = _key(kind)

    def build(subject, public_key):
        return (x509.CertificateBuilder()
                .subject_name(_name(subject))
                .issuer_name(_name("ambauth test CA"))
                .public_key(public_key)
                .serial_number(x509.random_serial_number())
                .not_valid_before(now - datetime.timedelta(days=1))
                .not_valid_after(now + datetime.timedelta(days=20)))

    identifier = x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key())
    ca = (build("ambauth test CA", ca_key.public_key())
          .add_extension(x509.BasicConstraints(True, 0), critical=True)
          .add_extension(identifier, critical=False)
          .add_extension(x509.KeyUsage(
              digital_signature=False, content_commitment=False,
              key_encipherment=False, data_encipherment=False,
              key_agreement=False, key_cert_sign=True, crl_sign=True,
              encipher_only=False, decipher_only=False), critical=True)
          .sign(ca_key, hashes.SHA256()))
    names = [x509.DNSName("localhost"), x509.DNSName("msp.example"),
             x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
             x509.IPAddress(ipaddress.ip_address("::1"))]
    leaf = (build("localhost", key.public_key())
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(x509.BasicConstraints(False, None), critical=True)
            .add_extension(x509.ExtendedKeyUsage(
                [ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(
                    identifier), critical=False)
            .sign(ca_key, hashes.SHA256()))
    pem = serialization.Encoding.PEM
    ca_path.write_bytes(ca.public_bytes(pem))
    cert_path.write_bytes(leaf.public_bytes(pem))
    key_path.write_bytes(key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return ca, ca_key, leaf


def renew(server, with_chain=False):
    """A new authority and leaf in the files of a server, whose owners are
    right: it is then for who tells the server."""
    tls = server.path / "tls"
    made = make(server.ca_path, tls / "new.pem", tls / "new.key")
    chain = (tls / "new.pem").read_bytes()
    if with_chain:
        chain += server.ca_path.read_bytes()
    for name, data, mode in (("pem", chain, 0o644), (
            "key", (tls / "new.key").read_bytes(), 0o400)):
        path = tls / f"server.{name}"
        path.chmod(0o600)
        path.write_bytes(data)
        path.chmod(mode)
    return made
