# SPDX-License-Identifier: ISC
"""Tokens encrypted to the key that Apple supplied, decrypted by another
implementation; and the MSP's side of it on the command line."""
import base64
import concurrent.futures
import json
import pathlib

import pytest

import ecies
import harness
from harness import device_params, note_tokens, sign_in

# The one public vector: Apple's "Sending an Authentication Message".
VECTOR = json.loads((pathlib.Path(__file__).parent / "ecies-p384.json")
                    .read_text())


def tokens_for(server, client, customer, key):
    code = sign_in(server, device_params(client, key), customer)["code"]
    reply = harness.redeem(server, client, code)
    assert reply.status == 200, reply
    return reply.json()


@pytest.mark.parametrize("curve", ["P-384", "P-256"])
def test_the_token_is_encrypted_to_the_key(server, device, customer, http,
                                           curve):
    key = ecies.new_key(curve)
    body = tokens_for(server, device, customer, key.public_text)
    text = body["encrypted_access_token"]
    # Padded standard base64 in one line.
    assert base64.b64encode(base64.b64decode(text, validate=True)).decode() \
        == text
    token = ecies.decrypt(key, text)
    assert token == body["access_token"]
    assert http.get("/oauth/userinfo",
                    bearer=token).json()["sub"] == customer.id


def test_every_encryption_is_another(server, device, customer):
    key = ecies.new_key("P-384")
    points = {base64.b64decode(tokens_for(
        server, device, customer, key.public_text)[
            "encrypted_access_token"])[:97] for _ in range(3)}
    assert len(points) == 3


def test_many_at_once(server, device, customer):
    """More than there are threads: what is finished is handed back in groups,
    and the last of them has nobody to wait for."""
    keys = [ecies.new_key("P-384") for _ in range(48)]
    codes = [sign_in(server, device_params(device, key.public_text),
                     customer)["code"] for key in keys]
    with concurrent.futures.ThreadPoolExecutor(len(codes)) as pool:
        replies = list(pool.map(
            lambda code: harness.redeem(server, device, code), codes))
    for key, reply in zip(keys, replies):
        assert reply.status == 200, reply
        body = note_tokens(reply).json()
        assert ecies.decrypt(key, body["encrypted_access_token"]) \
            == body["access_token"]


def test_another_key_does_not_open_it(server, device, customer):
    body = tokens_for(server, device, customer,
                      ecies.new_key("P-384").public_text)
    with pytest.raises(Exception, match=""):
        ecies.decrypt(ecies.new_key("P-384"), body["encrypted_access_token"])


def test_the_key_may_hold_plus_signs(server, device, customer):
    for curve in ("P-384", "P-256"):
        key = ecies.new_key_with_plus(curve)
        body = tokens_for(server, device, customer,
                          key.public_text.replace("+", " "))
        assert ecies.decrypt(key, body["encrypted_access_token"]) \
            == body["access_token"]


def test_without_a_key_nothing_is_encrypted(server, device, customer):
    code = sign_in(server, device_params(device), customer)["code"]
    body = harness.redeem(server, device, code).json()
    assert "encrypted_access_token" not in body


def test_the_new_flow_may_ask_for_it_too(server, msp, customer):
    key = ecies.new_key("P-384")
    body = harness.get_tokens(server, msp, customer,
                              response_encryption_key=key.public_text)
    assert ecies.decrypt(key, body["encrypted_access_token"]) \
        == body["access_token"]


def test_the_ciphertext_may_stand_in_its_place(server, customer, http):
    """For devices, which hand on whatever access_token is."""
    client = server.add_client("--apple-device", "--encrypt-access-token",
                               "--scope", "openid",
                               redirect=harness.DEVICE_REDIRECT)
    key = ecies.new_key("P-384")
    code = sign_in(server, device_params(client, key.public_text),
                   customer)["code"]
    body = harness.redeem(server, client, code).json()
    token = harness.secret(ecies.decrypt(key, body["access_token"]))
    assert http.get("/oauth/userinfo",
                    bearer=token).json()["sub"] == customer.id
    assert token not in json.dumps(body)


