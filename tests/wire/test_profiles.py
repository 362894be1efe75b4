# SPDX-License-Identifier: ISC
"""Clients added with --profile: what each sets and prints, and the calls that
its messaging provider then makes, with its quirks."""
import base64
import hashlib
import http.server
import json
import threading
import urllib.parse

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

import ecies
import harness
from harness import (DEVICE_REDIRECT, Browser, Client, authorize_params,
                     b64url_decode, device_params, note_tokens, query_of,
                     sign_in)

PROFILES = {
    # name: (redirect URI to give, which flow)
    "asapp": (None, "old"), "liveperson": (None, "old"),
    "ringcentral": ("https://bot.example/amb", "both"),
    "amazon-connect": (None, "new"),
    "dynamics365": ("https://dynamics.example/auth", "new"),
    "salesforce": ("https://acme.my.salesforce.example/amb", "new"),
    "servicenow": ("https://acme.service-now.example/amb.do", "new"),
    "webex-connect": (None, "old"), "bird": (None, "old"),
    "corezoid": ("https://www.brand.example/amb", "new"),
    "zendesk": (None, "old"),
}
AMAZON = ("https://participant.connect.eu-central-1.amazonaws.com"
          "/participant/authentication/update")


def flags_of(profile):
    flags = ["--profile", profile]
    if profile == "amazon-connect":
        flags += ["--region", "eu-central-1"]
    if PROFILES[profile][0]:
        flags += ["--redirect-uri", PROFILES[profile][0]]
    return flags


def add(server, profile, *more, redirect=None):
    """The client and all that was printed with it."""
    told = json.loads(server.cli("client", "add", "--json",
                                 *flags_of(profile), *more, "Acme",
                                 check=0).stdout)
    if redirect is None:
        redirect = (AMAZON if profile == "amazon-connect" else
                    PROFILES[profile][0] or DEVICE_REDIRECT)
    client = Client(told["client_id"], told["client_secret"], redirect)
    return client, told


def shown(server, client):
    return json.loads(server.cli("client", "show", "--json", client.id,
                                 check=0).stdout)


def token_form(server, **fields):
    """The token request as a form, nothing by Basic."""
    return note_tokens(server.http().post("/oauth/token", {
        "grant_type": "authorization_code", **fields}))


def device_exchange(server, client, code, redirect=True, url=False):
    """The device's own request, unescaped and in its order."""
    text = f"client_id={client.id}&code={code}&grant_type=authorization_code"
    if redirect:
        text += f"&redirect_uri={DEVICE_REDIRECT}"
    text += f"&client_secret={client.secret}"
    if url:
        return note_tokens(server.http().post("/oauth/token?" + text, ""))
    return note_tokens(server.http().post("/oauth/token", text))


def through_the_device(server, client, customer, key=None, **more):
    """The old flow up to the token, as the provider gets it: the device
    encrypts what is in access_token to the message's key."""
    key = key or ecies.new_key("P-384")
    fields = sign_in(server, device_params(client, key.public_text),
                     customer)
    body = device_exchange(server, client, fields["code"], **more).json()
    return key, ecies.encrypt(key.curve, key.public_text,
                              body["access_token"]), body


def brand_decrypts(server, tmp_path, key, text):
    """With the command that docs/apple.md names."""
    path = tmp_path / "private.key"
    path.write_text(key.private_text + "\n")
    path.chmod(0o600)
    return harness.secret(server.cli("decrypt", "--key-file", str(path),
                                     stdin=text, check=0).stdout.strip())


def user_info(server, token):
    reply = server.http().get("/oauth/userinfo", bearer=token)
    assert reply.status == 200, reply
    return reply.json()


# What the command does

@pytest.mark.parametrize("profile", PROFILES)
def test_a_profile_is_kept_and_printed(server, profile):
    client, told = add(server, profile)
    assert told["profile"] == profile
    row = shown(server, client)
    assert row["profile"] == profile
    (listed,) = [r for r in json.loads(server.cli(
        "client", "list", "--json", check=0).stdout)
        if r["client_id"] == client.id]
    assert listed["profile"] == profile
    flow = PROFILES[profile][1]
    assert row["apple_device"] is (flow != "new")
    assert row["pkce_required"] is False
    assert row["redirect_uris"] == sorted(
        {client.redirect_uri, DEVICE_REDIRECT} if flow == "both"
        else {client.redirect_uri})
    assert told["at_apple"] == {
        "OAuth URL": server.base + "/oauth/authorize",
        "Token URL": server.base + "/oauth/token",
        "Client Identifier": client.id}
    assert told["at_provider"]
    if profile == "amazon-connect":
        assert not client.secret and row["auth_methods"] == ["none"]
    else:
        assert client.secret in told["at_provider"].values()
        assert set(row["auth_methods"]) == {"client_secret_basic",
                                            "client_secret_post"}
    # What is printed is there: no URL of it leads nowhere.
    for value in told["at_provider"].values():
        if value.startswith(server.base + "/"):
            target = value[len(server.base):]
            assert server.http().get(target).status != 404, value


