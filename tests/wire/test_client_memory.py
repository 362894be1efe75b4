# SPDX-License-Identifier: ISC
"""A worker remembers clients. What is changed of one counts at once all the
same, for every endpoint that recalls it, on each connection."""
import json

import pytest

import harness
from harness import Browser, authorize_params, redeem

SECOND = "https://msp.example/second"


@pytest.fixture
def client(server):
    return server.add_client("--scope", "openid profile")


@pytest.fixture
def connections(server):
    """As many as reach every worker, each of which then knows the client."""
    many = [server.http(keep=True) for _ in range(8)]
    yield many
    for http in many:
        http.close()


def introspect(http, client, token):
    return http.post("/oauth/introspect", {"token": token},
                     basic=client.basic)


def recall(server, connections, client, customer):
    token = harness.get_tokens(server, client, customer)["access_token"]
    for http in connections * 2:
        reply = introspect(http, client, token)
        assert reply.status == 200 and reply.json()["active"] is True
    return token


def rotate(server, client, overlap):
    out = server.cli("client", "rotate-secret", "--json", "--overlap",
                     overlap, client.id, check=0).stdout
    return harness.Client(client.id,
                          harness.secret(json.loads(out)["client_secret"]),
                          client.redirect_uri)


def test_a_secret_that_is_replaced(server, client, customer, connections):
    token = recall(server, connections, client, customer)
    code = harness.get_code(server, client, customer)
    new = rotate(server, client, "0s")
    for http in connections:
        assert introspect(http, client, token).status == 401
        # Not even that a token is unknown is told to who was a client once.
        assert introspect(http, client, "unknown").status == 401
        assert introspect(http, new, token).json()["active"] is True
    assert redeem(server, client, code).status == 401
    assert harness.note_tokens(redeem(server, new, code)).status == 200


def test_a_secret_that_runs_out(server, client, customer, connections):
    token = recall(server, connections, client, customer)
    new = rotate(server, client, "1h")
    for http in connections * 2:
        assert introspect(http, client, token).json()["active"] is True
        assert introspect(http, new, token).json()["active"] is True
    server.cluster.sql("UPDATE clients SET old_secret_until = now() "
                       "WHERE client_id = %s", client.id)
    for http in connections:
        assert introspect(http, client, token).status == 401
        assert introspect(http, new, token).json()["active"] is True


def test_a_client_that_is_disabled(server, client, customer, connections):
    token = recall(server, connections, client, customer)
    code = harness.get_code(server, client, customer)
    page = Browser(server)
    form = page.open(authorize_params(client))
    assert form.status == 200
    server.cli("client", "disable", client.id, check=0)
    for http in connections:
        assert introspect(http, client, token).status == 401
    assert redeem(server, client, code).status == 401
    assert Browser(server).open(authorize_params(client)).status == 400
    reply = page.submit(form, customer.login, customer.password)
    assert reply.status == 400 and "Location" not in reply.headers


def test_a_redirect_uri_that_is_taken_away(server, client, customer,
                                           connections):
    recall(server, connections, client, customer)
    server.cli("client", "update", "--add-redirect-uri", SECOND, client.id,
               check=0)
    forms = []
    for _ in range(8):
        browser = Browser(server)
        form = browser.open(authorize_params(client, redirect_uri=SECOND))
        assert form.status == 200
        forms.append((browser, form))
    server.cli("client", "update", "--remove-redirect-uri", SECOND, client.id,
               check=0)
    for browser, form in forms:
        reply = browser.submit(form, customer.login, customer.password)
        assert reply.status == 400 and "Location" not in reply.headers


def test_a_name_that_is_changed(server, client):
    for name in ("First & Sons", "Second"):
        server.cli("client", "brand", "--name", name, client.id, check=0)
        for _ in range(8):
            page = Browser(server).open(authorize_params(client))
            assert page.status == 200
            assert harness.Page(page.text).title.find(name) >= 0


def test_each_table_of_a_client_counts(server, client):
    """Whatever is changed, by whoever: the epoch is another."""
    def epoch():
        ((value,),) = server.cluster.sql("SELECT epoch FROM client_epoch")
        return value

    seen = {epoch()}
    changes = [
        "UPDATE clients SET name = 'x' WHERE client_id = %s",
        "INSERT INTO redirect_uris VALUES (%s, 'https://x.example/')",
        "DELETE FROM redirect_uris WHERE client_id = %s "
        "AND redirect_uri = 'https://x.example/'",
        "INSERT INTO client_brands (client_id, name) VALUES (%s, 'x')",
        "DELETE FROM client_brands WHERE client_id = %s",
        "DELETE FROM clients WHERE client_id = %s",
    ]
    for change in changes:
        server.cluster.sql(change, client.id)
        assert epoch() not in seen, change
        seen.add(epoch())
