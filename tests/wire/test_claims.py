# SPDX-License-Identifier: ISC
"""What is known of customers: written by commands or kept in the business's own
table, released by scope."""
import json

import pytest

import harness

ALL = "openid profile email address phone customer"


@pytest.fixture(scope="module")
def client(server):
    return server.add_client("--scope", ALL, name="claims")


def told(server, client, customer, scope=ALL):
    body = harness.get_tokens(server, client, customer, scope=scope)
    reply = server.http().get("/oauth/userinfo", bearer=body["access_token"])
    assert reply.status == 200, reply
    assert reply.headers["Cache-Control"].count("no-store")
    return reply.json()


def set_claims(server, customer_id, text, *flags):
    return server.cli("customer", "set-claims", *flags, "--id", customer_id,
                      stdin=text)


def test_nothing_is_known_at_first(server, client, new_customer):
    assert told(server, client, new_customer) == {"sub": new_customer.id}
    done = server.cli("customer", "show-claims", new_customer.id, check=0)
    assert json.loads(done.stdout) == {}


def test_set_and_show(server, client, new_customer):
    claims = {"name": "Zo\u00eb \u6f22", "email": "z@example.org",
              "tier": {"level": 3, "since": [2024, None]}}
    assert set_claims(server, new_customer.id,
                      json.dumps(claims, indent=4)).returncode == 0
    done = server.cli("customer", "show-claims", new_customer.id, check=0)
    assert json.loads(done.stdout) == claims
    assert told(server, client, new_customer) == {
        "sub": new_customer.id, **claims}
    # In place of all that was there, also for tokens that are out already.
    assert set_claims(server, new_customer.id,
                      '{"name": "Zoe"}').returncode == 0
    assert told(server, client, new_customer) == {
        "sub": new_customer.id, "name": "Zoe"}


def test_a_narrow_token_tells_little(server, client, new_customer):
    set_claims(server, new_customer.id,
               '{"name": "Anna", "email": "a@example.org", "tier": "gold"}')
    assert told(server, client, new_customer, "openid") == {
        "sub": new_customer.id}
    assert told(server, client, new_customer, "openid email") == {
        "sub": new_customer.id, "email": "a@example.org"}
    assert told(server, client, new_customer, "customer") == {
        "sub": new_customer.id, "tier": "gold"}


def test_others_stay_lean(server, http, client, new_customer):
    set_claims(server, new_customer.id, '{"name": "Anna", "tier": "gold"}')
    token = harness.get_tokens(server, client, new_customer,
                               scope=ALL)["access_token"]
    assert http.get("/v1/external-user-id", bearer=token).json() == {
        "external_user_id": new_customer.id}
    reply = http.post("/oauth/introspect", {"token": token},
                      basic=client.basic)
    assert not {"name", "tier"} & set(reply.json())


@pytest.mark.parametrize("text", [
    "", "x", "[]", "{", '{"a":1,"a":2}', '{"sub": "C-1"}', '{"iss": null}',
    '{"name": 1}', '{"email_verified": "true"}', '{"updated_at": "today"}',
    '{"address": "Bern"}', '{"a": "\\u0000"}', '{"a": "' + "x" * 20000 + '"}'])
def test_refused(server, new_customer, text):
    set_claims(server, new_customer.id, '{"name": "Anna"}')
    done = set_claims(server, new_customer.id, text)
    assert done.returncode == 2 and done.stderr.strip()
    done = server.cli("customer", "show-claims", new_customer.id, check=0)
    assert json.loads(done.stdout) == {"name": "Anna"}


def test_nobody(server):
    for words in (["set-claims"], ["show-claims"],
                  ["set-claims", "--business", "other"]):
        done = server.cli("customer", *words, "C-nobody", stdin="{}")
        assert done.returncode == 1 and "no such customer" in done.stderr
    assert server.cli("customer", "set-claims", stdin="{}").returncode == 2


def test_of_one_business_only(server, client, new_customer):
    """The same ID at another business is somebody else."""
    server.cli("customer", "add", "--business", "claims-b", "--id",
               new_customer.id, "--login", "b@example.org", "--no-password",
               check=0)
    assert set_claims(server, new_customer.id, '{"name": "Bert"}',
                      "--business", "claims-b").returncode == 0
    assert told(server, client, new_customer) == {"sub": new_customer.id}


def test_import(server, client):
    lines = ['id,login,password,claims',
             'CL-1,cl1@example.org,password 1,"{""name"":""One""}"',
             'CL-2,cl2@example.org,password 2,',
             'CL-3,cl3@example.org,password 3,"{""sub"":""CL-1""}"',
             'CL-4,cl4@example.org,password 4,no JSON',
             'CL-5,cl5@example.org,password 5,{},surplus',
             'CL-6,cl6@example.org,password 6']
    done = server.cli("customer", "import", "--json",
                      stdin="\n".join(lines) + "\n")
    assert json.loads(done.stdout) == {"rows": 6, "added": 3, "changed": 0,
                                       "unchanged": 0, "bad": 3}
    for line in (4, 5, 6):
        assert f"line {line}:" in done.stderr

    def shown(customer_id):
        done = server.cli("customer", "show-claims", customer_id, check=0)
        return json.loads(done.stdout)

    assert [shown(f"CL-{n}") for n in (1, 2, 6)] == [{"name": "One"}, {}, {}]
    # Told: replaced; not told: kept; told to be none: gone.
    for line, wanted in (
            ('CL-1,cl1@example.org,password 1', {"name": "One"}),
            ('CL-1,cl1@example.org,password 1,', {"name": "One"}),
            ('CL-1,cl1@example.org,password 1,"{""tier"":1}"', {"tier": 1}),
            ('CL-1,cl1@example.org,password 1,{}', {})):
        server.cli("customer", "import", stdin=line + "\n", check=0)
        assert shown("CL-1") == wanted


def test_the_businesss_own_table(make_server, cluster):
    """A view over it may say anything: what is no claim is left out."""
    server = make_server("crm")
    server.conf = {"database": {"conninfo": cluster.new_database("crm")}}
    server.write_conf()
    server.migrate()
    server.start()
    customer = server.add_customer(customer_id="7")
    client = server.add_client("--scope", ALL)
    view = ("CREATE OR REPLACE VIEW customer_by_login AS SELECT business, "
            "lower(login) AS login, customer_id, password_hash, locked_at IS "
            "NOT NULL AS is_locked, {} AS claims FROM customers")
    for claims, wanted in (
            ("jsonb_build_object('email', lower(login), 'name', 5)",
             {"email": customer.login}),
            ("NULL::jsonb", {}), ("'[1]'::jsonb", {}), ("'7'::jsonb", {}),
            ("'{\"sub\": \"8\", \"phone_number\": \"\"}'::jsonb", {})):
        cluster.sql(view.format(claims), dbname="crm")
        assert told(server, client, customer) == {"sub": "7", **wanted}
    # Gone there, but the grant still stands.
    token = harness.get_tokens(server, client, customer,
                               scope=ALL)["access_token"]
    cluster.sql(view.format("claims") + " WHERE false", dbname="crm")
    reply = server.http().get("/oauth/userinfo", bearer=token)
    assert reply.json() == {"sub": "7"}
