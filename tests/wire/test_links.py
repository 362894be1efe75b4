# SPDX-License-Identifier: ISC
"""/v1/links: which opaque ID belongs to which customer."""
import json
import re
import urllib.parse

import pytest

import harness
from harness import opaque_id

# The example of Apple's public documentation: holds '/', '+' and '='.
EXAMPLE = ("urn:mbid:AQAAY45PVG4jg/ni/q6rWSYuu9d7Ga6K22bxp0iUmPkdOwxr3yAbisjOm"
           "tYFzw6LjDqhABFFHD/nFz6S2U5rBEcSqO7Eg0B5ikXukFD/x+6hPeOuR0Bvb3JDbU"
           "24DLlT/E5Yj9aBzFVASwfwStWnuGMX/+FXmAs=")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)$")


@pytest.fixture(scope="module")
def token(server, msp, customer):
    return harness.get_tokens(server, msp, customer)["access_token"]


@pytest.fixture(scope="module")
def other(server, msp):
    """Another customer and a token of theirs."""
    customer = server.add_customer()
    return customer, harness.get_tokens(server, msp, customer)["access_token"]


def put(http, token, opaque, **more):
    return http.post("/v1/links", {"opaque_id": opaque, **more},
                     bearer=token)


def find(http, client, **query):
    return http.get("/v1/links", query, basic=client.basic)


def unlink(http, client, opaque):
    return http.delete("/v1/links?" + urllib.parse.urlencode(
        {"opaque_id": opaque}), basic=client.basic)


def test_links_and_finds(http, msp, token, customer):
    opaque = opaque_id()
    reply = put(http, token, opaque)
    assert reply.status == 201, reply
    row = find(http, msp, opaque_id=opaque).json()
    assert set(row) == {"opaque_id", "customer_id", "linked_at",
                        "last_sign_in_at"}
    assert row["opaque_id"] == opaque
    assert row["customer_id"] == customer.id
    assert TIME.match(row["linked_at"])
    assert TIME.match(row["last_sign_in_at"])


def test_apples_example(http, msp, token, customer):
    harness.secret(EXAMPLE)
    assert put(http, token, EXAMPLE).status == 201
    assert find(http, msp, opaque_id=EXAMPLE).json()["opaque_id"] == EXAMPLE
    # As a query that was not escaped: '+' has become a space on its way.
    reply = http.get("/v1/links?opaque_id=" + EXAMPLE, basic=msp.basic)
    assert reply.json()["customer_id"] == customer.id


def test_by_json(http, token):
    opaque = opaque_id()
    reply = http.post("/v1/links", json.dumps({"opaque_id": opaque}),
                      bearer=token,
                      headers={"Content-Type": "application/json"})
    assert reply.status == 201, reply
    reply = http.post("/v1/links", json.dumps(
        {"opaque_id": opaque, "replace": True}), bearer=token,
        headers={"Content-Type": "application/json; charset=utf-8"})
    assert reply.status == 200, reply


def test_the_second_time_is_200(server, http, msp, token, customer):
    opaque = opaque_id()
    assert put(http, token, opaque).status == 201
    before = find(http, msp, opaque_id=opaque).json()
    server.cluster.sql("SELECT pg_sleep(1.1)")
    again = harness.get_tokens(server, msp, customer)["access_token"]
    assert put(http, again, opaque).status == 200
    after = find(http, msp, opaque_id=opaque).json()
    assert after["linked_at"] == before["linked_at"]
    assert after["last_sign_in_at"] >= before["last_sign_in_at"]


def test_anothers_is_a_conflict_until_replaced(server, http, msp, token,
                                               customer, other):
    other_customer, other_token = other
    opaque = opaque_id()
    assert put(http, token, opaque).status == 201
    for replace in (None, "false"):
        more = {} if replace is None else {"replace": replace}
        reply = put(http, other_token, opaque, **more)
        assert reply.status == 409, reply
        # Whose it is is nobody's business.
        assert customer.id not in reply.text
        assert find(http, msp, opaque_id=opaque).json()["customer_id"] \
            == customer.id
    assert put(http, other_token, opaque, replace="true").status == 200
    assert find(http, msp, opaque_id=opaque).json()["customer_id"] \
        == other_customer.id
    rows = server.cluster.sql("SELECT x::text FROM audit x")
    assert any(customer.id in row and other_customer.id in row
               for (row,) in rows), rows