def test_every_profile_is_in_the_help(server):
    text = server.cli("client", "add", "--help", check=0).stdout
    for name in PROFILES:
        assert f"\n  {name} " in text
    names = [line.split()[0] for line in
             text.split("\nThe profiles", 1)[1].splitlines()
             if line.startswith("  ") and line[2] not in " -"]
    assert set(names) == set(PROFILES)      # each has its test here


def test_for_people(server):
    done = server.cli("client", "add", *flags_of("salesforce"), "--id",
                      "for-people", "Acme", check=0)
    assert f"  Token URL                          {server.base}/oauth/token" \
        in done.stdout
    assert "At Apple\n" in done.stdout and "Salesforce\n" in done.stdout
    (secret,) = [line.split()[-1] for line in done.stdout.splitlines()
                 if line.startswith("  Client secret ")]
    assert len(harness.secret(secret)) == 43
    text = server.cli("client", "show", "for-people", check=0).stdout
    assert "salesforce" in text and secret not in text


@pytest.mark.parametrize("flags", [
    ["--profile", "nosuch"],
    ["--profile", ""],
    ["--profile", "amazon-connect"],
    ["--profile", "amazon-connect", "--region", "us-east-1.evil.example/"],
    ["--profile", "amazon-connect", "--region", ""],
    ["--profile", "amazon-connect", "--region", "-us"],
    ["--profile", "amazon-connect", "--region", "US-EAST-1"],
    ["--profile", "amazon-connect", "--region", "a" * 33],
    ["--profile", "amazon-connect", "--region", "us-east-1",
     "--redirect-uri", "https://broker.example/idpresponse"],
    ["--profile", "asapp", "--region", "us-east-1"],
    ["--region", "us-east-1", "--redirect-uri", "https://msp.example/cb"],
    ["--profile", "dynamics365"], ["--profile", "salesforce"],
    ["--profile", "servicenow"], ["--profile", "corezoid"],
    ["--profile", "dynamics365", "--redirect-uri", "http://msp.example/"],
    ["--profile", "asapp", "--id-token-alg", "none"]])
def test_what_is_refused(server, flags):
    before = server.cli("client", "list", "--json", check=0).stdout
    done = server.cli("client", "add", *flags, "Acme", check=2)
    assert done.stderr.startswith("ambauth client add: ")
    assert server.cli("client", "list", "--json", check=0).stdout == before


def test_options_win_over_the_profile(server):
    _, told = add(server, "amazon-connect", "--confidential", "--scope",
                  "openid", "--id-token-alg", "ES256",
                  "--access-token-lifetime", "15m")
    row = shown(server, Client(told["client_id"], told["client_secret"], ""))
    assert row["has_secret"] is True
    assert row["scopes"] == ["openid"]
    assert row["id_token_signed_response_alg"] == "ES256"
    assert row["access_token_seconds"] == 900
    assert told["at_provider"]["Client secret"] == told["client_secret"]
    assert told["at_provider"]["ID token algorithm"] == "ES256"
    out = json.loads(server.cli(
        "client", "add", "--json", "--profile", "amazon-connect",
        "--redirect-uri", "https://pool.auth.example/oauth2/idpresponse",
        "Broker", check=0).stdout)
    assert out["at_provider"]["Redirect URI"] == \
        "https://pool.auth.example/oauth2/idpresponse"
    out = json.loads(server.cli(
        "client", "add", "--json", "--profile", "liveperson",
        "--public", "Acme", check=0).stdout)
    assert out["client_secret"] is None
    assert "Client secret" not in out["at_provider"]


# The providers, one after the other

