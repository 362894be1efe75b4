# SPDX-License-Identifier: ISC
"""ambauth simulate: the iPhone and the MSP, in both flows, over RSA and ECDSA
certificates; and that it says which step failed."""
import json

import pytest

import harness


@pytest.fixture(scope="module")
def servers(workplace, cluster):
    made = {}
    for kind in ("ec", "rsa"):
        made[kind] = harness.Server(workplace.dir(kind), cluster, kind=kind)
        made[kind].migrate().start()
    yield made
    for server in made.values():
        assert server.stop() == 0


@pytest.fixture(scope="module")
def parties(servers):
    server = servers["ec"]
    return {
        "old": server.add_client("--apple-device", "--scope", "openid",
                                 redirect=harness.DEVICE_REDIRECT),
        "new": server.add_client("--scope", "openid"),
        "public": server.add_client("--public", "--scope", "openid"),
        "customer": server.add_customer(),
    }


def simulate(server, parties, tmp_path, flow, *more, client=None,
             password=None):
    client = client or parties[flow]
    customer = parties["customer"]
    password_file = tmp_path / "password"
    password_file.write_text((password or customer.password) + "\n")
    password_file.chmod(0o600)
    words = ["simulate", "--url", server.base, "--ca-file",
             str(server.ca_path), "--client-id", client.id, "--username",
             customer.login, "--password-file", str(password_file), "--flow",
             flow, "--json"]
    if client.secret:
        secret_file = tmp_path / "secret"
        secret_file.write_text(client.secret + "\n")
        secret_file.chmod(0o600)
        words += ["--client-secret-file", str(secret_file)]
    if flow == "new":
        words += ["--redirect-uri", client.redirect_uri]
    return server.cli(*words, *more)


@pytest.mark.parametrize("kind", ["ec", "rsa"])
@pytest.mark.parametrize("flow,more", [
    ("old", []), ("old", ["--pre-ios15"]), ("old", ["--curve", "P-256"]),
    ("new", []), ("new", ["--basic"]),
    ("new", ["--state", "a+b/c=="]), ("old", ["--state", "%2B"])])
def test_both_flows(servers, parties, tmp_path, kind, flow, more):
    done = simulate(servers[kind], parties, tmp_path, flow, *more)
    assert done.returncode == 0, done
    told = json.loads(done.stdout)
    assert told["ok"] is True
    assert len(told["flows"]) == 1
    text = json.dumps(told)
    assert parties["customer"].password not in text
    assert parties["customer"].id in text


def test_a_public_client(servers, parties, tmp_path):
    done = simulate(servers["ec"], parties, tmp_path, "new",
                    client=parties["public"])
    assert done.returncode == 0, done


def test_the_demo_file(servers, parties, tmp_path):
    server = servers["ec"]
    customer = parties["customer"]

    def client(name):
        return {"client_id": parties[name].id,
                "client_secret": parties[name].secret,
                "redirect_uri": parties[name].redirect_uri}

    path = tmp_path / "demo.json"
    path.write_text(json.dumps({
        "base_url": server.base, "ca_file": str(server.ca_path),
        "customer": {"username": customer.login,
                     "password": customer.password,
                     "customer_id": customer.id},
        "clients": {"device": client("old"), "msp": client("new")}}))
    path.chmod(0o600)
    done = server.cli("simulate", "--demo", str(path), check=0)
    assert customer.password not in done.stdout + done.stderr
    done = server.cli("simulate", "--demo", str(path), "--json", check=0)
    assert len(json.loads(done.stdout)["flows"]) == 2


def failing(done):
    assert done.returncode == 1, done
    told = json.loads(done.stdout)
    assert told["ok"] is False
    return json.dumps(told)


def test_says_what_failed(servers, parties, tmp_path):
    server = servers["ec"]
    wrong = simulate(server, parties, tmp_path, "new", password="wrong")
    assert "password" in failing(wrong).lower()
    stranger = harness.Client("nobody", None, harness.MSP_REDIRECT)
    assert failing(simulate(server, parties, tmp_path, "new",
                            client=stranger))
    bad = harness.Client(parties["new"].id, "x" * 43, harness.MSP_REDIRECT)
    assert "invalid_client" in failing(simulate(
        server, parties, tmp_path, "new", client=bad))


def test_a_certificate_it_does_not_trust(servers, parties, tmp_path):
    other = servers["rsa"].ca_path
    done = simulate(servers["ec"], parties, tmp_path, "new", "--ca-file",
                    str(other))
    assert failing(done)


def test_nobody_there(servers, parties, tmp_path):
    done = servers["ec"].cli(
        "simulate", "--url", f"https://localhost:{harness.free_port()}",
        "--client-id", "x", "--username", "x", "--password-file",
        str(write(tmp_path, "x")), "--json")
    assert failing(done)


def write(tmp_path, text):
    path = tmp_path / "text"
    path.write_text(text + "\n")
    path.chmod(0o600)
    return path


def test_called_wrongly(servers):
    for words in (["simulate"], ["simulate", "--no-such-option"],
                  ["simulate", "--url", "ftp://x", "--client-id", "a",
                   "--username", "b"]):
        assert servers["ec"].cli(*words).returncode == 2, words