def test_refreshed_tokens_keep_the_promise(server, customer):
    """A client whose access_token is always the ciphertext never gets one in
    clear, neither at first nor refreshed."""
    client = server.add_client(
        "--apple-device", "--encrypt-access-token", "--scope", "openid",
        "--grant", "authorization_code,refresh_token",
        redirect=harness.DEVICE_REDIRECT)
    key = ecies.new_key("P-384")
    code = sign_in(server, device_params(client, key.public_text),
                   customer)["code"]
    body = harness.redeem(server, client, code).json()
    reply = note_tokens(server.http().post("/oauth/token", {
        "grant_type": "refresh_token",
        "refresh_token": body["refresh_token"]}, basic=client.basic))
    if reply.status == 200:
        token = ecies.decrypt(key, reply.json()["access_token"])
        assert token.count(".") == 2
    else:
        assert reply.error() in ("invalid_grant", "unauthorized_client")


# The MSP's side: keygen, encrypt, decrypt.

def test_the_public_vector_opens_here():
    key = ecies.key_from("P-384", VECTOR["public_key_base64"],
                         VECTOR["private_key_base64"])
    assert ecies.decrypt(key, VECTOR["token_base64"]) == VECTOR["plaintext"]


@pytest.fixture
def private_file(tmp_path):
    def write(text):
        path = tmp_path / "key"
        path.write_text(text + "\n")
        path.chmod(0o600)
        return str(path)
    return write


def test_the_public_vector_opens_there(server, private_file):
    done = server.cli("decrypt", "--key-file",
                      private_file(VECTOR["private_key_base64"]),
                      stdin=VECTOR["token_base64"] + "\n", check=0)
    assert done.stdout.strip() == VECTOR["plaintext"]


@pytest.mark.parametrize("curve", ["P-384", "P-256"])
def test_keygen_encrypt_decrypt(server, private_file, curve):
    out = json.loads(server.cli("keygen", "--json", "--curve", curve,
                                check=0).stdout)
    assert set(out) >= {"public", "private"}
    key = ecies.key_from(curve, out["public"], out["private"])
    plain = "a token, \u00e4 and all"
    text = server.cli("encrypt", "--key", out["public"], stdin=plain,
                      check=0).stdout.strip()
    assert ecies.decrypt(key, text) == plain
    text = ecies.encrypt(curve, out["public"], plain)
    done = server.cli("decrypt", "--key-file", private_file(out["private"]),
                      stdin=text + "\n", check=0)
    assert done.stdout.rstrip("\n") == plain


def test_stripped_zeros_of_a_private_key(server, private_file):
    """Apple's sample code strips leading zero bytes."""
    from cryptography.hazmat.primitives.asymmetric import ec
    key = ecies.Key("P-384", ec.derive_private_key(
        int.from_bytes(b"\x01" * 46, "big"), ec.SECP384R1()))
    short = base64.b64encode(key.scalar.lstrip(b"\0")).decode()
    text = ecies.encrypt("P-384", key.public_text, "token")
    for private in (short, key.private_text):
        done = server.cli("decrypt", "--key-file", private_file(private),
                          stdin=text, check=0)
        assert done.stdout.strip() == "token"


def test_a_changed_ciphertext_does_not_open(server, private_file):
    key = ecies.new_key("P-384")
    data = base64.b64decode(ecies.encrypt("P-384", key.public_text, "token"))
    path = private_file(key.private_text)
    for at in (0, 1, 50, 97, 99, len(data) - 1):
        changed = bytearray(data)
        changed[at] ^= 1
        done = server.cli("decrypt", "--key-file", path,
                          stdin=base64.b64encode(changed).decode())
        assert done.returncode == 1 and "token" != done.stdout.strip(), at
    for text in ("", "x", "AAAA", base64.b64encode(data[:112]).decode()):
        assert server.cli("decrypt", "--key-file", path,
                          stdin=text).returncode == 1