def test_asapp(server, customer):
    """Its form has no redirect_uri; URL-encoded parameters must do as well;
    then it asks for the external user identifier."""
    client, told = add(server, "asapp")
    target = told["at_provider"]["External user identifier API"]
    for url in (False, True):
        for fields in ([], ["redirect_uri"]):
            _, _, body = through_the_device(
                server, client, customer, url=url,
                redirect=bool(fields))
            reply = server.http().get(target[len(server.base):],
                                      bearer=body["access_token"])
            assert reply.status == 200
            assert reply.json() == {"external_user_id": customer.id}
    # In the order that its documentation has.
    code = sign_in(server, device_params(client), customer)["code"]
    reply = note_tokens(server.http().post(
        "/oauth/token", f"grant_type=authorization_code&code={code}"
        f"&client_id={client.id}&client_secret={client.secret}"))
    assert reply.status == 200
    assert server.http().get("/v1/external-user-id",
                             bearer="x.y.z").status == 401
    reply = token_form(server, code=code, client_id=client.id,
                       client_secret="x" * 43)
    assert (reply.status, reply.error()) == (401, "invalid_client")


def test_liveperson(server, customer, tmp_path):
    """The brand gets the token encrypted or in the clear, and validates."""
    client, told = add(server, "liveperson")
    assert told["at_provider"]["Callback"] == DEVICE_REDIRECT
    key, sealed, body = through_the_device(server, client, customer)
    token = brand_decrypts(server, tmp_path, key, sealed)
    assert token == body["access_token"]
    assert user_info(server, token)["sub"] == customer.id
    reply = server.http().post("/oauth/introspect", {"token": token},
                               basic=client.basic)
    assert reply.json()["active"] is True
    assert reply.json()["sub"] == customer.id
    # Another's key opens nothing.
    path = tmp_path / "other.key"
    path.write_text(ecies.new_key("P-384").private_text + "\n")
    path.chmod(0o600)
    server.cli("decrypt", "--key-file", str(path), stdin=sealed, check=1)


def test_ringcentral(server, customer, tmp_path):
    """The token in the old flow; in the new one the code, which the bot
    exchanges. One client does both."""
    client, told = add(server, "ringcentral")
    assert set(told["at_provider"]["Redirect URI"].split()) == {
        DEVICE_REDIRECT, client.redirect_uri}
    device = Client(client.id, client.secret, DEVICE_REDIRECT)
    key, sealed, _ = through_the_device(server, device, customer)
    token = brand_decrypts(server, tmp_path, key, sealed)
    assert user_info(server, token)["sub"] == customer.id
    code = harness.get_code(server, client, customer)
    reply = harness.redeem(server, client, code)        # Basic
    assert user_info(server, reply.json()["access_token"])["sub"] \
        == customer.id
    # A code of one flow is worth nothing at the other's redirect URI.
    code = harness.get_code(server, client, customer)
    reply = harness.redeem(server, client, code,
                           redirect_uri=DEVICE_REDIRECT)
    assert (reply.status, reply.error()) == (400, "invalid_grant")


def rs256_claims(server, discovery, id_token):
    """Validate as a broker does: the key by kid of jwks_uri, RS256 alone."""
    head, payload, signature = id_token.split(".")
    header = json.loads(b64url_decode(head))
    assert header["alg"] == "RS256"
    jwks = server.http().get(discovery["jwks_uri"][len(server.base):]).json()
    (jwk,) = [k for k in jwks["keys"] if k["kid"] == header["kid"]]
    assert jwk["kty"] == "RSA" and jwk.get("alg", "RS256") == "RS256"
    number = {name: int.from_bytes(b64url_decode(jwk[name]), "big")
              for name in ("n", "e")}
    key = rsa.RSAPublicNumbers(number["e"], number["n"]).public_key()
    assert key.key_size >= 2048
    signed = f"{head}.{payload}".encode()
    key.verify(b64url_decode(signature), signed, padding.PKCS1v15(),
               hashes.SHA256())
    with pytest.raises(InvalidSignature):
        key.verify(b64url_decode(signature), signed + b"x",
                   padding.PKCS1v15(), hashes.SHA256())
    return json.loads(b64url_decode(payload))


def at_hash(token):
    """OpenID Connect Core 3.1.3.6, for an algorithm with SHA-256."""
    return base64.urlsafe_b64encode(hashlib.sha256(
        token.encode()).digest()[:16]).rstrip(b"=").decode()


def discover(server, issuer):
    found = server.http().get("/.well-known/openid-configuration").json()
    assert found["issuer"] == issuer
    assert "RS256" in found["id_token_signing_alg_values_supported"]
    return found


