# SPDX-License-Identifier: ISC
"""Apple's ECIES once more, by python3-cryptography and from its description
alone, to judge what the server makes: ephemeral ECDH, X9.63 KDF with SHA-256,
AES-GCM with an IV of 16 bytes; token = base64(V || C || tag)."""
import base64
import hashlib

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.serialization import (Encoding,
                                                          PublicFormat)

CURVES = {"P-384": (ec.SECP384R1(), 48, 32), "P-256": (ec.SECP256R1(), 32, 16)}
TAG = 16


class Key:
    def __init__(self, curve, private):
        self.curve, self.private = curve, private
        self.public = private.public_key().public_bytes(
            Encoding.X962, PublicFormat.UncompressedPoint)
        self.public_text = base64.b64encode(self.public).decode()
        size = CURVES[curve][1]
        self.scalar = private.private_numbers().private_value.to_bytes(
            size, "big")
        self.private_text = base64.b64encode(self.scalar).decode()


def new_key(curve):
    return Key(curve, ec.generate_private_key(CURVES[curve][0]))


def new_key_with_plus(curve):
    """One whose text holds a '+', which a form decoder takes for a space."""
    while True:
        key = new_key(curve)
        if "+" in key.public_text:
            return key


def key_from(curve, public, private):
    """A key given as the two base64 texts that travel."""
    scalar = int.from_bytes(base64.b64decode(private), "big")
    key = Key(curve, ec.derive_private_key(scalar, CURVES[curve][0]))
    assert key.public_text == public
    return key


def _cipher(curve, shared, point):
    """X9.63 (SEC 1 3.6.1) with the ephemeral point as SharedInfo."""
    length = CURVES[curve][2]
    stream = b""
    counter = 1
    while len(stream) < length + 16:
        stream += hashlib.sha256(shared + counter.to_bytes(4, "big")
                                 + point).digest()
        counter += 1
    return stream[:length], stream[length:length + 16]


def decrypt(key, text):
    data = base64.b64decode(text, validate=True)
    group, size, _ = CURVES[key.curve]
    point, sealed = data[:2 * size + 1], data[2 * size + 1:]
    peer = ec.EllipticCurvePublicKey.from_encoded_point(group, point)
    shared = key.private.exchange(ec.ECDH(), peer)
    secret, iv = _cipher(key.curve, shared, point)
    context = Cipher(algorithms.AES(secret),
                     modes.GCM(iv, sealed[-TAG:])).decryptor()
    return (context.update(sealed[:-TAG]) + context.finalize()).decode()


def encrypt(curve, public_text, plain):
    group, _, _ = CURVES[curve]
    peer = ec.EllipticCurvePublicKey.from_encoded_point(
        group, base64.b64decode(public_text))
    ephemeral = new_key(curve)
    shared = ephemeral.private.exchange(ec.ECDH(), peer)
    secret, iv = _cipher(curve, shared, ephemeral.public)
    context = Cipher(algorithms.AES(secret), modes.GCM(iv)).encryptor()
    sealed = context.update(plain.encode()) + context.finalize()
    return base64.b64encode(ephemeral.public + sealed + context.tag).decode()
