# SPDX-License-Identifier: ISC
"""The whole flow with a password hash that costs next to nothing: CPU of the
service and of PostgreSQL for each, statements that write, and WAL."""
import re
import time

import server

MAIN = "bench"
# Calls for each flow, below which a statement belongs to none: what a node
# does once a second, whether somebody signs in or not.
BESIDE = 0.1
WRITES = re.compile(r"\b(INSERT INTO|(?<!DO )(?<!FOR )(?<!KEY )UPDATE|"
                    r"DELETE FROM) ([\w.]+)", re.I)


def figures(load):
    """What is kept of a run of the generator."""
    cpu = load.get("cpu") or {}
    rss = load.get("rss_mb") or {}
    latency = load.get("latency_ms") or {}
    return {"per_second": load["per_second"], "count": load.get("count"),
            "ok": load["ok"], "errors": load.get("errors", 0),
            "refused": load.get("refused", 0),
            **{name: latency.get(name)
               for name in ("p50", "p95", "p99", "p999", "max")},
            "cpu_ambauth": (cpu.get("ambauth") or {}).get("ms_per_op"),
            "cpu_postgres": (cpu.get("postgres") or {}).get("ms_per_op"),
            "rss_mb": rss.get("ambauth"),
            "generator": (load.get("generator") or {}).get("cpu_share")}


def flow(bench, node, clients, new=False, seconds=6, warm=2):
    return figures(node.load(
        "flow", closed=clients, new_connections=new,
        seconds=bench.seconds(seconds), warm=bench.seconds(warm, 1)))


def run(bench):
    for rep in range(bench.reps):
        for tls in (False, True):
            for workers in (1, 2):
                node = server.Server(bench.at, MAIN, tls, workers)
                with node:
                    for clients in (16, 64):
                        for new in (False, True):
                            bench.note("flow", rep=rep, tls=tls,
                                       workers=workers, clients=clients,
                                       new=new,
                                       **flow(bench, node, clients, new))


def count(bench):
    for rep in range(bench.reps):
        counts(bench, rep)


def counts(bench, rep):
    """What the database sees of a flow. The counters of a session are there
    for sure once it has ended, so the server is stopped before each look.

    After a checkpoint PostgreSQL writes each page whole that is touched for
    the first time; one run has that behind it, one begins with it. The tables
    begin empty: in large ones the first run would not touch all pages."""
    at = bench.at
    flows = 300 if bench.quick else 5000
    at.sql(MAIN, "CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
    at.sql(MAIN, f"ALTER DATABASE {MAIN}"
           " SET pg_stat_statements.track = 'all'")
    try:
        at.sql(MAIN, "TRUNCATE codes, grants, links")
        at.sql("postgres", "CHECKPOINT")
        between(bench, flows)
        after = between(bench, flows)
        at.sql("postgres", "CHECKPOINT")
        full = between(bench, flows)
    finally:
        at.sql(MAIN, f"ALTER DATABASE {MAIN} RESET pg_stat_statements.track")
    bench.note("counts", rep=rep, flows=flows, **after,
               wal_bytes_checkpoint=full["wal_bytes"],
               full_pages_checkpoint=full["full_pages"])


def between(bench, flows):
    """One run of so many flows and what it added to each counter."""
    at = bench.at
    node = server.Server(at, MAIN)
    at.sql(MAIN, "SELECT pg_stat_statements_reset()")
    before = counters(at)
    with node:
        load = node.load("flow", "counts", closed=16, count=flows)
    ended(at)
    after = counters(at)
    done = load["ok"]
    told = {name: (after[name] - before[name]) / done for name in after}
    rows = at.sql(MAIN, "SELECT query, calls FROM pg_stat_statements AS s"
                  " JOIN pg_database AS d ON d.oid = s.dbid"
                  " WHERE d.datname = current_database() AND toplevel")
    writes = {}
    for query, calls in rows:
        if is_write(query):
            name = name_of(query)
            writes[name] = writes.get(name, 0) + calls / done
    of_flows = {name: each for name, each in writes.items() if each >= BESIDE}
    return {**told, "writes": sum(of_flows.values()),
            "statements": sum(calls for query, calls in rows
                              if re.search(r"\b(SELECT|INSERT|UPDATE|DELETE)\b",
                                           query)) / done,
            "written_by": {name: round(each, 4) for name, each
                           in sorted(writes.items())}}


def bare(query):
    """Without comments, and without what it says in quotes."""
    query = re.sub(r"--[^\n]*|/\*.*?\*/", " ", query, flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"'[^']*'", "''", query))


def is_write(query):
    """Does a statement change rows? A change in a WITH counts; the clause
    ON CONFLICT DO UPDATE belongs to its INSERT, FOR UPDATE only locks."""
    return bool(WRITES.search(bare(query)))


def name_of(query):
    """The table that a statement writes first, for the report."""
    verb, table = WRITES.search(bare(query)).groups()
    return f"{verb.split()[0].lower()} {table}"


def ended(at):
    """Wait until no session of the service is left, and its counters in."""
    end = time.monotonic() + 20
    while time.monotonic() < end and at.sql(
            "postgres", "SELECT 1 FROM pg_stat_activity WHERE datname = %s",
            MAIN):
        time.sleep(0.05)


def counters(at):
    (lsn, records, pages, syncs, commits), = at.sql(
        "postgres", "SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn,"
        " wal_records, wal_fpi, wal_sync, (SELECT xact_commit FROM"
        " pg_stat_database WHERE datname = %s) FROM pg_stat_wal", MAIN)
    return {"wal_bytes": float(lsn), "wal_records": float(records),
            "full_pages": float(pages), "wal_syncs": float(syncs),
            "commits": float(commits)}
