# SPDX-License-Identifier: ISC
"""The examples of README.md and docs/*.md, run as they stand: each block of
shell behind a line `<!-- tested -->` must succeed against a running server."""
import os
import re
import subprocess

import pytest

import ecies
import harness

MARK = "<!-- tested -->"
BLOCK = re.compile(re.escape(MARK) + r"\s*\n```sh\n(.*?)^```", re.S | re.M)
DOCUMENTS = [harness.ROOT / "README.md",
             *sorted((harness.ROOT / "docs").glob("*.md"))]


def blocks():
    for path in DOCUMENTS:
        text = path.read_text() if path.exists() else ""
        for match in BLOCK.finditer(text):
            line = text.count("\n", 0, match.start(1)) + 1
            yield pytest.param(path, line, match.group(1),
                               id=f"{path.name}:{line}")


def test_every_mark_has_its_block():
    found = list(blocks())
    assert found, "no document has an example that is tested"
    for path in DOCUMENTS:
        if path.exists():
            text = path.read_text()
            assert text.count(MARK) == len(BLOCK.findall(text)), path


@pytest.fixture
def variables(server, msp, device, customer, tmp_path):
    """What the examples may use; made anew for each of them."""
    def private(name, text):
        path = tmp_path / name
        path.write_text(text + "\n")
        path.chmod(0o600)
        return str(path)

    key = ecies.new_key("P-384")
    code = harness.get_code(server, msp, customer)
    device_code = harness.sign_in(server, harness.device_params(
        device, key.public_text), customer)["code"]
    token = harness.get_tokens(server, msp, customer)["access_token"]
    opaque = harness.opaque_id()
    harness.Http(server.port, server.ca_path).post(
        "/v1/links", {"opaque_id": opaque}, bearer=token)
    binary = os.path.realpath(harness.BIN)
    return {
        "BASE": server.base, "CA": str(server.ca_path),
        "CURL_CA_BUNDLE": str(server.ca_path),
        "AMBAUTH_CONF": str(server.conf_path), "AMBAUTH": binary,
        "PATH": os.path.dirname(binary) + ":" + os.environ["PATH"],
        "CLIENT_ID": msp.id, "CLIENT_SECRET": msp.secret,
        "REDIRECT_URI": msp.redirect_uri, "CODE": code,
        "DEVICE_CLIENT_ID": device.id, "DEVICE_CLIENT_SECRET": device.secret,
        "DEVICE_REDIRECT_URI": device.redirect_uri,
        "DEVICE_CODE": device_code, "ACCESS_TOKEN": token,
        "TOKEN": token, "OPAQUE_ID": opaque,
        "NEW_OPAQUE_ID": harness.opaque_id(),
        "CUSTOMER_ID": customer.id, "USERNAME": customer.login,
        "PASSWORD": customer.password,
        "RESPONSE_KEY": key.public_text,
        "PRIVATE_KEY_FILE": private("key", key.private_text),
        "PASSWORD_FILE": private("password", customer.password),
        "CLIENT_SECRET_FILE": private("secret", msp.secret),
        "DEVICE_CLIENT_SECRET_FILE": private("device", device.secret),
    }


@pytest.mark.parametrize("path,line,script", blocks())
def test_example(variables, tmp_path, path, line, script):
    done = subprocess.run(
        ["bash", "-eu", "-o", "pipefail", "-c", script], text=True,
        capture_output=True, cwd=tmp_path, timeout=harness.PATIENCE,
        env={**harness.environment(), **variables})
    assert done.returncode == 0, \
        f"{path}:{line}\n{script}\n{done.stdout}\n{done.stderr}"
    # curl ends well whatever the status; an error's JSON betrays it.
    assert '"error"' not in done.stdout, done.stdout
