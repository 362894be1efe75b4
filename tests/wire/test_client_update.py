# SPDX-License-Identifier: ISC
"""`ambauth client update`: what is changed counts at once on a server that
runs, what is refused changes nothing."""
import json
import threading
import time

import pytest

import ecies
import harness
from harness import Browser, authorize_params, redeem

SECOND = "https://msp.example/callback2"


@pytest.fixture
def client(server):
    return server.add_client("--scope", "openid profile")


def update(server, client, *flags):
    return json.loads(server.cli("client", "update", "--json", *flags,
                                 client.id, check=0).stdout)


def shown(server, client):
    return json.loads(server.cli("client", "show", "--json", client.id,
                                 check=0).stdout)


def refused(server, client, *flags, status=1, says=""):
    """Refused with the reason, and nothing is changed or audited."""
    before = shown(server, client), len(audited(server, client))
    done = server.cli("client", "update", *flags, client.id)
    assert done.returncode == status, done
    assert done.stdout == ""
    assert done.stderr.startswith("ambauth client update: ")
    assert says in done.stderr
    assert (shown(server, client), len(audited(server, client))) == before


def audited(server, client):
    return [detail for (detail,) in server.cluster.sql(
        "SELECT detail FROM audit WHERE event = 'client.updated' "
        "AND detail ->> 'client_id' = %s ORDER BY at", client.id)]


def may_go_to(server, client, uri):
    page = Browser(server).open(authorize_params(client, redirect_uri=uri))
    return page.status == 200


def is_active(server, client, token):
    reply = server.http().post("/oauth/introspect", {"token": token},
                               basic=client.basic)
    assert reply.status == 200, reply
    return reply.json()["active"]


# Redirect URIs.

def test_a_redirect_uri_counts_at_once(server, client, customer):
    assert not may_go_to(server, client, SECOND)
    out = update(server, client, "--add-redirect-uri", SECOND)
    assert out == shown(server, client)
    assert set(out["redirect_uris"]) == {harness.MSP_REDIRECT, SECOND}
    assert may_go_to(server, client, harness.MSP_REDIRECT)
    code = harness.get_code(server, client, customer, redirect_uri=SECOND)
    assert redeem(server, client, code, redirect_uri=SECOND).status == 200
    update(server, client, "--remove-redirect-uri", harness.MSP_REDIRECT)
    assert not may_go_to(server, client, harness.MSP_REDIRECT)
    assert may_go_to(server, client, SECOND)
    assert [row.keys() for row in audited(server, client)] == [
        {"client_id", "redirect_uris_added"},
        {"client_id", "redirect_uris_removed"}]


def test_a_redirect_uri_for_another(server, client):
    out = update(server, client, "--add-redirect-uri", SECOND,
                 "--remove-redirect-uri", harness.MSP_REDIRECT)
    assert out["redirect_uris"] == [SECOND]


def test_one_that_is_there_already(server, client):
    out = update(server, client, "--add-redirect-uri", harness.MSP_REDIRECT,
                 "--add-redirect-uri", SECOND, "--add-redirect-uri", SECOND)
    assert sorted(out["redirect_uris"]) == [harness.MSP_REDIRECT, SECOND]


def test_the_last_one_stays(server, client):
    refused(server, client, "--remove-redirect-uri", harness.MSP_REDIRECT,
            "--name", "other", says="last")
    assert may_go_to(server, client, harness.MSP_REDIRECT)


def test_one_that_is_not_there(server, client):
    refused(server, client, "--remove-redirect-uri", SECOND,
            says="no such redirect URI")


def test_no_more_than_a_client_can_hold(server, client):
    for tail in ("a", "b"):
        flags = ("--add-redirect-uri", SECOND + tail * 1000)
        if tail == "a":
            update(server, client, *flags)
        else:
            refused(server, client, *flags, says="too long")


def test_two_at_once_do_not_remove_the_last(server, client):
    """Each leaves one, together they would leave none."""
    update(server, client, "--add-redirect-uri", SECOND)
    hold = server.cluster.connect()
    hold.autocommit = False
    done = []

    def remove(uri):
        done.append(server.cli("client", "update", "--remove-redirect-uri",
                               uri, client.id))

    def waiting():
        ((count,),) = server.cluster.sql(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE wait_event_type = 'Lock' AND query LIKE %s",
            "%AS version%FOR UPDATE%")
        return count == 2

    with hold.cursor() as cursor:
        cursor.execute("SELECT FROM clients WHERE client_id = %s FOR UPDATE",
                       (client.id,))
        both = [threading.Thread(target=remove, args=(uri,))
                for uri in (harness.MSP_REDIRECT, SECOND)]
        for thread in both:
            thread.start()
        harness.wait_for(waiting, "both to wait for the client's row")
        hold.rollback()
    hold.close()
    for thread in both:
        thread.join()
    assert sorted(d.returncode for d in done) == [0, 1]
    assert "try again" in "".join(d.stderr for d in done)
    assert len(shown(server, client)["redirect_uris"]) == 1


# The rest of a client.

