# SPDX-License-Identifier: ISC
"""The process itself: memory at rest, for each idle connection and over many
flows; and how soon it answers after it was started."""
import os
import time

import part_flow
import place
import proc
import server

MAIN = "bench"
IDLE = 5000


def memory(bench):
    with server.Server(bench.at, MAIN, True, 2) as node:
        place.wait_for(lambda: len(proc.workers(node.pid)) == 2,
                       "two workers", 20)
        time.sleep(2)
        for what in ("rest", "used"):
            pids = proc.workers(node.pid)
            pss = [proc.pss_kb(pid) for pid in pids]
            bench.note(what, workers=[round(proc.rss_kb(pid) / 1024, 2)
                                      for pid in pids],
                       **({} if None in pss else {"pss": [
                           round(kb / 1024, 2) for kb in pss]}))
            if what == "rest":
                node.load("flow", closed=16, seconds=bench.seconds(3, 1))
                time.sleep(1)
    for tls in (True, False):
        idle(bench, tls)
    soak(bench)


def idle(bench, tls):
    """What the workers grow by while so many connections are open."""
    count = 500 if bench.quick else IDLE
    with server.Server(bench.at, MAIN, tls, 2) as node:
        node.load("flow", closed=16, seconds=1)
        pids = proc.workers(node.pid)
        before = sum(proc.rss_kb(pid) for pid in pids)
        open_before = sum(proc.fds(pid) for pid in pids)
        held = server.load_start(
            bench.at, node.setup(), "idle", "idle",
            {"ambauth": node.pid}, clients=count,
            seconds=bench.seconds(15, 6))
        try:
            most, grown = watch(held, pids, open_before, before, count)
        finally:
            if held.poll() is None:
                held.kill()
            held.communicate()
    if most < count * 0.99:
        raise place.Trouble(f"only {most} of {count} idle connections were "
                            "held")
    bench.note("idle_tls" if tls else "idle_plain", connections=most,
               kb_each=round(grown / most, 2))


def watch(held, pids, open_before, before, count):
    """Until they are all there and a second more; how many there were, and
    by how much the workers had grown."""
    most, grown, settled = 0, 0, None
    end = time.monotonic() + 60
    while held.poll() is None and time.monotonic() < end:
        have = sum(proc.fds(pid) for pid in pids) - open_before
        if have >= most:
            most = have
            grown = sum(proc.rss_kb(pid) for pid in pids) - before
        if have >= count * 0.99:
            settled = settled or time.monotonic()
            if time.monotonic() > settled + 1:
                break
        time.sleep(0.1)
    return most, grown


def soak(bench):
    """After a tenth of the flows everything has been used once; from there on
    nothing may grow."""
    flows = int(os.environ.get("SOAK") or
                (2000 if bench.quick else 100000))
    with server.Server(bench.at, MAIN, False, 2) as node:
        marks = []
        for share in (flows // 10, flows - flows // 10):
            load = node.load("flow", closed=32, count=share,
                             limit=share / 20 + 300)
            marks.append([proc.rss_kb(pid) / 1024 for pid
                          in proc.workers(node.pid)])
    bench.note("soak", flows=flows, errors=load.get("errors", 0),
               per_second=load["per_second"],
               rss_mb_early=round(sum(marks[0]), 2),
               rss_mb_late=round(sum(marks[1]), 2),
               grown_mb=round(sum(marks[1]) - sum(marks[0]), 2),
               cpu_ambauth=part_flow.figures(load)["cpu_ambauth"])


def start(bench):
    """From exec to the first 200 of /readyz over TLS, which says that the
    database answers and keys are loaded."""
    times = []
    for _ in range(3 if bench.quick else 5):
        node = server.Server(bench.at, MAIN, True, 2)
        times.append(round(node.start(), 1))
        node.stop()
    bench.note("start", ms=times)