def test_amazon_connect(server, new_customer):
    """No secret; a state of 1,000 characters; a code below 2,048; its broker
    goes by discovery and validates RS256."""
    client, told = add(server, "amazon-connect")
    fields = told["at_provider"]
    assert fields["Redirect URI"] == AMAZON
    assert fields["ID token algorithm"] == "RS256"
    assert "Client secret" not in fields
    discovery = discover(server, fields["Issuer URL"])
    assert discovery["jwks_uri"] == fields["jwks_uri"]
    assert discovery["authorization_endpoint"] == fields["Authorize URL"]
    server.cli("customer", "set-claims", new_customer.id,
               stdin='{"email": "anna@example.org", "name": "Anna"}',
               check=0)
    state = "s" * 999 + "="
    got = sign_in(server, authorize_params(
        client, state=state, nonce="n-1", scope=fields["Authorized scopes"]),
        new_customer)
    assert got["state"] == state
    assert len(got["code"]) <= 2048
    body = token_form(server, code=got["code"], client_id=client.id,
                      redirect_uri=AMAZON).json()
    claims = rs256_claims(server, discovery, body["id_token"])
    assert claims["iss"] == fields["Issuer URL"]
    assert claims["aud"] in (client.id, [client.id])
    assert claims["sub"] == new_customer.id
    assert claims["nonce"] == "n-1"
    assert claims["at_hash"] == at_hash(body["access_token"])
    info = user_info(server, body["access_token"])
    assert info["email"] == "anna@example.org" and info["name"] == "Anna"
    assert info["sub"] == new_customer.id


def test_amazon_connect_knows_no_other_region(server, customer):
    client, _ = add(server, "amazon-connect")
    page = Browser(server).open(authorize_params(
        client, redirect_uri=AMAZON.replace("eu-central-1", "us-east-1")))
    assert page.status == 400 and page.location is None
    code = harness.get_code(server, client, customer)
    reply = token_form(server, code=code, client_id=client.id,
                       client_secret="x" * 43, redirect_uri=AMAZON)
    assert (reply.status, reply.error()) == (401, "invalid_client")


def test_dynamics365(server, customer):
    """The exact scope, additional parameters, tokens of an hour, and the
    "Decrypted token URL" with a token in its hand."""
    client, told = add(server, "dynamics365")
    fields = told["at_provider"]
    assert fields["Scope"] == "openid"
    got = sign_in(server, authorize_params(
        client, scope=fields["Scope"], nonce="n-2", resource="crm",
        tenant="7"), customer)
    body = token_form(server, code=got["code"], client_id=client.id,
                      client_secret=client.secret,
                      redirect_uri=fields["Redirect URI"]).json()
    assert body["expires_in"] == 3600
    assert body["scope"] == fields["Scope"]
    target = fields["Decrypted token URL"][len(server.base):]
    reply = server.http().get(target, bearer=body["access_token"])
    assert reply.json()["sub"] == customer.id
    # By POST too (OpenID Connect Core 5.3.1).
    reply = server.http().post(target, {"access_token":
                                        body["access_token"]})
    assert reply.json()["sub"] == customer.id
    target = fields["OpenID Connect configuration"]
    assert target == server.base + "/.well-known/openid-configuration"
    claims = rs256_claims(server, discover(server, server.base),
                          body["id_token"])
    assert claims["nonce"] == "n-2"
    fields = Browser(server).open(authorize_params(
        client, scope="openid profile")).callback()
    assert fields["error"] == "invalid_scope"


def test_salesforce(server, customer):
    """Two callouts and no third: code to token, token to customer."""
    client, told = add(server, "salesforce")
    fields = told["at_provider"]
    code = harness.get_code(server, client, customer,
                            scope=fields["Scopes"])
    callouts = server.http(keep=True)
    reply = note_tokens(callouts.post(
        fields["Token URL"][len(server.base):], {
            "grant_type": "authorization_code", "code": code,
            "client_id": client.id, "client_secret": client.secret,
            "redirect_uri": client.redirect_uri}))
    info = callouts.get(fields["User info URL"][len(server.base):],
                        bearer=reply.json()["access_token"])
    callouts.close()
    assert info.json()["sub"] == customer.id
    assert info.headers.get_content_type() == "application/json"