@pytest.mark.parametrize("value", ["maybe", "TRUE", "1", ""])
def test_replace_is_true_or_false(http, token, other, value):
    opaque = opaque_id()
    assert put(http, token, opaque).status == 201
    assert put(http, other[1], opaque, replace=value).status in (400, 409)


def test_a_customer_may_have_several(server, http, msp):
    """One for each of their Apple IDs."""
    customer = server.add_customer()
    token = harness.get_tokens(server, msp, customer)["access_token"]
    wanted = sorted(opaque_id() for _ in range(3))
    for opaque in wanted:
        assert put(http, token, opaque).status == 201
    found = find(http, msp, customer_id=customer.id)
    assert found.status == 200
    rows = found.json()
    if isinstance(rows, dict):
        rows = rows["links"]
    assert sorted(row["opaque_id"] for row in rows) == wanted
    assert {row["customer_id"] for row in rows} == {customer.id}


def test_unknown_is_404(server, http, msp, new_customer):
    assert find(http, msp, opaque_id=opaque_id()).status == 404
    assert unlink(http, msp, opaque_id()).status == 404
    for name in (new_customer.id, "nobody"):
        reply = find(http, msp, customer_id=name)
        assert reply.status == 404 or reply.json() in ([], {"links": []})


def test_unlinks(http, msp, token):
    opaque = opaque_id()
    assert put(http, token, opaque).status == 201
    reply = unlink(http, msp, opaque)
    assert reply.status == 204 and reply.body == b""
    assert find(http, msp, opaque_id=opaque).status == 404
    assert unlink(http, msp, opaque).status == 404
    assert put(http, token, opaque).status == 201


def test_businesses_do_not_see_each_other(server, http, msp, rival, token):
    """The same opaque ID is another link in another business."""
    opaque = opaque_id()
    assert put(http, token, opaque).status == 201
    assert find(http, rival, opaque_id=opaque).status == 404
    assert unlink(http, rival, opaque).status == 404
    assert find(http, msp, opaque_id=opaque).status == 200


def test_another_client_of_the_business_sees_it(http, other_msp, token):
    opaque = opaque_id()
    assert put(http, token, opaque).status == 201
    assert find(http, other_msp, opaque_id=opaque).status == 200


def test_case_counts(http, msp, token, other):
    opaque = "urn:mbid:abcdefghijkl" + harness.secrets.token_hex(30)
    swapped = "urn:mbid:" + opaque[len("urn:mbid:"):].swapcase()
    assert put(http, token, opaque).status == 201
    assert put(http, other[1], swapped).status == 201
    assert find(http, msp, opaque_id=opaque).json()["customer_id"] \
        != find(http, msp, opaque_id=swapped).json()["customer_id"]


@pytest.mark.parametrize("opaque", [
    "", "urn:mbid:", "urn:biz:x", "mbid:AAAA", "URN:MBID:AAAA",
    "urn:mbid:a\x00b", "urn:mbid:a<b>", "urn:mbid:" + "A" * 1100,
    "urn:mbid:\u00e4", "urn:mbid:a'b", "urn:mbid:a\nb"])
def test_what_is_no_opaque_id_is_refused(http, msp, token, opaque):
    assert put(http, token, opaque).status == 400
    assert find(http, msp, opaque_id=opaque).status == 400
    assert unlink(http, msp, opaque).status == 400
    reply = http.post("/v1/links", json.dumps({"opaque_id": opaque}),
                      bearer=token,
                      headers={"Content-Type": "application/json"})
    assert reply.status == 400


