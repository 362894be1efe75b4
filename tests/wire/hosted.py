# SPDX-License-Identifier: ISC
"""The callback hosted by the server, as MSP and customer's browser use it."""
import urllib.parse

import harness

PATH = "/amb/callback"


def add_client(server, *flags, **more):
    return server.add_client("--scope", "openid", *flags,
                             redirect=server.base + PATH, **more)


def announce(server, client, opaque=None, **more):
    """POST /v1/sign-ins; what it answers, with the opaque ID."""
    opaque = opaque or harness.opaque_id()
    reply = server.http().post("/v1/sign-ins", {"opaque_id": opaque, **more},
                               basic=client.basic)
    assert reply.status == 201, reply
    told = reply.json()
    harness.secret(told["state"])
    return {**told, "opaque_id": opaque}


def sign_in(server, told, customer):
    """From the MSP's message to the redirect to the callback; its target."""
    browser = harness.Browser(server)
    query = urllib.parse.urlsplit(told["authorize_url"]).query
    reply = browser.submit(browser.open(query), customer.login,
                           customer.password)
    assert reply.status == 303, reply
    fields = harness.query_of(reply.location)
    harness.secret(fields.get("code"))
    prefix = server.base + PATH
    assert reply.location.startswith(prefix + "?")
    return reply.location[len(server.base):]


def find(server, client, state):
    return server.http().get("/v1/sign-ins", {"state": state},
                             basic=client.basic)


def status(server, client, told):
    reply = find(server, client, told["state"])
    assert reply.status == 200, reply
    return reply.json()


def end_of(reply):
    """What Messages is told: the parameters of its own URL."""
    assert reply.status == 303, reply
    assert reply.location.startswith("messages-auth://?"), reply.location
    return harness.query_of(reply.location)