def test_all_of_it_in_one(server, client):
    key = ecies.new_key("P-384").public_text
    other = ecies.new_key("P-256").public_text
    flags = ("--name", "Ärger & Söhne", "--scope", "openid email",
             "--auth", "client_secret_post", "--grant",
             "authorization_code,refresh_token", "--require-pkce", "on",
             "--add-response-key", key, "--add-response-key", other,
             "--encrypt-access-token", "on", "--access-token-lifetime", "15m")
    before = shown(server, client)
    out = update(server, client, *flags)
    changed = {
        "name": "Ärger & Söhne", "scopes": ["openid", "email"],
        "auth_methods": ["client_secret_post"],
        "grant_types": ["authorization_code", "refresh_token"],
        "pkce_required": True, "access_token_encrypted": True,
        "access_token_seconds": 900}
    keys = out.pop("response_keys")
    before.pop("response_keys")
    assert sorted(keys) == sorted([key, other])
    assert out == {**before, **changed}
    (detail,) = audited(server, client)
    assert detail["name"] == "Ärger & Söhne"
    out = update(server, client, "--require-pkce", "off",
                 "--encrypt-access-token", "off", "--access-token-lifetime",
                 "default", "--remove-response-key", other)
    assert not out["pkce_required"] and not out["access_token_encrypted"]
    assert out["access_token_seconds"] is None
    assert out["response_keys"] == [key]
    assert out["name"] == "Ärger & Söhne"


def test_rights_count_at_once(server, client, customer):
    update(server, client, "--scope", "openid", "--require-pkce", "on",
           "--auth", "client_secret_post")
    fields = Browser(server).open(authorize_params(client)).callback()
    assert fields["error"] == "invalid_request"
    update(server, client, "--require-pkce", "off")
    fields = Browser(server).open(
        authorize_params(client, scope="openid profile")).callback()
    assert fields["error"] == "invalid_scope"
    code = harness.get_code(server, client, customer, scope="openid")
    reply = redeem(server, client, code)
    assert (reply.status, reply.error()) == (401, "invalid_client")


@pytest.mark.parametrize("flags", [
    (),
    ("--name", ""), ("--name", " x"), ("--name", "x" * 256),
    ("--scope", ""), ("--scope", "openid  profile"), ("--scope", 'o"'),
    ("--auth", ""), ("--auth", "private_key_jwt"),
    ("--grant", ""), ("--grant", "password"),
    ("--require-pkce", "yes"), ("--encrypt-access-token", ""),
    ("--access-token-lifetime", "0"), ("--access-token-lifetime", "soon"),
    ("--access-token-lifetime", "-1"),
    ("--add-redirect-uri", "http://msp.example/"),
    ("--add-redirect-uri", "https://msp.example/#x"),
    ("--add-redirect-uri", "https://msp.example/a b"),
    ("--add-redirect-uri", ""), ("--remove-redirect-uri", ""),
    ("--remove-redirect-uri", f"{harness.MSP_REDIRECT} {SECOND}"),
    ("--add-response-key", "BAAA"), ("--remove-response-key", "x"),
], ids=" ".join)
def test_what_does_not_fit(server, client, flags):
    refused(server, client, *flags, status=2)


def test_a_key_that_is_not_there(server, client):
    refused(server, client, "--remove-response-key",
            ecies.new_key("P-384").public_text, says="no such key")


def test_who_has_a_secret_must_use_it(server, client):
    refused(server, client, "--auth", "none", says="rotate-secret")


@pytest.mark.parametrize("methods", ["client_secret_basic",
                                     "client_secret_post,none"])
def test_who_has_none_cannot(server, methods):
    client = server.add_client("--public")
    refused(server, client, "--auth", methods, says="has no secret")
    assert update(server, client, "--auth", "none")["auth_methods"] \
        == ["none"]


def test_nobody(server):
    done = server.cli("client", "update", "--enable", "nobody")
    assert done.returncode == 1
    assert done.stderr == "ambauth: no such client: nobody\n"


# Enabling.

def test_enabling_brings_no_token_back(server, customer):
    client = server.add_client("--scope", "openid", "--grant",
                               "authorization_code,refresh_token")
    other = server.add_client("--scope", "openid")
    old = harness.get_tokens(server, client, customer)
    neighbour = harness.get_tokens(server, other, customer)["access_token"]
    code = harness.get_code(server, client, customer)
    server.cli("client", "disable", client.id, check=0)
    assert not may_go_to(server, client, harness.MSP_REDIRECT)
    # Not enabled by what else is changed.
    assert update(server, client, "--name", "still off")["disabled"] is True
    assert not may_go_to(server, client, harness.MSP_REDIRECT)
    assert update(server, client, "--enable")["disabled"] is False
    # Neither a token from before, nor a refresh token, nor a code.
    assert not is_active(server, client, old["access_token"])
    reply = server.http().get("/oauth/userinfo", bearer=old["access_token"])
    assert reply.status == 401
    reply = server.http().post("/oauth/token", {
        "grant_type": "refresh_token",
        "refresh_token": old["refresh_token"]}, basic=client.basic)
    assert (reply.status, reply.error()) == (400, "invalid_grant")
    reply = redeem(server, client, code)
    assert (reply.status, reply.error()) == (400, "invalid_grant")
    # New ones live, and the neighbour's always did.
    new = harness.get_tokens(server, client, customer)
    assert is_active(server, client, new["access_token"])
    assert is_active(server, other, neighbour)
    assert audited(server, client)[-1] == {"client_id": client.id,
                                           "enabled": True}


def test_enabling_one_that_is_enabled(server, client, customer):
    token = harness.get_tokens(server, client, customer)["access_token"]
    update(server, client, "--enable")
    assert is_active(server, client, token)


def test_enabling_again_later_revokes_nothing(server, client, customer):
    server.cli("client", "disable", client.id, check=0)
    update(server, client, "--enable")
    token = harness.get_tokens(server, client, customer)["access_token"]
    time.sleep(0.01)
    update(server, client, "--enable")
    assert is_active(server, client, token)


def test_disabling_again_ends_the_new_ones(server, client, customer):
    server.cli("client", "disable", client.id, check=0)
    update(server, client, "--enable")
    token = harness.get_tokens(server, client, customer)["access_token"]
    server.cli("client", "disable", client.id, check=0)
    reply = server.http().get("/oauth/userinfo", bearer=token)
    assert reply.status == 401
