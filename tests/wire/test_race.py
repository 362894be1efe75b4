# SPDX-License-Identifier: ISC
"""One code, 64 redemptions at once, a hundred times: one succeeds each time."""
import collections
import concurrent.futures
import threading

import harness
from harness import get_code, redeem

CLIENTS = 64
ROUNDS = 100


def test_a_code_is_taken_at_most_once(server, msp, customer):
    """Each thread keeps its own connection, so that they meet in the server
    and not in handshakes; the barrier lets them go at one moment."""
    connections = [server.http(keep=True) for _ in range(CLIENTS)]
    barrier = threading.Barrier(CLIENTS)
    codes = [None]

    def run(connection):
        barrier.wait()
        return redeem(server, msp, codes[0], http=connection)

    with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
        for _ in range(ROUNDS):
            codes[0] = get_code(server, msp, customer)
            replies = list(pool.map(run, connections))
            counts = collections.Counter(reply.status for reply in replies)
            assert counts == {200: 1, 400: CLIENTS - 1}, counts
            for reply in replies:
                if reply.status == 400:
                    assert reply.error() == "invalid_grant"
            # The others' second uses have revoked what the first was given.
            (winner,) = [r for r in replies if r.status == 200]
            harness.secret(winner.json()["access_token"])
    for connection in connections:
        connection.close()


def test_the_loser_revokes_what_the_winner_got(server, msp, customer, http):
    code = get_code(server, msp, customer)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(
            lambda _: redeem(server, msp, code), range(8)))
    (winner,) = [reply for reply in replies if reply.status == 200]
    token = winner.json()["access_token"]
    assert http.get("/oauth/userinfo", bearer=token).status == 401


def test_many_at_once_are_all_answered(server, msp, customer):
    """Sign-ins from many browsers; nobody gets another's answer."""
    customers = [server.add_customer() for _ in range(4)]

    def run(number):
        who = customers[number % len(customers)]
        connection = server.http(keep=True)
        for turn in range(5):
            code = get_code(server, msp, who, state=f"{number}-{turn}")
            reply = redeem(server, msp, code, http=connection)
            assert reply.status == 200, reply
            info = connection.get("/oauth/userinfo",
                                  bearer=reply.json()["access_token"])
            assert info.json()["sub"] == who.id
        connection.close()
        return True

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        assert all(pool.map(run, range(16)))
