# SPDX-License-Identifier: ISC
"""Customers from elsewhere: imported hashes, and the business's own table."""
import hashlib
import subprocess

import pytest

import harness
from harness import Browser, Customer, Page, authorize_params, get_code

# Of the password "correct horse", by crypt(3)'s methods.
PASSWORD = "correct horse"
SALTS = {
    "bcrypt": "$2b$04$abcdefghijklmnopqrstuu",
    "sha512crypt": "$6$rounds=1000$saltsalt$",
    "sha256crypt": "$5$rounds=1000$saltsalt$",
    "yescrypt": "$y$j75$saltsaltsalt",
    "scrypt": "$7$8/..../..../saltsalt$",
}


def crypt(salt):
    """By perl, which asks the same crypt(3) in a way of its own."""
    done = subprocess.run(["perl", "-e", "print crypt($ARGV[0], $ARGV[1])",
                           PASSWORD, salt], capture_output=True, text=True)
    assert done.stdout.startswith(salt[:3]), done
    return done.stdout


def try_sign_in(server, client, login, password):
    browser = Browser(server)
    page = browser.open(authorize_params(client))
    return browser.submit(page, login, password)


def stored_hash(server, customer_id):
    ((text,),) = server.cluster.sql(
        "SELECT password_hash FROM customers WHERE customer_id = %s",
        customer_id)
    return text


@pytest.mark.parametrize("method", SALTS)
def test_imported_hashes_verify_and_are_renewed(server, msp, method):
    name = f"imported-{method}"
    customer = Customer(name, name + "@example.org", PASSWORD)
    old = crypt(SALTS[method])
    server.cli("customer", "import",
               stdin=f"{name},{customer.login},{old}\n", check=0)
    assert stored_hash(server, name) == old
    # A wrong one is wrong and renews nothing.
    assert try_sign_in(server, msp, customer.login, "wrong").status == 200
    assert stored_hash(server, name) == old
    assert get_code(server, msp, customer)
    new = stored_hash(server, name)
    assert new.startswith("$argon2id$"), new
    assert get_code(server, msp, customer)
    assert stored_hash(server, name) == new
    assert try_sign_in(server, msp, customer.login, "wrong").status == 200


def test_a_costlier_setting_renews(server, make_server, customer):
    before = stored_hash(server, customer.id)
    assert "m=1024,t=1" in before
    node = make_server("costly", conf={"passwords": {"memory": "2MiB",
                                                     "passes": 2}}).start()
    client = node.add_client("--scope", "openid")
    assert get_code(node, client, customer)
    after = stored_hash(server, customer.id)
    assert "m=2048,t=2" in after
    # A cheaper one leaves the better hash alone.
    msp = server.add_client("--scope", "openid")
    assert get_code(server, msp, customer)
    assert stored_hash(server, customer.id) == after


@pytest.mark.parametrize("stored", [
    None, "x", "!", "*", "$1$", "$argon2id$", "$argon2id$v=19$m=9999999999,t=1"
    ",p=1$c2FsdHNhbHQ$aGFzaA", "$6$rounds=999999999$salt$" + "x" * 86,
    "$2b$31$" + "a" * 53, "abJnggxhB/yWI"])
def test_a_hash_that_cannot_be_judged_lets_nobody_in(server, msp, stored):
    """Written past the commands, as an operator's own table may hold it."""
    customer = server.add_customer()
    server.cluster.sql("UPDATE customers SET password_hash = %s "
                       "WHERE customer_id = %s", stored, customer.id)
    for password in (customer.password, "", "x", stored or ""):
        reply = try_sign_in(server, msp, customer.login, password)
        assert reply.status == 200
        assert Page(reply.text).alerts
    assert server.http().get("/healthz").status == 200


