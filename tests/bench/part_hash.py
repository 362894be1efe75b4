# SPDX-License-Identifier: ISC
"""Sign-ins with a password hash as it should be, against libsodium alone; and
what everybody else waits while sign-ins come ten times too many."""
import json

import part_flow
import place
import server

MAIN = "bench"


def baseline(bench, seconds, threads=0):
    return json.loads(place.run([bench.at.dir / "hash_baseline", seconds,
                                 threads], seconds + 60))


def node_of(bench, **settings):
    return server.Server(bench.at, MAIN, workers=0, cost=server.FULL,
                         users="slow", **settings)


def form(load):
    """Latencies of the request that carries the password."""
    steps = [step for step in load.get("steps") or []
             if step["name"] == "form"]
    return steps[0] if steps else load["latency_ms"]


def hash_(bench):
    seconds = bench.seconds(8, 3)
    for rep in range(bench.reps):
        with node_of(bench) as node:
            load = node.load("sign-in", closed=16, seconds=seconds,
                             warm=bench.seconds(2, 1))
        bench.note("ours", rep=rep, **part_flow.figures(load))
        all_cores = baseline(bench, seconds)
        one = baseline(bench, bench.seconds(3, 1), 1)
        bench.note("libsodium", rep=rep, per_second=all_cores["per_second"],
                   threads=all_cores["threads"],
                   hash_ms=one["latency_ms"]["p50"],
                   hash_ms_all_cores=all_cores["latency_ms"]["p50"])
        with node_of(bench) as node:
            half = node.load("sign-in", open=round(
                all_cores["per_second"] / 2, 1), clients=64,
                seconds=seconds, warm=bench.seconds(2, 1))
        bench.note("half", rep=rep, p50=form(half)["p50"],
                   p99=form(half)["p99"], errors=half.get("errors", 0),
                   rate=half.get("rate"))


def saturation(bench):
    """Others at a modest, fixed rate of arrival, so that their waiting is
    counted from when they wanted to be served."""
    rate = 25 if bench.quick else 50
    for rep in range(bench.reps):
        can = baseline(bench, bench.seconds(4))["per_second"]
        with node_of(bench) as node:
            load = node.load(
                "sign-in", open=round(can * 10), clients=512, tokens=100,
                seconds=bench.seconds(20, 4), warm=bench.seconds(3, 1),
                probe={name: rate for name in ("page", "jwks", "redeem",
                                               "introspect")})
            rested = node.load("jwks", closed=1, count=100)
        probes = {probe["name"]: probe["latency_ms"]["p99"]
                  for probe in load.get("probes") or []
                  if probe.get("count")}
        refused = load.get("refused_latency_ms") or {}
        bench.note("saturation", rep=rep, libsodium=can,
                   rate=load.get("rate"), ok=load["ok"],
                   errors=load.get("errors", 0), refused=load["refused"],
                   with_retry_after=load.get("refused_with_retry_after"),
                   refused_p99=refused.get("p99"),
                   accepted_max=load["latency_ms"]["max"],
                   accepted_p50=load["latency_ms"]["p50"], probes=probes,
                   probe_errors=sum(probe.get("errors", 0) for probe
                                    in load.get("probes") or []),
                   per_second=load["per_second"],
                   rss_mb=(load.get("rss_mb") or {}).get("ambauth"),
                   rss_mb_after=(rested.get("rss_mb") or {}).get("ambauth"))