@pytest.mark.parametrize("text", [
    "", "{", "[]", "null", '"x"', '{"opaque_id": 1}', '{"opaque_id": null}',
    '{"opaque_id": ["urn:mbid:AAAA"]}',
    '{"opaque_id": "urn:mbid:AAAA", "opaque_id": "urn:mbid:BBBB"}',
    '{"opaque_id": "urn:mbid:AAAA", "replace": "yes"}',
    '{"opaque_id": "urn:mbid:AAAA", "replace": 1}',
    '{"opaque_id": "urn:mbid:AAAA"} x', "[" * 20000])
def test_broken_json_is_refused(http, token, text):
    reply = http.post("/v1/links", text, bearer=token,
                      headers={"Content-Type": "application/json"})
    assert reply.status == 400, reply


@pytest.mark.parametrize("body", [
    "x=1", "opaque_id=urn:mbid:AAAA&opaque_id=urn:mbid:BBBB",
    "opaque_id=urn:mbid:%00", "opaque_id=%ff", "opaque_id=%"])
def test_broken_forms_are_refused(http, token, body):
    assert http.post("/v1/links", body, bearer=token).status == 400


def test_who_may_link(http, msp):
    opaque = opaque_id()
    body = {"opaque_id": opaque}
    assert http.post("/v1/links", body).status == 401
    assert http.post("/v1/links", body, bearer="x").status == 401
    assert http.post("/v1/links", body, basic=msp.basic).status in (400, 401)
    assert find(http, msp, opaque_id=opaque).status == 404


def test_who_may_look_and_unlink(http, msp, public, token):
    opaque = opaque_id()
    assert put(http, token, opaque).status == 201
    target = "/v1/links?" + urllib.parse.urlencode({"opaque_id": opaque})
    for kwargs in ({}, {"basic": (msp.id, "wrong")}, {"bearer": token},
                   {"basic": ("nobody", "x")}, {"basic": (public.id, "")}):
        assert http.get(target, **kwargs).status in (400, 401), kwargs
        assert http.delete(target, **kwargs).status in (400, 401), kwargs
    assert find(http, msp, opaque_id=opaque).status == 200


def test_what_to_look_for_must_be_said_once(http, msp):
    assert http.get("/v1/links", basic=msp.basic).status == 400
    query = {"opaque_id": "urn:mbid:AAAA", "customer_id": "C-1"}
    assert find(http, msp, **query).status == 400
    assert http.get("/v1/links?opaque_id=urn:mbid:AAAA"
                    "&opaque_id=urn:mbid:AAAA", basic=msp.basic).status == 400
    assert http.delete("/v1/links", basic=msp.basic).status == 400


def test_a_revoked_token_links_nothing(server, http, msp, customer):
    token = harness.get_tokens(server, msp, customer)["access_token"]
    http.post("/oauth/revoke", {"token": token}, basic=msp.basic)
    opaque = opaque_id()
    assert put(http, token, opaque).status == 401
    assert find(http, msp, opaque_id=opaque).status == 404


def test_the_command_line_sees_them_too(server, http, msp, token, customer):
    opaque = opaque_id()
    assert put(http, token, opaque).status == 201
    rows = json.loads(server.cli("link", "list", "--json", check=0).stdout)
    (row,) = [row for row in rows if row["opaque_id"] == opaque]
    assert row["customer_id"] == customer.id
    server.cli("link", "delete", opaque, check=0)
    assert find(http, msp, opaque_id=opaque).status == 404
    assert server.cli("link", "delete", opaque).returncode == 1


def test_deleting_a_customer_takes_the_links(server, http, msp):
    customer = server.add_customer()
    token = harness.get_tokens(server, msp, customer)["access_token"]
    opaque = opaque_id()
    assert put(http, token, opaque).status == 201
    server.cli("customer", "delete", "--id", customer.id, check=0)
    assert find(http, msp, opaque_id=opaque).status == 404
    assert http.get("/oauth/userinfo", bearer=token).status == 401