def test_servicenow(server, new_customer):
    """Basic; user info is flat JSON that a profile parser can read."""
    client, told = add(server, "servicenow")
    fields = told["at_provider"]
    server.cli("customer", "set-claims", new_customer.id, stdin=json.dumps({
        "email": "anna@example.org", "given_name": "Anna",
        "phone_number": "+49 30 1"}), check=0)
    code = harness.get_code(server, client, new_customer,
                            scope=fields["Scopes"])
    reply = harness.redeem(server, client, code)
    assert reply.json()["scope"] == fields["Scopes"]
    info = server.http().get(fields["User info API"][len(server.base):],
                             bearer=reply.json()["access_token"],
                             headers={"Accept": "application/json"}).json()
    assert info["sub"] == new_customer.id
    assert info["email"] == "anna@example.org"
    assert info["given_name"] == "Anna"
    assert info["phone_number"] == "+49 30 1"
    # One who is known by the ID alone parses too.
    other = server.add_customer()
    code = harness.get_code(server, client, other, scope=fields["Scopes"])
    token = harness.redeem(server, client, code).json()["access_token"]
    assert user_info(server, token)["sub"] == other.id


@pytest.mark.parametrize("profile", ["webex-connect", "bird"])
def test_webex_connect_and_bird(server, customer, tmp_path, profile):
    """The client that Apple knows; the secret comes with the message. One
    that uses the new flow gets its callback beside Apple's."""
    client, told = add(server, profile)
    assert told["at_provider"]["OAuth URL"] == told["at_apple"]["OAuth URL"]
    assert told["at_provider"]["Client identifier"] == client.id
    for url in (False, True):
        key, sealed, _ = through_the_device(server, client, customer,
                                            url=url)
        token = brand_decrypts(server, tmp_path, key, sealed)
        assert user_info(server, token)["sub"] == customer.id
    both, _ = add(server, profile, "--redirect-uri", harness.MSP_REDIRECT,
                  redirect=harness.MSP_REDIRECT)
    assert set(shown(server, both)["redirect_uris"]) == {
        DEVICE_REDIRECT, harness.MSP_REDIRECT}
    code = harness.get_code(server, both, customer)
    reply = token_form(server, code=code, client_id=both.id,
                       client_secret=both.secret,
                       redirect_uri=both.redirect_uri)
    assert reply.status == 200


class Corezoid(http.server.BaseHTTPRequestHandler):
    """Its process: takes what the business forwards, exchanges the code."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.got = dict(urllib.parse.parse_qsl(body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args):
        pass


def test_corezoid(server, customer):
    """Version 2: the business's page is the redirect URI; it forwards code
    and state by POST, and Corezoid exchanges."""
    client, told = add(server, "corezoid")
    fields = told["at_provider"]
    process = http.server.HTTPServer(("127.0.0.1", 0), Corezoid)
    threading.Thread(target=process.serve_forever, daemon=True).start()
    try:
        # The business's page.
        browser = Browser(server)
        page = browser.open(authorize_params(client, state="task/7+a=="))
        location = browser.submit(page, customer.login,
                                  customer.password).location
        assert location.startswith(fields["redirectURI"] + "?")
        arrived = query_of(location)
        harness.secret(arrived["code"])
        connection = http.client.HTTPConnection(*process.server_address)
        connection.request("POST", "/", urllib.parse.urlencode({
            "code": arrived["code"], "state": arrived["state"]}))
        assert connection.getresponse().status == 200
    finally:
        process.shutdown()
        process.server_close()
    assert process.got["state"] == "task/7+a=="
    reply = token_form(server, code=process.got["code"],
                       client_id=client.id, client_secret=client.secret,
                       redirect_uri=fields["redirectURI"])
    assert user_info(server, reply.json()["access_token"])["sub"] \
        == customer.id
    # The page of the business is not a device: it has to say where it is.
    code = harness.get_code(server, client, customer)
    reply = token_form(server, code=code, client_id=client.id,
                       client_secret=client.secret)
    assert (reply.status, reply.error()) == (400, "invalid_request")


def test_zendesk(server, customer, tmp_path):
    """The reply comes through raw. The brand made the key, it decrypts, and
    with its key fixed nobody else's is taken."""
    key = ecies.new_key("P-384")
    client, told = add(server, "zendesk", "--response-key", key.public_text)
    _, sealed, body = through_the_device(server, client, customer, key=key)
    token = brand_decrypts(server, tmp_path, key, sealed)
    assert user_info(server, token)["sub"] == customer.id
    assert brand_decrypts(server, tmp_path, key,
                          body["encrypted_access_token"]) == token
    other = ecies.new_key("P-384")
    page = Browser(server).open(device_params(client, other.public_text))
    assert query_of(page.location)["error"] == "invalid_request" \
        if page.location else page.status == 400
    assert told["at_provider"]["responseType of the message"] == "code"
