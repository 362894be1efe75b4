# SPDX-License-Identifier: ISC
"""Signatures of JWTs, checked by keys that a JWKS publishes (RFC 7515 5.2)."""
import json

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import \
    encode_dss_signature

from harness import b64url_decode


def number(text):
    return int.from_bytes(b64url_decode(text), "big")


def verify_es256(jwk, signature, signed):
    assert jwk["kty"] == "EC" and jwk["crv"] == "P-256"
    assert len(signature) == 64
    numbers = ec.EllipticCurvePublicNumbers(number(jwk["x"]), number(jwk["y"]),
                                            ec.SECP256R1())
    numbers.public_key().verify(
        encode_dss_signature(int.from_bytes(signature[:32], "big"),
                             int.from_bytes(signature[32:], "big")),
        signed, ec.ECDSA(hashes.SHA256()))


def verify_rs256(jwk, signature, signed):
    assert jwk["kty"] == "RSA"
    key = rsa.RSAPublicNumbers(number(jwk["e"]), number(jwk["n"])).public_key()
    assert key.key_size >= 2048         # RFC 7518 3.3
    key.verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())


VERIFY = {"ES256": verify_es256, "RS256": verify_rs256}


def verify(jwt, jwks):
    """Header and claims; raises if no published key has signed it."""
    head, body, signature = jwt.split(".")
    header = json.loads(b64url_decode(head))
    (jwk,) = [k for k in jwks["keys"] if k["kid"] == header["kid"]]
    assert header["alg"] == jwk["alg"] and jwk["use"] == "sig"
    VERIFY[jwk["alg"]](jwk, b64url_decode(signature),
                       f"{head}.{body}".encode())
    return header, json.loads(b64url_decode(body))
