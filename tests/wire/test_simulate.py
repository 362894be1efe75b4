# SPDX-License-Identifier: ISC
"""ambauth simulate: the iPhone and the MSP, in both flows, with the manners of
each provider, over RSA and ECDSA certificates; and that it says which step
failed."""
import json

import pytest

import harness
import hosted


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


# What each provider needs to be given, and the ways in which it is played.
DEVICE = {("old", "form"), ("old", "url")}
NEW = {("new", "provider")}
PROFILES = {
    "asapp": ([], DEVICE), "liveperson": ([], DEVICE),
    "zendesk": ([], DEVICE), "webex-connect": ([], DEVICE),
    "bird": ([], DEVICE),
    "ringcentral": (["--redirect-uri", harness.MSP_REDIRECT], DEVICE | NEW),
    "amazon-connect": (["--region", "us-east-1"], NEW),
    "dynamics365": (["--redirect-uri", harness.MSP_REDIRECT], NEW),
    "salesforce": (["--redirect-uri", harness.MSP_REDIRECT], NEW),
    "servicenow": (["--redirect-uri", harness.MSP_REDIRECT], NEW),
    "corezoid": (["--redirect-uri", harness.MSP_REDIRECT], NEW),
}


def add_profile(server, profile, *more):
    flags = PROFILES[profile][0]
    told = json.loads(server.cli(
        "client", "add", "--json", "--profile", profile, *flags, *more,
        profile, check=0).stdout)
    (redirect,) = [u for u in json.loads(server.cli(
        "client", "show", "--json", told["client_id"],
        check=0).stdout)["redirect_uris"]
        if u != harness.DEVICE_REDIRECT] or [None]
    return harness.Client(told["client_id"], told["client_secret"], redirect)


def simulate(server, parties, tmp_path, flow, *more, client=None,
             password=None):
    client = client or parties[flow]
    customer = parties["customer"]
    password_file = tmp_path / "password"
    password_file.write_text((password or customer.password) + "\n")
    password_file.chmod(0o600)
    words = ["simulate", "--url", server.base, "--ca-file",
             str(server.ca_path), "--client-id", client.id, "--username",
             customer.login, "--password-file", str(password_file), "--json"]
    if flow:
        words += ["--flow", flow]
    if client.secret:
        secret_file = tmp_path / "secret"
        secret_file.write_text(client.secret + "\n")
        secret_file.chmod(0o600)
        words += ["--client-secret-file", str(secret_file)]
    if flow == "new" or (not flow and client.redirect_uri):
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


@pytest.mark.parametrize("kind", ["ec", "rsa"])
@pytest.mark.parametrize("profile", PROFILES)
def test_each_provider(servers, parties, tmp_path, kind, profile):
    client = add_profile(servers[kind], profile)
    done = simulate(servers[kind], parties, tmp_path, None, "--profile",
                    profile, client=client)
    assert done.returncode == 0, done
    told = json.loads(done.stdout)
    assert told["ok"] is True
    assert {(f["flow"], f["way"]) for f in told["flows"]} \
        == PROFILES[profile][1]
    assert {f["profile"] for f in told["flows"]} == {profile}
    text = json.dumps(told)
    assert parties["customer"].id in text
    assert not client.secret or client.secret not in text
    assert ("external user identifier" in text) is (profile == "asapp")


def test_a_provider_that_the_client_does_not_suit(servers, parties, tmp_path):
    """Registered otherwise than the provider needs, it says what is wrong."""
    server = servers["ec"]
    client = add_profile(server, "dynamics365", "--id-token-alg", "ES256")
    text = failing(simulate(server, parties, tmp_path, None, "--profile",
                            "dynamics365", client=client))
    assert "ES256" in text and "--id-token-alg RS256" in text
    client = add_profile(server, "salesforce", "--require-pkce")
    text = failing(simulate(server, parties, tmp_path, None, "--profile",
                            "salesforce", client=client))
    assert "code_challenge" in text
    # redirect_uri is left out: only a device's client may do that.
    client = server.add_client(redirect=harness.DEVICE_REDIRECT)
    text = failing(simulate(server, parties, tmp_path, None, "--profile",
                            "asapp", client=client))
    assert "redirect_uri is missing" in text
    client = add_profile(server, "servicenow", "--auth",
                         "client_secret_post")
    text = failing(simulate(server, parties, tmp_path, None, "--profile",
                            "servicenow", client=client))
    assert "invalid_client" in text
    client = add_profile(server, "salesforce", "--scope", "openid")
    text = failing(simulate(server, parties, tmp_path, None, "--profile",
                            "salesforce", client=client))
    assert "invalid_scope" in text


def test_one_way_of_a_provider(servers, parties, tmp_path):
    client = add_profile(servers["ec"], "ringcentral")
    for flow, more, way in (("old", ["--pre-ios15"], "url"),
                            ("new", [], "provider")):
        done = simulate(servers["ec"], parties, tmp_path, flow, "--profile",
                        "ringcentral", *more, client=client)
        assert done.returncode == 0, done
        assert [f["way"] for f in json.loads(done.stdout)["flows"]] == [way]


@pytest.mark.parametrize("more", [[], ["--state", "order-4711_~.x"]])
def test_the_hosted_callback(servers, parties, tmp_path, more):
    server = servers["ec"]
    client = hosted.add_client(server)
    if more:
        more[1] += client.id
    done = simulate(server, parties, tmp_path, "new", "--hosted", *more,
                    client=client)
    assert done.returncode == 0, done
    told = json.loads(done.stdout)
    assert [flow["flow"] for flow in told["flows"]] == ["hosted"]
    names = [step["name"] for step in told["flows"][0]["steps"]]
    assert names == ["discover", "announce", "authorize", "sign in",
                     "callback", "status", "link", "replay"]
    assert parties["customer"].id in done.stdout
    # A client that has not registered it is told so.
    wrong = simulate(server, parties, tmp_path, "new", "--hosted")
    assert "unauthorized_client" in failing(wrong)


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
    # With the hosted callback, when the demo's client has that.
    msp = hosted.add_client(server)
    demo = json.loads(path.read_text())
    demo["clients"]["msp"].update(
        client_id=msp.id, client_secret=msp.secret,
        hosted_callback=msp.redirect_uri, redirect_uri=msp.redirect_uri)
    path.write_text(json.dumps(demo))
    done = server.cli("simulate", "--demo", str(path), "--hosted", "--json",
                      check=0)
    assert [flow["flow"] for flow in json.loads(done.stdout)["flows"]] == \
        ["hosted"]


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
                   "--username", "b"],
                  ["simulate", "--url", "https://x", "--client-id", "a",
                   "--username", "b", "--profile", "nosuch"],
                  ["simulate", "--url", "https://x", "--client-id", "a",
                   "--username", "b", "--profile", "asapp", "--flow", "new"],
                  ["simulate", "--url", "https://x", "--client-id", "a",
                   "--username", "b", "--profile", "salesforce"]):
        assert servers["ec"].cli(*words).returncode == 2, words
