# SPDX-License-Identifier: ISC
"""oauth4webapi, a strict client, against the running server over TLS: it
refuses whatever the standards do not allow, so that its end is the test."""
import json
import os
import pathlib
import shutil
import subprocess
import urllib.parse

import pytest

import harness

HERE = harness.ROOT / "tests" / "wire" / "node"
# Where `make check` has installed it; else it is installed for this run.
MODULES = os.environ.get("AMBAUTH_NODE_MODULES")


@pytest.fixture(scope="module")
def program(workplace):
    """client.mjs beside its node_modules: an import looks nowhere else."""
    place = workplace.dir("node")
    for name in ("client.mjs", "package.json", "package-lock.json"):
        shutil.copy(HERE / name, place)
    if MODULES:
        (place / "node_modules").symlink_to(pathlib.Path(MODULES).resolve())
    else:
        done = subprocess.run(
            ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"],
            cwd=place, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    return place / "client.mjs"


def run(program, server, client, customer, method, scope, alg="ES256"):
    """What the client learnt; the customer signs in when it says where."""
    process = subprocess.Popen(
        ["node", str(program), server.base, client.id, client.secret or "",
         method, client.redirect_uri, scope, alg],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, env={**harness.environment(),
                        "NODE_EXTRA_CA_CERTS": str(server.ca_path)})
    try:
        url = process.stdout.readline()
        assert url.startswith(server.base), process.communicate()[1]
        browser = harness.Browser(server)
        page = browser.open(urllib.parse.urlsplit(url.strip()).query)
        reply = browser.submit(page, customer.login, customer.password)
        harness.secret(reply.callback()["code"])
        out, err = process.communicate(reply.location + "\n",
                                       harness.PATIENCE)
        assert process.returncode == 0, err
        return json.loads(out)
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def anna(server):
    anna = server.add_customer()
    server.cli("customer", "set-claims", "--id", anna.id, stdin=json.dumps(
        {"name": "Anna", "email": "anna@example.org"}), check=0)
    return anna


@pytest.mark.parametrize("method", ["basic", "post"])
@pytest.mark.parametrize("alg", ["ES256", "RS256"])
def test_a_confidential_client(program, server, anna, method, alg):
    client = server.add_client(
        "--scope", "openid profile email", "--id-token-alg", alg, "--grant",
        "authorization_code,refresh_token",
        "--auth", f"client_secret_{method}")
    learnt = run(program, server, client, anna, method,
                 "openid profile email", alg)
    assert learnt["same"] is True
    assert learnt["claims"]["sub"] == anna.id
    assert learnt["claims"]["amr"] == ["pwd"]
    assert learnt["info"] == {"sub": anna.id, "name": "Anna",
                              "email": "anna@example.org"}
    assert learnt["access"]["client_id"] == client.id
    assert learnt["active"]["active"] is True
    assert learnt["active"]["sub"] == anna.id
    assert learnt["refreshed"]["sub"] == anna.id
    assert learnt["refreshed"]["auth_time"] == learnt["claims"]["auth_time"]
    assert learnt["revoked"] == "invalid_token"
    assert learnt["reused"] == "invalid_grant"


def test_a_public_client(program, server, anna):
    client = server.add_client("--public", "--require-pkce", "--scope",
                               "openid")
    learnt = run(program, server, client, anna, "none", "openid")
    assert learnt["info"] == {"sub": anna.id}
    assert learnt["active"] is None and learnt["refreshed"] is None
    assert learnt["revoked"] == "invalid_token"
    assert learnt["reused"] == "invalid_grant"
