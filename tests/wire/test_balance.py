# SPDX-License-Identifier: ISC
"""Several workers: each has its part of the connections, and what one of them
has seen of a guesser counts for all."""
import os
import re
import socket

import pytest

import harness
from harness import Browser, authorize_params

WORKERS = 3
AHEAD = 4       # connections that one takes before the others are due
COUNT = 30


@pytest.fixture(scope="module")
def several(workplace, cluster):
    server = harness.Server(workplace.dir("several"), cluster, conf={
        "server": {"workers": WORKERS},
        "passwords": {"memory": "1MiB", "passes": 1, "attempts": 3,
                      "attempts_window": "3h"}})
    server.migrate().start()
    all_serve(server)
    yield server
    server.stop()


def all_serve(server):
    """One that has just begun takes nobody until it can answer."""
    harness.wait_for(lambda: len(set(owners_now(server))) == WORKERS,
                     "all workers")


def owners_now(server):
    """Who takes part, when there is enough for all."""
    clients = connect(server, COUNT)
    where = owners(server, clients)
    close(clients)
    return where


def established(port):
    """Inode by the client's port, of what is connected to a port."""
    found = {}
    for name in ("tcp", "tcp6"):
        with open("/proc/net/" + name) as table:
            for line in list(table)[1:]:
                _, local, remote, state, *rest = line.split()
                if int(local.split(":")[1], 16) == port and state == "01":
                    found[int(remote.split(":")[1], 16)] = rest[5]
    return found


def sockets(pid):
    found = set()
    for fd in os.listdir(f"/proc/{pid}/fd"):
        try:
            match = re.match(r"socket:\[(\d+)\]",
                             os.readlink(f"/proc/{pid}/fd/{fd}"))
        except FileNotFoundError:
            continue
        if match:
            found.add(match.group(1))
    return found


def owners(server, clients):
    """Which process has each of these kept connections."""
    inodes = established(server.port)
    held = {pid: sockets(pid)
            for pid in harness.children(server.process.pid)}
    return [next(pid for pid, has in held.items() if inodes[
        client.connection.sock.getsockname()[1]] in has)
        for client in clients]


def connect(server, count):
    """So many connections, all open, each used once."""
    clients = [server.http(keep=True) for _ in range(count)]
    for client in clients:
        assert client.get("/healthz").status == 200
    return clients


def close(clients):
    for client in clients:
        client.close()


def everywhere(server):
    """Kept connections, some to each of the workers."""
    found = []

    def ask():
        close(found)
        found[:] = connect(server, COUNT)
        return len(set(owners(server, found))) == WORKERS

    harness.wait_for(ask, "connections to all")
    return found


def is_even(counts):
    """A worker that has no turn for a second is passed over: on a machine
    that is slow enough that may happen, but not each time."""
    return len(counts) == WORKERS and max(counts) - min(counts) <= AHEAD


def test_connections_are_shared_out(several):
    def counts():
        where = owners_now(several)
        return [where.count(pid) for pid in set(where)]

    harness.wait_for(lambda: is_even(counts()), "all to have their part")


def test_together(several):
    """All at once: who is told last does not get all that is left."""
    def counts():
        inodes = set(established(several.port).values())
        each = [len(inodes & sockets(pid)) for pid
                in harness.children(several.process.pid)]
        return sorted(each)[-WORKERS:]

    def shared():
        waiting = []
        for _ in range(COUNT):
            plain = socket.socket()
            plain.setblocking(False)
            plain.connect_ex(("127.0.0.1", several.port))
            waiting.append(plain)
        harness.wait_for(lambda: sum(counts()) >= COUNT, "all to be taken")
        found = counts()
        for plain in waiting:
            plain.close()
        harness.wait_for(lambda: sum(counts()) == 0, "all to be gone")
        return found

    harness.wait_for(lambda: is_even(shared()), "all to have their part")


def test_one_that_dies_is_not_waited_for(several):
    clients = connect(several, COUNT)
    victim = owners(several, clients)[0]
    several.kill_worker(victim)
    more = connect(several, COUNT)
    assert len(more) == COUNT
    close(more)
    close(clients)
    all_serve(several)


def test_wrong_passwords_count_for_all(several):
    client = several.add_client("--scope", "openid")
    customer = several.add_customer()
    kept = everywhere(several)
    by_worker = {}
    for one, pid in zip(kept, owners(several, kept)):
        by_worker.setdefault(pid, []).append(one)

    def attempt(password):
        """Each time by another worker."""
        pid, free = next(iter(by_worker.items()))
        by_worker[pid] = by_worker.pop(pid)
        browser = Browser(several)
        browser.http = free[0]
        return browser.submit(browser.open(authorize_params(client)),
                              customer.login, password)

    for _ in range(3):
        assert attempt("wrong").status == 200
    for _ in range(WORKERS):
        assert attempt(customer.password).status == 429
    close(kept)


def test_a_token_is_known_to_all(several):
    """Made by one worker, it is good, and then revoked, at each."""
    client = several.add_client("--scope", "openid", "--confidential")
    customer = several.add_customer()
    token = harness.get_tokens(several, client, customer)["access_token"]
    kept = everywhere(several)
    for one in kept:
        assert one.get("/oauth/userinfo", bearer=token).status == 200
    kept[0].post("/oauth/revoke", {"token": token}, basic=client.basic)
    for one in kept:
        assert one.get("/oauth/userinfo", bearer=token).status == 401
    close(kept)