def test_lock_and_unlock(server, http, msp, new_customer):
    token = harness.get_tokens(server, msp, new_customer)["access_token"]
    code = get_code(server, msp, new_customer)
    server.cli("customer", "lock", "--id", new_customer.id, check=0)
    assert http.get("/oauth/userinfo", bearer=token).status == 401
    assert harness.redeem(server, msp, code).status == 400
    assert try_sign_in(server, msp, new_customer.login,
                       new_customer.password).status == 200
    server.cli("customer", "unlock", "--id", new_customer.id, check=0)
    assert get_code(server, msp, new_customer)
    # What was revoked stays so.
    assert http.get("/oauth/userinfo", bearer=token).status == 401


def test_a_new_password_ends_old_sign_ins(server, http, msp, new_customer):
    token = harness.get_tokens(server, msp, new_customer)["access_token"]
    new = harness.secret("a new password")
    server.cli("customer", "set-password", "--id", new_customer.id,
               stdin=new + "\n", check=0)
    assert http.get("/oauth/userinfo", bearer=token).status == 401
    assert try_sign_in(server, msp, new_customer.login,
                       new_customer.password).status == 200
    assert get_code(server, msp, Customer(new_customer.id,
                                          new_customer.login, new))


def test_the_businesss_own_table(make_server, cluster):
    """The view customer_by_login redefined over a table of another layout: a
    number as key, a flag the other way round, and hashes of its own."""
    server = make_server("shop")
    server.conf = {"database": {"conninfo": cluster.new_database("shop")}}
    server.write_conf()
    server.migrate()
    columns = cluster.sql(
        "SELECT column_name::text, data_type::text "
        "FROM information_schema.columns "
        "WHERE table_name = 'customer_by_login' ORDER BY ordinal_position",
        dbname="shop")
    assert columns, "there is no view customer_by_login"
    old = crypt(SALTS["bcrypt"])
    cluster.sql("CREATE SCHEMA shop", dbname="shop")
    cluster.sql(
        "CREATE TABLE shop.accounts (nr bigint PRIMARY KEY, mail text NOT "
        "NULL UNIQUE, secret text NOT NULL, active boolean NOT NULL)",
        dbname="shop")
    cluster.sql(
        "INSERT INTO shop.accounts VALUES (4711, 'anna@example.org', %s, "
        "true), (4712, 'bert@example.org', %s, false)", old, old,
        dbname="shop")
    theirs = {
        "business": "'default'::text", "customer_id": "nr::text",
        "login": "lower(mail)", "password_hash": "secret",
        "is_locked": "NOT active"}
    parts = [f"{theirs[name]} AS {name}" if name in theirs
             else f"NULL::{kind} AS {name}" for name, kind in columns]
    cluster.sql("CREATE OR REPLACE VIEW customer_by_login AS SELECT "
                + ", ".join(parts) + " FROM shop.accounts", dbname="shop")
    server.start()
    client = server.add_client("--scope", "openid")
    anna = Customer("4711", "anna@example.org", PASSWORD)
    token = harness.get_tokens(server, client, anna)["access_token"]
    http = server.http()
    assert http.get("/oauth/userinfo", bearer=token).json()["sub"] == "4711"
    opaque = harness.opaque_id()
    assert http.post("/v1/links", {"opaque_id": opaque},
                     bearer=token).status == 201
    # Their table is read and never written.
    ((kept,),) = cluster.sql("SELECT secret FROM shop.accounts WHERE nr = "
                             "4711", dbname="shop")
    assert kept == old
    assert try_sign_in(server, client, "bert@example.org",
                       PASSWORD).status == 200
    # What changes there counts at the next sign-in.
    cluster.sql("UPDATE shop.accounts SET active = false", dbname="shop")
    assert try_sign_in(server, client, anna.login, PASSWORD).status == 200


def test_digests_of_secrets_only(server, cluster, msp):
    digest = hashlib.sha256(msp.secret.encode()).digest()
    rows = cluster.sql("SELECT x::text FROM clients x")
    text = "\n".join(row for (row,) in rows)
    assert msp.secret not in text
    assert digest.hex() in text
